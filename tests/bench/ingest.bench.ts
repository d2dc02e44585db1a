// Measures how fast headquarters takes operations in: the real service on a durable PostgreSQL, against the same rows by plain multi-row
// inserts, against a bare outbox over HTTP, and against PouchDB replicating to express-pouchdb, in turns within one run.
import { mkdtempSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { openDatabase } from '../../src/hq/database.ts';
import type { NewOperation, Operation } from '../../src/shared/domain/operation.ts';
import { enrolDirectly } from '../support/counter-keys.ts';
import { type MemoryJournal, memoryJournal } from '../support/journal.ts';
import { newDatabase, startPostgres } from '../support/postgres-server.ts';
import { sampleId, sampleOperation } from '../support/sample-operations.ts';
import {
  beginning,
  DURABLE_SETTINGS,
  onOneCorePair,
  type PreparedBatch,
  type Process,
  prepareBatches,
  sendAll,
  startHeadquarters,
  startServer,
} from './headquarters-bench.ts';
import { multiRowInsert } from './multi-row.ts';
import { numberOption, percentile, report } from './report.ts';

onOneCorePair();

/** Branches that send at once, one batch each: as many as the bare outbox has in flight. */
const BRANCHES = 3;
const ACCOUNTS = 500;
/** What an operation without effect has to say, characters: as long as those of a top-up on an average. */
const REASON_LENGTH = 450;
/** Operations of one top-up. */
const STEPS = 6;
/** Rounds that are not counted: the first opens the accounts, the others let both sides come up to speed. */
const WARM_UP = 4;
const rounds = numberOption('rounds', 6);
/** Of each branch in a round: a dozen full batches, so that what is measured is headquarters at work and not how it begins. */
const topups = numberOption('topups', 1_000);
/** What PouchDB is given of a round; it is too slow for all of it. */
const pouchOperations = numberOption('pouch', 1_000);

/** Times of one round per operation, ms. */
type Contest = Readonly<Record<'ours' | 'plain' | 'bare' | 'pouch' | 'oursWithoutFold' | 'pouchWithoutFold', number>>;
type Prepared = readonly (readonly PreparedBatch[])[];

const dir = mkdtempSync(join(tmpdir(), 'countertop-bench-ingest-'));
const postgres = await startPostgres(DURABLE_SETTINGS);
const databases = await Promise.all(Array.from({ length: 3 }, () => newDatabase(postgres.url)));
const [ours = '', plain = '', bare = ''] = databases.map(({ url }) => url);
const processes: Process[] = [];
try {
  for (const url of [plain, bare]) await (await openDatabase({ kind: 'url', url })).destroy();
  const branches = await enrolBranches(ours);
  const [from, to] = [ours, plain].map((connectionString) => new pg.Pool({ connectionString, max: BRANCHES }));
  if (from === undefined || to === undefined) throw new RangeError('no pools');
  const headquarters = await startHeadquarters(ours);
  const outbox = await startServer('outbox-server.ts', [bare]);
  const pouch = await startServer('pouch-server.ts', [dir]);
  processes.push(headquarters, outbox, pouch);

  const contests: Contest[] = [];
  for (let round = -WARM_UP; round < rounds; round += 1) {
    const prepare = (made: (branch: (typeof branches)[number]) => readonly NewOperation[]): Promise<Prepared> =>
      Promise.all(
        branches.map((branch) =>
          prepareBatches(
            branch.counter,
            made(branch).map((one) => branch.counter.append(one)),
          ),
        ),
      );
    const numbers = (count: number) => Array.from({ length: count }, (_, number) => (round + WARM_UP) * count + number);
    const business = await prepare(({ begun }) =>
      round === -WARM_UP ? begun.operations : numbers(topups).flatMap((number) => begun.topup(number)),
    );
    const without = await prepare(() => numbers(topups * STEPS).map(revealed));
    const contest: Record<string, number> = {};
    const contestants = [
      async () => {
        contest.ours = perOperation(business, await sendAll(headquarters.url, business));
        // Only now is known what the rows are.
        contest.plain = perOperation(business, await insertPlainly({ from, to }, business));
        contest.oursWithoutFold = perOperation(without, await sendAll(headquarters.url, without));
      },
      async () => {
        contest.bare = perOperation(business, await sendAll(outbox.url, business));
        // A place in its table for what the bare one is not given.
        await sendAll(outbox.url, without);
      },
      async () => {
        contest.pouch = await replicateByPouch(pouch.url, { name: `business${round + WARM_UP}`, operations: business });
        contest.pouchWithoutFold = await replicateByPouch(pouch.url, { name: `without${round + WARM_UP}`, operations: without });
      },
    ];
    if (round % 2 === 0) contestants.reverse();
    for (const run of contestants) await run();
    if (round >= 0) contests.push(contest as Contest);
  }
  const aside = await from.query("select from operations where verdict <> 'applied'");
  if (aside.rowCount !== 0) throw new Error(`${aside.rowCount} operations were set aside`);
  await Promise.all([from.end(), to.end()]);

  const compare = (name: string, with_: { readonly of?: keyof Contest; readonly to: keyof Contest; readonly bound: number }): void => {
    const own = with_.of ?? 'ours';
    const perSecond = (key: keyof Contest) =>
      Math.round(
        1_000 /
          percentile(
            contests.map((one) => one[key]),
            0.5,
          ),
      );
    report({
      ...{ name, unit: 'operations/s', ours: perSecond(own), reference: perSecond(with_.to), sense: 'min', bound: with_.bound },
      ratio: percentile(
        contests.map((one) => one[with_.to] / one[own]),
        0.5,
      ),
    });
  };
  compare('ingest against the same rows by multi-row inserts', { to: 'plain', bound: 0.5 });
  compare('ingest against a bare outbox over HTTP', { to: 'bare', bound: 0.5 });
  compare('ingest with the fold against PouchDB', { to: 'pouch', bound: 2 });
  compare('ingest without the fold against PouchDB', { of: 'oursWithoutFold', to: 'pouchWithoutFold', bound: 5 });
} finally {
  await Promise.all(processes.map((one) => one.stop()));
  for (const database of databases) await database.drop();
  await postgres.stop();
  rmSync(dir, { recursive: true, force: true });
}

async function enrolBranches(url: string) {
  const db = await openDatabase({ kind: 'url', url });
  const branches = Array.from({ length: BRANCHES }, (_, index): { counter: MemoryJournal; begun: ReturnType<typeof beginning> } => {
    const counter = memoryJournal({ branchNo: `0${index + 1}`, counterId: `C0${index + 1}` });
    return { counter, begun: beginning({ branchNo: counter.branchNo, first: (index + 1) * 1_000, accounts: ACCOUNTS }) };
  });
  for (const { counter } of branches) await enrolDirectly(db, counter);
  await db.destroy();
  return branches;
}

/** An operation that moves and changes nothing. */
function revealed(number: number): NewOperation {
  const payload = { what: 'phone', masked: '138****0000', reason: '客户要求核对'.padEnd(REASON_LENGTH, '。') } as const;
  return sampleOperation('number.revealed', payload, { id: sampleId(900_000_000 + number), accountId: sampleId(1) });
}

function perOperation(prepared: Prepared, ms: number): number {
  return ms / prepared.flat().reduce((sum, { operations }) => sum + operations.length, 0);
}

/**
 * Inserts what the service has made of the batches into the same tables elsewhere, a transaction for each batch and a connection for each counter;
 * returns the time, ms.
 */
async function insertPlainly({ from, to }: { readonly from: pg.Pool; readonly to: pg.Pool }, prepared: Prepared): Promise<number> {
  const writes = await Promise.all(prepared.map((batches) => Promise.all(batches.map((batch) => rowsOf(from, batch)))));
  const start = performance.now();
  await Promise.all(
    writes.map(async (batches) => {
      const client = await to.connect();
      for (const tables of batches) {
        await client.query('begin');
        for (const table of tables) await multiRowInsert(client, table);
        await client.query('commit');
      }
      client.release();
    }),
  );
  return performance.now() - start;
}

/** Returns the rows that a batch has left behind. A projection that a later batch has written again is that batch's. */
async function rowsOf(from: pg.Pool, { operations }: PreparedBatch) {
  const [first, last] = [operations[0], operations.at(-1)];
  const range = [first?.counterId, first?.seq, last?.seq];
  const replaced: Readonly<Record<string, string>> = {
    projections: `on conflict (branch_no, row_key) do update
      set account_id = excluded.account_id, counter_id = excluded.counter_id, seq = excluded.seq, body = excluded.body`,
  };
  const tables = [];
  for (const table of ['operations', 'postings', 'entries', 'projections']) {
    const query = {
      text: `select * from ${table} where counter_id = $1 and seq between $2 and $3`,
      values: range,
      rowMode: 'array' as const,
    };
    const { fields, rows } = await from.query<unknown[]>(query);
    tables.push({ table, columns: fields.map(({ name }) => name), rows, onConflict: replaced[table] ?? '' });
  }
  return tables;
}

/** Replicates some of the operations by PouchDB to express-pouchdb; returns the time per operation, ms. */
async function replicateByPouch(url: string, of: { readonly name: string; readonly operations: Prepared }): Promise<number> {
  const PouchDB = createRequire(import.meta.url)('pouchdb') as new (
    name: string,
  ) => {
    bulkDocs(docs: readonly unknown[]): Promise<unknown>;
    readonly replicate: { to(far: string, options: object): PromiseLike<{ readonly docs_written: number }> };
    close(): Promise<void>;
  };
  const operations: Operation[] = of.operations
    .flatMap((batches) => batches.flatMap((batch) => batch.operations))
    .slice(0, pouchOperations);
  const near = new PouchDB(join(dir, of.name));
  try {
    await near.bulkDocs(operations.map((operation) => ({ ...operation, _id: `${operation.counterId} ${operation.id}` })));
    const start = performance.now();
    const { docs_written: written } = await near.replicate.to(`${url}/${of.name}`, { batch_size: 500, batches_limit: 3 });
    if (written !== operations.length) throw new Error(`PouchDB has written ${written}`);
    return (performance.now() - start) / written;
  } finally {
    await near.close();
  }
}
