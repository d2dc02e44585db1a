// The core's own clock, ids and event hub as they are in production.
import { randomBytes } from 'node:crypto';
import { v7 } from 'uuid';
import type { Clock, CounterEvent, Events, Ids } from './ports/runtime.ts';

export const systemClock: Clock = { nowMs: () => Date.now() };

export const systemIds: Ids = {
  uuid: () => v7(),
  token: () => randomBytes(24).toString('base64url'),
};

/** Returns an event hub; a listener that throws does not keep the others from hearing. */
export function createEvents(): Events {
  const listeners = new Set<(event: CounterEvent) => void>();
  return {
    publish(event) {
      for (const listener of listeners) {
        try {
          listener(event);
        } catch (error) {
          console.error('event listener failed', error);
        }
      }
    },
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}
