// Pushed events: what they carry replaces what is cached, what they touch is asked again, and nothing else is.
import { ORPCError } from '@orpc/client';
import { QueryClient, QueryObserver } from '@tanstack/react-query';
import { describe, expect, it } from 'vitest';
import type { DeviceState } from './card.ts';
import { api, problemOf } from './client.ts';
import { applyEvent } from './events.ts';
import { LineLost } from './line.ts';

const reader: DeviceState = {
  slot: 'reader',
  state: 'ready',
  driverId: 'd',
  connection: 'c',
  lastError: null,
  lastSeenMs: 1,
  paperNearEnd: null,
  cards: ['absent', 'absent'],
};
const devices = api.devices.list.queryKey({ input: {} });
const card = api.cards.read.queryKey({ input: { slot: 1 } });
const open = api.topups.open.queryKey({ input: {} });
const shift = api.shift.current.queryKey({ input: {} });
const cards = api.cardTasks.ofAccount.queryKey({ input: { accountId: 'a' } });

function cache(): QueryClient {
  const queries = new QueryClient();
  queries.setQueryData(devices, [reader]);
  for (const key of [card, open, shift, cards]) queries.setQueryData<unknown>(key, null);
  return queries;
}
const stale = (queries: QueryClient): string[] =>
  queries
    .getQueryCache()
    .getAll()
    .filter((query) => query.state.isInvalidated)
    .map((query) => (query.queryKey as [string[]])[0].join('.'))
    .sort();

describe('pushed events', () => {
  it('put a device into the cache and let the reader be read again', () => {
    const queries = cache();
    applyEvent(queries, { type: 'device', device: { ...reader, state: 'down' } });
    expect(queries.getQueryData(devices)?.[0]?.state).toBe('down');
    expect(queries.getQueryData(card)).toBeUndefined();
    queries.setQueryData<unknown>(card, null);
    applyEvent(queries, { type: 'device', device: reader });
    expect(stale(queries)).toEqual(['cards.read']);
  });

  it('let the reader be read once for a card that comes: its own event, not what the device says of itself', () => {
    const queries = cache();
    applyEvent(queries, { type: 'card', slot: 1, presence: 'present' });
    queries.setQueryData<unknown>(card, 'read');
    applyEvent(queries, { type: 'device', device: { ...reader, cards: ['present', 'absent'] } });
    expect(stale(queries)).toEqual([]);
    applyEvent(queries, { type: 'device', device: reader });
    expect(stale(queries)).toEqual(['cards.read']);
  });

  it('mark the slot of a card that came, and forget the one that lay there', () => {
    const queries = cache();
    applyEvent(queries, { type: 'card', slot: 2, presence: 'present' });
    expect(queries.getQueryData(devices)?.[0]?.cards).toEqual(['absent', 'present']);
    expect(queries.getQueryData(card)).toBeUndefined();
  });

  it.each(['the first look', 'a later look'] as const)('let no answer of before a removal come to stay: %s', async (which) => {
    const queries = new QueryClient();
    const answers: ((value: string) => void)[] = [];
    const queryFn = () => new Promise<string>((resolve) => answers.push(resolve));
    const watch = new QueryObserver(queries, { queryKey: card as readonly unknown[], queryFn, staleTime: Number.POSITIVE_INFINITY });
    const seen: (string | undefined)[] = [];
    const stop = watch.subscribe(({ data }) => seen.push(data));
    const answer = async (nth: number, value: string) => {
      answers[nth]?.(value);
      await new Promise((resolve) => setTimeout(resolve));
    };
    if (which === 'a later look') {
      await answer(0, 'card of the last customer');
      applyEvent(queries, { type: 'changed', area: 'cards', accountId: 'a' });
    }
    const looks = answers.length;
    applyEvent(queries, { type: 'card', slot: 1, presence: 'absent' });
    expect(watch.getCurrentResult().data).toBeUndefined();
    seen.length = 0;
    await answer(looks - 1, 'card of the last customer');
    expect(answers.length).toBe(looks + 1);
    await answer(looks, 'empty');
    expect(watch.getCurrentResult().data).toBe('empty');
    expect(seen).not.toContain('card of the last customer');
    stop();
  });

  it('let no list of the devices from before a card came to stay', async () => {
    const queries = new QueryClient();
    const answers: ((value: DeviceState[]) => void)[] = [];
    const queryFn = () => new Promise<DeviceState[]>((resolve) => answers.push(resolve));
    const watch = new QueryObserver(queries, { queryKey: devices as readonly unknown[], queryFn });
    const stop = watch.subscribe(() => undefined);
    applyEvent(queries, { type: 'card', slot: 2, presence: 'present' });
    for (const [nth, cards] of [['absent', 'absent'] as const, ['absent', 'present'] as const].entries())
      answers[nth]?.([{ ...reader, cards: [...cards] }]);
    await new Promise((resolve) => setTimeout(resolve));
    expect(watch.getCurrentResult().data?.[0]?.cards).toEqual(['absent', 'present']);
    stop();
  });

  it('leave the reader alone while a write is under way', () => {
    const queries = cache();
    applyEvent(queries, { type: 'topup-progress', topupId: 't', step: 'writing', doneBytes: 1, totalBytes: 9 });
    expect(stale(queries)).toEqual([]);
    applyEvent(queries, { type: 'topup-progress', topupId: 't', step: 'done', doneBytes: 0, totalBytes: 0 });
    expect(stale(queries)).toEqual(['cards.read']);
  });

  it('make the open top-ups, the drawer and what can be done with cards stale when a top-up has changed', () => {
    const queries = cache();
    applyEvent(queries, { type: 'changed', area: 'topups', accountId: 'a' });
    expect(stale(queries)).toEqual(['cardTasks.ofAccount', 'shift.current', 'topups.open']);
  });
});

describe('what went wrong', () => {
  it('is the fault of the core, a lost line, or an internal fault', () => {
    expect(problemOf(new ORPCError('TENDER_SHORT', { data: { missingFen: 1 } }))).toEqual({
      code: 'TENDER_SHORT',
      context: { missingFen: 1 },
    });
    expect(problemOf(new LineLost('away')).code).toBe('LINE_LOST');
    expect(problemOf(new TypeError('x')).code).toBe('INTERNAL');
  });
});
