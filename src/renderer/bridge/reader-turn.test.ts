// The reader's turn: looks at the card wait until the last of several calls is over.
import { QueryClient, QueryObserver } from '@tanstack/react-query';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { api } from './client.ts';
import { withReaderTurn } from './reader-turn.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

it('looks at the card once after a payment and the write that follows it, refused or not', async () => {
  const queries = new QueryClient();
  let looks = 0;
  const watch = new QueryObserver<unknown>(queries, {
    queryKey: api.cards.read.queryKey({ input: { slot: 1 } }),
    queryFn: async () => {
      looks += 1;
      return null;
    },
    staleTime: Number.POSITIVE_INFINITY,
  });
  const stop = watch.subscribe(() => undefined);
  await vi.advanceTimersByTimeAsync(0);
  expect(looks).toBe(1);

  expect(await withReaderTurn(queries, async () => 'paid')).toBe('paid');
  await vi.advanceTimersByTimeAsync(20);
  const write = withReaderTurn(queries, () => new Promise((_resolve, reject) => setTimeout(() => reject(new Error('torn')), 2_000)));
  const torn = expect(write).rejects.toThrow('torn');
  await vi.advanceTimersByTimeAsync(2_000);
  await torn;
  expect(looks).toBe(1);

  await vi.advanceTimersByTimeAsync(1_000);
  expect(looks).toBe(2);
  stop();
});
