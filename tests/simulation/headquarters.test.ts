// Every kind of operation at headquarters: the same verdicts, the same fold, the same books as at the counter, and as at the branch's other counter.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Database } from '../../src/hq/database.ts';
import { createNews, readFeed } from '../../src/hq/feed.ts';
import { ingest } from '../../src/hq/ingest.ts';
import { openStore, type StoreHandle } from '../../src/main/store/index.ts';
import { GENESIS_HASH, OPERATION_KINDS } from '../../src/shared/domain/operation.ts';
import type { FeedRequest } from '../../src/shared/wire/feed.ts';
import { enrolDirectly } from '../support/counter-keys.ts';
import { everyKind } from '../support/every-kind.ts';
import { TEST_DATABASES } from '../support/headquarters-databases.ts';
import { counterRows, headquartersRows } from '../support/replica-rows.ts';

const branchNo = '01';

describe.each(TEST_DATABASES)('on $name', ({ open }) => {
  let db: Database;
  let close: () => Promise<void>;
  let dir: string;
  const stores: StoreHandle[] = [];
  beforeAll(async () => {
    ({ db, close } = await open());
    dir = mkdtempSync(join(tmpdir(), 'countertop-hq-kinds-'));
    for (const counterId of ['C01', 'C02']) {
      await enrolDirectly(db, { branchNo, counterId });
      stores.push(
        await openStore({ file: join(dir, `${counterId}.sqlite`), backupDir: join(dir, counterId), counterId, clock: { nowMs: () => 0 } }),
      );
    }
  });
  afterAll(async () => {
    for (const store of stores) store.close();
    await close();
    rmSync(dir, { recursive: true, force: true });
  });

  const storeOf = (index: number): StoreHandle => {
    const store = stores[index];
    if (store === undefined) throw new RangeError('no store');
    return store;
  };

  async function send(store: StoreHandle) {
    const operations = store.operationsAfter(0, 500);
    const batch = { version: 1, branchNo, counterId: store.counterId(), fromSeq: 1, toSeq: operations.length } as const;
    return ingest(db, { batch: { ...batch, heard: [], operations: JSON.parse(JSON.stringify(operations)) as unknown[] }, receivedAtMs: 1 });
  }

  async function follow(store: StoreHandle) {
    for (;;) {
      const request: FeedRequest = {
        version: 1,
        branchNo,
        counterId: store.counterId(),
        ...store.replica.feedEnd(),
        heard: [...store.replica.heard()],
        waitMs: 0,
      };
      const signal = new AbortController().signal;
      const page = await readFeed(db, { request, news: createNews(), nowMs: () => 1, signal });
      if (page === null) throw new RangeError('the feed is not known');
      if (page.entries.length === 0) return;
      store.replica.follow(page.entries, { upToDate: (page.entries.at(-1)?.position ?? 0) >= page.lastPosition });
    }
  }

  it('every kind is applied and folds as at the counter', async () => {
    const first = storeOf(0);
    for (const operation of everyKind()) first.write((tx) => tx.append(operation));
    const { answer, judged } = await send(first);
    expect(judged.filter(({ verdict }) => verdict !== 'applied').map(({ sound, code, reason }) => [sound.link.kind, code, reason])).toEqual(
      [],
    );
    expect(answer).toMatchObject({ heldSeq: first.lastSeq() });
    expect(answer.heldHash).not.toBe(GENESIS_HASH);
    // What only headquarters says is no counter's to send.
    const sent = OPERATION_KINDS.filter((kind) => kind !== 'master-data.published');
    expect([...new Set(judged.map(({ sound }) => sound.link.kind))].sort()).toEqual([...sent].sort());
    expect(await headquartersRows(db, branchNo)).toEqual(counterRows(join(dir, 'C01.sqlite')));
  });

  it('another counter of the branch comes to the same by following the feed, and both to the same with what it adds', async () => {
    const [first, second] = [storeOf(0), storeOf(1)];
    await follow(second);
    expect(counterRows(join(dir, 'C02.sqlite'))).toEqual(await headquartersRows(db, branchNo));
    for (const operation of everyKind(1)) second.write((tx) => tx.append(operation));
    const { judged } = await send(second);
    expect(judged.filter(({ verdict }) => verdict !== 'applied')).toEqual([]);
    await follow(first);
    await follow(second);
    const truth = await headquartersRows(db, branchNo);
    expect(counterRows(join(dir, 'C01.sqlite'))).toEqual(truth);
    expect(counterRows(join(dir, 'C02.sqlite'))).toEqual(truth);
    expect(first.operationsOf(everyKind(1)[0]?.accountId ?? '', 100).length).toBeGreaterThan(10);
  });

  it('a rebuild in headquarters’ order gives the same rows', () => {
    for (const [index, counterId] of ['C01', 'C02'].entries()) {
      const before = counterRows(join(dir, `${counterId}.sqlite`));
      storeOf(index).rebuildProjections();
      expect(counterRows(join(dir, `${counterId}.sqlite`))).toEqual(before);
    }
  });
});
