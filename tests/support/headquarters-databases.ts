// The databases that headquarters must run on: the embedded one, and a real PostgreSQL.
import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { sql } from 'kysely';
import { afterAll, beforeAll, describe, inject } from 'vitest';
import { type Database, openDatabase } from '../../src/hq/database.ts';
import type { Tables } from '../../src/hq/tables.ts';
import { newDatabase } from './postgres-server.ts';
import type {} from './postgres-shared.ts';

export interface TestDatabase {
  readonly name: string;
  /** Opens an empty database. */
  open(): Promise<{ readonly db: Database; close(): Promise<void> }>;
}

const pglite: TestDatabase = {
  name: 'PGlite',
  async open() {
    const db = await openDatabase({ kind: 'memory' });
    return { db, close: () => db.destroy() };
  },
};

const postgres: TestDatabase = {
  name: 'PostgreSQL',
  async open() {
    const serverUrl = process.env.COUNTERTOP_POSTGRES_URL ?? (await sharedServerUrl());
    const { url, drop } = await newDatabase(serverUrl);
    const db = await openDatabase({ kind: 'url', url });
    return { db, close: () => db.destroy().then(drop) };
  },
};

/** `COUNTERTOP_POSTGRES_URL` names another server than the one that the run starts: `postgres://user@host:port/database`, where databases may be made. */
export const TEST_DATABASES: readonly TestDatabase[] = [pglite, postgres];

/** Declares the tests on each of the databases, which is opened once; whoever wants it empty empties it. */
export function onEachDatabase(tests: (database: () => Database) => void): void {
  for (const { name, open } of TEST_DATABASES) {
    describe(`on ${name}`, () => {
      let opened: Awaited<ReturnType<TestDatabase['open']>>;
      beforeAll(async () => {
        opened = await open();
      }, 120_000);
      afterAll(() => opened.close());
      tests(() => opened.db);
    });
  }
}

/** Copies every table; what is returned puts the copy back, as a restored backup does. */
export async function backUpDatabase(db: Database): Promise<() => Promise<void>> {
  const names = (await db.introspection.getTables()).map(({ name }) => name as keyof Tables);
  const rows = new Map<keyof Tables, unknown[]>();
  for (const name of names) rows.set(name, await db.selectFrom(name).selectAll().execute());
  return async () => {
    await emptyDatabase(db);
    for (const [name, kept] of rows) {
      for (let start = 0; start < kept.length; start += 500) {
        const some = kept.slice(start, start + 500) as Tables['branches'][];
        await db.insertInto(name).values(some).execute();
      }
    }
  };
}

/** Empties every table: a database is opened in a second or two, and emptied in a moment. */
export async function emptyDatabase(db: Database): Promise<void> {
  const tables = (await db.introspection.getTables()).map(({ name }) => sql.table(name));
  await sql`truncate ${sql.join(tables)} restart identity`.execute(db);
}

/** Returns the URL of the server that this test run shares; the first to ask waits for its start. */
async function sharedServerUrl(): Promise<string> {
  const answer = await text(connect(inject('postgresDoorPort'), '127.0.0.1'));
  if (answer.startsWith('error ')) throw new Error(answer);
  return answer;
}
