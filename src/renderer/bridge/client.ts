// The only door to the core: the typed client over the line, its query helpers, and what went wrong as a Problem.
import { createORPCClient, ORPCError } from '@orpc/client';
import { createTanstackQueryUtils } from '@orpc/tanstack-query';
import { QueryClient } from '@tanstack/react-query';
import type { CounterClient } from '../../shared/contract/index.ts';
import type { Problem } from '../text/index.ts';
import { Line, LineLost } from './line.ts';
import { openTransport } from './transports.ts';

const SESSION_KEY = 'countertop.session';

/** The session this window had, kept over a reload of the window and never longer. */
export const keptSession = {
  get: (): string | null => sessionStorage.getItem(SESSION_KEY),
  set: (sessionId: string): void => sessionStorage.setItem(SESSION_KEY, sessionId),
  forget: (): void => sessionStorage.removeItem(SESSION_KEY),
};

type Signed = Awaited<ReturnType<CounterClient['session']['resume']>>;
type SessionListener = (session: Signed | null) => void;
const sessionListeners = new Set<SessionListener>();

/** Calls `listener` whenever a session was continued or found expired. Returns how to stop. */
export function onSession(listener: SessionListener): () => void {
  sessionListeners.add(listener);
  return () => sessionListeners.delete(listener);
}

function tellSession(session: Signed | null): void {
  for (const listener of sessionListeners) listener(session);
}

/** Continues the kept session on a fresh line; a session that is over is forgotten. Without one it only hears that the core is there. */
async function continueSession(): Promise<void> {
  const sessionId = keptSession.get();
  try {
    if (sessionId !== null) return tellSession(await client.session.resume({ sessionId }));
    await client.system.info({});
    tellSession(null);
  } catch (error) {
    if (problemOf(error).code === 'LINE_LOST') throw error;
    keptSession.forget();
    tellSession(null);
  }
}

export const line = new Line({
  open: openTransport,
  afterOpen: continueSession,
  random: Math.random,
  sleep: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
});

export const client: CounterClient = createORPCClient(line);
export const api = createTanstackQueryUtils(client);

/** Returns anything caught from a call as a Problem; a lost line is LINE_LOST, what is not ours INTERNAL. */
export function problemOf(error: unknown): Problem {
  if (error instanceof LineLost) return { code: 'LINE_LOST', context: {} };
  if (error instanceof ORPCError) {
    const data: unknown = error.data;
    return { code: error.code, context: typeof data === 'object' && data !== null ? (data as Problem['context']) : {} };
  }
  return { code: 'INTERNAL', context: {} };
}

/** Ends the window's session on this side when a call says that it is over. */
export function noticeExpiry(error: unknown): void {
  const { code } = problemOf(error);
  if (code !== 'SESSION_EXPIRED' && code !== 'SESSION_REQUIRED') return;
  keptSession.forget();
  tellSession(null);
}

/** Returns the cache of what the core has answered. Loopback needs no network, so nothing waits for one. */
export function createQueries(): QueryClient {
  const queries: QueryClient = new QueryClient({
    defaultOptions: {
      queries: {
        networkMode: 'always',
        refetchOnWindowFocus: false,
        staleTime: 30_000,
        retry: (count, error) => error instanceof LineLost && count < 5,
      },
      mutations: { networkMode: 'always', retry: false },
    },
  });
  queries.getQueryCache().subscribe((event) => {
    if (event.type === 'updated' && event.action.type === 'error') noticeExpiry(event.action.error);
  });
  queries.getMutationCache().subscribe((event) => {
    if (event.type === 'updated' && event.action.type === 'error') noticeExpiry(event.action.error);
  });
  return queries;
}
