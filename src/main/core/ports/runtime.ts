// Ports for time, chance and events: everything a seeded simulation replaces.
import type { z } from 'zod';
import type { counterEventSchema } from '../../../shared/contract/events.ts';

export interface Clock {
  /** Wall clock, ms since 1970. Shown, never trusted. */
  nowMs(): number;
}

export interface Ids {
  /** A new UUIDv7. */
  uuid(): string;
  /** An unguessable token, url-safe. */
  token(): string;
}

export type CounterEvent = z.infer<typeof counterEventSchema>;

export interface Events {
  publish(event: CounterEvent): void;
  /** Calls `listener` for every event from now on; returns the function that stops it. */
  subscribe(listener: (event: CounterEvent) => void): () => void;
}
