// Halls of several branches with their own stores, one headquarters, and a clerk in each who can serve the other's customers.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { FastifyInstance } from 'fastify';
import { openAuthority } from '../../src/hq/authority.ts';
import type { Database } from '../../src/hq/database.ts';
import { createNews, readFeed } from '../../src/hq/feed.ts';
import { publish } from '../../src/hq/publish.ts';
import { createService } from '../../src/hq/service.ts';
import type { UseCaseContext } from '../../src/main/core/actor.ts';
import type { Ports } from '../../src/main/core/ports/index.ts';
import { createVisits } from '../../src/main/core/visits.ts';
import { createReplication } from '../../src/main/replication/index.ts';
import { openStore, type StoreHandle } from '../../src/main/store/index.ts';
import type { OfflineLimit } from '../../src/shared/domain/master-data.ts';
import type { NewOperation, OperationKind, OperationPayloads } from '../../src/shared/domain/operation.ts';
import { OPERATIONS_PATH } from '../../src/shared/wire/envelope.ts';
import { RECEIPT_WORDS } from '../../src/shared/words/receipts.ts';
import { enrolDirectly, signatureOf, TEST_KEY } from './counter-keys.ts';
import { SAMPLE_DATE, SAMPLE_TARIFF, sampleId, sampleOperation } from './sample-operations.ts';
import { BENCH_POLICY } from './use-case-bench.ts';
import { checkedStore } from './wire-check.ts';

export interface Hall {
  readonly branchNo: string;
  readonly file: string;
  readonly store: StoreHandle;
  /** Calls see the accounts of other branches. */
  readonly context: UseCaseContext;
  /** Whether the line is up. */
  line: boolean;
  put<K extends OperationKind>(kind: K, payload: OperationPayloads[K], accountId?: string): void;
  /** Does as a clerk does: through the store that knows visits. */
  serve(operation: NewOperation): void;
  prepare(accountId: string): Promise<void>;
  send(): Promise<void>;
  follow(): Promise<void>;
}

export interface TwoBranches {
  readonly db: Database;
  readonly halls: readonly Hall[];
  nowMs: number;
  newId(): string;
  /** Sends and follows everywhere until nothing moves. */
  settle(): Promise<void>;
  publishLimit(
    limit: OfflineLimit,
    dates?: { readonly effectiveFrom?: string; readonly validUntil?: string; readonly version?: number },
  ): Promise<void>;
  /** Publishes a document for all branches. */
  publishDocument(json: object): Promise<void>;
  /** Clearing of a branch against another at headquarters, fen. */
  clearing(): Promise<{ readonly branchNo: string; readonly against: string; readonly amountFen: number }[]>;
  close(): Promise<void>;
}

/** Opens the halls on an empty database of headquarters, which the caller closes after them. */
export async function openBranches(db: Database, branchNos: readonly string[]): Promise<TwoBranches> {
  const dir = mkdtempSync(join(tmpdir(), 'countertop-branches-'));
  let serial = 80_000_000;
  const newId = () => {
    serial += 1;
    return sampleId(serial);
  };
  const world = { nowMs: 1_772_400_000_000 };
  const service: FastifyInstance = createService({ db, nowMs: () => world.nowMs, log: () => {} });
  const authority = await openAuthority(db, null);
  const halls: Hall[] = [];

  async function openHall(branchNo: string): Promise<Hall> {
    const counterId = `C${branchNo}`;
    await enrolDirectly(db, { branchNo, counterId });
    const file = join(dir, `${branchNo}.sqlite`);
    const clock = { nowMs: () => world.nowMs };
    const store = checkedStore(await openStore({ file, backupDir: join(dir, branchNo), counterId, clock }));
    store.authority.learn(authority.publicKey);
    store.replica.setEnrolledBranch(branchNo);
    const shiftId = newId();
    const replication = createReplication({
      ...{ store, url: 'http://headquarters', key: TEST_KEY, ownCode: null, clock, random: () => 0.5 },
      ...{ publish: () => {}, followed: () => {}, online: () => hall.line },
      timers: { setTimeout: () => null, clearTimeout: () => {} },
      fetch: async (input, init) => {
        const answer = await service.inject({
          ...{ method: 'POST', url: (input as URL).pathname, headers: init?.headers as Record<string, string> },
          payload: Buffer.from(init?.body as Uint8Array),
        });
        return new Response(answer.body, { status: answer.statusCode });
      },
    });
    const state = () => ({ ...replication.state(), state: hall.line ? ('up-to-date' as const) : ('waiting' as const) });
    const sync = { ...replication, state, nudge: () => {} };
    const visits = createVisits({ store, table: store.visits, authority: store.authority, sync, clock });
    const ports = {
      ...{ store: visits.store, visits, clock, sync, ids: { uuid: newId }, events: { publish: () => {} } },
      receipts: { slip: () => '', markup: () => '', words: () => RECEIPT_WORDS['zh-CN'] },
      devices: { printerColumns: () => 48, states: () => [] },
      layouts: { get: () => null, all: () => [] },
    } as unknown as Ports;
    const hall: Hall = {
      ...{ branchNo, file, store, line: true },
      context: { ports, actor: { staffNo: '1001', name: '李静', role: 'clerk', shiftId } },
      put(kind, payload, accountId = '') {
        const facts = { id: newId(), accountId, clerk: '1001', shiftId: kind === 'branch.opened' ? '' : shiftId };
        store.write((tx) => tx.append(sampleOperation(kind, payload, facts)));
      },
      serve: (operation) => void visits.store.write((tx) => tx.append({ ...operation, clerk: '1001', shiftId } as NewOperation)),
      prepare: (accountId) => visits.prepare(accountId, '1001'),
      async send() {
        const from = store.acknowledgedSeq();
        const operations = store.operationsAfter(from, 500);
        const batch = { version: 1, branchNo, counterId, fromSeq: from + 1, toSeq: from + operations.length, heard: [], operations };
        const body = JSON.stringify(batch);
        const headers = { 'content-type': 'application/json', ...signatureOf(body, OPERATIONS_PATH) };
        const answer = await service.inject({ method: 'POST', url: OPERATIONS_PATH, headers, payload: body });
        const { heldSeq, refused } = answer.json<{ heldSeq: number; refused?: unknown }>();
        if (answer.statusCode !== 200 || refused !== undefined) throw new Error(answer.body);
        store.setAcknowledgedSeq(heldSeq);
      },
      async follow() {
        for (;;) {
          const request = { version: 1, branchNo, counterId, ...store.replica.feedEnd(), heard: [], waitMs: 0 } as const;
          const signal = new AbortController().signal;
          const page = await readFeed(db, { request: { ...request, heard: [] }, news: createNews(), nowMs: () => 1, signal });
          if (page === null) throw new Error('the feed is not known');
          if (page.entries.length === 0) return;
          store.replica.follow(page.entries, { upToDate: (page.entries.at(-1)?.position ?? 0) >= page.lastPosition });
        }
      },
    };
    hall.put('branch.opened', { branchNo, name: `${branchNo} 营业厅`, regionCode: '9A01', businessDate: SAMPLE_DATE });
    hall.put('tariff.published', { tariff: SAMPLE_TARIFF });
    hall.put('policy.published', { policyId: newId(), effectiveFrom: '2020-01-01', policy: BENCH_POLICY });
    hall.put('shift.opened', { shiftId, floatFen: 100_000 });
    return hall;
  }

  const publishDocument = async (json: object): Promise<void> => {
    await publish(db, { json, branches: [], authority, news: createNews(), nowMs: world.nowMs });
  };
  for (const branchNo of branchNos) halls.push(await openHall(branchNo));
  return Object.assign(world, {
    db,
    halls,
    newId,
    async settle() {
      for (const hall of halls) await hall.send();
      for (const hall of halls) await hall.follow();
    },
    async publishLimit(
      limit: OfflineLimit,
      dates: { readonly effectiveFrom?: string; readonly validUntil?: string; readonly version?: number } = {},
    ) {
      const { effectiveFrom = '2026-01-01', validUntil = '2026-12-31', version = 1 } = dates;
      await publishDocument({ documentKind: 'offline-limit', documentId: 'limit', version, effectiveFrom, validUntil, content: { limit } });
    },
    publishDocument,
    async clearing() {
      const rows = await db.selectFrom('balances').selectAll().where('ledger_account', '=', 'inter-branch-clearing').execute();
      return rows.map((row) => ({ branchNo: row.branch_no, against: row.dimension, amountFen: Number(row.amount_fen) }));
    },
    async close() {
      await service.close();
      for (const { store } of halls) store.close();
      rmSync(dir, { recursive: true, force: true });
    },
  });
}
