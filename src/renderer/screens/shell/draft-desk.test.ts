// Drafts between a screen and the core: kept while typing, dropped when left, put aside with a parked customer and brought back whole.
import { expect, it } from 'vitest';
import { type DraftCalls, DraftDesk } from './draft-desk.ts';

const place = { taskId: 'topup', accountId: 'a', subjectId: '' };
const other = { taskId: 'topup', accountId: 'b', subjectId: '' };

function desk() {
  const core: string[] = [];
  const calls: DraftCalls = {
    save: ({ accountId, value }) => core.push(`save ${accountId} ${JSON.stringify(value)}`),
    drop: ({ accountId }) => core.push(`drop ${accountId}`),
  };
  return { desk: new DraftDesk(calls), core };
}

it('brings what is typed to the core once it rests, and nothing twice', () => {
  const { desk: drafts, core } = desk();
  drafts.typed(place, '{"text":"2"}');
  drafts.typed(place, '{"text":"230"}');
  drafts.flush(place);
  drafts.flush(place);
  expect(core).toEqual(['save a {"text":"230"}']);
  drafts.typed(place, '');
  drafts.flush(place);
  expect(core).toEqual(['save a {"text":"230"}', 'drop a']);
});

it('drops what was kept when the screen is left, and leaves it when only the window goes', () => {
  const { desk: drafts, core } = desk();
  drafts.typed(place, '{"text":"1"}');
  drafts.flush(place);
  drafts.leave();
  drafts.flush(place);
  expect(core).toEqual(['save a {"text":"1"}', 'drop a']);
  drafts.typed(other, '{"text":"2"}');
  drafts.flush(other);
  drafts.closed(other);
  drafts.leave();
  expect(core.slice(2)).toEqual(['save b {"text":"2"}']);
});

it('puts a customer aside with the last key typed, and gives it back once', () => {
  const { desk: drafts, core } = desk();
  drafts.typed(place, '{"text":"230"}');
  const held = drafts.putAside();
  expect(held).toEqual([{ ...place, text: '{"text":"230"}' }]);
  expect(core).toEqual(['save a {"text":"230"}']);
  // Another customer is served and done with meanwhile.
  drafts.typed(other, '{"text":"5"}');
  drafts.flush(other);
  drafts.leave();
  expect(drafts.take(place)).toBeNull();
  for (const one of held) drafts.bringBack(one);
  expect(drafts.take(other)).toBeNull();
  expect(drafts.take(place)).toEqual({ text: '230' });
  expect(drafts.take(place)).toBeNull();
  drafts.leave();
  expect(core.at(-1)).toBe('drop a');
});
