// Work that is done again and again, one round at a time, until it is stopped.
import type { ReplicationTimers } from './pace.ts';

export interface Rounds {
  isRunning(): boolean;
  start(): void;
  /** There is something to do: a rest ends now. */
  nudge(): void;
  /** Aborts the round under way; resolves when nothing of it runs any more. */
  stop(): Promise<void>;
}

/** Returns rounds of `run`, not yet started. It must not throw, and returns the delay until the next round, ms; null rests until it is nudged. */
export function createRounds(timers: ReplicationTimers, run: (abort: AbortController) => Promise<number | null>): Rounds {
  let running = false;
  let timer: unknown = null;
  /** Nudged while a round was under way. */
  let again = false;
  let underWay: { readonly abort: AbortController; readonly done: Promise<void> } | null = null;

  function begin(): void {
    timer = null;
    again = false;
    const abort = new AbortController();
    const done = run(abort).then((delayMs) => {
      underWay = null;
      if (!running) return;
      if (delayMs !== null) timer = timers.setTimeout(begin, delayMs);
      else if (again) timer = timers.setTimeout(begin, 0);
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
    nudge() {
      // A retry that is due keeps its time: a headquarters in trouble is not asked more often.
      again = true;
      if (running && timer === null && underWay === null) timer = timers.setTimeout(begin, 0);
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
