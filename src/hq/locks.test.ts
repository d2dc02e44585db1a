// A counter that is locked out: no call of its own is answered, under no number of its key; what neighbours hand in of it waits for people.
import type { FastifyInstance } from 'fastify';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { memoryKey, signatureOf } from '../../tests/support/counter-keys.ts';
import { TEST_DATABASES } from '../../tests/support/headquarters-databases.ts';
import { factsOf, memoryJournal, uuidOf } from '../../tests/support/journal.ts';
import { GENESIS_HASH, type Operation } from '../shared/domain/operation.ts';
import { headText } from '../shared/wire/neighbours.ts';
import { openAuthority } from './authority.ts';
import type { Database } from './database.ts';
import { allowCode, insertCounter } from './enrolment.ts';
import { createNews } from './feed.ts';
import { acceptHeld, LockRefused, lockOut, unlock } from './locks.ts';
import { createService } from './service.ts';

const BRANCH = '9A01';
const CODE = 'ABCD-EFGH-JKMN';
const caller = { version: 1, branchNo: BRANCH, counterId: 'C1' } as const;
const place = { position: 0, hash: GENESIS_HASH };
const paper = { closeId: 'close-1', paper: 'exceptions', sha256: GENESIS_HASH, sizeBytes: 10, fromByte: 0, part: '' };
const link = {
  ...{ id: 'x', kind: 'x', businessDate: '2026-03-01', shiftId: '', clerk: '1001', accountId: '', recordedAtMs: 1, payload: {} },
  ...{ counterId: 'C2', seq: 1, previousHash: GENESIS_HASH, hash: GENESIS_HASH },
};
const entry = {
  ...{ position: 1, hash: GENESIS_HASH, counterId: 'C2', seq: 1, operationHash: GENESIS_HASH },
  ...{ verdict: 'applied', code: '', reason: '' },
};
/** A sound request for every address at which counters ask. */
const REQUESTS: Readonly<Record<string, object>> = {
  '/v1/enrol': { version: 1, code: CODE, counterId: 'C1' },
  '/v1/enrol/again': {},
  '/v1/renew': { code: CODE },
  '/v1/operations': { fromSeq: 1, toSeq: 0, heard: [], operations: [] },
  '/v1/operations/check': { seq: 0, hash: GENESIS_HASH },
  '/v1/operations/relayed': { run: { counterId: 'C2', operations: [link], head: { seq: 1, hash: GENESIS_HASH, signature: 'x' } } },
  '/v1/lookups': { clerk: '1001', question: { by: 'account-no', accountNo: '1' } },
  '/v1/feed': { ...place, heard: [], waitMs: 0 },
  '/v1/feed/check': place,
  '/v1/feed/word': place,
  '/v1/feed/return': { afterHash: GENESIS_HASH, entries: [entry], signature: 'x' },
  '/v1/day/sums': { fromSeq: 1, toSeq: 1 },
  '/v1/day/papers': { closeId: 'close-1' },
  '/v1/day/papers/part': paper,
  '/v1/load': {},
  '/v1/load/piece': { ...place, until: 1, maxEntries: 1 },
  '/v1/roster': { place: null },
  '/v1/check-in': {
    ...{ programVersion: '1.0.0', nowMs: 1, waiting: 0, cardKeys: [] },
    sealTo: 'CSdBdO9pXTGzTzKFqPO0/+hKjYZZFTTmDvJZ2Ee3iSI=',
  },
};

/** Every address that takes a POST; fastify prints those that go on behind another one below it. */
function addressesOf(service: FastifyInstance): readonly string[] {
  let above = '';
  return service
    .printRoutes({ commonPrefix: false })
    .split('\n')
    .flatMap((line) => {
      const [, indent = '', name = '', isPost] = /^([│ ]*)[├└]── (\S+)(?: \((POST)\))?/.exec(line) ?? [];
      if (indent.length <= 4) above = `/${name}`;
      return isPost === undefined ? [] : [indent.length <= 4 ? above : `${above}${name}`];
    })
    .sort();
}

describe.each(TEST_DATABASES)('on $name', ({ open }) => {
  let db: Database;
  let close: () => Promise<void>;
  let service: FastifyInstance;
  let nowMs = 1_000;
  const logged: Readonly<Record<string, string | number>>[] = [];
  const [stolen, neighbour] = [memoryKey(), memoryKey()];
  const named = { counterId: 'C1', branchNo: null };
  const news = createNews();

  beforeAll(async () => {
    ({ db, close } = await open());
    service = createService({ db, nowMs: () => nowMs, log: (line) => logged.push(line), news });
    await insertCounter(db, { branchNo: BRANCH, counterId: 'C1', publicKey: stolen.publicKey, nowMs });
    await insertCounter(db, { branchNo: BRANCH, counterId: 'C2', publicKey: neighbour.publicKey, nowMs });
    // The number that the stolen one had before: a backup of it would come back as this one.
    await insertCounter(db, { branchNo: BRANCH, counterId: 'C0', publicKey: stolen.publicKey, nowMs });
    await allowCode(db, { branchNo: BRANCH, code: CODE, nowMs });
  }, 120_000);
  afterAll(async () => {
    await service.close();
    await close();
  });

  async function ask(path: string, content: object, key = stolen): Promise<{ status: number; code?: string; reason?: string } & object> {
    const payload = JSON.stringify(content);
    const headers = { 'content-type': 'application/json', ...signatureOf(payload, path, key) };
    const answer = await service.inject({ method: 'POST', url: path, headers, payload });
    return { status: answer.statusCode, ...(JSON.parse(answer.body) as object) };
  }
  const enrolmentOf = async (counterId: string) => {
    const { sign } = await openAuthority(db, null);
    return sign(`countertop/1/enrolment\n${BRANCH}\n${counterId}\n${stolen.publicKey}`);
  };
  async function bodyFor(path: string): Promise<object> {
    const content = REQUESTS[path] ?? {};
    if (path === '/v1/enrol') return { ...content, publicKey: stolen.publicKey };
    if (path === '/v1/enrol/again') return { ...caller, publicKey: stolen.publicKey, enrolment: await enrolmentOf('C1') };
    return { ...caller, ...content };
  }
  const health = async () =>
    (await service.inject('/health')).json<{ lockedCounters: number; refused: Readonly<Record<string, number>> }>();

  it('names which counter it means, and wants a reason', async () => {
    await expect(lockOut(db, { named, reason: '  ', nowMs })).rejects.toThrow(LockRefused);
    await expect(lockOut(db, { named: { ...named, counterId: 'C9' }, reason: '被盗', nowMs })).rejects.toThrow('No branch has');
    await insertCounter(db, { branchNo: '9A02', counterId: 'C1', publicKey: '', nowMs });
    await expect(lockOut(db, { named, reason: '被盗', nowMs })).rejects.toThrow('--branch');
    await expect(unlock(db, { named: { ...named, branchNo: BRANCH }, reason: '找回', news, nowMs: () => nowMs })).rejects.toThrow(
      'is not locked',
    );
    await db.deleteFrom('counters').where('branch_no', '=', '9A02').execute();
    expect(await health()).toMatchObject({ lockedCounters: 0 });
  });

  it('is answered nothing at any address, under none of its numbers, and told why; others are', async () => {
    expect(await ask('/v1/roster', await bodyFor('/v1/roster'))).toMatchObject({ status: 200 });
    expect(await lockOut(db, { named, reason: '夜里被盗', nowMs })).toEqual({ branchNo: BRANCH, counterId: 'C1' });
    // Once more changes nothing.
    await lockOut(db, { named, reason: '另一个原因', nowMs: nowMs + 1 });
    expect(Object.keys(REQUESTS).sort()).toEqual(addressesOf(service).filter((path) => path !== '/v1/documents'));
    for (const path of Object.keys(REQUESTS)) {
      logged.length = 0;
      expect(await ask(path, await bodyFor(path)), path).toEqual({ status: 403, code: 'COUNTER_LOCKED', reason: '夜里被盗' });
      expect(logged, path).toMatchObject([{ event: 'rejected', statusCode: 403, code: 'COUNTER_LOCKED' }]);
    }
    expect(await ask('/v1/roster', { ...caller, counterId: 'C0', place: null })).toMatchObject({ code: 'COUNTER_LOCKED' });
    expect(logged.at(-1)).toMatchObject({ branchNo: BRANCH, counterId: 'C0' });
    // Who is not the counter is not told.
    expect(await ask('/v1/roster', await bodyFor('/v1/roster'), memoryKey())).toMatchObject({ status: 401, code: 'SIGNATURE_WRONG' });
    expect(await health()).toMatchObject({ lockedCounters: 1, refused: { COUNTER_LOCKED: Object.keys(REQUESTS).length + 1 } });

    const roster = await ask('/v1/roster', { ...caller, counterId: 'C2', place: null }, neighbour);
    expect(roster).toMatchObject({ status: 200, counters: [{ counterId: 'C2' }] });
  });

  it('is not answered a question that was held open when it was locked', async () => {
    const own = memoryKey();
    await insertCounter(db, { branchNo: BRANCH, counterId: 'C3', publicKey: own.publicKey, nowMs: 1 });
    nowMs += 10;
    const contactMs = async () => {
      const row = await db.selectFrom('counters').select('last_contact_ms').where('counter_id', '=', 'C3').executeTakeFirst();
      return Number(row?.last_contact_ms);
    };
    const asked = ask('/v1/feed', { ...caller, counterId: 'C3', ...place, heard: [], waitMs: 20_000 }, own);
    // Until it has been let in, and waits.
    await expect.poll(contactMs).toBe(nowMs);
    await lockOut(db, { named: { counterId: 'C3', branchNo: BRANCH }, reason: '报废', nowMs });
    nowMs += 30_000;
    news.publish(BRANCH);
    expect(await asked).toMatchObject({ status: 403, code: 'COUNTER_LOCKED' });
  });

  it('loses nothing: what neighbours hand in of it is put aside, shown, and counts once people say so', async () => {
    const journal = memoryJournal({ branchNo: BRANCH, counterId: 'C1' });
    const facts = (serial: number) => factsOf(uuidOf({ of: 4, serial }));
    journal.append({ ...facts(1), kind: 'shift.opened', payload: { shiftId: 'S1', floatFen: 50_000 } });
    journal.append({ ...facts(2), kind: 'shift.opened', payload: { shiftId: 'S2', floatFen: 7_000 } });
    const handIn = (operations: readonly Operation[]) => {
      const last = operations.at(-1);
      if (last === undefined) throw new RangeError('nothing to hand in');
      const signature = stolen.sign(headText({ branchNo: BRANCH, counterId: 'C1', seq: last.seq, hash: last.hash }));
      const run = { counterId: 'C1', operations, head: { seq: last.seq, hash: last.hash, signature } };
      return ask('/v1/operations/relayed', { ...caller, counterId: 'C2', run }, neighbour);
    };
    const [first, second] = journal.operations as [Operation, Operation];
    const verdicts = async () =>
      db.selectFrom('operations').select(['seq', 'verdict', 'code']).where('counter_id', '=', 'C1').orderBy('seq').execute();
    const safe = async () =>
      Number(
        (await db.selectFrom('balances').select('amount_fen').where('ledger_account', '=', 'safe').executeTakeFirst())?.amount_fen ?? 0,
      );
    expect(await handIn([first])).toMatchObject({ status: 200, heldSeq: 1 });
    expect(await verdicts()).toEqual([{ seq: 1, verdict: 'quarantined', code: 'COUNTER_LOCKED' }]);
    expect(await safe()).toBe(0);
    // Handed in once more, by whomever, it changes nothing.
    expect(await handIn([first])).toMatchObject({ heldSeq: 1 });
    const page = (await service.inject({ url: '/?lang=zh-CN' })).body;
    expect(page).toContain('▲ C1 已停用');
    expect(page).toContain('夜里被盗');
    expect(page).toContain('柜台已停用，等总部认定');

    // They count, and the counter stays locked; what comes later waits again.
    expect((await acceptHeld(db, { named, news, nowMs: () => nowMs })).judged).toMatchObject([{ verdict: 'applied' }]);
    expect(await safe()).toBe(-50_000);
    expect(await ask('/v1/load', caller)).toMatchObject({ code: 'COUNTER_LOCKED' });
    await handIn([second]);
    expect((await verdicts()).at(-1)).toEqual({ seq: 2, verdict: 'quarantined', code: 'COUNTER_LOCKED' });
    expect((await acceptHeld(db, { named: { ...named, branchNo: '9A02' }, news, nowMs: () => nowMs })).judged).toEqual([]);

    expect(await unlock(db, { named, reason: '设备找回', news, nowMs: () => nowMs })).toMatchObject({
      counterId: 'C1',
      judged: [{ verdict: 'applied' }],
    });
    expect(await safe()).toBe(-57_000);
    expect(await verdicts()).toEqual([1, 2].map((seq) => ({ seq, verdict: 'applied', code: '' })));
    expect(await ask('/v1/operations', { ...caller, fromSeq: 1, toSeq: 2, heard: [], operations: journal.operations })).toMatchObject({
      status: 200,
      heldSeq: 2,
    });
    expect((await service.inject({ url: '/?lang=en' })).body).toContain('设备找回');
    expect(await health()).toMatchObject({ lockedCounters: 1 });
  });
});
