// The databases that headquarters must run on: the embedded one, and a real PostgreSQL where there is one.
import { randomBytes } from 'node:crypto';
import pg from 'pg';
import { type Database, openDatabase } from '../../src/hq/database.ts';

export interface TestDatabase {
  readonly name: string;
  /** Opens an empty database. */
  open(): Promise<{ readonly db: Database; close(): Promise<void> }>;
}

/** A server that the tester has started: `postgres://user@host:port/database`, where databases may be made. */
const POSTGRES_URL = process.env.COUNTERTOP_POSTGRES_URL;

const pglite: TestDatabase = {
  name: 'PGlite',
  async open() {
    const db = await openDatabase({ kind: 'memory' });
    return { db, close: () => db.destroy() };
  },
};

function postgres(serverUrl: string): TestDatabase {
  return {
    name: 'PostgreSQL',
    async open() {
      const name = `countertop_${randomBytes(6).toString('hex')}`;
      const server = new pg.Client({ connectionString: serverUrl });
      await server.connect();
      await server.query(`create database ${name}`);
      const url = new URL(serverUrl);
      url.pathname = `/${name}`;
      const db = await openDatabase({ kind: 'url', url: url.href });
      return {
        db,
        async close() {
          await db.destroy();
          await server.query(`drop database ${name} with (force)`);
          await server.end();
        },
      };
    },
  };
}

/** The embedded database, and PostgreSQL where `COUNTERTOP_POSTGRES_URL` names a server. */
export const TEST_DATABASES: readonly TestDatabase[] = POSTGRES_URL === undefined ? [pglite] : [pglite, postgres(POSTGRES_URL)];
