// Work that is done again and again, one round at a time, until it is stopped.
import type { ReplicationTimers } from './pace.ts';

export interface Rounds {
  isRunning(): boolean;
  start(): void;
  /** Aborts the round under way; resolves when nothing of it runs any more. */
  stop(): Promise<void>;
}

/** Returns rounds of `run`, not yet started. It must not throw, and returns the delay until the next round, ms. */
export function createRounds(timers: ReplicationTimers, run: (abort: AbortController) => Promise<number>): Rounds {
  let running = false;
  let timer: unknown = null;
  let underWay: { readonly abort: AbortController; readonly done: Promise<void> } | null = null;

  function begin(): void {
    timer = null;
    const abort = new AbortController();
    const done = run(abort).then((delayMs) => {
      underWay = null;
      if (running) timer = timers.setTimeout(begin, delayMs);
    });
    underWay = { abort, done };
  }

  return {
    isRunning: () => running,
    start() {
      if (running) return;
      running = true;
      timer = timers.setTimeout(begin, 0);
    },
    async stop() {
      running = false;
      if (timer !== null) timers.clearTimeout(timer);
      timer = null;
      underWay?.abort.abort();
      await underWay?.done;
    },
  };
}
