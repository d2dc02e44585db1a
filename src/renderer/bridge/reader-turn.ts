// Whose turn the reader is: a payment, a write or a refund goes before the screens' own look at the card.
import type { QueryClient } from '@tanstack/react-query';
import { useSyncExternalStore } from 'react';
import { api, problemOf } from './client.ts';

const PAUSE_MS = 300;
const TRIES = 8;

let taken = 0;
const listeners = new Set<() => void>();

function take(change: 1 | -1): void {
  taken += change;
  for (const listener of listeners) listener();
}

/** Whether a call of this window holds the reader, so that nothing else should ask it. */
export function useReaderTaken(): boolean {
  return useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => taken > 0,
  );
}

const pause = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, PAUSE_MS));

/**
 * Makes a call that needs the reader: waits for a look at the card that is under way, keeps new ones away, and asks again while
 * somebody else holds the reader. `refusedBusy` tells a busy reader from an answer. Returns or throws what the last try did.
 */
export async function withReaderTurn<T>(queries: QueryClient, call: () => Promise<T>, refusedBusy: (answer: T) => boolean): Promise<T> {
  take(1);
  try {
    for (let wait = 0; wait < TRIES && queries.isFetching({ queryKey: api.cards.key() }) > 0; wait += 1) await pause();
    for (let tries = 1; ; tries += 1) {
      try {
        const answer = await call();
        if (tries >= TRIES || !refusedBusy(answer)) return answer;
      } catch (error) {
        if (tries >= TRIES || problemOf(error).code !== 'DEVICE_BUSY') throw error;
      }
      await pause();
    }
  } finally {
    take(-1);
    void queries.invalidateQueries({ queryKey: api.cards.key() });
  }
}
