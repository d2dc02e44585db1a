// The branch store: one SQLite file, one connection that writes and one that only reads.
import { randomInt } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import Database from 'better-sqlite3';
import { OPEN_DAYS } from '../../shared/domain/day-close.ts';
import { Fault } from '../../shared/domain/fault.ts';
import type { NewOperation } from '../../shared/domain/operation.ts';
import type { ClosePaperTable } from '../core/ports/close-papers.ts';
import type { DraftTable } from '../core/ports/drafts.ts';
import type { PrintJobTable } from '../core/ports/print-jobs.ts';
import type { SealedNumbers } from '../core/ports/private-numbers.ts';
import type { Replica } from '../core/ports/replica.ts';
import type { Clock } from '../core/ports/runtime.ts';
import type { StaffRow, Store, WriteTx } from '../core/ports/store.ts';
import type { Authority, VisitTable } from '../core/ports/visits.ts';
import { closePaperTable } from './close-papers.ts';
import { draftTable } from './draft-table.ts';
import { foldLog } from './fold-log.ts';
import { attempt, build, built, type Connection, databaseFault, type Place, prepare } from './hot.ts';
import { journal } from './journal.ts';
import { executedMigrations, migrateBranch } from './migrate.ts';
import { printJobTable } from './print-jobs.ts';
import { ACKNOWLEDGED, readStore } from './reads.ts';
import { replica } from './replica.ts';
import { JsonMemo } from './rows.ts';
import type { BranchSchema } from './schema.ts';
import { branchTables } from './tables.ts';
import { authority, visitTable } from './visits.ts';

/** Page cache per connection; with a million accounts SQLite's own index pages matter, the rest is the system's file cache. */
const CACHE_KIB = 16 * 1024;
const BUSY_TIMEOUT_MS = 5_000;
const IMPORT_BATCH = 5_000;
/** Key in meta while search terms of an import are held back. */
const SEARCH_STALE = 'search-stale';

const statements = {
  putMeta: built((p: Place<BranchSchema['meta']>) =>
    build
      .insertInto('meta')
      .values({ key: p('key'), value: p('value') })
      .onConflict((conflict) => conflict.column('key').doNothing()),
  ),
  meta: built((p: Place<{ key: string }>) => build.selectFrom('meta').select('value').where('key', '=', p('key'))),
  dropMeta: built((p: Place<{ key: string }>) => build.deleteFrom('meta').where('key', '=', p('key'))),
  putStaff: built((p: Place<BranchSchema['staff']>) =>
    build.replaceInto('staff').values({ staff_no: p('staff_no'), name: p('name'), role: p('role'), password_hash: p('password_hash') }),
  ),
  nextNumber: built((p: Place<{ name: string; first: number; step: number }>) =>
    build
      .insertInto('counter_sequence')
      .values({ name: p('name'), value: p('first') })
      .onConflict((conflict) => conflict.column('name').doUpdateSet((eb) => ({ value: eb('counter_sequence.value', '+', p('step')) })))
      .returning('value'),
  ),
  sealedNumber: built((p: Place<{ digest: string }>) =>
    build.selectFrom('private_number').select('sealed').where('digest', '=', p('digest')),
  ),
  putSealedNumber: built((p: Place<BranchSchema['private_number']>) =>
    build
      .insertInto('private_number')
      .values({ digest: p('digest'), sealed: p('sealed') })
      .onConflict((conflict) => conflict.column('digest').doNothing()),
  ),
  setCursor: built((p: Place<BranchSchema['replication_cursor']>) =>
    build
      .insertInto('replication_cursor')
      .values({ name: p('name'), seq: p('seq') })
      .onConflict((conflict) => conflict.column('name').doUpdateSet((eb) => ({ seq: eb.ref('excluded.seq') }))),
  ),
};

/** The projections, children before parents: what a rebuild empties and folds again. */
export const PROJECTION_TABLES = [
  'ledger_balance',
  'payment_account',
  'payment',
  'receivable',
  'receipt',
  'record_key',
  'record',
  'volume_owed',
  'topup',
  'drawer_opening',
  'shift',
  'place_term',
  'search_term',
  'tier_use',
  'card',
  'meter',
  'account',
  'tariff',
  'branch',
] as const satisfies readonly (keyof BranchSchema)[];

export interface StoreHandle extends Store {
  /** Sealed numbers beside the journal, which stay in this branch; what is put inside a write belongs to its transaction. */
  readonly sealedNumbers: SealedNumbers;
  /** What comes from headquarters. */
  readonly replica: Replica;
  /** What headquarters has said about accounts of other branches. */
  readonly visits: VisitTable;
  readonly authority: Authority;
  /** Sealed drafts, which stay in this branch. */
  readonly drafts: DraftTable;
  readonly printJobs: PrintJobTable;
  readonly closePapers: ClosePaperTable;
  /** Closes both connections; nothing may be called afterwards. */
  close(): void;
  /** Inserts staff or replaces those of the same number. */
  seedStaff(rows: readonly StaffRow[]): void;
  /** Appends many operations, some thousands to a transaction; those already there are left out. Returns how many were applied. */
  importOperations(operations: Iterable<NewOperation>): number;
  /** Recomputes the hash chain, the numbering and every posting; `firstBadSeq` is the lowest operation that is not sound. */
  verifyJournal(): { readonly ok: boolean; readonly firstBadSeq?: number };
  /** Empties the projections and folds the journal again: the same bytes as before. One transaction. */
  rebuildProjections(): void;
}

/**
 * Opens the branch database at `file`, creating and migrating it where needed; copies made before a migration go to `backupDir`.
 * The counter's id is fixed when the database is created: `counterId`, or a random one ("C" and eight digits).
 * Throws DATABASE_NEWER for a database of a later program, DATABASE_FAILED when SQLite refuses.
 */
export async function openStore(options: {
  readonly file: string;
  readonly backupDir: string;
  readonly counterId?: string;
  readonly clock: Clock;
  /** Upper bound of the file in pages of 4 KiB; tests use it as a full disk. */
  readonly maxPages?: number;
}): Promise<StoreHandle> {
  const { file, backupDir, clock } = options;
  mkdirSync(dirname(file), { recursive: true });
  const writer = attempt(() => new Database(file, { timeout: BUSY_TIMEOUT_MS }));
  try {
    configure(writer);
    attempt(() => {
      writer.pragma('journal_mode = WAL');
      writer.pragma('synchronous = FULL');
      // REPLACE must not get round the triggers that protect the journal.
      writer.pragma('recursive_triggers = ON');
    });
    await migrateBranch({ connection: writer, backupDir, nowMs: clock.nowMs() });
    if (options.maxPages !== undefined) writer.pragma(`max_page_count = ${options.maxPages}`);
    const reader = attempt(() => new Database(file, { readonly: true, timeout: BUSY_TIMEOUT_MS }));
    try {
      configure(reader);
      return storeOn({ writer, reader, counterId: options.counterId ?? `C${randomInt(100_000_000).toString().padStart(8, '0')}` });
    } catch (error) {
      reader.close();
      throw error;
    }
  } catch (error) {
    writer.close();
    throw error;
  }
}

function configure(connection: Connection): void {
  attempt(() => {
    connection.pragma('foreign_keys = ON');
    connection.pragma(`cache_size = -${CACHE_KIB}`);
    connection.pragma('mmap_size = 0');
  });
}

function storeOn(options: { readonly writer: Connection; readonly reader: Connection; readonly counterId: string }): StoreHandle {
  const { writer, reader } = options;
  const meta = prepare(writer, statements.meta);
  const putMeta = prepare(writer, statements.putMeta);
  const dropMeta = prepare(writer, statements.dropMeta);
  putMeta.run({ key: 'counter-id', value: options.counterId });
  const json = new JsonMemo();
  const reads = readStore(reader);
  const readsInTransaction = readStore(writer, json);
  let counterId = reads.counterId();
  const tables = branchTables(writer, json);
  const word = authority(writer);
  const log = foldLog({
    connection: writer,
    // Balances follow the postings, whatever their operations' place in the order.
    tables: PROJECTION_TABLES.filter((table) => table !== 'ledger_balance'),
    migration: executedMigrations(writer).at(-1) ?? '',
  });
  const operations = journal({ connection: writer, counterId: () => counterId, tables, json, isSigned: word.isSigned, log });
  const nextNumber = prepare(writer, statements.nextNumber);
  const putStaff = prepare(writer, statements.putStaff);
  const setCursor = prepare(writer, statements.setCursor);
  const sealedNumber = prepare(writer, statements.sealedNumber);
  const putSealedNumber = prepare(writer, statements.putSealedNumber);
  const begin = writer.prepare('BEGIN IMMEDIATE');
  const commit = writer.prepare('COMMIT');
  const rollback = writer.prepare('ROLLBACK');
  let spoiled: { readonly error: unknown } | null = null;

  const tx: WriteTx = {
    ...readsInTransaction,
    counterId: () => counterId,
    append(operation) {
      const open = readsInTransaction.record(OPEN_DAYS, counterId);
      if (open !== null && operation.businessDate < open.businessDate)
        throw new Fault('DAY_CLOSED', { businessDate: operation.businessDate });
      try {
        return operations.append(operation);
      } catch (error) {
        // Half an operation may be in the transaction: it must not commit, even if the caller catches this.
        spoiled = { error };
        throw error;
      }
    },
    nextNumber(name) {
      const row = nextNumber.get({ name, first: 1, step: 1 });
      if (row === undefined) throw new RangeError('no number returned');
      return row.value;
    },
  };
  const write = <T>(act: (tx: WriteTx) => T): T => {
    if (writer.inTransaction) throw new RangeError('a write inside a write');
    spoiled = null;
    try {
      begin.run();
      const result = act(tx);
      if (spoiled !== null) throw (spoiled as { readonly error: unknown }).error;
      commit.run();
      return result;
    } catch (error) {
      if (writer.inTransaction) rollback.run();
      counterId = readsInTransaction.counterId();
      operations.rolledBack();
      throw databaseFault(error);
    }
  };
  /** The counter has another number: within the transaction that gives it. */
  const renumbered = (): void => {
    counterId = readsInTransaction.counterId();
    operations.rolledBack();
  };
  const settleSearch = (): void => {
    tables.settleSearch();
    dropMeta.run({ key: SEARCH_STALE });
  };
  const rebuild = (): void => {
    log.forget();
    for (const table of [...PROJECTION_TABLES, 'held_term']) writer.prepare(`DELETE FROM ${table}`).run();
    tables.rolledBack('transaction');
    tables.holdSearch();
    operations.refold(settleSearch);
  };
  const rebuildProjections = (): void => write(rebuild);
  // An import was cut off before its search terms were in their place.
  if (meta.get({ key: SEARCH_STALE }) !== undefined) rebuildProjections();
  return {
    ...reads,
    counterId: () => counterId,
    visits: visitTable(writer),
    authority: word,
    drafts: draftTable(writer),
    printJobs: printJobTable(writer),
    closePapers: closePaperTable(writer),
    replica: replica({
      ...{ connection: writer, counterId: () => counterId, journal: operations, log, write, rebuild, renumbered },
      holdSearch: () => tables.holdSearch(),
      settleSearch,
    }),
    sealedNumbers: {
      get: (digest) => sealedNumber.get({ digest })?.sealed ?? null,
      put(row) {
        putSealedNumber.run(row);
      },
    },
    write,
    setAcknowledgedSeq(seq) {
      setCursor.run({ name: ACKNOWLEDGED, seq });
    },
    close() {
      reader.close();
      writer.close();
    },
    seedStaff(rows) {
      write(() => {
        for (const row of rows) {
          putStaff.run({ staff_no: row.staffNo, name: row.name, role: row.role, password_hash: row.passwordHash });
        }
      });
    },
    importOperations(many) {
      const iterator = many[Symbol.iterator]();
      let applied = 0;
      let failure: { readonly error: unknown } | null = null;
      try {
        for (let done = false; !done; ) {
          write((batch) => {
            putMeta.run({ key: SEARCH_STALE, value: 'yes' });
            tables.holdSearch();
            for (let count = 0; count < IMPORT_BATCH && !done; count += 1) {
              const next = iterator.next();
              if (next.done === true) done = true;
              else if (batch.append(next.value) !== null) applied += 1;
            }
          });
        }
      } catch (error) {
        failure = { error };
      }
      try {
        write(() => settleSearch());
      } catch (error) {
        failure ??= { error };
      }
      if (failure !== null) throw failure.error;
      return applied;
    },
    verifyJournal: () => operations.verify(),
    rebuildProjections,
  };
}
