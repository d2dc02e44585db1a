// Timers whose hands the test turns.
import type { Timers } from '../transport.ts';

export interface ManualTimers extends Timers {
  /** Lets `ms` pass, running what falls due in order, and the promises in between. */
  advance(ms: number): Promise<void>;
  /** Lets time pass until `promise` settles, at most `limitMs`; returns or rejects as it does. */
  settle<T>(promise: Promise<T>, limitMs?: number): Promise<T>;
}

/** Resolves when every promise that needs no timer has come through, however long their chain is. */
function flushPromises(): Promise<void> {
  return new Promise((resolve) => void setImmediate(resolve));
}

/** Returns timers that stand still until told. */
export function createManualTimers(): ManualTimers {
  let now = 0;
  let nextId = 1;
  const due = new Map<number, { readonly atMs: number; readonly callback: () => void }>();

  function earliest(): { readonly id: number; readonly atMs: number } | null {
    let first: { readonly id: number; readonly atMs: number } | null = null;
    for (const [id, timer] of due) if (first === null || timer.atMs < first.atMs) first = { id, atMs: timer.atMs };
    return first;
  }

  function run(id: number): void {
    const timer = due.get(id);
    due.delete(id);
    if (!timer) return;
    now = timer.atMs;
    timer.callback();
  }

  return {
    now: () => now,
    setTimeout(callback, delayMs) {
      const id = nextId++;
      due.set(id, { atMs: now + delayMs, callback });
      return id;
    },
    clearTimeout(handle) {
      due.delete(handle as number);
    },
    async advance(ms) {
      const end = now + ms;
      await flushPromises();
      for (let next = earliest(); next && next.atMs <= end; next = earliest()) {
        run(next.id);
        await flushPromises();
      }
      now = end;
    },
    async settle(promise, limitMs = 600_000) {
      let settled = false;
      const mark = () => {
        settled = true;
      };
      promise.then(mark, mark);
      const end = now + limitMs;
      await flushPromises();
      for (let next = earliest(); !settled && next && next.atMs <= end; next = earliest()) {
        run(next.id);
        await flushPromises();
      }
      if (!settled) throw new Error(`not settled after ${limitMs} ms`);
      return promise;
    },
  };
}
