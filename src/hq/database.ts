// Headquarters' database: opening PostgreSQL or the embedded PGlite, and bringing the schema up to date.
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { PGlite } from '@electric-sql/pglite';
import SqliteDatabase from 'better-sqlite3';
import { Kysely, PGliteDialect, PostgresDialect } from 'kysely';
import { type Migration, Migrator } from 'kysely/migration';
import pg from 'pg';
import { hqMigrations } from '../../migrations/hq/index.ts';
import { Fault } from '../shared/domain/fault.ts';
import type { Tables } from './tables.ts';

/** Counters wait no longer for an answer either, ms. */
const CONNECTION_TIMEOUT_MS = 15_000;

export type Database = Kysely<Tables>;

export type DatabasePlace =
  | { readonly kind: 'memory' }
  /** Embedded PGlite in this folder; it runs without fsync and belongs to one process. */
  | { readonly kind: 'folder'; readonly path: string }
  | { readonly kind: 'url'; readonly url: string };

/**
 * Opens the database and runs what is missing of the migrations; close it with `destroy()`. The folder is made when missing.
 * Throws DATABASE_NEWER, DATABASE_FAILED (with reason `in-use` when another process has the folder).
 */
export async function openDatabase(
  place: DatabasePlace,
  migrations: Readonly<Record<string, Migration>> = hqMigrations,
): Promise<Database> {
  const db: Database = new Kysely<Tables>({ dialect: dialectFor(place) });
  try {
    await migrate(db, migrations);
    return db;
  } catch (error) {
    await db.destroy().catch(() => undefined);
    throw error instanceof Fault ? error : new Fault('DATABASE_FAILED', {}, { cause: error });
  }
}

function dialectFor(place: DatabasePlace): PostgresDialect | PGliteDialect {
  if (place.kind === 'url') {
    // What is asked together is sent together (`together.ts`).
    const pool = new pg.Pool({ connectionString: place.url, max: 8, pipeline: true, connectionTimeoutMillis: CONNECTION_TIMEOUT_MS });
    // An idle connection that breaks has left the pool already; without a listener it would end the process.
    pool.on('error', () => undefined);
    return new PostgresDialect({ pool });
  }
  if (place.kind === 'memory') return new PGliteDialect({ pglite: () => PGlite.create('memory://') });
  mkdirSync(place.path, { recursive: true });
  const unlock = lockFolder(place.path);
  return new PGliteDialect({
    pglite: async () => {
      const pglite = await PGlite.create(join(place.path, 'pg'));
      const close = pglite.close.bind(pglite);
      pglite.close = () => close().finally(unlock);
      return pglite;
    },
  });
}

/**
 * Takes the folder for this process and returns what gives it back. PGlite itself lets two processes write the same files.
 * The lock is SQLite's on a file of its own, because the operating system drops it when the process dies.
 */
function lockFolder(path: string): () => void {
  const lock = new SqliteDatabase(join(path, 'headquarters.lock'), { timeout: 0 });
  try {
    lock.exec('begin exclusive');
    return () => lock.close();
  } catch (error) {
    lock.close();
    throw new Fault('DATABASE_FAILED', { reason: 'in-use' }, { cause: error });
  }
}

async function migrate(db: Database, migrations: Readonly<Record<string, Migration>>): Promise<void> {
  // Numbers are given out ahead: one that comes later than a higher one stands by itself.
  const migrator = new Migrator({ db, allowUnorderedMigrations: true, provider: { getMigrations: async () => ({ ...migrations }) } });
  const tables = await db.introspection.getTables({ withInternalKyselyTables: true });
  if (tables.some((table) => table.name === 'kysely_migration')) {
    const executed = await db
      .withTables<{ kysely_migration: { readonly name: string } }>()
      .selectFrom('kysely_migration')
      .select('name')
      .execute();
    const unknown = executed.find(({ name }) => migrations[name] === undefined);
    if (unknown !== undefined) throw new Fault('DATABASE_NEWER', { migration: unknown.name });
  }
  const { error } = await migrator.migrateToLatest();
  if (error !== undefined) throw new Fault('DATABASE_FAILED', { step: 'migrate' }, { cause: error });
}
