// The first load of a counter: whatever breaks off or is damaged, it ends with the very books of the branch, or does not end.
import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { FastifyInstance } from 'fastify';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { Database } from '../../src/hq/database.ts';
import { createService } from '../../src/hq/service.ts';
import { seedDemoBranch } from '../../src/main/hall/demo-branch.ts';
import { createLoader, type Loader } from '../../src/main/replication/loader.ts';
import { openStore, type StoreHandle } from '../../src/main/store/index.ts';
import type { NewOperation } from '../../src/shared/domain/operation.ts';
import { BODY_SHA256_HEADER, LOAD_PIECE_PATH } from '../../src/shared/wire/first-load.ts';
import { fetchFrom, sendJournal } from '../support/branch-at-headquarters.ts';
import { enrolDirectly, TEST_KEY } from '../support/counter-keys.ts';
import { everyKind } from '../support/every-kind.ts';
import { emptyDatabase, onEachDatabase } from '../support/headquarters-databases.ts';
import { seeded } from '../support/journal.ts';
import { dumpProjections } from '../support/projections.ts';
import { counterRows, headquartersRows } from '../support/replica-rows.ts';
import { sampleId, sampleOperation } from '../support/sample-operations.ts';

const branchNo = '01';
const ACCOUNTS = 120;
const PIECE = 60;
const clock = { nowMs: () => 1_772_000_000_000 };
const timers = {
  setTimeout: (callback: () => void, delayMs: number) => setTimeout(callback, delayMs),
  clearTimeout: (handle: unknown) => clearTimeout(handle as NodeJS.Timeout),
};

let db: Database;
let service: FastifyInstance;
let dir: string;
let old: StoreHandle;
let headquarters: typeof fetch;
let serial = 0;
const opened: StoreHandle[] = [];

const openAt = async (name: string) =>
  openStore({ file: join(dir, `${name}.sqlite`), backupDir: join(dir, 'backup'), counterId: name, clock });

interface NewCounter {
  readonly name: string;
  readonly file: string;
  store: StoreHandle;
  loader: Loader;
  fetch: typeof fetch;
  /** One run of the loader; returns what it ended with, null for complete books. */
  run(): Promise<number | null>;
  /** The program ends anywhere and starts again. */
  crash(): Promise<void>;
}

async function newCounter(): Promise<NewCounter> {
  serial += 1;
  const name = `N${serial}`;
  await enrolDirectly(db, { branchNo, counterId: name });
  const loaderOf = (store: StoreHandle) =>
    createLoader({
      ...{ store, replica: store.replica, clock, timers, changed: () => undefined, pieceEntries: PIECE },
      line: { url: 'http://headquarters', key: TEST_KEY, fetch: (input, init) => counter.fetch(input, init) },
    });
  const store = await openAt(name);
  store.replica.setEnrolledBranch(branchNo);
  opened.push(store);
  const counter: NewCounter = {
    ...{ name, file: join(dir, `${name}.sqlite`), store, loader: loaderOf(store), fetch: headquarters },
    run: () => counter.loader.run({ branchNo, abort: new AbortController() }),
    async crash() {
      opened.splice(opened.indexOf(counter.store), 1);
      counter.store.close();
      counter.store = await openAt(name);
      opened.push(counter.store);
      counter.loader = loaderOf(counter.store);
    },
  };
  return counter;
}

/** Everything that must be true of a counter that was loaded. */
async function expectTheBooks(counter: NewCounter): Promise<void> {
  const { store, file } = counter;
  expect(store.isLoading()).toBe(false);
  expect(counterRows(file)).toEqual(await headquartersRows(db, branchNo));
  const loaded = dumpProjections(file);
  expect(loaded === dumpProjections(join(dir, 'C01.sqlite'))).toBe(true);
  store.rebuildProjections();
  expect(dumpProjections(file) === loaded).toBe(true);
  expect(store.branch()?.businessDate).toBe(old.branch()?.businessDate);
  expect(store.staff('7001')?.role).toBe('it');
  expect(store.search('wxm', 5).length).toBeGreaterThan(0);
}

onEachDatabase((database) => {
  beforeAll(async () => {
    dir = mkdtempSync(join(tmpdir(), 'countertop-first-load-'));
    db = database();
    await emptyDatabase(db);
    service = createService({ db, nowMs: clock.nowMs, log: () => undefined });
    headquarters = fetchFrom(service);
    old = await openAt('C01');
    const options = { seed: 5, accounts: ACCOUNTS, businessDate: '2026-03-02', nowMs: clock.nowMs(), layoutId: 'L1' };
    seedDemoBranch(old, options);
    // A life with every kind of operation, transfers and exchanges among it, after the many accounts.
    old.importOperations(everyKind().filter(({ kind }) => kind !== 'branch.opened' && kind !== 'tariff.published'));
    await enrolDirectly(db, { branchNo, counterId: 'C01' });
    await sendJournal(db, { store: old, branchNo });
    await db
      .insertInto('staff')
      .values({ branch_no: branchNo, staff_no: '7001', name: '杜一', role: 'it', password_hash: '$argon2id$x' })
      .execute();
  }, 120_000);
  afterEach(() => {
    for (const store of opened.splice(0)) store.close();
  });
  afterAll(async () => {
    old.close();
    await service.close();
    rmSync(dir, { recursive: true, force: true });
  });

  describe('a first load', () => {
    it('gives the books of the old counter to the byte, and says how far it is', async () => {
      const counter = await newCounter();
      expect(counter.store.isLoading()).toBe(true);
      const seen: string[] = [];
      counter.fetch = (input, init) => {
        const { position = 0, of = 0, accounts = 0 } = counter.loader.progress() ?? {};
        if (of > 0) seen.push(`${Math.floor(position / PIECE)}/${accounts}`);
        return headquarters(input, init);
      };
      expect(await counter.run()).toBeNull();
      expect(counter.loader.progress()).toBeNull();
      const accounts = Object.keys(counterRows(counter.file)).filter((row) => row.startsWith('account/')).length;
      expect(seen.slice(0, 3)).toEqual([`0/${accounts}`, `0/${accounts}`, `1/${accounts}`]);
      await expectTheBooks(counter);
    });

    it('a counter whose disk is lost comes back under a number of its own and finds its old operations among the others’', async () => {
      const counter = await newCounter();
      await counter.run();
      const accountId = everyKind()[3]?.accountId ?? '';
      expect(counter.store.operationsOf(accountId, 500).map(({ hash }) => hash)).toEqual(
        [...old.operationsOf(accountId, 500)].sort((left, right) => (left.id < right.id ? 1 : -1)).map(({ hash }) => hash),
      );
      expect(counter.store.lastSeq()).toBe(0);
    });

    it('goes on where it was, cut at every exchange, by a lost request or a lost answer, with a crash after it', async () => {
      const counter = await newCounter();
      const pieces: number[] = [];
      for (let cut = 1; ; cut += 1) {
        let exchanges = 0;
        counter.fetch = async (input, init) => {
          exchanges += 1;
          const isCut = exchanges === 2 || (exchanges === 1 && cut === 1);
          if (isCut && cut % 2 === 0) throw new TypeError('request lost');
          const answer = await headquarters(input, init);
          if (isCut) throw new TypeError('answer lost');
          return answer;
        };
        const before = counter.store.replica.feedEnd().position;
        const ended = await counter.run().catch((error: unknown) => error);
        pieces.push(counter.store.replica.feedEnd().position - before);
        if (ended === null) break;
        expect(ended).toMatchObject({ code: 'HEADQUARTERS_UNREACHABLE' });
        expect(counter.store.isLoading()).toBe(true);
        await counter.crash();
        if (cut > 200) throw new Error('it does not come to an end');
        // Near the end the line holds, so that check and roster come through.
        if (counter.store.replica.feedEnd().position === (await lastPosition())) counter.fetch = headquarters;
        if (counter.fetch === headquarters) {
          expect(await counter.run()).toBeNull();
          break;
        }
      }
      expect(pieces.filter((entries) => entries > 0).length).toBeGreaterThan(3);
      await expectTheBooks(counter);
    });

    it('a wrong byte anywhere in any piece keeps all of it out, and the piece is asked for again', async () => {
      const random = seeded(11);
      const counter = await newCounter();
      let damaged = 0;
      let last = '';
      counter.fetch = async (input, init) => {
        const answer = await headquarters(input, init);
        const asked = Buffer.from(init?.body as Uint8Array).toString('latin1');
        // Each piece is damaged once.
        if ((input as URL).pathname !== LOAD_PIECE_PATH || asked === last) return answer;
        last = asked;
        damaged += 1;
        const bytes = Buffer.from(await answer.arrayBuffer());
        const at = Math.floor(random() * bytes.length);
        bytes[at] = (bytes[at] ?? 0) ^ (1 << Math.floor(random() * 7));
        return new Response(bytes, { status: 200, headers: { [BODY_SHA256_HEADER]: answer.headers.get(BODY_SHA256_HEADER) ?? '' } });
      };
      for (let runs = 0; ; runs += 1) {
        const before = counter.store.replica.feedEnd().position;
        const ended = await counter.run().catch((error: unknown) => error);
        if (ended === null) break;
        expect(ended).toMatchObject({ code: 'HEADQUARTERS_UNREACHABLE', context: { reason: 'answer-damaged' } });
        expect(counter.store.replica.feedEnd().position - before).toBeLessThanOrEqual(PIECE);
        if (runs > 200) throw new Error('it does not come to an end');
      }
      expect(damaged).toBeGreaterThan(3);
      await expectTheBooks(counter);
    });

    it('believes no checksum: a piece that was changed and sealed again breaks the chain', async () => {
      const counter = await newCounter();
      counter.fetch = async (input, init) => {
        const answer = await headquarters(input, init);
        if ((input as URL).pathname !== LOAD_PIECE_PATH) return answer;
        const text = (await answer.text()).replace('"amountFen":', '"amountFen":1');
        return new Response(text, { status: 200, headers: { [BODY_SHA256_HEADER]: createHash('sha256').update(text).digest('hex') } });
      };
      for (let runs = 0; runs < 3; runs += 1) {
        const ended = await counter.run().catch((error: unknown) => error);
        expect(ended).toMatchObject({ code: 'HEADQUARTERS_REFUSED', context: { code: 'HASH_WRONG' } });
      }
      expect(counter.store.isLoading()).toBe(true);
      counter.fetch = headquarters;
      expect(await counter.run()).toBeNull();
      await expectTheBooks(counter);
    });

    it('a headquarters that was restored meanwhile is found out, and the load starts from what both have', async () => {
      const counter = await newCounter();
      await counter.run();
      const lie = counter.store.replica.feedEnd();
      const other = await newCounter();
      other.store.replica.beginLoad({ position: lie.position, hash: 'ab'.repeat(32), accounts: 1 });
      // What comes is not what was promised: what there is is asked for anew.
      expect(await other.run()).toBeGreaterThan(0);
      expect(other.store.replica.firstLoad()).toEqual({ state: 'due' });
      expect(await other.run()).toBeNull();
      await expectTheBooks(other);
    });

    it('operations that come in meanwhile follow after it', async () => {
      const counter = await newCounter();
      const [account] = everyKind();
      let notes = 0;
      counter.fetch = async (input, init) => {
        notes += 1;
        const note: NewOperation = sampleOperation(
          'note.added',
          { noteId: `meanwhile-${notes}`, text: '装载期间的备注' },
          { id: sampleId(700_000 + notes), accountId: account?.accountId ?? '' },
        );
        old.write((tx) => tx.append(note));
        await sendJournal(db, { store: old, branchNo });
        return headquarters(input, init);
      };
      expect(await counter.run()).toBeNull();
      const behind = (await lastPosition()) - counter.store.replica.feedEnd().position;
      expect(behind).toBeGreaterThan(3);
      // The rest is the feed as ever; asked for here as one more piece.
      const rest = await newCounter();
      expect(await rest.run()).toBeNull();
      await expectTheBooks(rest);
    });

    it('a branch that has nothing yet is waited for', async () => {
      await enrolDirectly(db, { branchNo: '99', counterId: 'E1' });
      const store = await openAt('E1');
      opened.push(store);
      store.replica.setEnrolledBranch('99');
      const loader = createLoader({
        ...{ store, replica: store.replica, clock, timers, changed: () => undefined },
        line: { url: 'http://headquarters', key: TEST_KEY, fetch: headquarters },
      });
      expect(await loader.run({ branchNo: '99', abort: new AbortController() })).toBeGreaterThan(0);
      expect(loader.progress()).toMatchObject({ phase: 'empty' });
      expect(store.isLoading()).toBe(true);
    });
  });

  async function lastPosition(): Promise<number> {
    const row = await db.selectFrom('branches').select('last_position').where('branch_no', '=', branchNo).executeTakeFirstOrThrow();
    return row.last_position;
  }
});
