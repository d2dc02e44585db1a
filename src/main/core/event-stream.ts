// Pushed events as an async iterator, with a bound on what a slow listener may hold.
import type { CounterEvent, Events } from './ports/runtime.ts';

const MOST_WAITING = 1000;

/** Yields every event from now on until `signal` ends it. A listener slower than a thousand events loses the oldest first. */
export async function* streamEvents(events: Events, signal: AbortSignal | undefined): AsyncGenerator<CounterEvent, void, void> {
  const waiting: CounterEvent[] = [];
  let wake: (() => void) | null = null;
  const rouse = () => {
    wake?.();
    wake = null;
  };
  const unsubscribe = events.subscribe((event) => {
    waiting.push(event);
    if (waiting.length > MOST_WAITING) waiting.shift();
    rouse();
  });
  signal?.addEventListener('abort', rouse);
  try {
    while (signal?.aborted !== true) {
      const event = waiting.shift();
      if (event !== undefined) yield event;
      else {
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      }
    }
  } finally {
    unsubscribe();
    signal?.removeEventListener('abort', rouse);
  }
}
