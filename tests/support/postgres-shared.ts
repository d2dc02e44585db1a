// vitest's global setup: one real PostgreSQL for the whole run, started by the first test file that asks for it.
import { once } from 'node:events';
import { createServer } from 'node:net';
import type { TestProject } from 'vitest/node';
import { HASTY_SETTINGS, type PostgresServer, startPostgres } from './postgres-server.ts';

declare module 'vitest' {
  export interface ProvidedContext {
    /** Port on loopback that answers a connection with the server's URL, or with `error ` and what went wrong. */
    readonly postgresDoorPort: number;
  }
}

/** Opens the door; returns what closes it and stops the server, if anybody asked for one. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  let server: Promise<PostgresServer> | null = null;
  const door = createServer((socket) => {
    server ??= startPostgres(HASTY_SETTINGS);
    server.then(
      ({ url }) => socket.end(url),
      (error: unknown) => socket.end(`error ${String(error)}`),
    );
    socket.on('error', () => undefined);
  }).listen(0, '127.0.0.1');
  await once(door, 'listening');
  const address = door.address();
  if (address === null || typeof address === 'string') throw new RangeError('no port');
  project.provide('postgresDoorPort', address.port);
  return async () => {
    door.close();
    await (await server?.catch(() => null))?.stop();
  };
}
