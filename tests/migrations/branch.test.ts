// Every branch migration one by one: what was there before is there after, and the runner refuses and backs up as it should.
import { mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { sql } from 'kysely';
import type { Migration } from 'kysely/migration';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { BRANCH_MIGRATIONS } from '../../migrations/branch/index.ts';
import { openStore } from '../../src/main/store/index.ts';
import { executedMigrations, migrateBranch } from '../../src/main/store/migrate.ts';
import { openBranch } from '../support/sample-operations.ts';

const NAMES = Object.keys(BRANCH_MIGRATIONS);
const NOW_MS = Date.parse('2026-03-02T08:00:00.000Z');
const DUMMY = '0'.repeat(64);

let dir: string;
let backupDir: string;
let db: Database.Database;

beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'countertop-migrations-'));
  backupDir = join(dir, 'backup');
  db = new Database(join(dir, 'branch.sqlite'));
});
afterEach(() => {
  db.close();
  rmSync(dir, { recursive: true, force: true });
});

function first(count: number): Record<string, Migration> {
  return Object.fromEntries(Object.entries(BRANCH_MIGRATIONS).slice(0, count));
}

function migrate(migrations?: Readonly<Record<string, Migration>>, nowMs = NOW_MS): Promise<void> {
  return migrateBranch({ connection: db, backupDir, nowMs, migrations });
}

function tables(of: Database.Database = db): string[] {
  return of
    .prepare<[], string>(
      "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'kysely_%' AND name NOT LIKE 'sqlite_%' ORDER BY name",
    )
    .pluck()
    .all();
}

/** Names of indexes that a migration has made. */
function indexes(): string[] {
  return db.prepare<[], string>("SELECT name FROM sqlite_schema WHERE type = 'index' AND sql IS NOT NULL").pluck().all();
}

/** Columns of all tables, as `table.column`. */
function columns(): string[] {
  const named = "SELECT t.name || '.' || c.name FROM sqlite_schema AS t, pragma_table_info(t.name) AS c WHERE t.type = 'table'";
  return db.prepare<[], string>(named).pluck().all();
}

function dump(of: Database.Database = db): Record<string, unknown[]> {
  return Object.fromEntries(tables(of).map((table) => [table, of.prepare(`SELECT * FROM "${table}"`).all()]));
}

/** A row for each table of a migration, as that migration made it. Written down by hand: a migration must bear the data of its own time. */
const ROWS: Record<string, readonly string[]> = {
  '0001-journal': [
    "INSERT INTO meta VALUES ('counter-id', 'C01')",
    `INSERT INTO operation VALUES (1, 'op-1', 'C01', 'shift.opened', '2026-03-02', 's', '1001', '', 5, '{"floatFen":5,"shiftId":"s"}', '${DUMMY}', '${DUMMY}')`,
    "INSERT INTO posting VALUES (1, 1, 'cash-drawer', 's', 5), (1, 2, 'safe', '', -5)",
    "INSERT INTO counter_sequence VALUES ('receipt', 41)",
    "INSERT INTO replication_cursor VALUES ('acknowledged', 1)",
  ],
  '0002-customers': [
    "INSERT INTO branch VALUES (1, '01', '城北营业厅', '9A01', '2026-03-02')",
    "INSERT INTO staff VALUES ('1001', '李静', 'clerk', 'x')",
    "INSERT INTO tariff VALUES ('residential', '{}')",
    "INSERT INTO account VALUES (1, 'a-1', '1000000001', 'residential', '王小明', '13800000000', '城北区', '和平路', '阳光花园', '1栋', 3, 'residential', 0, 'active', NULL, NULL)",
    "INSERT INTO meter VALUES ('112000000001', 'a-1', '恒澜', 'ic', 1, 2, 3, 0)",
    "INSERT INTO card VALUES ('6200000001', 'a-1', 'countertop-double', 'active', 1, 1000)",
    "INSERT INTO tier_use VALUES ('a-1', 2026, 1000)",
  ],
  '0003-topups': [
    "INSERT INTO shift VALUES (1, 's', '1001', '2026-03-02', 5, 5, 'open')",
    "INSERT INTO topup VALUES (1, 't', 'a-1', '6200000001', 's', '1001', '2026-03-02', 'paid', 6, 2, 0, '{}', NULL)",
    "INSERT INTO receipt VALUES (1, 'r', 'C01-1', 't', 'a-1', 'issued', 0, 'markup')",
    "INSERT INTO ledger_balance VALUES ('safe', '', -5)",
  ],
  '0004-search': ["INSERT INTO search_term VALUES (2, '王小明', 1)", "INSERT INTO place_term VALUES ('光花园', '阳光花园')"],
  '0005-charging': [
    "INSERT INTO receivable VALUES (1, 'd', 'a-1', '2026-03-02', 'gas', 'reading', '三月', 1980, 980, 90, '2026-03-20', 1, NULL)",
    "INSERT INTO payment VALUES (1, 'p', 'a-1', 's', '1001', '2026-03-02', 6, 'taken', '{}')",
    "INSERT INTO payment_account VALUES ('a-1', 1)",
  ],
  '0006-business': [
    "INSERT INTO volume_owed VALUES ('a-1', 5000)",
    "INSERT INTO record VALUES ('note', 'n', 'a-1', '', '{}')",
    "INSERT INTO record_key VALUES ('customer', 'phone', '13800000000', 'c')",
  ],
  '0007-private': [`INSERT INTO private_number VALUES ('${DUMMY}', 'c2VhbGVk')`],
  '0008-drafts': ["INSERT INTO draft VALUES ('1001', 'a', 'topup', '', '2026-03-02', 5, 'c2VhbGVk')"],
  '0009-replica': [
    "INSERT INTO feed VALUES (1, 'f', 'C02', 1, 'h', 'applied', '', '')",
    "INSERT INTO foreign_operation VALUES ('C02', 1, 'o-9', 'account.note', '2026-03-02', 's', '1001', 'a-1', 5, '{}', '', 'h')",
    "INSERT INTO foreign_posting VALUES ('C02', 1, 0, 'safe', '', -5)",
    "INSERT INTO unfolded VALUES ('C02', 1)",
    'INSERT INTO heard_conflict VALUES (1, 2)',
    "INSERT INTO exception_case VALUES ('e', 'open', 5, '{}')",
  ],
  '0010-shifts': ["INSERT INTO drawer_opening VALUES (1, 'o', 'C01', 's', '2026-03-02', '1001', 'no-sale', '', '换零钱', '2001', 7)"],
  '0011-settling': [
    "INSERT INTO discarded VALUES ('o-8')",
    `INSERT INTO former_operation VALUES ('C01', 9, 'o-7', 'note.added', '2026-03-02', 's', '1001', 'a-1', 5, '{}', '${DUMMY}', '${DUMMY}')`,
  ],
  '0012-first-load': ["INSERT INTO held_term VALUES (1, '[]')", "INSERT INTO signed_head VALUES ('C02', 1, 'h', 's')"],
  '0016-visits': ["INSERT INTO visit VALUES ('a', '{}', 'x', 1)", "INSERT INTO visit_card VALUES ('c', 'a')"],
  '0017-takings': [
    `INSERT INTO operation VALUES (2, 'op-2', 'C01', 'topup.paid', '2026-03-02', 's', '1001', 'a-1', 6, '{}', '${DUMMY}', '${DUMMY}')`,
  ],
  '0018-print-jobs': ["INSERT INTO print_job VALUES (1, 'j', 'queued', 'k', 5, '{}', '')"],
  '0020-close-papers': ["INSERT INTO close_paper VALUES ('c', 'exceptions', 'waiting', 5, 'h', 2, NULL, x'2550')"],
  '0021-fold-log': ["INSERT INTO fold_step VALUES (1, 'C01', 2, 1)", "INSERT INTO fold_undo VALUES (1, 'DELETE FROM card')"],
  '0022-shift-endings': [
    `INSERT INTO operation VALUES (3, 'op-3', 'C01', 'shift.closed', '2026-03-02', 's', '1001', '', 6, '{}', '${DUMMY}', '${DUMMY}')`,
  ],
  '0023-change-ids': ["UPDATE account SET change_id = 'op-2'"],
};

describe('each migration', () => {
  it('has sample rows here, so that none comes untested', () => {
    expect(Object.keys(ROWS)).toEqual(NAMES);
    expect(NAMES).toEqual([...NAMES].sort());
    // Numbers may be left out, never used twice.
    const numbers = NAMES.map((name) => /^(\d{4})-[a-z-]+$/.exec(name)?.[1]);
    expect(new Set(numbers).size).toBe(NAMES.length);
    expect(numbers).not.toContain(undefined);
    for (const name of NAMES) expect(name).toMatch(/^\d{4}-[a-z-]+$/);
  });

  it.each(NAMES.map((name, index) => [name, index] as const))('%s keeps the data of all before it', async (name, index) => {
    // Each row goes in at its own time: a later migration may have changed its table.
    for (const [at, earlier] of NAMES.slice(0, index).entries()) {
      await migrate(first(at + 1));
      for (const row of ROWS[earlier] ?? []) db.exec(row);
    }
    const before = dump();
    const shape = [...indexes(), ...columns()];
    await migrate(first(index + 1));
    expect(dump()).toMatchObject(before);
    expect(executedMigrations(db)).toEqual(NAMES.slice(0, index + 1));
    const grown = indexes().length + columns().length - shape.length;
    const added = tables().filter((table) => !(table in before));
    for (const row of ROWS[name] ?? []) db.exec(row);
    const after = dump();
    expect(grown).toBeGreaterThan(0);
    for (const table of added) expect(after[table]?.length, `${table} has a sample row`).toBeGreaterThan(0);
  });
});

describe('the runner', () => {
  it('does nothing, not even a backup, on a database that is up to date', async () => {
    await migrate();
    await migrate();
    expect(() => readdirSync(backupDir)).toThrow();
  });

  it('backs up a database with data before it runs anything, and not an empty one', async () => {
    await migrate(first(2));
    expect(() => readdirSync(backupDir)).toThrow();
    for (const row of ROWS['0001-journal'] ?? []) db.exec(row);
    const before = dump();
    await migrate();
    const [copy, ...more] = readdirSync(backupDir);
    expect(more).toEqual([]);
    const backup = new Database(join(backupDir, copy ?? ''), { readonly: true });
    expect(dump(backup)).toEqual(before);
    expect(executedMigrations(backup)).toEqual(NAMES.slice(0, 2));
    backup.close();
  });

  it('keeps the last five backups and nobody else’s files', async () => {
    mkdirSync(backupDir);
    new Database(join(backupDir, 'branch-by-hand.sqlite')).exec('CREATE TABLE mine (x)').close();
    const steps: Record<string, Migration> = { '0001-first': { up: async (on) => void (await sql`CREATE TABLE t0 (x)`.execute(on)) } };
    for (let step = 2; step <= 9; step += 1) {
      await migrate({ ...steps }, NOW_MS + step * 1_000);
      steps[`000${step}-more`] = { up: async (on) => void (await sql.raw(`CREATE TABLE t${step} (x)`).execute(on)) };
    }
    const copies = readdirSync(backupDir).sort();
    expect(copies).toHaveLength(6);
    expect(copies).toContain('branch-by-hand.sqlite');
    expect(copies[0]).toBe('branch-20260302T080005000Z.sqlite');
  });

  it('refuses a database that a later program has migrated, and leaves it alone', async () => {
    const later = { up: async (on: Parameters<Migration['up']>[0]) => void (await sql`CREATE TABLE tomorrow (x)`.execute(on)) };
    await migrate({ ...BRANCH_MIGRATIONS, '9999-tomorrow': later });
    const before = dump();
    await expect(migrate()).rejects.toMatchObject({ code: 'DATABASE_NEWER', context: { migration: '9999-tomorrow' } });
    expect(dump()).toEqual(before);
    db.close();
    const opening = openStore({ file: join(dir, 'branch.sqlite'), backupDir, clock: { nowMs: () => NOW_MS } });
    await expect(opening).rejects.toMatchObject({ code: 'DATABASE_NEWER' });
    db = new Database(join(dir, 'branch.sqlite'));
    expect(dump()).toEqual(before);
  });

  it('changes nothing when a migration fails, and names it', async () => {
    await migrate(first(1));
    for (const row of ROWS['0001-journal'] ?? []) db.exec(row);
    const before = dump();
    const failing: Migration = {
      async up(on) {
        await sql`CREATE TABLE half (x)`.execute(on);
        await sql`INSERT INTO nowhere VALUES (1)`.execute(on);
      },
    };
    await expect(migrate({ ...first(1), '0002-failing': failing })).rejects.toMatchObject({
      code: 'DATABASE_FAILED',
      context: { migration: '0002-failing' },
    });
    expect(dump()).toEqual(before);
    await migrate();
    expect(executedMigrations(db)).toEqual(NAMES);
  });

  it('opens what an earlier program left in the middle of the list', async () => {
    await migrate(first(2));
    db.close();
    const store = await openStore({ file: join(dir, 'branch.sqlite'), backupDir, counterId: 'C07', clock: { nowMs: () => NOW_MS } });
    expect(store.importOperations(openBranch())).toBe(2);
    expect(store.counterId()).toBe('C07');
    store.close();
    db = new Database(join(dir, 'branch.sqlite'));
  });
});
