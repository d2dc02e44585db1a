// Bad input on the way to a close: letters in a count, open drawers, figures that have moved on, a company's template that names what is not there.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createTemplates } from '../../src/main/printing/templates/templates.ts';
import { EMPTY_COUNT, readCount } from '../../src/renderer/screens/shift/counting.ts';
import { APPROVAL, type CallsBench, type CallsClient, callsBench } from '../support/calls-bench.ts';
import { type Bench, SHIFT_ID } from '../support/counter-bench.ts';
import { LAYOUTS } from '../support/hall-cards.ts';
import { OneCardHall } from '../support/one-card-hall.ts';

const [kind] = LAYOUTS;
if (kind === undefined) throw new Error('a layout is wanted');
const hall = new OneCardHall(kind);
const folder = mkdtempSync(join(tmpdir(), 'countertop-templates-'));
let bench: Bench;
let calls: CallsBench;
let manager: CallsClient;
let clerk: CallsClient;
let closeId = '';

beforeAll(async () => {
  bench = await hall.start();
  calls = callsBench(bench, 0x7000, { templates: createTemplates({ folder, language: () => 'zh-CN' }) });
  [manager, clerk] = [await calls.signIn('manager'), await calls.signIn('clerk')];
});
afterAll(async () => {
  await bench.close();
  rmSync(folder, { recursive: true, force: true });
});
const fault = (call: Promise<unknown>) =>
  call.then(
    () => null,
    ({ code, data }: { readonly code: string; readonly data: unknown }) => ({ code, data }),
  );
const closing = (changes: object) => ({ closeId: calls.newId(), approval: APPROVAL, ...changes });

it('counts with letters: the field is named on the screen and by the call, and no count is taken', async () => {
  const { wrong } = readCount({
    quantities: { 10000: '1O', 5000: '2', 100: '-1', 10: '1.5' },
    slips: { ...EMPTY_COUNT.slips, wallet: { count: '一', taken: '5x', returned: '' } },
  });
  expect(wrong).toEqual(['count-10000', 'count-100', 'count-10', 'slip-wallet-count', 'slip-wallet-taken']);
  const count = clerk.shift.count as (input: object) => Promise<unknown>;
  for (const [line, field] of [
    [{ denominationFen: 10_000, count: '10' }, 'lines.0.count'],
    [{ denominationFen: 10_000, count: 1.5 }, 'lines.0.count'],
    [{ denominationFen: 10_000, count: -1 }, 'lines.0.count'],
    [{ denominationFen: 300, count: 1 }, 'lines.0.denominationFen'],
  ] as const)
    expect(await fault(count({ shiftId: SHIFT_ID, countId: calls.newId(), lines: [line] }))).toMatchObject({
      code: 'INPUT_INVALID',
      data: { field },
    });
  expect(calls.store.shift(SHIFT_ID)?.counts).toEqual([]);
});

it('a close with open drawers names whose; one of figures that have moved on names where they are now; neither leaves anything', async () => {
  const before = await manager.day.now({});
  const at = { nextDate: before.businessDate };
  expect(await fault(manager.day.close(closing({ ...at, seenSeq: before.toSeq }) as never))).toMatchObject({
    code: 'DRAWERS_OPEN',
    data: { count: 1, clerks: '1001' },
  });
  await clerk.shift.count({ shiftId: SHIFT_ID, countId: calls.newId(), lines: [{ denominationFen: 10_000, count: 0 }] });
  await clerk.shift.close({ shiftId: SHIFT_ID, closeId: calls.newId(), reason: '短款', approval: APPROVAL });
  const nowSeq = calls.store.lastSeq();
  expect(await fault(manager.day.close(closing({ ...at, seenSeq: before.toSeq }) as never))).toMatchObject({
    code: 'DAY_MOVED_ON',
    data: { nowSeq },
  });
  expect(calls.store.lastSeq()).toBe(nowSeq);
  expect(await manager.day.closes({})).toEqual([]);
});

it('a template with an unknown field at a close: the close goes on, and its paper is the built-in one with a warning', async () => {
  const own = readFileSync(join(import.meta.dirname, '../../resources/templates/daily-reconciliation.json'), 'utf8');
  writeFileSync(join(folder, 'daily-reconciliation.json'), own.replaceAll('{{closeNo}}', '{{closeNumber}}'));
  const { toSeq, businessDate } = await manager.day.now({});
  closeId = (await manager.day.close(closing({ nextDate: businessDate, seenSeq: toSeq }) as never)).closeId;
  const make = () => manager.paper.make({ paperId: calls.newId(), subject: { kind: 'day', paper: 'daily-reconciliation', closeId } });
  const broken = await make();
  expect(broken.warnings).toMatchObject([{ template: 'daily-reconciliation', problem: 'unknown-field', what: '{{closeNumber}}' }]);
  const texts = async (paperId: string) => (await manager.paper.sheet({ paperId, page: 1 })).texts.map(({ text }) => text);
  const said = await texts(broken.paperId);
  rmSync(join(folder, 'daily-reconciliation.json'));
  const builtIn = await make();
  expect([builtIn.warnings, await texts(builtIn.paperId)]).toEqual([[], said]);
});
