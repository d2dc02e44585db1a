// News of a branch: nobody who waits misses any, whoever has ordered it, and nobody is woken for nothing.
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { createNews, type News } from './feed.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const { signal } = new AbortController();
const long = { waitMs: 25_000, signal };

/** Waits and notes under `name` that it is over. */
function watch(news: News, over: string[], of: { readonly name: string; readonly branchNo: string; readonly position: number }): void {
  const { name, branchNo, position } = of;
  void news.wait(branchNo, { ...long, since: news.count(branchNo), position }).then(() => over.push(name));
}

it('wakes those of the branch', async () => {
  const news = createNews();
  const over: string[] = [];
  watch(news, over, { name: 'one', branchNo: '01', position: 4 });
  watch(news, over, { name: 'other', branchNo: '02', position: 4 });
  news.publish('01');
  await vi.advanceTimersByTimeAsync(0);
  expect(over).toEqual(['one']);
});

it('does not let anybody wait for what came while the database was asked', async () => {
  const news = createNews();
  const since = news.count('01');
  news.publish('01');
  const over = news.wait('01', { ...long, since, position: 4 }).then(() => 'at once');
  await vi.advanceTimersByTimeAsync(0);
  expect(await Promise.race([over, Promise.resolve().then(() => Promise.resolve('later'))])).toBe('at once');
});

it('asks the database once for all and wakes only those for whom another process has ordered something', async () => {
  const asked: (readonly string[])[] = [];
  let end = 4;
  const ends = async (branchNos: readonly string[]) => {
    asked.push(branchNos);
    return new Map([
      ['01', end],
      ['02', 9],
    ]);
  };
  const news = createNews({ recheckMs: 500, ends });
  const over: string[] = [];
  for (const name of ['one', 'two']) watch(news, over, { name, branchNo: '01', position: 4 });
  watch(news, over, { name: 'up to date', branchNo: '02', position: 9 });

  await vi.advanceTimersByTimeAsync(1_100);
  expect(asked).toEqual([
    ['01', '02'],
    ['01', '02'],
  ]);
  expect(over).toEqual([]);
  end = 5;
  await vi.advanceTimersByTimeAsync(500);
  expect(over).toEqual(['one', 'two']);
  await vi.advanceTimersByTimeAsync(25_000);
  expect(over).toEqual(['one', 'two', 'up to date']);
  const before = asked.length;
  await vi.advanceTimersByTimeAsync(5_000);
  expect(asked.length).toBeLessThanOrEqual(before + 1);
});
