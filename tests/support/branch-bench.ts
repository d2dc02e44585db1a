// A few counters of one branch and their headquarters in one process: real stores, real replication, the real service; the hands of the clock are turned.
import { copyFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Database, openDatabase } from '../../src/hq/database.ts';
import { allowCode, insertCounter } from '../../src/hq/enrolment.ts';
import { createService } from '../../src/hq/service.ts';
import type { UseCaseContext } from '../../src/main/core/actor.ts';
import type { Ports } from '../../src/main/core/ports/index.ts';
import type { CounterKey } from '../../src/main/core/ports/sync.ts';
import { createReplication, type Replication, type ReplicationOptions } from '../../src/main/replication/index.ts';
import type { Signed } from '../../src/main/replication/neighbours.ts';
import { REQUEST_TIMEOUT_MS } from '../../src/main/replication/pace.ts';
import { openStore, type StoreHandle } from '../../src/main/store/index.ts';
import type { NewOperation, OperationKind, OperationPayloads } from '../../src/shared/domain/operation.ts';
import { SIGNATURE_HEADER } from '../../src/shared/wire/enrolment.ts';
import { memoryKey } from './counter-keys.ts';
import { emptyDatabase } from './headquarters-databases.ts';
import { openAccount, openBranch, sampleAccount, sampleId, sampleOperation } from './sample-operations.ts';

export const BRANCH_NO = '01';
export const CODE = 'ABCD-EFGH-JKMN';

export interface BenchCounter {
  readonly name: string;
  readonly file: string;
  readonly store: StoreHandle;
  readonly replication: Replication;
  /** Takes the place of the line; null is the true one. */
  line: typeof fetch | null;
  context(role?: 'clerk' | 'supervisor' | 'it'): UseCaseContext;
  put<K extends OperationKind>(kind: K, payload: OperationPayloads[K], accountId?: string, id?: string): string;
}

export interface BranchBench {
  readonly db: Database;
  readonly counters: readonly BenchCounter[];
  counter(index: number): BenchCounter;
  newId(): string;
  /** As the line to headquarters does it. */
  readonly deliver: typeof fetch;
  /** Turns the hands until `done`, or until everybody is quiet with everything. */
  settle(done?: () => boolean | Promise<boolean>): Promise<void>;
  /** Copies a counter's database while nothing writes. */
  backUp(counter: BenchCounter): Promise<string>;
  /** Puts the copy in the counter's place and starts it again; without a copy it only starts again. */
  restart(counter: BenchCounter, copy?: string): Promise<void>;
  allowCode(code?: string): Promise<void>;
  close(): Promise<void>;
}

/** Opens the bench: `count` counters, the first of which has opened the branch and `accounts` accounts; everybody has followed. */
export async function branchBench({
  count = 2,
  accounts = 2,
  hasNetwork = false,
  db: given,
}: {
  readonly count?: number;
  readonly accounts?: number;
  /** The counters exchange among themselves while headquarters is away. */
  readonly hasNetwork?: boolean;
  /** Headquarters' database, which is emptied and stays open; one of its own without. */
  readonly db?: Database;
} = {}): Promise<BranchBench> {
  const dir = mkdtempSync(join(tmpdir(), 'countertop-branch-'));
  const db = given ?? (await openDatabase({ kind: 'memory' }));
  if (given !== undefined) await emptyDatabase(given);
  let nowMs = 1_772_400_000_000;
  let serial = 5_000_000;
  let handles = 0;
  const newId = () => {
    serial += 1;
    return sampleId(serial);
  };
  const pending = new Map<number, { readonly atMs: number; readonly delayMs: number; readonly callback: () => void }>();
  const timers = {
    setTimeout(callback: () => void, delayMs: number) {
      handles += 1;
      pending.set(handles, { atMs: nowMs + delayMs, delayMs, callback });
      return handles;
    },
    clearTimeout: (handle: unknown) => void pending.delete(handle as number),
  };
  const service = createService({ db, nowMs: () => nowMs, log: () => undefined });
  const deliver = (async (input: URL, init: RequestInit) => {
    const headers = init.headers as Record<string, string>;
    const answer = await service.inject({ method: 'POST', url: input.pathname, headers, payload: Buffer.from(init.body as Uint8Array) });
    return new Response(answer.body, { status: answer.statusCode, headers: answer.headers as Record<string, string> });
  }) as typeof fetch;

  const open = (file: string, counterId: string) =>
    openStore({ file, backupDir: join(dir, 'backups'), counterId, clock: { nowMs: () => nowMs } });
  const counters: Mutable<BenchCounter>[] = [];
  /** What answers at each place of the branch's network. */
  const doors = new Map<string, (request: Signed) => Signed>();
  const networkOf = ({ name }: { readonly name: string }): NonNullable<ReplicationOptions['branchNetwork']> => ({
    relay: null,
    fetch: async (input, init) => {
      const signature = new Headers(init?.headers).get(SIGNATURE_HEADER) ?? '';
      const said = doors.get((input as URL).hostname)?.({ json: String(init?.body), signature });
      if (said === undefined) throw new TypeError('no route');
      return new Response(said.json, { status: 200, headers: { [SIGNATURE_HEADER]: said.signature } });
    },
    async listen(answer) {
      const address = `10.0.0.${Number(name.slice(1))}`;
      doors.set(address, answer);
      return { port: 47_110, place: { addresses: [address], port: 47_110 }, close: async () => void doors.delete(address) };
    },
  });
  const replicationOf = (
    counter: { readonly name: string; readonly store: StoreHandle; readonly line: typeof fetch | null },
    key: CounterKey,
  ) =>
    createReplication({
      ...(hasNetwork ? { branchNetwork: networkOf(counter) } : {}),
      ...{ store: counter.store, url: 'http://headquarters', key, ownCode: null, clock: { nowMs: () => nowMs }, timers },
      ...{ random: () => 0.5, publish: () => {}, followed: () => {}, feedWaitMs: 0, feedRestMs: 5_000 },
      fetch: (input, init) => (counter.line ?? deliver)(input, init),
    });
  const keys = new Map<string, CounterKey>();
  for (let index = 1; index <= count; index += 1) {
    const name = `C0${index}`;
    const key = memoryKey();
    keys.set(name, key);
    await insertCounter(db, { branchNo: BRANCH_NO, counterId: name, publicKey: key.publicKey, nowMs });
    const file = join(dir, `${name}.sqlite`);
    const store = await open(file, name);
    const counter: Mutable<BenchCounter> = {
      ...{ name, file, store, line: null, replication: null as never },
      context(role = 'clerk') {
        const staffNo = { clerk: '1001', supervisor: '2001', it: '9001' }[role];
        const ports = {
          ...{ store: counter.store, sync: counter.replication, clock: { nowMs: () => nowMs }, ids: { uuid: newId } },
          events: { publish: () => {} },
        } as unknown as Ports;
        return { ports, actor: { staffNo, name: staffNo, role, shiftId: `shift-${name}` } };
      },
      put(kind, payload, accountId = '', id = newId()) {
        const facts = { id, accountId, clerk: '1001', shiftId: `shift-${name}`, recordedAtMs: nowMs };
        counter.store.write((tx) => tx.append(sampleOperation(kind, payload, facts) as NewOperation));
        counter.replication.nudge();
        return id;
      },
    };
    counter.replication = replicationOf(counter, key);
    counters.push(counter);
  }

  /** Waits until no exchange is under way: each runs under the timer of its time limit. */
  async function quiet(): Promise<void> {
    for (let calm = 0; calm < 3; ) {
      await new Promise((resolve) => setImmediate(resolve));
      // A breath that a long piece of work takes.
      for (const [handle, { delayMs, callback }] of [...pending]) if (delayMs === 0 && pending.delete(handle)) callback();
      calm = [...pending.values()].some(({ delayMs }) => delayMs === REQUEST_TIMEOUT_MS) ? 0 : calm + 1;
    }
  }
  async function isSettled(): Promise<boolean> {
    const end = await db.selectFrom('branches').selectAll().where('branch_no', '=', BRANCH_NO).executeTakeFirst();
    const held = await db.selectFrom('counters').selectAll().execute();
    return counters.every(({ store }) => {
      const own = held.find((row) => row.counter_id === store.counterId());
      return own?.held_seq === store.lastSeq() && store.replica.feedEnd().hash === (end?.feed_hash ?? '');
    });
  }
  const bench: BranchBench = {
    db,
    counters,
    deliver,
    newId,
    counter(index) {
      const counter = counters[index];
      if (counter === undefined) throw new RangeError('no such counter');
      return counter;
    },
    async settle(done) {
      for (let steps = 0; ; steps += 1) {
        await quiet();
        if (await (done === undefined ? isSettled() : done())) return;
        const [next] = [...pending].sort(([left, a], [right, b]) => a.atMs - b.atMs || left - right);
        if (next === undefined || steps > 2_000)
          throw new Error(`not settled: ${JSON.stringify(counters.map((one) => one.replication.state()))}`);
        const [handle, { atMs, callback }] = next;
        pending.delete(handle);
        nowMs = Math.max(nowMs, atMs);
        callback();
      }
    },
    async backUp(counter) {
      const copy = `${counter.file}.copy`;
      await bench.restart(counter, '');
      copyFileSync(counter.file, copy);
      await bench.restart(counter);
      return copy;
    },
    async restart(counter, copy) {
      const one = counter as Mutable<BenchCounter>;
      await quiet();
      await one.replication.stop();
      one.store.close();
      // '' leaves the store closed only as long as it takes: everything is then in the one file.
      if (copy !== undefined && copy !== '') copyFileSync(copy, one.file);
      one.store = await open(one.file, one.name);
      one.replication = replicationOf(one, keys.get(one.name) ?? memoryKey());
      one.replication.start();
    },
    allowCode: (code = CODE) => allowCode(db, { branchNo: BRANCH_NO, code, nowMs }),
    async close() {
      for (const { replication, store } of counters) {
        await replication.stop();
        store.close();
      }
      await service.close();
      if (given === undefined) await db.destroy();
      rmSync(dir, { recursive: true, force: true });
    },
  };
  const [first] = counters;
  for (const operation of openBranch()) first?.store.write((tx) => tx.append(operation));
  for (let number = 1; number <= accounts; number += 1) {
    first?.store.write((tx) => tx.append({ ...openAccount(sampleAccount(number)), id: newId() }));
  }
  // One after the other: a counter with nothing loads what the branch has.
  for (const counter of counters) {
    counter.store.replica.setEnrolledBranch(BRANCH_NO);
    counter.replication.start();
    await bench.settle(() => counter.store.replica.firstLoad() === null && counter.replication.state().state === 'up-to-date');
  }
  await bench.settle();
  return bench;
}

type Mutable<T> = { -readonly [K in keyof T]: T[K] };

/** Returns the payload of a corrected name. */
export function corrected(store: StoreHandle, accountId: string, customerName: string): OperationPayloads['account.corrected'] {
  const account = store.account(accountId);
  if (account === null) throw new RangeError('no such account');
  const { phone, address, version } = account;
  return { seenVersion: version, customerName, phone, address, reason: `更正为${customerName}`, requestId: '' };
}
