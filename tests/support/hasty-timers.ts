// Timers for simulations that happen in one process: once everything has started nobody waits for a time-out any more.
import { systemTimers, type Timers } from '../../drivers/kit/transport.ts';

export interface HastyTimers extends Timers {
  /** From now on the clock jumps to the next timer whenever the event loop has nothing else to do. */
  hurry(): void;
}

interface Due {
  readonly atMs: number;
  readonly callback: () => void;
  /** The system's timer behind it; null once in a hurry. */
  handle: unknown;
}

/**
 * Returns timers that keep real time until `hurry`. Then a time-out still comes after everything that happens before it, but at once:
 * only for worlds whose lines and channels are in memory. What waits for a file or another process would find its time-out over.
 */
export function createHastyTimers(): HastyTimers {
  const due = new Map<number, Due>();
  let nextId = 1;
  /** The clock, ms; null while it is the system's. */
  let hurriedMs: number | null = null;
  let turning = false;

  const now = () => hurriedMs ?? systemTimers.now();

  /** One timer a turn of the event loop: promises and messages in memory have run dry by then. */
  function turn(): void {
    let next: readonly [id: number, timer: Due] | null = null;
    for (const entry of due) if (next === null || entry[1].atMs < next[1].atMs) next = entry;
    turning = next !== null;
    if (next === null) return;
    setImmediate(turn);
    const [id, timer] = next;
    due.delete(id);
    hurriedMs = Math.max(now(), timer.atMs);
    timer.callback();
  }

  function keepTurning(): void {
    if (turning || due.size === 0) return;
    turning = true;
    setImmediate(turn);
  }

  return {
    now,
    setTimeout(callback, delayMs) {
      const id = nextId++;
      const fire = () => {
        due.delete(id);
        callback();
      };
      due.set(id, { atMs: now() + delayMs, callback, handle: hurriedMs === null ? systemTimers.setTimeout(fire, delayMs) : null });
      if (hurriedMs !== null) keepTurning();
      return id;
    },
    clearTimeout(id) {
      const timer = due.get(id as number);
      if (timer?.handle) systemTimers.clearTimeout(timer.handle);
      due.delete(id as number);
    },
    hurry() {
      if (hurriedMs !== null) return;
      hurriedMs = systemTimers.now();
      for (const timer of due.values()) {
        systemTimers.clearTimeout(timer.handle);
        timer.handle = null;
      }
      keepTurning();
    },
  };
}
