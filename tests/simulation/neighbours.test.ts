// A branch without its headquarters: its counters see each other's business through one that relays, and headquarters' order is the end of it.
import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Database } from '../../src/hq/database.ts';
import { insertCounter } from '../../src/hq/enrolment.ts';
import { createNews, readFeed } from '../../src/hq/feed.ts';
import type { CounterKey } from '../../src/main/core/ports/sync.ts';
import { listenForNeighbours, type NeighbourServer } from '../../src/main/replication/neighbour-server.ts';
import { createNeighbours, type Neighbours } from '../../src/main/replication/neighbours.ts';
import { openStore, type StoreHandle } from '../../src/main/store/index.ts';
import { canonicalJson } from '../../src/shared/domain/canonical.ts';
import { SIGNATURE_HEADER, signedText } from '../../src/shared/wire/enrolment.ts';
import { EXCHANGE_PATH, headText } from '../../src/shared/wire/neighbours.ts';
import { sendJournal } from '../support/branch-at-headquarters.ts';
import { memoryKey, signatureOf } from '../support/counter-keys.ts';
import { emptyDatabase, onEachDatabase } from '../support/headquarters-databases.ts';
import { seeded } from '../support/journal.ts';
import { type Clerk, createClerk, type Known } from '../support/network/store-clerk.ts';
import { counterRows, headquartersRows } from '../support/replica-rows.ts';
import { sampleId, sampleOperation } from '../support/sample-operations.ts';

const branchNo = 'B1';
const accountId = `${branchNo}-A0`;

interface Counter {
  readonly counterId: string;
  readonly file: string;
  readonly store: StoreHandle;
  readonly key: CounterKey;
  readonly clerk: Clerk;
  readonly neighbours: Neighbours;
  /** Its cable is out. */
  cut: boolean;
}

let dir: string;
let db: Database;
let counters: Counter[];
let nowMs: number;
let away: boolean;
let headquartersRandom: () => number;
let serial: number;
/** Changes what a counter answers, for those who would cheat. */
let tamper: (from: string, answer: { json: string; signature: string }) => { json: string; signature: string };

const timers = { setTimeout: () => 0, clearTimeout: () => undefined };

/** The doors of counters that talk over real HTTP; none where they talk without a socket. */
const doors: NeighbourServer[] = [];

async function build(random: () => number, options: { readonly overHttp?: boolean } = {}): Promise<void> {
  const count = 3;
  const known: Known = new Map();
  for (let index = 0; index < count; index += 1) {
    const counterId = `C${index}`;
    const file = join(dir, `${counterId}.sqlite`);
    const store = await openStore({ file, backupDir: join(dir, 'backup'), counterId, clock: { nowMs: () => nowMs } });
    const key = memoryKey();
    await insertCounter(db, { branchNo, counterId, publicKey: key.publicKey, nowMs });
    const counter: Counter = {
      ...{ counterId, file, store, key, cut: false },
      clerk: createClerk({ branchNo, number: index, random, nowMs: () => nowMs, known }),
      neighbours: createNeighbours({
        ...{ counterId: () => counterId, store: store.replica.neighbours, key, relay: null, timers },
        ...{ branchNo: () => branchNo, clock: { nowMs: () => nowMs }, isAway: () => away, changed: () => {}, followed: () => {} },
        fetch: async (input, init) => {
          if (options.overHttp === true) return fetch(input, init);
          const to = counters[Number((input as URL).hostname.split('.')[3]) - 1];
          if (to === undefined || to.cut || counter.cut) throw new TypeError('no route');
          const signature = new Headers(init?.headers).get(SIGNATURE_HEADER) ?? '';
          const answer = tamper(to.counterId, to.neighbours.answer({ json: String(init?.body), signature }));
          return new Response(answer.json, { status: 200, headers: { [SIGNATURE_HEADER]: answer.signature } });
        },
      }),
    };
    counters.push(counter);
  }
  if (options.overHttp === true) {
    for (const { neighbours } of counters) doors.push(await listenForNeighbours({ port: 0, answer: neighbours.answer }));
  }
  const roster = counters.map(({ counterId, key }, index) => ({
    ...{ counterId, publicKey: key.publicKey },
    // The first address is one of another network, where nobody answers.
    place: doors[index]
      ? { addresses: ['127.0.0.1'], port: doors[index].port }
      : { addresses: ['10.9.9.99', `192.168.7.${index + 1}`], port: 47_110 },
  }));
  for (const { store } of counters) store.replica.neighbours.putRoster(roster);
  // The branch's books, while headquarters is still there.
  at(0).clerk.act(at(0).store);
  await meetHeadquarters();
}

const at = (index: number): Counter => counters[index] as Counter;

/** Everybody sends, in an order by chance, and follows to the end. */
async function meetHeadquarters(): Promise<void> {
  for (const { store } of [...counters].sort(() => headquartersRandom() - 0.5)) await sendJournal(db, { store, branchNo });
  for (const { store } of counters) {
    for (;;) {
      const request = { version: 1 as const, branchNo, counterId: store.counterId(), ...store.replica.feedEnd(), heard: [], waitMs: 0 };
      const page = await readFeed(db, { request, news: createNews(), nowMs: () => nowMs, signal: new AbortController().signal });
      if (page === null || page.entries.length === 0) break;
      store.replica.follow(page.entries, { upToDate: (page.entries.at(-1)?.position ?? 0) >= page.lastPosition });
    }
  }
}

/** Everybody's timer has run once or more. */
async function rounds(times = 2): Promise<void> {
  for (let time = 0; time < times; time += 1) {
    nowMs += 1_000;
    for (const { neighbours, cut } of counters) if (!cut) await neighbours.round();
  }
}

function note(counter: Counter, text: string): void {
  serial += 1;
  const operation = sampleOperation('note.added', { noteId: `note-${serial}`, text }, { id: sampleId(serial), accountId });
  counter.store.write((tx) => tx.append(operation));
}
function rename(counter: Counter, customerName: string): void {
  serial += 1;
  const account = counter.store.account(accountId);
  if (account === null) throw new RangeError('no account');
  const { version, address } = account;
  const facts = { seenVersion: version, customerName, phone: '', address, reason: '更正', requestId: '' };
  counter.store.write((tx) => tx.append(sampleOperation('account.corrected', facts, { id: sampleId(serial), accountId })));
}
const notesAt = (counter: Counter): string[] =>
  counter.store
    .operationsOf(accountId, 500)
    .flatMap((one) => (one.kind === 'note.added' ? [one.payload.text] : []))
    .sort();

const withoutPoison = (rows: Readonly<Record<string, string>>) =>
  Object.fromEntries(Object.entries(rows).filter(([key]) => !key.startsWith('record-note/poison')));

async function expectOneTruth(): Promise<void> {
  const truth = await headquartersRows(db, branchNo);
  for (const { file, counterId, store } of counters) {
    expect(withoutPoison(counterRows(file)), counterId).toEqual(truth);
    expect(store.verifyJournal()).toEqual({ ok: true });
    store.rebuildProjections();
    expect(withoutPoison(counterRows(file)), `${counterId} rebuilt`).toEqual(truth);
  }
  const { held } = await db
    .selectFrom('operations')
    .select((eb) => eb.fn.countAll<string>().as('held'))
    .executeTakeFirstOrThrow();
  // Nothing lost, nothing twice.
  expect(Number(held)).toBe(counters.reduce((sum, { store }) => sum + store.lastSeq(), 0));
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

onEachDatabase((database) => {
  beforeEach(async () => {
    dir = mkdtempSync(join(tmpdir(), 'countertop-neighbours-'));
    db = database();
    await emptyDatabase(db);
    counters = [];
    nowMs = 1_772_400_000_000;
    away = true;
    serial = 800_000;
    headquartersRandom = seeded(3);
    tamper = (_from, answer) => answer;
  }, 120_000);
  afterEach(async () => {
    for (const door of doors.splice(0)) await door.close();
    for (const { store } of counters) store.close();
    rmSync(dir, { recursive: true, force: true });
  });

  describe('while headquarters is away', { timeout: 120_000 }, () => {
    it('what is done at one counter is seen at the others, whoever relays, and headquarters’ order ends it', async () => {
      await build(seeded(1));
      note(at(1), '一');
      rename(at(2), '丙');
      await rounds();
      for (const counter of counters) {
        expect(notesAt(counter)).toEqual(['一']);
        expect(counter.store.account(accountId)?.customerName).toBe('丙');
        expect(counter.neighbours.state()).toMatchObject({ relay: 'C0', isRelay: counter.counterId === 'C0' });
      }
      expect(
        at(0)
          .neighbours.state()
          .counters.map(({ isSeen }) => isSeen),
      ).toEqual([true, true]);

      at(0).cut = true;
      note(at(0), '二');
      note(at(2), '三');
      await rounds();
      expect(at(2).neighbours.state()).toMatchObject({ relay: 'C1' });
      expect(at(1).neighbours.state()).toMatchObject({ isRelay: true });
      expect(notesAt(at(1))).toEqual(['一', '三']);
      nowMs += 20_000;
      expect(at(1).neighbours.state().counters[0]).toMatchObject({ counterId: 'C0', isSeen: false });

      at(0).cut = false;
      await rounds(3);
      for (const counter of counters) expect(notesAt(counter)).toEqual(['一', '三', '二']);
      expect(at(2).neighbours.state()).toMatchObject({ relay: 'C0' });

      await meetHeadquarters();
      away = false;
      await rounds();
      expect(at(2).neighbours.state()).toMatchObject({ relay: '', isRelay: false });
      await expectOneTruth();
    });

    it('two who change the same account end as one change and one case, the same at all', async () => {
      await build(seeded(1));
      rename(at(0), '甲');
      rename(at(2), '丙');
      await rounds();
      // Each has its own in place until headquarters says which came first.
      expect(at(0).store.account(accountId)?.customerName).toBe('甲');
      await meetHeadquarters();
      await expectOneTruth();
      expect(await db.selectFrom('cases').select('code').execute()).toEqual([{ code: 'ACCOUNT_CHANGED' }]);
      expect(new Set(counters.map(({ store }) => store.account(accountId)?.customerName)).size).toBe(1);
    });

    it('what headquarters puts aside counts nowhere but where it was written', async () => {
      await build(seeded(1));
      // Headquarters' schema wants a text; a newer neighbour may know better, so it is kept and shown.
      const operation = sampleOperation('note.added', { noteId: 'poison-1', text: '' }, { id: sampleId(1), accountId });
      at(1).store.write((tx) => tx.append(operation));
      note(at(1), '后');
      await rounds();
      expect(notesAt(at(2))).toContain('后');
      await meetHeadquarters();
      await expectOneTruth();
    });

    it('IT decides who relays', async () => {
      await build(seeded(1));
      const { store, key } = at(0);
      const chosen = createNeighbours({
        ...{ counterId: () => 'C0', store: store.replica.neighbours, key, relay: 'C2', timers },
        ...{ branchNo: () => branchNo, clock: { nowMs: () => nowMs }, isAway: () => true, changed: () => {}, followed: () => {} },
        fetch: async (input, init) => {
          if (!(input as URL).hostname.endsWith('.3')) throw new TypeError('no route');
          const answer = at(2).neighbours.answer({
            json: String(init?.body),
            signature: new Headers(init?.headers).get(SIGNATURE_HEADER) ?? '',
          });
          return new Response(answer.json, { status: 200, headers: { [SIGNATURE_HEADER]: answer.signature } });
        },
      });
      await chosen.round();
      expect(chosen.state().relay).toBe('C2');
    });

    it.each([1, 2, 3])('lives on by chance, with cables in and out, and agrees in the end (seed %i)', async (seed) => {
      const random = seeded(seed * 97);
      await build(random);
      headquartersRandom = random;
      for (let outage = 0; outage < 3; outage += 1) {
        for (let act = 0; act < 40; act += 1) {
          const counter = counters[Math.floor(random() * counters.length)] as Counter;
          const chance = random();
          if (chance < 0.1) counter.cut = !counter.cut;
          else if (chance < 0.3) await rounds(1);
          else counter.clerk.act(counter.store);
        }
        for (const counter of counters) counter.cut = false;
        nowMs += 20_000;
        await rounds(4);
        const held = counters.map(({ store }) => canonicalJson(store.replica.neighbours.held()));
        expect(new Set(held).size, held.join('\n')).toBe(1);
        await meetHeadquarters();
        await expectOneTruth();
      }
    });
  });

  describe('whoever is not of the branch', { timeout: 120_000 }, () => {
    const exchangeOf = (from: Counter, to: Counter, runs: unknown[] = []) =>
      JSON.stringify({
        ...{ version: 1, branchNo, counterId: from.counterId, to: to.counterId, nonce: 'a-nonce-of-some-length' },
        ...{ held: {}, runs },
      });
    const signed = (json: string, key: CounterKey) => ({ json, signature: signatureOf(json, EXCHANGE_PATH, key)[SIGNATURE_HEADER] ?? '' });

    it('is turned away, each with its reason', async () => {
      await build(seeded(1));
      const cases: [string, (from: Counter, to: Counter) => { json: string; signature: string }, string][] = [
        ['garbage', () => ({ json: '{', signature: '' }), 'BATCH_INVALID'],
        ['another key', (from, to) => signed(exchangeOf(from, to), memoryKey()), 'SIGNATURE_WRONG'],
        ['no signature', (from, to) => ({ json: exchangeOf(from, to), signature: '' }), 'SIGNATURE_WRONG'],
        ['a request meant for another', (from, to) => signed(exchangeOf(from, from), to.key), 'COUNTER_UNKNOWN'],
        ['another branch', (from, to) => signed(exchangeOf(from, to).replace(branchNo, 'B9'), from.key), 'COUNTER_UNKNOWN'],
        ['a number nobody has', (from, to) => signed(exchangeOf({ ...from, counterId: 'X' }, to), from.key), 'COUNTER_UNKNOWN'],
      ];
      for (const [name, request, code] of cases) {
        const fault = { context: expect.objectContaining({ code }) };
        expect(() => at(0).neighbours.answer(request(at(1), at(0))), name).toThrow(expect.objectContaining(fault));
      }
    });

    it('cannot change or make up what a third has done, though it relays', async () => {
      await build(seeded(1));
      note(at(1), '真');
      // The relay is one of the branch and signs what it says, but the writer's own signature does not fit it.
      tamper = (from, { json }) => {
        const changed = json.replaceAll('真', '假');
        const signature = at(Number(from.slice(1))).key.sign(signedText({ path: `${EXCHANGE_PATH}/answer`, bodySha256: sha256(changed) }));
        return { json: changed, signature };
      };
      await rounds(3);
      expect(notesAt(at(2))).toEqual([]);
      // Sealed again as its own, up to an end that it signs with its own key.
      const text = headText({ branchNo, counterId: 'C1', seq: 1, hash: 'ab'.repeat(32) });
      const head = { seq: 1, hash: 'ab'.repeat(32), signature: at(0).key.sign(text) };
      const made = {
        ...sampleOperation('note.added', { noteId: 'n', text: '假' }, { id: sampleId(5), accountId }),
        counterId: 'C1',
        seq: 1,
      };
      const run = { counterId: 'C1', head, operations: [{ ...made, previousHash: '0'.repeat(64), hash: 'ab'.repeat(32) }] };
      at(2).neighbours.answer(signed(exchangeOf(at(0), at(2), [run]), at(0).key));
      expect(notesAt(at(2))).toEqual([]);
      tamper = (_from, answer) => answer;
      await rounds(3);
      expect(notesAt(at(2))).toEqual(['真']);
    });

    it('an old answer is no answer', async () => {
      await build(seeded(1));
      let first: { json: string; signature: string } | null = null;
      tamper = (_from, answer) => {
        first ??= answer;
        return first;
      };
      await rounds(1);
      first = { json: '', signature: '' };
      note(at(0), '新');
      nowMs += 20_000;
      await rounds(1);
      expect(at(1).neighbours.state()).toMatchObject({ relay: 'C1' });
    });
  });

  describe('over real HTTP', { timeout: 120_000 }, () => {
    it('two counters see each other’s business through a third, another one takes over when it is gone, and headquarters’ order ends it', async () => {
      await build(seeded(1), { overHttp: true });
      note(at(1), '一');
      note(at(2), '二');
      await rounds();
      for (const counter of counters) expect(notesAt(counter)).toEqual(['一', '二']);
      expect(at(2).neighbours.state()).toMatchObject({ relay: 'C0', isRelay: false });

      await doors[0]?.close();
      note(at(1), '三');
      at(0).cut = true;
      await rounds();
      expect(at(2).neighbours.state()).toMatchObject({ relay: 'C1' });
      expect(notesAt(at(2))).toEqual(['一', '三', '二']);
      await meetHeadquarters();
      await expectOneTruth();
    });

    it('the door tells strangers nothing', async () => {
      await build(seeded(1), { overHttp: true });
      const url = `http://127.0.0.1:${doors[0]?.port}`;
      const send = (path: string, init: RequestInit) => fetch(`${url}${path}`, { ...init, headers: { connection: 'close' } });
      const answers: [string, Promise<Response>, number][] = [
        ['another address', send('/', { method: 'GET' }), 404],
        ['another method', send(EXCHANGE_PATH, { method: 'GET' }), 404],
        ['garbage', send(EXCHANGE_PATH, { method: 'POST', body: '{' }), 403],
        ['somebody unknown', send(EXCHANGE_PATH, { method: 'POST', body: JSON.stringify({ version: 1, counterId: 'X' }) }), 403],
      ];
      for (const [name, answer, status] of answers) {
        const { status: given, text } = await answer.then(async (one) => ({ status: one.status, text: await one.text() }));
        expect([given, text], name).toEqual([status, '']);
      }
      await expect(send(EXCHANGE_PATH, { method: 'POST', body: 'x'.repeat(9 * 1024 * 1024) })).rejects.toThrow();
      // It still answers those of the branch.
      note(at(0), '一');
      await rounds();
      expect(notesAt(at(1))).toEqual(['一']);
    });
  });
});
