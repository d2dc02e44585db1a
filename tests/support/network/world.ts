// The world of the network simulation: real stores, real replication, the real service, and a line that does everything a line can do.
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { FastifyInstance } from 'fastify';
import { type Database, openDatabase } from '../../../src/hq/database.ts';
import { createService } from '../../../src/hq/service.ts';
import type { Tables } from '../../../src/hq/tables.ts';
import { createReplication, type Replication } from '../../../src/main/replication/index.ts';
import { REQUEST_TIMEOUT_MS } from '../../../src/main/replication/pace.ts';
import { openStore, type StoreHandle } from '../../../src/main/store/index.ts';
import { enrolDirectly, TEST_KEY } from '../counter-keys.ts';
import { seeded } from '../journal.ts';
import { type Clerk, createClerk, type Known } from './clerk.ts';

const TABLES = [
  'branches',
  'counters',
  'operations',
  'entries',
  'postings',
  'balances',
  'projections',
  'cases',
  'unseen_conflicts',
] as const;

export interface SimulatedCounter {
  readonly branchNo: string;
  readonly counterId: string;
  readonly file: string;
  readonly clerk: Clerk;
  store: StoreHandle;
  replication: Replication;
  /** The line is cut. */
  cut: boolean;
}

export interface World {
  readonly db: Database;
  readonly counters: readonly SimulatedCounter[];
  readonly known: Known;
  /** Lives until `operations` have been appended at every counter on the average, then lets everything settle. */
  live(operations: number): Promise<void>;
  close(): Promise<void>;
}

export interface WorldOptions {
  readonly seed: number;
  readonly branches: number;
  readonly countersPerBranch: number;
}

/** Returns a new world; everything in it depends on the seed alone. */
export async function createWorld(options: WorldOptions): Promise<World> {
  const random = seeded(options.seed);
  const db = await openDatabase({ kind: 'memory' });
  const dir = mkdtempSync(join(tmpdir(), 'countertop-network-'));
  const known: Known = new Map();
  const pending = new Map<number, { readonly atMs: number; readonly delayMs: number; readonly callback: () => void }>();
  let nowMs = 1_772_400_000_000;
  let handles = 0;
  let faults = true;
  /** Requests that are held back: their askers wait for their time limit. */
  let held = 0;
  let backup: Map<(typeof TABLES)[number], unknown[]> | null = null;
  const late: (() => Promise<unknown>)[] = [];
  const service: FastifyInstance = createService({ db, nowMs: () => nowMs, log: () => undefined });
  const timers = {
    setTimeout(callback: () => void, delayMs: number) {
      handles += 1;
      pending.set(handles, { atMs: nowMs + delayMs, delayMs, callback });
      return handles;
    },
    clearTimeout: (handle: unknown) => void pending.delete(handle as number),
  };

  async function deliver(input: URL, init: RequestInit): Promise<Response> {
    const answer = await service.inject({
      method: 'POST',
      url: input.pathname,
      headers: init.headers as Record<string, string>,
      payload: Buffer.from(init.body as Uint8Array),
    });
    return new Response(answer.body, { status: answer.statusCode, headers: answer.headers as Record<string, string> });
  }

  function lineOf(counter: { readonly cut: boolean }): typeof fetch {
    const hold = (init: RequestInit) =>
      new Promise<never>((_resolve, reject) => {
        held += 1;
        init.signal?.addEventListener('abort', () => {
          held -= 1;
          reject(new Error('aborted'));
        });
      });
    const exchange = async (input: URL, init: RequestInit): Promise<Response> => {
      if (counter.cut) throw new TypeError('no route');
      const chance = faults ? random() : 1;
      if (random() < 0.5) for (const request of late.splice(0)) await request();
      if (chance < 0.06) throw new TypeError('request lost');
      if (chance < 0.12) {
        await deliver(input, init);
        throw new TypeError('answer lost');
      }
      if (chance < 0.18) await deliver(input, init);
      else if (chance < 0.24) {
        late.push(() => deliver(input, init));
        return hold(init);
      } else if (chance < 0.26) return new Response('', { status: 503 });
      return deliver(input, init);
    };
    return (input, init) => exchange(input as URL, init ?? {});
  }

  function replicationOf(counter: { readonly cut: boolean; readonly store: StoreHandle }): Replication {
    return createReplication({
      store: counter.store,
      url: 'http://headquarters',
      key: TEST_KEY,
      ownCode: null,
      clock: { nowMs: () => nowMs },
      timers,
      random,
      publish: () => {},
      followed: () => {},
      fetch: lineOf(counter),
      feedWaitMs: 0,
      feedRestMs: 5_000,
    });
  }

  const counters: SimulatedCounter[] = [];
  const openAt = (file: string, counterId: string) =>
    openStore({ file, backupDir: join(dir, 'backup'), counterId, clock: { nowMs: () => nowMs } });
  for (let branch = 0; branch < options.branches; branch += 1) {
    for (let index = 0; index < options.countersPerBranch; index += 1) {
      const [branchNo, counterId] = [`B${branch}`, `C${index}`];
      await enrolDirectly(db, { branchNo, counterId });
      mkdirSync(join(dir, branchNo), { recursive: true });
      const file = join(dir, branchNo, `${counterId}.sqlite`);
      const store = await openAt(file, counterId);
      store.replica.setEnrolledBranch(branchNo);
      const number = branch * 10 + index;
      const clerk = createClerk({ branchNo, number, random, nowMs: () => nowMs, known });
      const counter: SimulatedCounter = { branchNo, counterId, file, clerk, store, replication: null as never, cut: false };
      counter.replication = replicationOf(counter);
      counter.replication.start();
      counters.push(counter);
    }
  }
  const pick = () => counters[Math.floor(random() * counters.length)] as SimulatedCounter;

  /** Waits until no exchange is under way but those that are held back: each runs under the timer of its time limit. */
  async function settle(): Promise<void> {
    for (let quiet = 0; quiet < 3; ) {
      await new Promise((resolve) => setImmediate(resolve));
      const running = [...pending.values()].filter(({ delayMs }) => delayMs === REQUEST_TIMEOUT_MS).length;
      quiet = running <= held ? quiet + 1 : 0;
    }
  }

  /** Turns the hands to the next timer. */
  async function step(): Promise<void> {
    await settle();
    const next = [...pending].sort(([left, a], [right, b]) => a.atMs - b.atMs || left - right)[0];
    if (next === undefined) throw new RangeError('no timer is set');
    const [handle, { atMs, callback }] = next;
    pending.delete(handle);
    nowMs = Math.max(nowMs, atMs);
    callback();
    await settle();
  }

  async function crash(counter: SimulatedCounter): Promise<void> {
    const stopped = counter.replication.stop();
    await stopped;
    counter.store.close();
    counter.store = await openAt(counter.file, counter.counterId);
    counter.replication = replicationOf(counter);
    counter.replication.start();
  }

  async function backUp(): Promise<void> {
    backup = new Map();
    for (const table of TABLES) backup.set(table, await db.selectFrom(table).selectAll().execute());
  }

  async function restore(): Promise<void> {
    if (backup === null) return;
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

  const isSettled = async () => {
    const ends = await db.selectFrom('branches').selectAll().execute();
    const held = await db.selectFrom('counters').selectAll().execute();
    return counters.every(({ store, branchNo, counterId }) => {
      const end = ends.find((row) => row.branch_no === branchNo);
      const own = held.find((row) => row.branch_no === branchNo && row.counter_id === counterId);
      const { position, hash } = store.replica.feedEnd();
      return own?.held_seq === store.lastSeq() && position === (end?.last_position ?? 0) && hash === (end?.feed_hash ?? hash);
    });
  };

  return {
    db,
    counters,
    known,
    async live(operations) {
      const total = () => counters.reduce((sum, { store }) => sum + store.lastSeq(), 0);
      while (total() < operations * counters.length) {
        const chance = random();
        if (chance < 0.02) await crash(pick());
        else if (chance < 0.03) await backUp();
        else if (chance < 0.036) await restore();
        else if (chance < 0.09) pick().cut = true;
        else if (chance < 0.15) pick().cut = false;
        else if (chance < 0.55) {
          const counter = pick();
          counter.clerk.act(counter.store);
          counter.replication.nudge();
        } else await step();
      }
      faults = false;
      for (const counter of counters) counter.cut = false;
      // Restored once more at the very end: everybody must notice without new business.
      if (options.seed % 2 === 0) await restore();
      for (let steps = 0; !(await isSettled()); steps += 1) {
        if (steps > 5_000) throw new Error(`not settled: ${JSON.stringify(counters.map(({ replication }) => replication.state()))}`);
        await step();
      }
    },
    async close() {
      for (const { replication, store } of counters) {
        await replication.stop();
        store.close();
      }
      await service.close();
      await db.destroy();
      rmSync(dir, { recursive: true, force: true });
    },
  };
}
