// Waiting with an end.
import type { Timers } from '../../../drivers/kit/transport.ts';

/** Resolves with what `work` resolves to, or with null when that takes longer than `limitMs`. Rejects when `work` does in time. */
export async function withTimeLimit<T>(wait: {
  readonly work: Promise<T>;
  readonly limitMs: number;
  readonly timers: Timers;
}): Promise<T | null> {
  const { work, limitMs, timers } = wait;
  const late = Promise.withResolvers<null>();
  const handle = timers.setTimeout(() => late.resolve(null), limitMs);
  try {
    return await Promise.race([work, late.promise]);
  } finally {
    timers.clearTimeout(handle);
    // Nobody waits any more for work that fails after its time.
    work.catch(() => {});
  }
}
