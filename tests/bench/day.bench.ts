// A full day of a busy hall, 3,000 customers of mixed kinds served through the calls of the contract with a real store on disk and the
// real driver before a simulated reader that answers at once, against raw SQLite making the same changes in the same transactions.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { DAY_KINDS, type DayKind, openBusyDay } from '../support/busy-day.ts';
import { numberOption, percentile, report } from './report.ts';

const CUSTOMERS = 600;
const customersServed = numberOption('transactions', 3_000);

/** What a connection is told to change: a statement with its values. */
type Change = readonly [sql: string, values: readonly unknown[]];
/** The changes between BEGIN and COMMIT. */
type Commit = readonly Change[];

/** How long one customer took. */
interface Sample {
  readonly kind: DayKind;
  readonly oursMs: number;
  readonly rawMs: number;
}

/** What was committed before a customer came, and for them. */
interface Recorded {
  readonly before: readonly Commit[];
  readonly served: readonly Commit[];
}

const dir = mkdtempSync(join(tmpdir(), 'countertop-bench-'));
try {
  const file = join(dir, 'raw.sqlite');
  const served = await measure(file, await record(file));
  const sum = (of: 'oursMs' | 'rawMs', samples: readonly Sample[] = served) => samples.reduce((total, sample) => total + sample[of], 0);
  report({
    name: `a day of ${customersServed} customers through the calls`,
    unit: 'customers/s',
    ours: (served.length * 1_000) / sum('oursMs'),
    reference: (served.length * 1_000) / sum('rawMs'),
    ratio: sum('rawMs') / sum('oursMs'),
    sense: 'min',
    bound: 0.1,
  });
  for (const kind of DAY_KINDS) {
    const samples = served.filter((sample) => sample.kind === kind);
    const slow = (of: 'oursMs' | 'rawMs') =>
      percentile(
        samples.map((sample) => sample[of]),
        0.99,
      );
    const [ours, reference] = [slow('oursMs'), slow('rawMs')];
    report({ name: `${kind}: p99`, unit: 'ms', ours, reference, ratio: ours / reference, sense: 'max', bound: 30 });
  }
} finally {
  rmSync(dir, { recursive: true, force: true });
}

/** Serves the day once and returns what it told SQLite to change; `file` is left as the store was before the first customer. */
async function record(file: string): Promise<readonly Recorded[]> {
  let collected: Commit[] = [];
  const take = (): readonly Commit[] => {
    const taken = collected;
    collected = [];
    return taken;
  };
  const stop = watchChanges((commit) => collected.push(commit));
  const day = await openBusyDay(CUSTOMERS);
  try {
    new Database(day.file, { readonly: true }).exec(`VACUUM INTO '${file}'`).close();
    take();
    const recorded: Recorded[] = [];
    for (let number = 0; number < customersServed; number += 1) {
      day.prepare(number);
      const before = take();
      await day.serve(number);
      recorded.push({ before, served: take() });
    }
    return recorded;
  } finally {
    stop();
    await day.close();
  }
}

/** Tells of every transaction that connections opened from now on commit. Returns what ends it. */
function watchChanges(committed: (commit: Commit) => void): () => void {
  const { prepare } = Database.prototype;
  Database.prototype.prepare = function (this: Database.Database, sql: string) {
    const statement = prepare.call(this, sql);
    if (this.readonly || /^select/i.test(sql)) return statement;
    for (const method of ['run', 'get'] as const) {
      const original = statement[method].bind(statement) as (...values: unknown[]) => unknown;
      Object.defineProperty(statement, method, {
        value(...values: unknown[]) {
          note(sql, Array.isArray(values[0]) ? values[0] : values);
          return original(...values);
        },
      });
    }
    return statement;
  } as typeof prepare;
  let open: Change[] | null = null;
  const note = (sql: string, values: readonly unknown[]): void => {
    // The store binds one array that it fills again for the next call.
    const change: Change = [sql, [...values]];
    if (sql === 'BEGIN IMMEDIATE') open = [];
    else if (sql === 'ROLLBACK') open = null;
    else if (sql === 'COMMIT') {
      if (open !== null) committed(open);
      open = null;
    } else if (open === null) committed([change]);
    else open.push(change);
  };
  return () => {
    Database.prototype.prepare = prepare;
  };
}

/** Serves the day by the calls, and after each customer lets SQLite make the same changes with statements prepared beforehand. */
async function measure(file: string, recorded: readonly Recorded[]): Promise<readonly Sample[]> {
  const day = await openBusyDay(CUSTOMERS);
  const db = new Database(file);
  try {
    const apply = rawChanges(db, recorded);
    const samples: Sample[] = [];
    for (const [number, { before, served }] of recorded.entries()) {
      day.prepare(number);
      const startMs = performance.now();
      await day.serve(number);
      const oursMs = performance.now() - startMs;
      apply(before);
      const rawStartMs = performance.now();
      apply(served);
      samples.push({ kind: day.kindOf(number), oursMs, rawMs: performance.now() - rawStartMs });
    }
    return samples;
  } finally {
    db.close();
    await day.close();
  }
}

/** Returns what makes recorded changes on a connection that is set as the store's. */
function rawChanges(db: Database.Database, recorded: readonly Recorded[]): (commits: readonly Commit[]) => void {
  for (const setting of [
    'journal_mode = WAL',
    'synchronous = FULL',
    'foreign_keys = ON',
    'cache_size = -16384',
    'recursive_triggers = ON',
  ]) {
    db.pragma(setting);
  }
  const statements = new Map<string, Database.Statement>();
  for (const { before, served } of recorded) {
    for (const [sql] of [...before, ...served].flat()) if (!statements.has(sql)) statements.set(sql, db.prepare(sql));
  }
  const [begin, end] = [db.prepare('BEGIN IMMEDIATE'), db.prepare('COMMIT')];
  return (commits) => {
    for (const commit of commits) {
      begin.run();
      for (const [sql, values] of commit) {
        const statement = statements.get(sql);
        if (statement?.reader === true) statement.get(values);
        else statement?.run(values);
      }
      end.run();
    }
  };
}
