// Cross-branch service over real stores and a real headquarters: looked up, served, carried home once, netted; and what holds without the line.
import { generateKeyPairSync } from 'node:crypto';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { clearingCsv, clearingOf } from '../../src/hq/clearing.ts';
import type { Database } from '../../src/hq/database.ts';
import { createNews } from '../../src/hq/feed.ts';
import { forwardWaiting, sayTo } from '../../src/hq/forward.ts';
import type { Tables } from '../../src/hq/tables.ts';
import { allowedDriverKeys } from '../../src/main/core/signed-document.ts';
import { listMasterData } from '../../src/main/core/usecases/list-master-data.ts';
import { reversePayment, takePayment } from '../../src/main/core/usecases/take-payment.ts';
import { viewAccount } from '../../src/main/core/usecases/view-account.ts';
import { findVisit, noteVisit } from '../../src/main/core/usecases/visit-account.ts';
import type { Fault } from '../../src/shared/domain/fault.ts';
import type { AccountOpened, NewOperation } from '../../src/shared/domain/operation.ts';
import { sendJournal } from '../support/branch-at-headquarters.ts';
import { emptyDatabase, TEST_DATABASES } from '../support/headquarters-databases.ts';
import { counterRows, headquartersRows } from '../support/replica-rows.ts';
import { openAccount, SAMPLE_DATE, sampleAccount, sampleId, sampleOperation, sampleTopup } from '../support/sample-operations.ts';
import { type Hall, openBranches, type TwoBranches } from '../support/two-branches.ts';
import { SUPERVISOR } from '../support/use-case-bench.ts';

const [HOME, AWAY] = ['11', '22'] as const;
const LIMIT = {
  perDay: { amountFen: 50_000, count: 5 },
  perClerk: { amountFen: 30_000, count: 3 },
  perCard: { amountFen: 20_000, count: 2 },
  ownCards: false,
};

/** What a backup of headquarters brings back. */
const REMEMBERED = [
  ...(['branches', 'counters', 'operations', 'entries', 'postings', 'balances', 'projections', 'cases', 'forwards'] as const),
] as const satisfies readonly (keyof Tables)[];

describe.each(TEST_DATABASES)('on $name', ({ open }) => {
  let db: Database;
  let world: TwoBranches;
  let closeDatabase: () => Promise<void>;
  let home: Hall;
  let away: Hall;
  const account: AccountOpened = sampleAccount(7, { customerName: '欧阳明', phone: '13812345678' });
  const { accountId } = account;

  beforeAll(async () => {
    ({ db, close: closeDatabase } = await open());
  }, 120_000);
  afterAll(() => closeDatabase());

  beforeEach(async () => {
    await emptyDatabase(db);
    world = await openBranches(db, [HOME, AWAY]);
    [home, away] = world.halls as [Hall, Hall];
    home.store.write((tx) => tx.append(openAccount(account)));
    home.put(
      'receivable.raised',
      {
        ...{ receivableId: 'r-1', kind: 'gas', itemCode: '10', description: '10月气费' },
        ...{ amountFen: 5_000, vatPermille: 90, dueDate: '2026-03-20', bearsLateFee: true },
      } as const,
      accountId,
    );
    await world.settle();
  });
  afterEach(async () => {
    await world.close();
  });

  const pay = (hall: Hall, fen = 5_000) =>
    takePayment(
      hall.context,
      {
        ...{ accountId, receivableIds: ['r-1'], settleFen: fen, waiveLateFee: false, useCredit: false, waiverReason: '' },
        ...{ paymentId: world.newId(), expectedAmountFen: fen, tenders: [], cashTenderedFen: fen },
      },
      null,
    );
  const topup = (hall: Hall, number: number) => sampleTopup(number, account, hall.context.actor.shiftId).slice(0, 4);
  const find = (hall: Hall, text: string) => findVisit(hall.context, { text });

  it('finds an account by its exact number only, masked, and notes who asked', async () => {
    const { found } = await find(away, account.accountNo);
    expect(found).toMatchObject([{ accountId, customerName: '欧**', homeBranchNo: HOME, homeBranchName: '11 营业厅' }]);
    expect((await find(away, account.card?.cardNo ?? '')).found).toHaveLength(1);
    expect((await find(away, `欧阳明 ${account.phone}`)).found).toHaveLength(1);
    await expect(find(away, account.accountNo.slice(0, -1))).rejects.toThrow('ACCOUNT_NOT_FOUND');
    await expect(find(away, `欧阳 ${account.phone}`)).rejects.toThrow('ACCOUNT_NOT_FOUND');
    await expect(find(away, '欧阳明')).rejects.toThrow('INPUT_INVALID');
    // The branch itself asks for nothing that it has.
    await expect(find(home, account.accountNo)).rejects.toThrow('ACCOUNT_NOT_FOUND');
    const view = viewAccount(away.context, { accountId });
    expect(view).toMatchObject({ customerName: '欧**', phoneMasked: '138****5678', dueFen: 0, tariff: { name: '居民用气' } });
    expect(view.address).not.toContain('501');
    const noted = await world.db.selectFrom('lookups').select(['branch_no', 'clerk', 'asked', 'account_id']).orderBy('lookup_id').execute();
    expect(noted[0]).toEqual({ branch_no: AWAY, clerk: '1001', asked: account.accountNo, account_id: accountId });
    expect(JSON.stringify(noted)).not.toContain('阳明');
  });

  it('ends for a while when a counter tries number after number, and goes on with what it knows', async () => {
    await find(away, account.accountNo);
    let refusedAfter = 0;
    const tryNumbers = async () => {
      for (; refusedAfter < 100; refusedAfter += 1) {
        // Each is asked as an account number and as a card's.
        const fault = await find(away, String(1_000_000_000 + refusedAfter)).catch((error: Fault) => error.code);
        if (fault !== 'ACCOUNT_NOT_FOUND') return fault;
      }
      return null;
    };
    expect(await tryNumbers()).toBe('LOOKUPS_TOO_MANY');
    expect(refusedAfter).toBe(14);
    // The customer in front is served all the same.
    await away.prepare(accountId);
    pay(away, 1_000);
    world.nowMs += 61_000;
    expect((await find(away, account.accountNo)).found).toHaveLength(1);
    const noted = await world.db.selectFrom('lookups').select('asked_by').where('asked_by', '<>', 'account').execute();
    expect(noted.length).toBeLessThanOrEqual(32);
  });

  it('takes a bill payment: the serving branch owes, the home branch has its money, the sum is nothing', async () => {
    await find(away, account.accountNo);
    await away.prepare(accountId);
    const { paymentId } = pay(away);
    expect(away.store.balance('inter-branch-clearing', HOME)).toBe(-5_000);
    expect(away.store.balance('receivable')).toBe(0);
    expect(() => pay(away)).toThrow('RECEIVABLE_SETTLED');
    await world.settle();
    expect(home.store.receivable('r-1')?.openFen).toBe(0);
    expect(home.store.payment(paymentId)).toMatchObject({ clerk: `${AWAY}/1001`, shiftId: '', state: 'taken' });
    expect(home.store.balance('inter-branch-clearing', AWAY)).toBe(5_000);
    await away.prepare(accountId);
    expect(() => pay(away)).toThrow('RECEIVABLE_UNKNOWN');
    reversePayment(away.context, { paymentId, refunds: [], reason: '交错' }, SUPERVISOR);
    await world.settle();
    expect(home.store.receivable('r-1')?.openFen).toBe(5_000);
    expect(home.store.payment(paymentId)?.state).toBe('reversed');
    expect((await world.clearing()).every(({ amountFen }) => amountFen === 0)).toBe(true);
    for (const hall of world.halls) expect(counterRows(hall.file)).toEqual(await headquartersRows(world.db, hall.branchNo));
  });

  it('allows at the counters whose drivers headquarters has published, from their day to their last', async () => {
    const key = generateKeyPairSync('ed25519').publicKey.export({ format: 'jwk' }).x ?? '';
    const keys = [{ name: 'Acme', publicKey: `${Buffer.from(key, 'base64url').toString('base64')}` }];
    const document = { documentKind: 'driver-keys', documentId: 'drivers', validUntil: '', content: { keys } };
    await world.publishDocument({ ...document, version: 1, effectiveFrom: '2099-01-01' });
    await world.settle();
    const allowed = () => world.halls.map(({ store }) => allowedDriverKeys({ store, authority: store.authority }));
    expect(allowed()).toEqual([[], []]);
    await world.publishDocument({ ...document, version: 2, effectiveFrom: '2020-01-01' });
    await world.settle();
    expect(allowed()).toEqual([[key], [key]]);
    await world.publishDocument({ ...document, version: 3, effectiveFrom: '2020-01-02', content: { keys: [] } });
    await world.settle();
    expect(allowed()).toEqual([[], []]);
  });

  it('tells finance what the branches owe each other per day, and what has not reached the other book yet', async () => {
    const other = sampleAccount(8, { customerName: '李四', phone: '13900001111' });
    away.store.write((tx) => tx.append(openAccount(other)));
    const bill = {
      kind: 'gas',
      itemCode: '10',
      description: '10月气费',
      vatPermille: 90,
      dueDate: '2026-03-20',
      bearsLateFee: true,
    } as const;
    away.put('receivable.raised', { receivableId: 'r-2', amountFen: 2_000, ...bill }, other.accountId);
    await world.settle();
    await find(away, account.accountNo);
    await away.prepare(accountId);
    pay(away);
    // Taken in, and not carried home yet.
    await sendJournal(world.db, away);
    const period = { from: SAMPLE_DATE, to: SAMPLE_DATE };
    const day = { businessDate: SAMPLE_DATE, debtorNo: AWAY, creditorNo: HOME, takenFen: 5_000, takenBackFen: 0, owedFen: 5_000 };
    expect((await clearingOf(world.db, period)).days).toEqual([{ ...day, underWayFen: 5_000 }]);
    await forwardWaiting(world.db, { news: createNews(), nowMs: () => world.nowMs });
    expect((await clearingOf(world.db, period)).days).toEqual([{ ...day, underWayFen: 0 }]);

    await find(home, other.accountNo);
    await home.prepare(other.accountId);
    const input = { receivableIds: ['r-2'], settleFen: 2_000, waiveLateFee: false, useCredit: false, waiverReason: '', tenders: [] };
    const sums = { paymentId: world.newId(), expectedAmountFen: 2_000, cashTenderedFen: 2_000 };
    takePayment(home.context, { accountId: other.accountId, ...input, ...sums }, null);
    await world.settle();
    const both = await clearingOf(world.db, period);
    expect(both.days).toEqual([{ ...day, takenBackFen: 2_000, owedFen: 3_000, underWayFen: 0 }]);
    expect(both.positions).toEqual([
      { branchNo: HOME, netFen: 3_000 },
      { branchNo: AWAY, netFen: -3_000 },
    ]);
    expect(clearingCsv(both, ['d', 'p', 'g', 'a', 'b', 'n', 'u'])).toBe(
      `\uFEFFd,p,g,a,b,n,u\r\n${SAMPLE_DATE},${AWAY},${HOME},50.00,20.00,30.00,0.00\r\n`,
    );
    expect((await clearingOf(world.db, { from: '2026-03-03', to: '2026-12-31' })).days).toEqual([]);
  });

  it('sells gas on the card of another branch: revenue, tier use and the card are at home', async () => {
    await find(away, account.accountNo);
    await away.prepare(accountId);
    for (const operation of topup(away, 1)) away.serve(operation);
    expect(away.store.balance('gas-revenue')).toBe(0);
    expect(away.context.ports.store.cardsOf(accountId)).toMatchObject([{ sequence: 2, cumulativeLitres: 100_000 }]);
    expect(away.context.ports.store.tierUse(accountId, 2026)).toBe(100_000);
    await world.settle();
    expect(home.store.card(account.card?.cardNo ?? '')).toMatchObject({ sequence: 2, cumulativeLitres: 100_000 });
    expect(home.store.tierUse(accountId, 2026)).toBe(100_000);
    expect(home.store.balance('gas-revenue') + home.store.balance('vat-payable')).toBe(-19_800 - 5_000);
    await away.prepare(accountId);
    expect(away.context.ports.store.tierUse(accountId, 2026)).toBe(100_000);
    const [paid] = topup(away, 2);
    if (paid?.kind !== 'topup.paid') throw new Error('no payment');
    away.serve(paid);
    const { topupId } = paid.payload;
    away.serve(sampleOperation('topup.refunded', { topupId, reason: '卡坏' }, { id: world.newId(), accountId }));
    await world.settle();
    expect(home.store.balance('undelivered-purchase', accountId)).toBe(0);
    expect(home.store.tierUse(accountId, 2026)).toBe(100_000);
    expect(home.store.balance('inter-branch-clearing', AWAY)).toBe(19_800);
    expect(away.store.balance('inter-branch-clearing', HOME)).toBe(-19_800);
    for (const hall of world.halls) {
      const before = counterRows(hall.file);
      hall.store.rebuildProjections();
      expect(counterRows(hall.file)).toEqual(before);
    }
  });

  it('changes nothing of the account but what may be done away from home', async () => {
    await find(away, account.accountNo);
    const note = sampleOperation('note.added', { noteId: 'n', text: '有狗' }, { id: world.newId(), accountId });
    expect(() => away.serve(note)).toThrow('ONLY_AT_HOME_BRANCH');
    const closing = { seenVersion: 1, requestId: '', on: '2026-03-02', readingLitres: null };
    expect(() => away.serve(sampleOperation('account.closed', closing, { id: world.newId(), accountId }))).toThrow('ONLY_AT_HOME_BRANCH');
  });

  it('without the line does what headquarters has signed, and no more', async () => {
    await find(away, account.accountNo);
    away.line = false;
    await away.prepare(accountId);
    expect(() => pay(away, 1_000)).toThrow('OFFLINE_LIMIT_MISSING');
    away.line = true;
    await world.publishLimit(LIMIT);
    await world.settle();
    away.line = false;
    await away.prepare(accountId);
    pay(away, 1_000);
    expect(noteVisit(away.context, { accountId })).toMatchObject({ hasLine: false, left: { leftFen: 19_000, leftCount: 1 } });
    const [first, second] = [topup(away, 1)[0], topup(away, 2)[0]];
    // 198 yuan are more than what is left for this card.
    expect(() => away.serve(first as never)).toThrow('OFFLINE_LIMIT_REACHED');
    pay(away, 2_000);
    expect(() => pay(away, 500)).toThrow('OFFLINE_LIMIT_REACHED');
    world.nowMs += 13 * 60 * 60 * 1000;
    expect(() => away.serve(second as never)).toThrow('VISIT_EXPIRED');
    away.line = true;
    await away.prepare(accountId);
    pay(away, 500);
    await world.settle();
    expect(home.store.receivable('r-1')?.openFen).toBe(1_500);
    expect((await world.clearing()).reduce((sum, { amountFen }) => sum + amountFen, 0)).toBe(0);
  });

  it('takes no limit that is over or that headquarters has not signed', async () => {
    await find(away, account.accountNo);
    await world.publishLimit(LIMIT, { validUntil: '2026-02-01' });
    await world.settle();
    away.line = false;
    await away.prepare(accountId);
    expect(() => pay(away, 1_000)).toThrow('OFFLINE_LIMIT_MISSING');
    const forged = {
      ...({
        documentKind: 'offline-limit',
        documentId: 'limit',
        version: 2,
        effectiveFrom: '2026-01-02',
        validUntil: '2026-12-31',
      } as const),
      ...{ content: { limit: { ...LIMIT, perDay: { amountFen: 1e9, count: 1_000 } } }, signature: Buffer.alloc(64).toString('base64') },
    };
    away.put('master-data.published', forged);
    expect(() => pay(away, 1_000)).toThrow('OFFLINE_LIMIT_MISSING');
    away.line = true;
    await away.send();
    const row = await world.db
      .selectFrom('operations')
      .select(['verdict', 'code'])
      .where('kind', '=', 'master-data.published')
      .where('counter_id', '=', `C${AWAY}`)
      .execute();
    expect(row).toEqual([{ verdict: 'quarantined', code: 'OPERATION_INVALID' }]);
  });

  it('without the line sells to the branch’s own cards within the same limit: per card, per clerk, per day', async () => {
    const own = [account, ...[9, 10, 11].map((number) => sampleAccount(number))];
    for (const one of own.slice(1)) home.store.write((tx) => tx.append(openAccount(one)));
    let sold = 0;
    const sell = (index: number, clerk = '1001') => {
      sold += 1;
      const [paid] = sampleTopup(20 + sold, own[index] as AccountOpened, home.context.actor.shiftId);
      home.context.ports.store.write((tx) => tx.append({ ...paid, clerk } as NewOperation));
    };
    // Each sale is 198 yuan.
    const [perCard, perClerk, perDay] = [20_000, 40_000, 60_000].map((amountFen) => ({ amountFen, count: 9 }));
    if (perCard === undefined || perClerk === undefined || perDay === undefined) throw new Error('three limits');
    await world.publishLimit({ perCard, perClerk, perDay, ownCards: true });
    await world.settle();
    sell(0);
    expect(home.context.ports.visits.left({ clerk: '1001', accountId })).toMatchObject({ leftFen: 20_000 });
    home.line = false;
    sell(0);
    expect(noteVisit(home.context, { accountId })).toMatchObject({ visit: null, bounded: true, left: { leftFen: 200 } });
    expect(() => sell(0)).toThrow('OFFLINE_LIMIT_REACHED');
    sell(1);
    expect(() => sell(2)).toThrow('OFFLINE_LIMIT_REACHED');
    sell(2, '1002');
    expect(() => sell(3, '1003')).toThrow('OFFLINE_LIMIT_REACHED');
    home.line = true;
    sell(3, '1003');
    await world.settle();
    expect(counterRows(home.file)).toEqual(await headquartersRows(world.db, HOME));
  });

  it('a document in the feed that headquarters has not signed has no effect and is named', async () => {
    await world.publishLimit(LIMIT, { validUntil: '2026-12-31' });
    const document = {
      documentKind: 'offline-limit',
      documentId: 'forged',
      version: 9,
      effectiveFrom: '2026-03-01',
      validUntil: '2026-12-31',
    };
    const payload = {
      ...document,
      content: { limit: { ...LIMIT, perCard: { amountFen: 1e9, count: 1_000 } } },
      signature: 'A'.repeat(86).concat('=='),
    };
    const facts = {
      id: sampleId(77_000_001),
      kind: 'master-data.published',
      businessDate: SAMPLE_DATE,
      shiftId: '',
      clerk: 'headquarters',
    };
    const said = [{ facts: { ...facts, accountId: '', recordedAtMs: 1, payload }, origin: 'forged' }];
    await sayTo(world.db, { branchNo: AWAY, said, nowMs: 1 });
    await find(away, account.accountNo);
    await world.settle();
    const { documents } = listMasterData(away.context.ports);
    expect(documents.map(({ documentId, state }) => [documentId, state])).toEqual([
      ['forged', 'refused'],
      ['limit', 'in-force'],
    ]);
    away.line = false;
    await away.prepare(accountId);
    expect(noteVisit(away.context, { accountId }).left).toMatchObject({ limitId: 'limit/1', leftFen: 20_000 });
    away.store.rebuildProjections();
    expect(listMasterData(away.context.ports).documents).toEqual(documents);
  });

  it('a headquarters that was restored says the same once more, in another order, and it counts once', async () => {
    await find(away, account.accountNo);
    const kept = new Map<(typeof REMEMBERED)[number], unknown[]>();
    for (const table of REMEMBERED) kept.set(table, await world.db.selectFrom(table).selectAll().execute());
    const before = world.halls.map(({ store }) => ({
      acknowledgedSeq: store.acknowledgedSeq(),
      position: store.replica.feedEnd().position,
    }));
    const mirrors = () =>
      world.db
        .selectFrom('operations')
        .select(['counter_id', 'seq', 'id', 'hash'])
        .where('branch_no', '=', HOME)
        .where('counter_id', 'like', 'hq-%')
        .orderBy('hash')
        .execute();
    await away.prepare(accountId);
    pay(away, 2_000);
    pay(away, 3_000);
    await world.settle();
    const said = await mirrors();
    expect(said).toHaveLength(2);

    for (const table of REMEMBERED) {
      await world.db.deleteFrom(table).execute();
      const rows = (kept.get(table) ?? []) as Tables['forwards'][];
      if (rows.length > 0) await world.db.insertInto(table).values(rows).execute();
    }
    for (const [index, { store }] of world.halls.entries()) {
      store.setAcknowledgedSeq(before[index]?.acknowledgedSeq ?? 0);
      store.replica.forgetOrderAfter(before[index]?.position ?? 0);
    }
    // What comes in between this time was not there the first time.
    home.put('note.added', { noteId: 'n-1', text: '有狗' }, accountId);
    await world.settle();
    await world.settle();
    expect(await mirrors()).toEqual(said);
    expect(home.store.receivable('r-1')?.openFen).toBe(0);
    expect(home.store.balance('inter-branch-clearing', AWAY)).toBe(5_000);
    for (const hall of world.halls) expect(counterRows(hall.file)).toEqual(await headquartersRows(world.db, hall.branchNo));
  });

  it.each([1, 2, 3])('nets to nothing and counts once whatever is sent again or cut off in between (seed %i)', async (seed) => {
    let state = seed * 7_919;
    const random = () => {
      state = (state * 1_103_515_245 + 12_345) % 2_147_483_648;
      return state / 2_147_483_648;
    };
    await find(away, account.accountNo);
    let sold = 0;
    let paidFen = 0;
    const payments: string[] = [];
    for (let step = 0; step < 25; step += 1) {
      await away.prepare(accountId);
      const what = random();
      if (what < 0.35 && paidFen <= 4_900) {
        payments.push(pay(away, 100).paymentId);
        paidFen += 100;
      } else if (what < 0.5 && payments.length > 0) {
        reversePayment(away.context, { paymentId: payments.pop() ?? '', refunds: [], reason: '错' }, SUPERVISOR);
        paidFen -= 100;
      } else if (what < 0.7) {
        sold += 1;
        for (const operation of topup(away, sold)) away.serve(operation);
      }
      if (random() < 0.4) await away.send();
      if (random() < 0.3) away.store.setAcknowledgedSeq(Math.floor(random() * away.store.acknowledgedSeq()));
      // A crash after the fact was carried and before it was ticked off.
      if (random() < 0.3) await world.db.updateTable('forwards').set({ state: 'waiting' }).execute();
      if (random() < 0.3) await forwardWaiting(world.db, { news: createNews(), nowMs: () => 1 });
      if (random() < 0.4) await home.follow();
    }
    await world.settle();
    await world.settle();
    expect(home.store.receivable('r-1')?.openFen).toBe(5_000 - paidFen);
    expect(home.store.tierUse(accountId, 2026)).toBe(sold * 100_000);
    const totalFen = sold * 19_800 + paidFen;
    expect(home.store.balance('inter-branch-clearing', AWAY)).toBe(totalFen);
    expect(away.store.balance('inter-branch-clearing', HOME)).toBe(-totalFen);
    const all = await world.db.selectFrom('balances').select(['branch_no', 'amount_fen']).execute();
    for (const branchNo of [HOME, AWAY]) {
      expect(all.filter((row) => row.branch_no === branchNo).reduce((sum, row) => sum + Number(row.amount_fen), 0)).toBe(0);
    }
    expect((await world.clearing()).reduce((sum, { amountFen }) => sum + amountFen, 0)).toBe(0);
    for (const hall of world.halls) expect(counterRows(hall.file)).toEqual(await headquartersRows(world.db, hall.branchNo));
  });
});
