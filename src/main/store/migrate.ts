// The migration runner: refuses a database from the future, backs up before it changes anything.
import { existsSync, mkdirSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { Kysely, SqliteAdapter, SqliteDriver, SqliteIntrospector, SqliteQueryCompiler } from 'kysely';
import { type Migration, Migrator } from 'kysely/migration';
import { BRANCH_MIGRATIONS } from '../../../migrations/branch/index.ts';
import { Fault } from '../../shared/domain/fault.ts';
import { attempt, type Connection } from './hot.ts';

const KEPT_BACKUPS = 5;

/** Kysely runs SQLite's migrations outside a transaction; SQLite can change tables inside one, so a failed run leaves nothing half done. */
class TransactionalAdapter extends SqliteAdapter {
  override get supportsTransactionalDdl(): boolean {
    return true;
  }
}

/** Returns the names of the migrations that have run on the database, oldest first; none on an empty one. */
export function executedMigrations(connection: Connection): string[] {
  return attempt(() => {
    const table = connection.prepare("SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name = 'kysely_migration'").get();
    if (table === undefined) return [];
    return connection.prepare<[], string>('SELECT name FROM kysely_migration ORDER BY name').pluck().all();
  });
}

/**
 * Brings the database to the newest of `migrations` (all of the branch's when not given), in the order of their names.
 * A database that holds data is first copied, consistently, into `backupDir`; the last five copies are kept.
 * Throws DATABASE_NEWER, before touching anything, when the database has run a migration that this program does not know;
 * DATABASE_FAILED when a migration fails, which then has changed nothing.
 */
export async function migrateBranch(options: {
  readonly connection: Connection;
  readonly backupDir: string;
  readonly nowMs: number;
  readonly migrations?: Readonly<Record<string, Migration>>;
}): Promise<void> {
  const { connection, backupDir, nowMs, migrations = BRANCH_MIGRATIONS } = options;
  const executed = executedMigrations(connection);
  const unknown = executed.filter((name) => !(name in migrations));
  if (unknown.length > 0) throw new Fault('DATABASE_NEWER', { migration: unknown.at(-1) ?? '' });
  if (executed.length === Object.keys(migrations).length) return;
  if (executed.length > 0) backUp({ connection, backupDir, nowMs });
  // The handle stays ours: kysely's destroy would close it, so it is not called.
  const db = new Kysely<unknown>({
    dialect: {
      createAdapter: () => new TransactionalAdapter(),
      createDriver: () => new SqliteDriver({ database: connection }),
      createIntrospector: (on) => new SqliteIntrospector(on),
      createQueryCompiler: () => new SqliteQueryCompiler(),
    },
  });
  // Numbers are given out ahead: one that comes later than a higher one stands by itself.
  const migrator = new Migrator({ db, allowUnorderedMigrations: true, provider: { getMigrations: async () => ({ ...migrations }) } });
  const { error, results } = await migrator.migrateToLatest();
  if (error !== undefined) {
    const failed = results?.find((result) => result.status === 'Error')?.migrationName ?? '';
    throw new Fault('DATABASE_FAILED', { migration: failed }, { cause: error });
  }
}

/** Copies the database, as of now, into `backupDir` and returns the copy's path; removes all but the last five copies. */
export function backUp(options: { readonly connection: Connection; readonly backupDir: string; readonly nowMs: number }): string {
  const { connection, backupDir, nowMs } = options;
  mkdirSync(backupDir, { recursive: true });
  const stamp = new Date(nowMs).toISOString().replace(/[-:.]/g, '');
  let file = join(backupDir, `branch-${stamp}.sqlite`);
  for (let copy = 2; existsSync(file); copy += 1) file = join(backupDir, `branch-${stamp}-${copy}.sqlite`);
  attempt(() => connection.prepare('VACUUM INTO ?').run(file));
  const copies = readdirSync(backupDir)
    .filter((name) => /^branch-\d{8}T\d{9}Z(-\d+)?\.sqlite$/.test(name))
    .sort();
  for (const name of copies.slice(0, -KEPT_BACKUPS)) rmSync(join(backupDir, name));
  return file;
}
