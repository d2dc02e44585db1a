// Who is signed in at this window: signing in and out, and what the rest of the screen asks about it.
import { useSyncExternalStore } from 'react';
import type { Outputs } from '../../shared/contract/index.ts';
import { client, keptSession, onSession } from './client.ts';

export type Signed = Outputs['session']['signIn'];

/** `undefined` until the line has told whether a kept session goes on. */
let current: Signed | null | undefined = keptSession.get() === null ? null : undefined;
const listeners = new Set<() => void>();

function set(session: Signed | null): void {
  current = session;
  for (const listener of listeners) listener();
}
onSession(set);

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** Returns the session, null when nobody is signed in, undefined while that is not known yet. */
export function useSession(): Signed | null | undefined {
  return useSyncExternalStore(subscribe, () => current);
}

/** Signs in at this window. Throws what the call throws: CREDENTIALS_WRONG, SIGN_IN_LOCKED. */
export async function signIn(credentials: { readonly staffNo: string; readonly password: string }): Promise<void> {
  const session = await client.session.signIn(credentials);
  keptSession.set(session.sessionId);
  set(session);
}

/** Signs out; the window forgets the session even when the core cannot be told. */
export async function signOut(): Promise<void> {
  keptSession.forget();
  try {
    await client.session.signOut({});
  } finally {
    set(null);
  }
}
