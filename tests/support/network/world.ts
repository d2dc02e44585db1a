// The world of the network simulation: real cores, real stores, real replication with enrolment and signatures, the real service, and a line that does everything a line can do.
import { copyFileSync, existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import DatabaseFile from 'better-sqlite3';
import type { FastifyInstance } from 'fastify';
import type { Database } from '../../../src/hq/database.ts';
import { sumUp } from '../../../src/hq/day-totals.ts';
import { allowCode } from '../../../src/hq/enrolment.ts';
import { createService } from '../../../src/hq/service.ts';
import type { Tables } from '../../../src/hq/tables.ts';
import type { CounterKey } from '../../../src/main/core/ports/sync.ts';
import { createReplication, type Replication } from '../../../src/main/replication/index.ts';
import { REQUEST_TIMEOUT_MS } from '../../../src/main/replication/pace.ts';
import { openStore, type StoreHandle } from '../../../src/main/store/index.ts';
import { countingIds } from '../counter-bench.ts';
import { memoryKey } from '../counter-keys.ts';
import { seeded } from '../journal.ts';
import { type Clerk, createClerk } from './clerk.ts';
import { createDesk, type Desk, type Pockets, PowerCut } from './desk.ts';

const TABLES = [
  'branches',
  'counters',
  'enrolment_codes',
  'operations',
  'entries',
  'postings',
  'balances',
  'projections',
  'cases',
  'unseen_conflicts',
] as const satisfies readonly (keyof Tables)[];

export interface SimulatedCounter {
  readonly branchNo: string;
  readonly counterId: string;
  readonly file: string;
  readonly key: CounterKey;
  readonly code: string;
  readonly clerk: Clerk;
  store: StoreHandle;
  desk: Desk;
  replication: Replication;
  /** The line is cut. */
  cut: boolean;
  /** It runs on an old backup. */
  restored: boolean;
}

/** What has happened in a world, so that nobody believes one in which nothing did. */
export interface Happened {
  lost: number;
  repeated: number;
  late: number;
  crashes: number;
  powerCuts: number;
  headquartersCrashes: number;
  headquartersRestored: number;
  countersRestored: number;
}

export interface World {
  readonly db: Database;
  readonly counters: readonly SimulatedCounter[];
  readonly happened: Readonly<Happened>;
  /** Lives until `operations` have been appended at every counter on the average, then lets everything settle. */
  live(operations: number, progress?: (done: number) => void): Promise<void>;
  close(): Promise<void>;
}

export interface WorldOptions {
  readonly seed: number;
  readonly branches: number;
  readonly countersPerBranch: number;
  /** Accounts that each branch begins with. */
  readonly accounts: number;
  /** Headquarters' database; it is emptied. */
  readonly db: Database;
}

/** A disk that a power cut of the machine would wipe, where there is one: the simulated power cuts leave the files alone. */
const FAST_FOLDER = existsSync('/dev/shm') ? '/dev/shm' : tmpdir();

const blanks = new Map<string, Promise<string>>();

/** Returns the file of a counter's empty store. It is made once, and copied for each. */
function blankStore(counterId: string): Promise<string> {
  const make = async (): Promise<string> => {
    const dir = mkdtempSync(join(FAST_FOLDER, 'countertop-blank-'));
    process.once('exit', () => rmSync(dir, { recursive: true, force: true }));
    const file = join(dir, `${counterId}.sqlite`);
    (await openStore({ file, backupDir: dir, counterId, clock: { nowMs: () => 0 } })).close();
    return file;
  };
  const file = blanks.get(counterId) ?? make();
  blanks.set(counterId, file);
  return file;
}

/** Returns a new world; everything in it depends on the seed alone, but for the keys. */
export async function createWorld(options: WorldOptions): Promise<World> {
  const random = seeded(options.seed);
  const { db } = options;
  for (const table of TABLES) await db.deleteFrom(table).execute();
  const dir = mkdtempSync(join(FAST_FOLDER, 'countertop-network-'));
  const pending = new Map<number, { readonly atMs: number; readonly delayMs: number; readonly callback: () => void }>();
  const happened: Happened = {
    ...{ lost: 0, repeated: 0, late: 0, crashes: 0, powerCuts: 0 },
    ...{ headquartersCrashes: 0, headquartersRestored: 0, countersRestored: 0 },
  };
  /** In every third world counters run on old backups, in the others headquarters does: both at once is one disaster too many. */
  const restoresCounters = options.seed % 3 === 0;
  let nowMs = 1_772_400_000_000;
  let handles = 0;
  let faults = true;
  /** Requests that are held back: their askers wait for their time limit. */
  let held = 0;
  /** Headquarters dies at this query; null while it does not. */
  let queriesLeft: number | null = null;
  let backup: Map<(typeof TABLES)[number], unknown[]> | null = null;
  const late: (() => Promise<unknown>)[] = [];
  const holds = new Set<() => void>();

  const mortal = db.withPlugin({
    transformQuery({ node }) {
      if (queriesLeft !== null) queriesLeft -= 1;
      if (queriesLeft !== null && queriesLeft <= 0) throw new Error('headquarters died');
      return node;
    },
    transformResult: async ({ result }) => result,
  });
  const service: FastifyInstance = createService({ db: mortal, nowMs: () => nowMs, log: () => undefined });
  const timers = {
    setTimeout(callback: () => void, delayMs: number) {
      handles += 1;
      pending.set(handles, { atMs: nowMs + delayMs, delayMs, callback });
      return handles;
    },
    clearTimeout: (handle: unknown) => void pending.delete(handle as number),
  };

  async function deliver(input: URL, init: RequestInit): Promise<Response> {
    if (faults && random() < 0.02) {
      queriesLeft = 1 + Math.floor(random() * 12);
      happened.headquartersCrashes += 1;
    }
    try {
      const answer = await service.inject({
        method: 'POST',
        url: input.pathname,
        headers: init.headers as Record<string, string>,
        payload: Buffer.from(init.body as Uint8Array),
      });
      return new Response(answer.body, { status: answer.statusCode, headers: answer.headers as Record<string, string> });
    } finally {
      queriesLeft = null;
    }
  }

  function lineOf(counter: { readonly cut: boolean }): typeof fetch {
    const hold = (init: RequestInit) =>
      new Promise<never>((_resolve, reject) => {
        if (init.signal?.aborted === true) return reject(new Error('aborted'));
        held += 1;
        const letGo = () => {
          if (!holds.delete(letGo)) return;
          held -= 1;
          reject(new Error('aborted'));
        };
        holds.add(letGo);
        init.signal?.addEventListener('abort', letGo);
      });
    const exchange = async (input: URL, init: RequestInit): Promise<Response> => {
      if (counter.cut) throw new TypeError('no route');
      const chance = faults ? random() : 1;
      if (random() < 0.5) for (const request of late.splice(0)) await request();
      if (chance < 0.06) {
        happened.lost += 1;
        throw new TypeError('request lost');
      }
      if (chance < 0.12) {
        happened.lost += 1;
        await deliver(input, init);
        throw new TypeError('answer lost');
      }
      if (chance < 0.18) {
        happened.repeated += 1;
        await deliver(input, init);
      } else if (chance < 0.24) {
        happened.late += 1;
        late.push(() => deliver(input, init));
        return hold(init);
      } else if (chance < 0.26) return new Response('', { status: 503 });
      return deliver(input, init);
    };
    /** As a real line does, whatever becomes of the request at the other end. */
    const aborted = ({ signal }: RequestInit) =>
      new Promise<never>((_resolve, reject) => signal?.addEventListener('abort', () => reject(new Error('aborted'))));
    return (input, init = {}) => Promise.race([exchange(input as URL, init), aborted(init)]);
  }

  /** Starts the counter's program on its file. */
  async function start(counter: Omit<SimulatedCounter, 'store' | 'desk' | 'replication'>): Promise<SimulatedCounter> {
    const { file, counterId, key, code, clerk } = counter;
    const store = await openStore({ file, backupDir: join(dir, 'backup'), counterId, clock: { nowMs: () => nowMs } });
    const started = counter as SimulatedCounter;
    const replication = createReplication({
      ...{ store, key, timers, random },
      url: 'http://headquarters',
      // Good for once: a counter that headquarters forgets shows headquarters' own word, or is brought a new code.
      ownCode: store.replica.enrolledBranch() === null ? code : null,
      clock: { nowMs: () => nowMs },
      publish: () => {},
      followed: () => {},
      fetch: lineOf(counter),
      feedWaitMs: 0,
      feedRestMs: 5_000,
    });
    const { staffNo, shiftId } = clerk;
    const newId = newIdOf(counter);
    const desk = createDesk({ ...{ store, staffNo, shiftId, random, newId }, nowMs: () => nowMs, nudge: () => replication.nudge() });
    Object.assign(started, { store, replication, desk });
    replication.start();
    return started;
  }

  const ids = new Map<string, () => string>();
  const newIdOf = ({ branchNo, counterId }: { readonly branchNo: string; readonly counterId: string }) =>
    ids.get(`${branchNo} ${counterId}`) ?? (() => '');
  const counters: SimulatedCounter[] = [];
  for (let branch = 0; branch < options.branches; branch += 1) {
    const pockets: Pockets = new Map();
    const accountIds: string[] = [];
    for (let index = 0; index < options.countersPerBranch; index += 1) {
      const [branchNo, counterId, number] = [`B${branch}`, `C${index}`, branch * 10 + index];
      const code = `CODE-OF-${String(number).padStart(4, '0')}`;
      await allowCode(db, { branchNo, code, nowMs: nowMs * 2 });
      mkdirSync(join(dir, branchNo), { recursive: true });
      const newId = countingIds(number).uuid;
      ids.set(`${branchNo} ${counterId}`, newId);
      const clerk = createClerk({ branchNo, number, accounts: options.accounts, accountIds, random, newId, pockets });
      const file = join(dir, branchNo, `${counterId}.sqlite`);
      copyFileSync(await blankStore(counterId), file);
      counters.push(await start({ ...{ branchNo, counterId, code, clerk, file }, key: memoryKey(), cut: false, restored: false }));
    }
  }
  for (const { desk, clerk, counterId } of counters) if (counterId === 'C0') clerk.found(desk);
  const pick = () => counters[Math.floor(random() * counters.length)] as SimulatedCounter;

  /** Waits until no exchange is under way but those that are held back: each runs under the timer of its time limit. */
  async function settle(): Promise<void> {
    for (let quiet = 0; quiet < 3; ) {
      await new Promise((resolve) => setImmediate(resolve));
      let running = 0;
      for (const { delayMs } of pending.values()) if (delayMs === REQUEST_TIMEOUT_MS) running += 1;
      quiet = running <= held ? quiet + 1 : 0;
    }
  }

  /** Turns the hands to the next timer. */
  async function step(): Promise<void> {
    await settle();
    let next: [number, { readonly atMs: number; readonly callback: () => void }] | null = null;
    for (const one of pending) if (next === null || one[1].atMs < next[1].atMs) next = one;
    if (next === null) throw new RangeError('no timer is set');
    const [handle, { atMs, callback }] = next;
    pending.delete(handle);
    nowMs = Math.max(nowMs, atMs);
    callback();
    await settle();
  }

  async function stop(counter: SimulatedCounter): Promise<void> {
    await counter.replication.stop();
    counter.store.close();
  }

  async function crash(counter: SimulatedCounter): Promise<void> {
    happened.crashes += 1;
    await stop(counter);
    await start(counter);
  }

  /** The clerk does something; the power may fail in the middle of it. */
  async function act(counter: SimulatedCounter): Promise<void> {
    const { clerk, desk } = counter;
    desk.cutPowerAfter(faults && random() < 0.02 ? 1 + Math.floor(random() * 4) : null);
    try {
      await clerk.act(desk);
      desk.cutPowerAfter(null);
    } catch (error) {
      if (!(error instanceof PowerCut)) throw error;
      happened.powerCuts += 1;
      await crash(counter);
    }
  }

  const backupOf = ({ file }: SimulatedCounter) => `${file}.old`;
  function backUpCounter(counter: SimulatedCounter): void {
    rmSync(backupOf(counter), { force: true });
    new DatabaseFile(counter.file, { readonly: true }).exec(`VACUUM INTO '${backupOf(counter)}'`).close();
  }

  async function restoreCounter(counter: SimulatedCounter): Promise<void> {
    if (!existsSync(backupOf(counter)) || counter.restored) return;
    happened.countersRestored += 1;
    counter.restored = true;
    await stop(counter);
    for (const tail of ['-wal', '-shm']) rmSync(`${counter.file}${tail}`, { force: true });
    copyFileSync(backupOf(counter), counter.file);
    await start(counter);
  }

  async function backUp(): Promise<void> {
    await settle();
    backup = new Map();
    for (const table of TABLES) backup.set(table, await db.selectFrom(table).selectAll().execute());
  }

  async function restore(): Promise<void> {
    if (backup === null) return;
    happened.headquartersRestored += 1;
    // The sums are in no backup: what they were made of is gone afterwards.
    await sumUp(db);
    await settle();
    for (const table of TABLES) {
      await db.deleteFrom(table).execute();
      const rows = backup.get(table) ?? [];
      for (let start = 0; start < rows.length; start += 500) {
        await db
          .insertInto(table)
          .values(rows.slice(start, start + 500) as Tables['branches'][])
          .execute();
      }
    }
  }

  let codes = 0;
  /** People bring a new code to whoever is not enrolled any more: headquarters has forgotten it before giving its word. */
  async function bringCodes(): Promise<void> {
    for (const { branchNo, replication, store } of counters) {
      if (replication.state().state !== 'not-enrolled' || store.replica.enrolledBranch() === null) continue;
      codes += 1;
      const code = `NEW-CODE-${String(codes).padStart(4, '0')}`;
      await allowCode(db, { branchNo, code, nowMs: nowMs * 2 });
      // It may not come through; then somebody comes again.
      void replication.enrol(code).catch(() => undefined);
    }
  }

  const hasStopped = ({ restored, replication }: SimulatedCounter) => restored && replication.state().state === 'refused';
  const isSettled = async () => {
    const ends = await db.selectFrom('branches').selectAll().execute();
    const places = await db.selectFrom('counters').selectAll().execute();
    return counters.every((counter) => {
      const { store, branchNo, counterId } = counter;
      if (hasStopped(counter)) return true;
      const end = ends.find((row) => row.branch_no === branchNo);
      const own = places.find((row) => row.branch_no === branchNo && row.counter_id === counterId);
      const { position, hash } = store.replica.feedEnd();
      return own?.held_seq === store.lastSeq() && position === (end?.last_position ?? 0) && hash === (end?.feed_hash ?? hash);
    });
  };

  return {
    db,
    counters,
    happened,
    async live(operations, progress) {
      const total = () => counters.reduce((sum, { store }) => sum + store.lastSeq(), 0);
      // Rarer in a long life, so that there is time to get on with business in between.
      const rare = Math.min(1, 200 / operations);
      for (let turn = 0; total() < operations * counters.length; turn += 1) {
        if (turn % 500 === 0) progress?.(total());
        if (turn % 200 === 199) await bringCodes();
        const chance = random();
        if (chance < 0.012 * rare) await crash(pick());
        else if (chance < 0.024 * rare) restoresCounters ? backUpCounter(pick()) : await backUp();
        else if (chance < 0.032 * rare) await (restoresCounters ? restoreCounter(pick()) : restore());
        else if (chance < 0.06) pick().cut = true;
        else if (chance < 0.12) pick().cut = false;
        else if (chance < 0.6) await act(pick());
        else await step();
      }
      faults = false;
      for (const counter of counters) counter.cut = false;
      // Restored once more at the very end: everybody must notice without new business.
      if (options.seed % 2 === 0 && !restoresCounters) await restore();
      for (let steps = 0; !(await isSettled()); steps += 1) {
        if (steps > 5_000) throw new Error(`not settled: ${JSON.stringify(counters.map(({ replication }) => replication.state()))}`);
        if (steps % 100 === 99) await bringCodes();
        await step();
      }
      // Cases are told with every answer, also one without news: each counter asks once more.
      for (let steps = 0; steps < 20 * counters.length; steps += 1) await step();
      progress?.(total());
    },
    async close() {
      for (const letGo of [...holds]) letGo();
      for (const counter of counters) await stop(counter);
      await service.close();
      rmSync(dir, { recursive: true, force: true });
    },
  };
}
