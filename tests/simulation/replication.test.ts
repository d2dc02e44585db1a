// Replication under a bad line: real sender, real service, fake time, a fetch that loses, repeats, delays and garbles.
import { gunzipSync } from 'node:zlib';
import type { FastifyInstance } from 'fastify';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Database } from '../../src/hq/database.ts';
import { ingest } from '../../src/hq/ingest.ts';
import { createService } from '../../src/hq/service.ts';
import { branchTotals } from '../../src/hq/totals.ts';
import { backoffMs, REQUEST_TIMEOUT_MS, type ReplicationTimers } from '../../src/main/replication/pace.ts';
import { createSender, type Sender, type SenderState, type SenderStore } from '../../src/main/replication/sender.ts';
import { GENESIS_HASH } from '../../src/shared/domain/operation.ts';
import { enrolDirectly, TEST_KEY } from '../support/counter-keys.ts';
import { TEST_DATABASES, type TestDatabase } from '../support/headquarters-databases.ts';
import { type MemoryJournal, memoryJournal, operationMaker, seal, seeded } from '../support/journal.ts';

let db: Database;
let service: FastifyInstance;
let url: string;

/** Headquarters for the tests of a `describe`. */
function headquartersOn({ open }: TestDatabase): void {
  let close: () => Promise<void>;
  beforeAll(async () => {
    ({ db, close } = await open());
    service = createService({ db, nowMs: () => 0, log: () => undefined });
    url = await service.listen({ port: 0, host: '127.0.0.1' });
  });
  afterAll(async () => {
    await service.close();
    await close();
  });
}

interface Bench {
  readonly journal: MemoryJournal;
  readonly states: SenderState[];
  readonly nowMs: () => number;
  replication: Sender;
  acknowledgedSeq: number;
  online: boolean;
  fetch: typeof fetch;
  requests: number;
  /** Appends operations and says so. */
  append(count: number): void;
  /** A new sender over the same store, as after a crash. */
  restart(): Promise<void>;
  /** A request that is never answered; time may move on meanwhile. */
  hang(init: RequestInit | undefined): Promise<never>;
  /** Waits until nothing is in flight. */
  settle(): Promise<void>;
  /** Waits until nothing is in flight, then turns the hands to the next timer. Returns by how much, ms. */
  step(): Promise<number>;
  /** Steps until headquarters holds the whole journal. */
  drain(): Promise<void>;
}

let benches = 0;

async function bench(options: { readonly seed?: number } = {}): Promise<Bench> {
  benches += 1;
  const random = seeded(options.seed ?? 1);
  const journal = memoryJournal({ branchNo: `B${benches}`, counterId: 'C1' });
  const make = operationMaker({ journal, of: benches, random });
  await enrolDirectly(db, journal);
  let nowMs = 0;
  const pending = new Map<number, { readonly atMs: number; readonly delayMs: number; readonly callback: () => void }>();
  let handles = 0;
  const timers: ReplicationTimers = {
    setTimeout: (callback, delayMs) => {
      handles += 1;
      pending.set(handles, { atMs: nowMs + delayMs, delayMs, callback });
      return handles;
    },
    clearTimeout: (handle) => {
      pending.delete(handle as number);
    },
  };
  const store: SenderStore = {
    counterId: () => journal.counterId,
    operationsAfter: (seq, limit) => journal.operations.slice(seq, seq + limit),
    lastSeq: () => journal.operations.length,
    acknowledgedSeq: () => result.acknowledgedSeq,
    setAcknowledgedSeq: (seq) => {
      result.acknowledgedSeq = seq;
    },
  };
  let hanging = false;
  const create = () =>
    createSender({
      store,
      line: {
        url,
        key: TEST_KEY,
        fetch: async (input, init) => {
          result.requests += 1;
          return result.fetch(input, init);
        },
      },
      branchNo: () => (journal.operations.length === 0 ? null : journal.branchNo),
      clock: { nowMs: () => nowMs },
      timers,
      random,
      changed: () => result.states.push(replication.state()),
      heardOf: () => [],
      heard: () => {},
      followedMs: () => Number.POSITIVE_INFINITY,
      online: () => result.online,
    });
  const result: Bench = {
    journal,
    states: [],
    nowMs: () => nowMs,
    acknowledgedSeq: 0,
    online: true,
    fetch,
    requests: 0,
    get replication() {
      return replication;
    },
    append(count) {
      for (let made = 0; made < count; made += 1) make();
      replication.nudge();
    },
    async restart() {
      await replication.stop();
      replication = create();
      replication.start();
    },
    hang(init) {
      hanging = true;
      return new Promise((_resolve, reject) => {
        init?.signal?.addEventListener('abort', () => {
          hanging = false;
          reject(new Error('aborted'));
        });
      });
    },
    async settle() {
      while (!hanging && [...pending.values()].every(({ delayMs }) => delayMs === REQUEST_TIMEOUT_MS)) {
        await new Promise((resolve) => setImmediate(resolve));
      }
    },
    async step() {
      await result.settle();
      const due = [...pending].sort(([, left], [, right]) => left.atMs - right.atMs)[0];
      if (due === undefined) throw new Error('no timer is set');
      const [handle, { atMs, callback }] = due;
      const turnedMs = atMs - nowMs;
      pending.delete(handle);
      nowMs = atMs;
      callback();
      return turnedMs;
    },
    async drain() {
      for (let steps = 0; steps < 200; steps += 1) {
        await result.settle();
        const { problem, waiting } = replication.state();
        if (problem === null && waiting === 0 && (await heldHashes(journal)).length === journal.operations.length) return;
        await result.step();
      }
      throw new Error(`not drained: ${JSON.stringify(replication.state())}`);
    },
  };
  let replication = create();
  return result;
}

async function heldHashes(journal: MemoryJournal): Promise<readonly string[]> {
  const rows = await db.selectFrom('operations').select('hash').where('branch_no', '=', journal.branchNo).orderBy('seq').execute();
  return rows.map(({ hash }) => hash);
}

/** Puts headquarters back to what it held after `seq` operations, as a restored backup does; a batch that is on its way comes before it or after. */
async function restoreBackup(journal: MemoryJournal, seq: number): Promise<void> {
  const { branchNo, counterId } = journal;
  await db.transaction().execute(async (tx) => {
    await tx.selectFrom('branches').selectAll().where('branch_no', '=', branchNo).forUpdate().execute();
    for (const table of [
      'operations',
      'postings',
      'balances',
      'projections',
      'entries',
      'cases',
      'unseen_conflicts',
      'branches',
    ] as const) {
      await tx.deleteFrom(table).where('branch_no', '=', branchNo).execute();
    }
    await tx.updateTable('counters').set({ held_seq: 0, held_hash: GENESIS_HASH }).where('branch_no', '=', branchNo).execute();
  });
  const operations = journal.operations.slice(0, seq);
  const batch = { version: 1, branchNo, counterId, fromSeq: 1, toSeq: seq, operations } as const;
  if (seq > 0) await ingest(db, { batch: { ...batch, heard: [], operations: [...operations] }, receivedAtMs: 0 });
}

/** The ledger by plain arithmetic over the journal, without the rules that made the postings. */
function undeliveredFen(journal: MemoryJournal): number {
  const open = new Map<string, number>();
  for (const { kind, payload } of journal.operations) {
    if (kind === 'topup.paid') open.set(payload.topupId, payload.purchase.amountFen);
    if (kind === 'topup.verified' || kind === 'topup.refunded') open.delete(payload.topupId);
  }
  let total = 0;
  for (const amountFen of open.values()) total += amountFen;
  return total;
}

/** A line with faults. `late` requests reach headquarters after later ones. */
function badLine(on: Bench, random: () => number): typeof fetch {
  const late: (() => Promise<Response>)[] = [];
  return async (input, init) => {
    const deliver = () => fetch(input, { ...init, signal: null });
    const overtaken = random() < 0.5 ? late.splice(0) : [];
    const chance = random();
    let outcome: Promise<Response>;
    if (chance < 0.1) outcome = Promise.reject(new TypeError('request lost'));
    else if (chance < 0.2) outcome = deliver().then(() => Promise.reject(new TypeError('answer lost')));
    else if (chance < 0.3) outcome = Promise.all([deliver(), deliver()]).then(([, second]) => second);
    else if (chance < 0.4) {
      late.push(deliver);
      outcome = on.hang(init);
    } else if (chance < 0.45) outcome = Promise.resolve(new Response('<html>proxy</html>', { status: 200 }));
    else if (chance < 0.5) outcome = Promise.resolve(new Response('', { status: 503 }));
    else outcome = deliver();
    // The sender must not see an outcome before the faults of this exchange have happened.
    const settled = await outcome.then(
      (value) => ({ value }),
      (reason: unknown) => ({ reason }),
    );
    for (const request of overtaken) await request();
    if ('reason' in settled) throw settled.reason;
    return settled.value;
  };
}

describe.each(TEST_DATABASES)('over a bad line, on $name', (database) => {
  headquartersOn(database);

  it.each([11, 12, 13, 14, 15, 16])('headquarters ends with exactly the journal (seed %i)', async (seed) => {
    const random = seeded(seed * 1000);
    const counter = await bench({ seed });
    counter.fetch = badLine(counter, random);
    counter.replication.start();
    while (counter.journal.operations.length < 400) {
      counter.append(Math.floor(random() * 30));
      if (random() < 0.1) counter.online = !counter.online;
      if (random() < 0.05) await counter.restart();
      if (random() < 0.05) await restoreBackup(counter.journal, Math.floor(random() * (await heldHashes(counter.journal)).length));
      await counter.step();
    }
    counter.online = true;
    counter.fetch = fetch;
    await counter.drain();
    await counter.replication.stop();

    const { operations } = counter.journal;
    expect(await heldHashes(counter.journal)).toEqual(operations.map(({ hash }) => hash));
    expect(counter.acknowledgedSeq).toBe(operations.length);
    const totals = (await branchTotals(db)).find(({ branchNo }) => branchNo === counter.journal.branchNo);
    expect(totals?.operations).toBe(operations.length);
    expect(-(totals?.ledgerFen['undelivered-purchase'] ?? 0)).toBe(undeliveredFen(counter.journal));
    expect(Object.values(totals?.ledgerFen ?? {}).reduce((sum, amountFen) => sum + amountFen, 0)).toBe(0);
    expect(counter.states.map(({ problem }) => problem?.code)).not.toContain('HEADQUARTERS_REFUSED');
  });
});

describe.each(TEST_DATABASES)('replication, on $name', (database) => {
  headquartersOn(database);

  it('sends soon after a nudge, everything in one batch', async () => {
    const counter = await bench();
    counter.replication.start();
    await counter.drain();
    await counter.step();
    const before = counter.requests;
    counter.append(1);
    counter.append(1);
    counter.append(1);
    expect(counter.replication.state()).toMatchObject({ waiting: 3, problem: null });
    expect(await counter.step()).toBe(50);
    await counter.drain();
    expect(counter.requests - before).toBe(1);
    expect(counter.states.at(-1)).toMatchObject({ waiting: 0, lastContactMs: counter.nowMs(), problem: null });
    await counter.replication.stop();
  });

  it('cuts the journal into batches by count and by size', async () => {
    const counter = await bench();
    counter.append(1201);
    const sizes: number[] = [];
    counter.fetch = (input, init) => {
      const body = gunzipSync(init?.body as Uint8Array);
      expect(body.length).toBeLessThan(520 * 1024);
      sizes.push((JSON.parse(body.toString()) as { operations: unknown[] }).operations.length);
      return fetch(input, init);
    };
    const shift = counter.journal.operations[1];
    if (shift === undefined) throw new RangeError('no operation');
    for (const serial of [1, 2, 3, 4, 5, 6, 7]) {
      const { id, businessDate, shiftId, clerk, accountId, recordedAtMs } = shift;
      const receiptId = `receipt-${serial}`;
      counter.journal.append({
        ...{ businessDate, shiftId, clerk, accountId, recordedAtMs },
        id: `${id.slice(0, -4)}fff${serial}`,
        kind: 'receipt.issued',
        payload: { receiptId, receiptNo: receiptId, topupId: 'top', markup: '票'.repeat(50_000) },
      });
    }
    counter.replication.start();
    await counter.drain();
    await counter.replication.stop();
    expect(sizes[0]).toBe(500);
    expect(sizes[1]).toBe(500);
    expect(sizes.slice(2).reduce((sum, size) => sum + size, 0)).toBe(208);
    expect(sizes.length).toBeGreaterThan(4);
  });

  it('waits longer after each failure, up to a minute, and recovers', async () => {
    const counter = await bench();
    counter.append(1);
    counter.fetch = () => Promise.reject(new TypeError('no route'));
    counter.replication.start();
    await counter.step();
    const waits: number[] = [];
    for (let failure = 1; failure <= 9; failure += 1) waits.push(await counter.step());
    for (const [index, waitMs] of waits.entries()) {
      const fullMs = Math.min(60_000, 1000 * 2 ** index);
      expect(waitMs).toBeGreaterThanOrEqual(fullMs / 2);
      expect(waitMs).toBeLessThanOrEqual(fullMs);
    }
    counter.replication.nudge();
    expect(counter.replication.state()).toMatchObject({
      waiting: 1,
      problem: { code: 'HEADQUARTERS_UNREACHABLE', context: { reason: 'line' } },
    });
    counter.fetch = fetch;
    await counter.drain();
    await counter.replication.stop();
  });

  it('gives up a request that is never answered', async () => {
    const counter = await bench();
    counter.append(1);
    counter.fetch = (_input, init) => counter.hang(init);
    counter.replication.start();
    await counter.step();
    expect(await counter.step()).toBe(REQUEST_TIMEOUT_MS);
    counter.fetch = fetch;
    await counter.step();
    expect(counter.states.some(({ problem }) => problem?.context.reason === 'timeout')).toBe(true);
    await counter.drain();
    await counter.replication.stop();
  });

  it('off line never touches the network, and comes back by itself', async () => {
    const counter = await bench();
    counter.online = false;
    counter.append(2);
    counter.replication.start();
    for (let looks = 0; looks < 20; looks += 1) await counter.step();
    expect(counter.requests).toBe(0);
    expect(counter.replication.state()).toMatchObject({
      waiting: 2,
      problem: { code: 'HEADQUARTERS_UNREACHABLE', context: { reason: 'offline' } },
    });
    counter.online = true;
    await counter.drain();
    await counter.replication.stop();
  });

  it('finds by itself that headquarters was restored from a backup, and sends again', async () => {
    const counter = await bench();
    counter.append(40);
    counter.replication.start();
    await counter.drain();
    await restoreBackup(counter.journal, 15);
    await counter.step();
    await counter.drain();
    expect(await heldHashes(counter.journal)).toHaveLength(40);
    await counter.replication.stop();
  });

  it('names the operation that headquarters refuses, and keeps what was taken before it', async () => {
    const counter = await bench();
    counter.append(10);
    const { operations } = counter.journal;
    const sixth = operations[5];
    if (sixth === undefined) throw new RangeError('no operation');
    operations[5] = { ...sixth, clerk: 'forged' };
    counter.replication.start();
    await counter.step();
    expect(await counter.step()).toBe(60_000);
    expect(counter.replication.state()).toMatchObject({
      waiting: 5,
      problem: { code: 'HEADQUARTERS_REFUSED', context: { seq: 6, code: 'HASH_WRONG' } },
    });
    operations[5] = sixth;
    await counter.drain();
    await counter.replication.stop();
  });

  it('stops at a journal that headquarters knows longer or otherwise: an old copy of the counter runs', async () => {
    const counter = await bench();
    counter.append(10);
    counter.replication.start();
    await counter.drain();
    const lost = counter.journal.operations.splice(6);
    await counter.step();
    await counter.step();
    expect(counter.replication.state().problem).toMatchObject({ code: 'HEADQUARTERS_REFUSED', context: { code: 'JOURNAL_BEHIND' } });
    for (const operation of lost) {
      const last = counter.journal.operations.at(-1);
      counter.journal.operations.push(seal({ ...operation, clerk: '1002', previousHash: last?.hash ?? GENESIS_HASH }));
    }
    await counter.step();
    expect(counter.replication.state()).toMatchObject({
      problem: { code: 'HEADQUARTERS_REFUSED', context: { code: 'SEQUENCE_FORK' } },
    });
    expect(await heldHashes(counter.journal)).toHaveLength(10);
    await counter.replication.stop();
  });

  it('is refused as a whole when headquarters speaks another version', async () => {
    const counter = await bench();
    counter.append(1);
    counter.fetch = async () => Response.json({ code: 'VERSION_UNSUPPORTED', reason: 'version 2' }, { status: 400 });
    counter.replication.start();
    await counter.step();
    expect(await counter.step()).toBe(60_000);
    expect(counter.states.at(-1)).toMatchObject({ problem: { context: { status: 400, code: 'VERSION_UNSUPPORTED' } } });
    await counter.replication.stop();
  });
});

describe('backoffMs', () => {
  it('grows from one second to one minute, with chance in its upper half', () => {
    expect(backoffMs(1, () => 0)).toBe(500);
    expect(backoffMs(1, () => 1)).toBe(1000);
    expect(backoffMs(7, () => 1)).toBe(60_000);
    expect(backoffMs(1000, () => 0)).toBe(30_000);
  });
});
