// Whose turn the reader is: a payment, a write or a refund goes before the screens' own look at the card.
import type { QueryClient } from '@tanstack/react-query';
import { useSyncExternalStore } from 'react';
import { api } from './client.ts';

/** A payment is followed by its write, a write by what is left of it: a look at the card between them would keep the customer waiting. */
const FOLLOWED_WITHIN_MS = 150;

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

/**
 * Makes a call that needs the reader and keeps the screens' own looks at the card away meanwhile; once no other has followed they look again.
 * The core lets such calls take turns, so one that arrives during a look waits there. Returns or throws what the call did.
 */
export async function withReaderTurn<T>(queries: QueryClient, call: () => Promise<T>): Promise<T> {
  take(1);
  try {
    return await call();
  } finally {
    setTimeout(() => {
      take(-1);
      if (taken === 0) void queries.invalidateQueries({ queryKey: api.cards.key() });
    }, FOLLOWED_WITHIN_MS);
  }
}
