// Random days at one counter, made by the calls of the contract: whatever is done or refused, the books, the drawer, the card and the journal agree.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { BUSINESS_KINDS } from '../../scripts/support/business-kinds.ts';
import { COMMODITIES } from '../../src/shared/domain/commodity.ts';
import { isFaultCode } from '../../src/shared/domain/fault.ts';
import { LEDGER_ACCOUNTS } from '../../src/shared/domain/ledger.ts';
import type { Operation } from '../../src/shared/domain/operation.ts';
import type { Tender } from '../../src/shared/domain/tender.ts';
import { audit } from '../support/auditor.ts';
import { KINDS_OF_MORE_ACTS, MORE_ACTS } from '../support/business-acts.ts';
import { ACCOUNTS, buy, Counter, IDENTITY, ORDINARY, over, payBill } from '../support/business-counter.ts';
import { APPROVAL } from '../support/calls-bench.ts';
import { ACCOUNT_ID, BRANCH, CARD_NO, FLOAT_FEN, ISSUED, SHIFT_ID } from '../support/counter-bench.ts';
import { dumpProjections } from '../support/projections.ts';
import { walkRequest } from '../support/request-walk.ts';

async function suspendOrReactivate(counter: Counter): Promise<void> {
  const { store, newId } = counter.calls;
  const { accountId } = ORDINARY;
  const isActive = store.account(accountId)?.status === 'active';
  const kind = isActive ? ('suspension' as const) : ('reactivation' as const);
  const first: Readonly<Record<string, string | number>> = isActive
    ? { from: BRANCH.businessDate, until: '2027-05-01', reason: '出国' }
    : { wishedOn: BRANCH.businessDate };
  const seenVersion = () => counter.version(accountId);
  const opened = await counter.clerk.requests.open({ requestId: newId(), accountId, kind, seenVersion: seenVersion(), form: first });
  await walkRequest(opened, {
    ...{ clerk: counter.clerk, newId, seenVersion, businessDate: BRANCH.businessDate, readingLitres: 5_000_000 },
    payFees: () => payBill(counter, accountId, 100),
  });
}

/** Every kind of business, with the numbers that make one of it. */
const ACTS: Readonly<Record<string, (counter: Counter, number: number) => Promise<unknown>>> = {
  ...MORE_ACTS,
  async topup(counter, number) {
    const topupId = await buy(counter, 1_000 + number * 500);
    counter.topups.push(topupId);
    await counter.clerk.topups.deliver({ topupId });
  },
  async meterTakes(counter) {
    if (counter.meter !== undefined) counter.hall.takenBy(counter.meter);
    counter.hall.insert();
    await counter.clerk.cards.read({});
  },
  async recall(counter, number) {
    const before = counter.books();
    const topupId = await buy(counter, 1_000 + number * 300);
    // The printer's own records of a receipt are no books.
    await counter.clerk.topups.refund({ topupId, reason: '测试' });
    const wallets = (books: unknown) => ({ ...(books as object), balances: undefined });
    expect(wallets(counter.books())).toEqual(wallets(before));
  },
  async reverseTopup(counter, number) {
    const topupId = counter.topups.at(-(1 + (number % 2)));
    if (topupId === undefined) return;
    const giveBack = { refunds: [], toCreditFen: number % 2 === 0 ? 0 : 100 };
    const task = { taskId: counter.calls.newId(), accountId: ACCOUNT_ID, reason: '测试', topupId, giveBack, approval: APPROVAL };
    await counter.clerk.cardTasks.reverse(task);
  },
  correctVolume: (counter, number) =>
    counter.clerk.cardTasks.load({
      ...{ taskId: counter.calls.newId(), accountId: ACCOUNT_ID, reason: '测试', purpose: 'correct', volumeLitres: 1_000 + number * 10 },
      approval: APPROVAL,
    }),
  bill: async (counter, number) => counter.calls.bill(ACCOUNTS[number % 2] ?? '', 100 + number * 37),
  pay: (counter, number) => payBill(counter, ACCOUNTS[number % 2] ?? '', 20 + (number % 120)),
  async payAndReverse(counter, number) {
    const { store } = counter.calls;
    counter.calls.bill(ORDINARY.accountId, 200 + number);
    const owed = () => store.receivablesOf(ORDINARY.accountId, 'all').map(({ openFen }) => openFen);
    const credit = () => store.balance('customer-credit', ORDINARY.accountId);
    const [owedBefore, creditBefore, drawerBefore] = [owed(), credit(), store.balance('cash-drawer', SHIFT_ID)];
    const paymentId = await payBill(counter, ORDINARY.accountId, 100);
    if (paymentId === null) return;
    await counter.clerk.charging.reversePayment({ paymentId, reason: '测试', refunds: [], approval: APPROVAL });
    expect([owed(), credit(), store.balance('cash-drawer', SHIFT_ID)]).toEqual([owedBefore, creditBefore, drawerBefore]);
  },
  async reversePayment(counter, number) {
    const paymentId = counter.paid[number % Math.max(1, counter.paid.length)];
    if (paymentId !== undefined)
      await counter.clerk.charging.reversePayment({ paymentId, reason: '测试', refunds: [], approval: APPROVAL });
  },
  fee: (counter, number) =>
    counter.clerk.charging.raiseFee({
      receivableId: counter.calls.newId(),
      accountId: ACCOUNTS[number % 2] ?? '',
      code: 'card',
      quantity: 1 + (number % 3),
    }),
  async waive(counter, number) {
    const row = counter.calls.store.receivablesOf(ACCOUNTS[number % 2] ?? '', 'open')[0];
    if (row === undefined || row.openFen <= 0) return;
    const amountFen = Math.max(1, Math.floor(row.openFen / 2));
    await counter.clerk.charging.waive({
      waiverId: counter.calls.newId(),
      receivableId: row.receivableId,
      amountFen,
      reason: '测试',
      approval: APPROVAL,
    });
  },
  deposit: (counter, number) => counter.clerk.charging.takeDeposit(over(counter, ACCOUNTS[number % 2] ?? '', 100 + number)),
  depositBack: (counter, number) => counter.clerk.charging.returnDeposit(over(counter, ACCOUNTS[number % 2] ?? '', 50 + number)),
  async creditBack(counter, number) {
    const accountId = ACCOUNTS[number % 2] ?? '';
    const creditFen = -counter.calls.store.balance('customer-credit', accountId);
    await counter.clerk.charging.refundCredit(over(counter, accountId, Math.max(1, Math.ceil(creditFen / (1 + (number % 3))))));
  },
  async segment(counter) {
    await counter.manager.invoices.assignSegment({ segmentId: counter.calls.newId(), prefix: 'A', first: 1, last: 9, digits: 8 });
  },
  async invoice(counter, number) {
    const subjectId = counter.paid[number % Math.max(1, counter.paid.length)];
    const segment = (await counter.clerk.invoices.segments({}))[0];
    if (subjectId === undefined || segment === undefined) return;
    const invoiceId = counter.calls.newId();
    await counter.clerk.invoices.issue({ invoiceId, subjectId, expectedNumber: segment.next, buyer: { name: '李', taxNo: '' } });
    if (number % 2 === 0) await counter.clerk.invoices.void({ invoiceId, reason: '测试', approval: APPROVAL });
  },
  async blankForm(counter) {
    const segment = (await counter.clerk.invoices.segments({}))[0];
    if (segment !== undefined)
      await counter.clerk.invoices.voidBlank({ voidId: counter.calls.newId(), number: segment.next, reason: '测试' });
  },
  async exchange(counter, number) {
    const { store, newId } = counter.calls;
    const old = store.metersOf(ORDINARY.accountId).find(({ place }) => place === 'installed');
    counter.meters += 1;
    const meterNo = `NEW-${counter.meters}`;
    await counter.clerk.meters.register({
      meterNo,
      make: '恒远',
      model: 'G2.5',
      kind: 'ordinary',
      commodity: counter.commodity,
      layoutId: '',
      verifiedUntil: '2036-01-01',
    });
    const at = { actId: newId(), accountId: ORDINARY.accountId, on: BRANCH.businessDate };
    if (old === undefined) {
      await counter.clerk.meters.install({ ...at, meterNo, readingLitres: 0 });
      await counter.clerk.meters.reverify({ meterNo, verifiedUntil: '2037-01-01' });
      return;
    }
    const finalReadingLitres = old.detail.lastReadingLitres + number;
    if (number % 3 === 0) await counter.clerk.meters.remove({ ...at, meterNo: old.meterNo, finalReadingLitres, goes: 'scrapped' });
    else {
      const readings = { finalReadingLitres, firstReadingLitres: 0, carriedLitres: 0 };
      const meters = { oldMeterNo: old.meterNo, newMeterNo: meterNo, oldMeterGoes: 'scrapped' as const };
      await counter.clerk.meters.exchange({ ...at, ...readings, ...meters, reason: '到期', approval: APPROVAL });
    }
  },
  correct: (counter, number) =>
    counter.clerk.accounts.changePhone({
      ...counter.change(ORDINARY.accountId),
      ...{ phone: `1390000${1000 + number}`, reason: '测试' },
    }),
  async household(counter, number) {
    const seenVersion = counter.version(ACCOUNT_ID);
    const form = { newHousehold: 1 + (number % 9), from: BRANCH.businessDate, proof: '户口簿' };
    const asked = { requestId: counter.calls.newId(), accountId: ACCOUNT_ID, kind: 'household' as const, seenVersion, form };
    const { requestId } = await counter.clerk.requests.open(asked);
    const step = { requestId, stepId: counter.calls.newId(), from: 'open' as const, seenVersion, form: {} };
    await counter.clerk.requests.complete({ ...step, refunds: [] });
  },
  plan: (counter, number) =>
    counter.clerk.accounts.changePlan({ ...counter.change(ORDINARY.accountId), tariffId: number % 2 === 0 ? 'other-plan' : 'residential' }),
  bank: (counter) => counter.clerk.accounts.changeBank({ ...counter.change(ORDINARY.accountId), bank: null }),
  note: (counter, number) =>
    counter.clerk.accounts.addNote({ noteId: counter.calls.newId(), accountId: ACCOUNT_ID, text: `备注${number}` }),
  async customer(counter, number) {
    const { newId } = counter.calls;
    const facts = { customerKind: 'residential' as const, name: `赵${number}`, phone: `1380000${String(1000 + number)}`, smsConsent: true };
    const identity = number % 2 === 0 ? { kind: 'resident-id' as const, number: IDENTITY } : null;
    const { accountId } = ORDINARY;
    await counter.supervisor.customers.register({
      customerId: newId(),
      accountId,
      seenVersion: counter.version(accountId),
      ...facts,
      identity,
      acceptDuplicates: true,
      reason: '登记有误',
    });
  },
  request: suspendOrReactivate,
  async ticket(counter, number) {
    const { current } = await counter.clerk.queue.state({});
    if (current !== null)
      await (number % 2 === 0 ? counter.clerk.queue.finish : counter.clerk.queue.absent)({ ticketId: current.ticketId });
    else await counter.clerk.queue.next({ ticketId: counter.calls.newId(), ticketKind: 'topup' });
  },
};
const NAMES = Object.keys(ACTS);
type Done = readonly [name: string, number: number];
const METER_TAKES: Done = ['meterTakes', 0];
const act = (name: string): Done => [name, 4];

/** Where every day begins, so that none leaves a kind of business out: an account with a credit, a card with a purchase on it, a payment to invoice. */
const MORNING: readonly Done[] = [
  ['request', 0],
  ['request', 0],
  ...([
    ['topup', 10],
    ['reverseTopup', 0],
    ['recall', 5],
    ['topup', 9],
    ['meterTakes', 0],
    ['correctVolume', 5],
  ] as const),
  ...([
    ['bill', 1],
    ['fee', 1],
    ['waive', 1],
    ['pay', 119],
    ['creditBack', 1],
    ['bill', 0],
    ['pay', 100],
    ['reversePayment', 1],
  ] as const),
  ...([
    ['segment', 0],
    ['invoice', 0],
    ['blankForm', 0],
    ['deposit', 51],
    ['depositBack', 1],
    ['payAndReverse', 3],
  ] as const),
  ...([
    ['exchange', 1],
    ['exchange', 3],
    ['exchange', 1],
    ['correct', 1],
    ['household', 5],
    ['bank', 0],
    ['note', 0],
    ['customer', 0],
  ] as const),
  // The meter takes what the card holds first, so that a purchase can be under way when the card is lost.
  ...Object.keys(MORE_ACTS).flatMap((name) => (name === 'lostCard' ? [METER_TAKES, act(name)] : [act(name)])),
  ...([
    ['plan', 0],
    ['ticket', 0],
    ['ticket', 0],
  ] as const),
];

/** The business kinds that an act makes, by their names in scripts/support/business-kinds.ts. */
const KINDS_OF_ACTS: Readonly<Record<string, readonly string[]>> = {
  ...KINDS_OF_MORE_ACTS,
  topup: ['top-up'],
  meterTakes: ['look at a card'],
  recall: ['recall of an undelivered purchase'],
  reverseTopup: ['reversal of a top-up 冲正, refund to card 退气'],
  correctVolume: ['volume correction 补气, volume owed on the card'],
  pay: ['bill payment'],
  payAndReverse: ['reversal of a payment'],
  fee: ['fee'],
  waive: ['waiver'],
  deposit: ['deposit in'],
  depositBack: ['deposit out'],
  creditBack: ['refund of credit'],
  segment: ['segment of invoice numbers'],
  blankForm: ['void of a spoiled number'],
  exchange: ['meter into the store', 'meter installed', 'meter exchange', 'meter taken off', 'verification date'],
  correct: ['telephone put right'],
  household: ['household on request'],
  plan: ['price plan'],
  bank: ['bank details'],
  note: ['note'],
  request: ['suspension 报停', 'reactivation 启用'],
  ticket: ['ticket called and served'],
};
/** Shifts, cash and the close of the day have random histories of their own. */
const ELSEWHERE = /^(shift|day|dayClose|cash|drawer|bank|sync)\b/;

/** What takes another branch is lived in tests/simulation/cross-branch.test.ts. */
const ABROAD = /^visits\b/;

const COVERED_KINDS = BUSINESS_KINDS.filter(
  ({ calls }) => !calls.every((call) => ELSEWHERE.test(call)) && !calls.some((call) => ABROAD.test(call)),
);

/** Returns the kinds of business that no act has made. */
function missingKinds(done: ReadonlyMap<string, number>): readonly string[] {
  const made = new Set([...done.keys()].flatMap((act) => KINDS_OF_ACTS[act] ?? []));
  return COVERED_KINDS.map(({ name }) => name).filter((name) => !made.has(name));
}

const coverageOf = (done: ReadonlyMap<string, number>): string =>
  [...done].map(([act, times]) => `${(KINDS_OF_ACTS[act] ?? [act]).join(' + ')} ${times}`).join(', ');

/** Adds cash up by itself from what the operations say, whatever the postings made of it. */
function cashOf(operations: readonly Operation[]): number {
  const cash = (tenders: readonly Tender[]) => tenders.reduce((sum, { kind, amountFen }) => sum + (kind === 'cash' ? amountFen : 0), 0);
  const paid = new Map<string, number>();
  let drawerFen = 0;
  for (const operation of operations) {
    switch (operation.kind) {
      case 'shift.opened':
        drawerFen += operation.payload.shiftId === SHIFT_ID ? operation.payload.floatFen : 0;
        break;
      case 'topup.paid':
        paid.set(operation.payload.topupId, cash(operation.payload.tenders));
        drawerFen += cash(operation.payload.tenders);
        break;
      case 'topup.refunded':
        drawerFen -= paid.get(operation.payload.topupId) ?? 0;
        break;
      case 'payment.taken':
      case 'deposit.taken':
        drawerFen += cash(operation.payload.tenders);
        break;
      case 'deposit.returned':
      case 'credit.refunded':
        drawerFen -= cash(operation.payload.tenders);
        break;
      case 'payment.reversed':
      case 'topup.reversed':
        drawerFen -= cash(operation.payload.refunds);
    }
  }
  return drawerFen;
}

/** Whatever has happened so far. */
function expectInOrder(counter: Counter): void {
  const { store } = counter.calls;
  expect(LEDGER_ACCOUNTS.reduce((sum, name) => sum + store.balance(name), 0)).toBe(0);
  for (const accountId of ACCOUNTS) {
    expect(store.tierUse(accountId, 2026)).toBeGreaterThanOrEqual(0);
    const openFen = store.receivablesOf(accountId, 'all').reduce((sum, row) => sum + row.openFen, 0);
    expect(store.balance('receivable', accountId)).toBe(openFen);
    for (const name of ['customer-credit', 'customer-deposit', 'undelivered-purchase'] as const) {
      expect(-store.balance(name, accountId), name).toBeGreaterThanOrEqual(0);
    }
  }
  expect(store.balance('cash-drawer', SHIFT_ID)).toBeGreaterThanOrEqual(0);
}

describe('random business through the calls', () => {
  it.each(COMMODITIES)(
    'leaves books, drawer, card and journal of %s in agreement, and folds to the same bytes again',
    async (commodity) => {
      const done = new Map<string, number>();
      const journaled = new Set<string>();
      const history = fc.array(fc.tuple(fc.constantFrom(...NAMES), fc.nat(200)), { minLength: 30, maxLength: 30 });
      await fc.assert(
        fc.asyncProperty(history, async (acts) => {
          const counter = await new Counter(commodity).start();
          try {
            const { store } = counter.calls;
            for (const [name, number] of [...MORNING, ...acts]) {
              const seq = store.lastSeq();
              try {
                await ACTS[name]?.(counter, number);
                if (store.lastSeq() > seq) done.set(name, (done.get(name) ?? 0) + 1);
              } catch (error) {
                // A refusal is an answer; anything else is a mistake.
                const { code } = error as { readonly code?: string };
                const saysNothingNew = (error as { data?: { reason?: string } }).data?.reason === 'same';
                if (code === undefined || !isFaultCode(code) || code === 'INTERNAL' || (code === 'INPUT_INVALID' && !saysNothingNew))
                  throw error;
              }
              expectInOrder(counter);
            }
            const operations = store.operationsAfter(0, 10_000);
            for (const { kind } of operations) journaled.add(kind);
            expect(store.balance('cash-drawer', SHIFT_ID)).toBe(cashOf(operations));
            const result = audit(operations, new Map([[CARD_NO, ISSUED]]), counter.truths());
            expect(result.complaints).toEqual([]);
            expect(store.verifyJournal()).toEqual({ ok: true });
            const file = `${counter.hall.dir}/branch.sqlite`;
            const bytes = dumpProjections(file);
            store.rebuildProjections();
            expect(dumpProjections(file)).toBe(bytes);
          } finally {
            await counter.bench.close();
          }
        }),
        { numRuns: 4, endOnFailure: true },
      );
      // The run says something only about what it has done.
      expect(NAMES.filter((name) => !done.has(name))).toEqual([]);
      console.info(`${commodity}: ${coverageOf(done)}`);
      expect(missingKinds(done)).toEqual([]);
      const wanted = new Set<string>(COVERED_KINDS.flatMap(({ operations }) => operations));
      expect([...wanted].filter((kind) => !journaled.has(kind))).toEqual([]);
    },
    240_000,
  );
});

describe('a shift and a reversal, step by step', () => {
  it('opens a shift, whose float is in the drawer', async () => {
    const counter = await new Counter().start();
    const shiftId = counter.calls.newId();
    await counter.supervisor.shift.open({ shiftId, floatFen: 12_300 });
    expect(counter.calls.store.balance('cash-drawer', shiftId)).toBe(12_300);
    expect(counter.calls.store.balance('cash-drawer', SHIFT_ID)).toBe(FLOAT_FEN);
    await counter.bench.close();
  });

  it('reverses a top-up: balance, card and tier use are as before', async () => {
    const counter = await new Counter().start();
    const before = counter.books() as { readonly card: { readonly sequence: number } };
    const topupId = await buy(counter, 90_000);
    await counter.clerk.topups.deliver({ topupId });
    expect(counter.hall.truth().sequence).toBe(before.card.sequence + 1);
    const { purchase, tenders } = counter.calls.store.topup(topupId)?.payment ?? {};
    const refunds = (tenders ?? []).filter(({ kind }) => kind === 'bank-card').map((tender) => ({ ...tender, kind: 'bank-card' as const }));
    const { task, fault } = await counter.clerk.cardTasks.reverse({
      ...{ taskId: counter.calls.newId(), accountId: ACCOUNT_ID, reason: '测试', topupId },
      ...{ giveBack: { refunds, toCreditFen: 0 }, approval: APPROVAL },
    });
    expect([fault, task.state, task.amountFen]).toEqual([null, 'verified', purchase?.amountFen]);
    expect(counter.books()).toEqual(before);
    await counter.bench.close();
  });
});

describe('a card that is reported lost', () => {
  it('blacklists a card at once: nothing is sold to it any more', async () => {
    const counter = await new Counter().start();
    await counter.clerk.cardTasks.blacklist({ cardNo: CARD_NO, reason: '挂失' });
    expect(counter.calls.store.card(CARD_NO)?.status).toBe('blacklisted');
    expect((await counter.clerk.cards.read({})).obstacle).toBe('CARD_BLACKLISTED');
    await expect(buy(counter, 10_000)).rejects.toMatchObject({ code: 'ACCOUNT_HAS_NO_CARD' });
    await counter.bench.close();
  });
});

describe('a supervisor’s own screen', () => {
  it('lets a supervisor decide, and the act goes through once', async () => {
    const counter = await new Counter().start();
    const { accountId } = ORDINARY;
    const receivableId = counter.calls.bill(accountId, 5_000);
    const input = { waiverId: counter.calls.newId(), receivableId, amountFen: 1_000, reason: '测试' };
    const approvalId = counter.calls.newId();
    await counter.clerk.approvals.ask({ approvalId, act: 'charging.waive', input, accountId, reason: '困难' });
    await expect(counter.clerk.charging.waive({ ...input, approval: { approvalId } })).rejects.toMatchObject({ code: 'APPROVAL_REFUSED' });
    await counter.supervisor.approvals.decide({ approvalId, decision: 'approved', note: '' });
    expect((await counter.clerk.charging.waive({ ...input, approval: { approvalId } })).openFen).toBe(4_000);
    await expect(
      counter.clerk.charging.waive({ ...input, waiverId: counter.calls.newId(), approval: { approvalId } }),
    ).rejects.toMatchObject({ code: 'APPROVAL_REFUSED' });
    await counter.bench.close();
  });
});
