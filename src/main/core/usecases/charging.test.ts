// Charging as its calls do it: part payments, several accounts, credit, waivers and reversals within the limits of the roles, and nothing by half.
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openAccount, openBranch, sampleAccount, sampleId, sampleOperation } from '../../../../tests/support/sample-operations.ts';
import { type TempStore, tempStore } from '../../../../tests/support/temp-store.ts';
import type { Role } from '../../../shared/contract/call.ts';
import type { NewOperation } from '../../../shared/domain/operation.ts';
import type { Policy } from '../../../shared/domain/policy.ts';
import { createPaper } from '../../printing/pdf/paper.ts';
import { createReceipts } from '../../printing/receipts.ts';
import { createTemplates } from '../../printing/templates/templates.ts';
import type { UseCaseContext } from '../actor.ts';
import type { Ports } from '../ports/index.ts';
import { operationsAbout, timelineEntry } from '../timeline.ts';
import { raiseFee, refundCredit, returnDeposit, takeDeposit, viewCharges, waiveReceivable } from './charge-account.ts';
import { quotePayment, reversePayment, takePayment } from './take-payment.ts';

const A = sampleAccount(1);
const B = sampleAccount(2);
const SHIFT = sampleId(2_000_001);
const limits = (reversalFen: number, waiverFen: number, refundFen: number) => ({ reversalFen, waiverFen, refundFen, correctionLitres: 0 });
const POLICY: Policy = {
  fees: [
    { code: 'card', name: '补卡工本费', amountFen: 2_000, vatPermille: 60, waiver: 'supervisor' },
    { code: 'test', name: '验表费', amountFen: 500, vatPermille: 60, waiver: 'manager' },
    { code: 'works', name: '工程费', amountFen: 280_000, vatPermille: 90, waiver: null },
  ],
  lateFee: { perDayPpm: 3_000, graceDays: 0, chargesGrace: false, countsPaymentDay: true, capPermille: 1_000 },
  limits: { clerk: limits(0, 100, 0), supervisor: limits(50_000, 5_000, 20_000), manager: limits(1e8, 1e8, 1e8) },
  requestDays: { default: 5 },
};
const SUPERVISOR = { staffNo: '2001', role: 'supervisor' as const };
const MANAGER = { staffNo: '3001', role: 'manager' as const };

let temp: TempStore;
let nextId = 0;
const published: unknown[] = [];
const newId = () => {
  nextId += 1;
  return sampleId(90_000_000 + nextId);
};

function as(role: Role, staffNo = '1001'): UseCaseContext {
  const ports = {
    store: temp.store,
    clock: { nowMs: () => 1_772_000_000_000 },
    ids: { uuid: newId },
    events: { publish: (event: unknown) => void published.push(event) },
    sync: { nudge: () => {} },
    receipts: createReceipts(),
    paper: createPaper({ workerFile: '' }),
    templates: createTemplates({ folder: '', language: () => 'zh-CN' }),
    devices: { states: () => [], printerColumns: () => 48 },
  } as unknown as Ports;
  return { ports, actor: { staffNo, name: '李静', role, shiftId: SHIFT } };
}

/** A gas bill of 2026-02-20, ten days late on the sample's business date. */
function owe(accountId: string, amountFen: number): string {
  const receivableId = newId();
  const payload = {
    receivableId,
    kind: 'gas' as const,
    itemCode: 'reading',
    description: '2026-01 气费',
    amountFen,
    vatPermille: 90,
    dueDate: '2026-02-20',
    bearsLateFee: true,
  };
  temp.store.write((tx) => tx.append(sampleOperation('receivable.raised', payload, { id: receivableId, accountId })));
  return receivableId;
}

beforeEach(async () => {
  temp = await tempStore();
  const policy = sampleOperation(
    'policy.published',
    { policyId: sampleId(7), effectiveFrom: '2026-01-01', policy: POLICY },
    { id: sampleId(7) },
  );
  const shift = sampleOperation('shift.opened', { shiftId: SHIFT, floatFen: 10_000 }, { id: sampleId(8), shiftId: SHIFT, clerk: '1001' });
  temp.store.importOperations([...openBranch(), openAccount(A), openAccount(B), policy as NewOperation, shift as NewOperation]);
});
afterEach(() => temp.remove());

const payAll = { settleFen: null, waiveLateFee: false, waiverReason: '', useCredit: false, tenders: [], cashTenderedFen: 0 };

describe('a payment', () => {
  it('settles the bills of two accounts with their late fees, by card and cash with change', () => {
    const first = owe(A.accountId, 10_000);
    const second = owe(B.accountId, 5_000);
    const quote = quotePayment(as('clerk'), { accountId: A.accountId, receivableIds: [first, second] });
    // Ten days at 0.003: 300 and 150 fen.
    expect(quote).toMatchObject({ amountFen: 15_450, lateFeeFen: 450, toCreditFen: 0, needsApproval: false });
    const paid = takePayment(
      as('clerk'),
      {
        ...payAll,
        accountId: A.accountId,
        receivableIds: [first, second],
        paymentId: newId(),
        expectedAmountFen: 15_450,
        tenders: [{ kind: 'bank-card', amountFen: 10_000, reference: 'S1' }],
        cashTenderedFen: 6_000,
      },
      null,
    );
    expect(paid).toMatchObject({ state: 'taken', amountFen: 15_450, changeFen: 550 });
    const { accounts, dueFen } = viewCharges(as('clerk'), { accountIds: [A.accountId, B.accountId] });
    expect(accounts.flatMap((account) => account.receivables)).toEqual([]);
    expect(dueFen).toBe(0);
    expect(temp.store.balance('cash-drawer', SHIFT)).toBe(10_000 + 5_450);
    expect(temp.store.balance('bank-card-clearing')).toBe(10_000);
    expect(temp.store.paymentsOf(B.accountId, 5)).toHaveLength(1);

    // Each account sees its part, when it was paid and when it is paid back.
    const told = (accountId: string) =>
      operationsAbout(temp.store, accountId, 50)
        .map((operation) => timelineEntry(operation, accountId))
        .filter(({ kind }) => kind.startsWith('payment.'))
        .map(({ kind, amountFen, facts, reference }) => [kind, amountFen, facts.together, reference]);
    const { paymentId } = paid;
    expect(told(A.accountId)).toEqual([['payment.taken', 10_300, 1, paymentId]]);
    expect(told(B.accountId)).toEqual([['payment.taken', 5_150, 1, paymentId]]);
    const refunds = [{ kind: 'bank-card' as const, amountFen: 10_000, reference: 'S1' }];
    reversePayment(as('clerk'), { paymentId, reason: '重复', refunds }, SUPERVISOR);
    expect(told(B.accountId)).toEqual([
      ['payment.reversed', -5_150, 1, paymentId],
      ['payment.taken', 5_150, 1, paymentId],
    ]);
  });

  it('pays a part with the late fee of that part, and keeps what is too much as credit', () => {
    const bill = owe(A.accountId, 10_000);
    const part = {
      ...payAll,
      accountId: A.accountId,
      receivableIds: [bill],
      settleFen: 5_150,
      cashTenderedFen: 5_150,
      expectedAmountFen: 5_150,
    };
    expect(takePayment(as('clerk'), { ...part, paymentId: newId() }, null).paid).toMatchObject([
      { receivableId: bill, accountId: A.accountId, principalFen: 5_000, lateFeeFen: 150, lateFeeWaivedFen: 0 },
    ]);
    const more = { ...part, settleFen: 6_000, cashTenderedFen: 6_000, expectedAmountFen: 6_000 };
    expect(takePayment(as('clerk'), { ...more, paymentId: newId() }, null)).toMatchObject({ toCreditFen: 850 });
    const next = owe(A.accountId, 1_000);
    const useCredit = { ...payAll, accountId: A.accountId, receivableIds: [next], useCredit: true };
    const { amountFen, fromCreditFen } = quotePayment(as('clerk'), { accountId: A.accountId, receivableIds: [next], useCredit: true });
    expect({ amountFen, fromCreditFen }).toEqual({ amountFen: 180, fromCreditFen: 850 });
    takePayment(as('clerk'), { ...useCredit, paymentId: newId(), expectedAmountFen: 180, cashTenderedFen: 200 }, null);
    expect(viewCharges(as('clerk'), { accountIds: [A.accountId] }).accounts[0]).toMatchObject({ creditFen: 0, receivables: [] });
  });

  it('is taken once however often it is sent, and another one under its number is refused', () => {
    const bill = owe(A.accountId, 1_000);
    const input = {
      ...payAll,
      accountId: A.accountId,
      receivableIds: [bill],
      paymentId: newId(),
      expectedAmountFen: 1_030,
      cashTenderedFen: 1_100,
    };
    const once = takePayment(as('clerk'), input, null);
    expect(takePayment(as('clerk'), input, null)).toEqual(once);
    expect(temp.store.balance('cash-drawer', SHIFT)).toBe(11_030);
    expect(() => takePayment(as('clerk'), { ...input, expectedAmountFen: 5 }, null)).toThrow('PAYMENT_ID_REUSED');
  });

  it.each([
    ['another amount than was seen', { expectedAmountFen: 1_000 }, 'PRICE_CHANGED'],
    ['too little cash', { cashTenderedFen: 1_029 }, 'TENDER_SHORT'],
    [
      'more by card than is due',
      { tenders: [{ kind: 'wallet' as const, amountFen: 2_000, reference: 'W' }], cashTenderedFen: 0 },
      'TENDER_MISMATCH',
    ],
    ['a charge that is not there', { receivableIds: [sampleId(5)] }, 'RECEIVABLE_UNKNOWN'],
    ['an account that is not there', { accountId: 'nobody' }, 'ACCOUNT_UNKNOWN'],
  ])('refuses %s and records nothing', (_name, wrong, code) => {
    const bill = owe(A.accountId, 1_000);
    const seq = temp.store.lastSeq();
    const input = {
      ...payAll,
      accountId: A.accountId,
      receivableIds: [bill],
      paymentId: newId(),
      expectedAmountFen: 1_030,
      cashTenderedFen: 1_030,
    };
    expect(() => takePayment(as('clerk'), { ...input, ...wrong }, null)).toThrow(code);
    expect(temp.store.lastSeq()).toBe(seq);
  });

  it('refuses a charge that somebody else has settled meanwhile', () => {
    const bill = owe(A.accountId, 1_000);
    const input = { ...payAll, accountId: A.accountId, receivableIds: [bill], expectedAmountFen: 1_030, cashTenderedFen: 1_030 };
    takePayment(as('clerk'), { ...input, paymentId: newId() }, null);
    expect(() => takePayment(as('clerk', '1002'), { ...input, paymentId: newId() }, null)).toThrow('RECEIVABLE_SETTLED');
  });
});

describe('late fees let off', () => {
  it('need a second person beyond the own limit, who may allow that much', () => {
    const bill = owe(A.accountId, 300_000);
    const input = {
      ...payAll,
      accountId: A.accountId,
      receivableIds: [bill],
      waiveLateFee: true,
      waiverReason: '低保户',
      paymentId: newId(),
      expectedAmountFen: 300_000,
      cashTenderedFen: 300_000,
    };
    expect(quotePayment(as('clerk'), { accountId: A.accountId, receivableIds: [bill], waiveLateFee: true })).toMatchObject({
      amountFen: 300_000,
      lateFeeWaivedFen: 9_000,
      needsApproval: true,
    });
    expect(() => takePayment(as('clerk'), { ...input, waiverReason: '' }, MANAGER)).toThrow('INPUT_INVALID');
    expect(() => takePayment(as('clerk'), input, null)).toThrow('SUPERVISOR_REQUIRED');
    expect(() => takePayment(as('clerk', '2001'), input, SUPERVISOR)).toThrow('SUPERVISOR_REQUIRED');
    expect(() => takePayment(as('clerk'), input, SUPERVISOR)).toThrow('APPROVAL_LIMIT');
    takePayment(as('clerk'), input, MANAGER);
    expect(temp.store.payment(input.paymentId)?.payment).toMatchObject({ approvedBy: '3001' });
  });
});

describe('a reversal', () => {
  it('brings back what was owed, the late fee, the credit and the money', () => {
    const bill = owe(A.accountId, 10_000);
    const books = () => ['receivable', 'late-fee-revenue', 'vat-payable', 'customer-credit', 'cash-drawer', 'bank-card-clearing'] as const;
    const before = books().map((name) => temp.store.balance(name));
    const paymentId = newId();
    takePayment(
      as('clerk'),
      {
        ...payAll,
        accountId: A.accountId,
        receivableIds: [bill],
        settleFen: 11_000,
        paymentId,
        expectedAmountFen: 11_000,
        cashTenderedFen: 11_000,
      },
      null,
    );
    const reversal = { paymentId, reason: '收错账户', refunds: [] };
    expect(() => reversePayment(as('clerk'), reversal, null)).toThrow('SUPERVISOR_REQUIRED');
    expect(reversePayment(as('clerk'), reversal, SUPERVISOR).state).toBe('reversed');
    expect(books().map((name) => temp.store.balance(name))).toEqual(before);
    expect(temp.store.receivable(bill)?.openFen).toBe(10_000);
    expect(() => reversePayment(as('clerk'), reversal, SUPERVISOR)).toThrow('PAYMENT_STATE_REFUSES');
  });

  it('refuses when the credit it made is spent, or the drawer cannot give the cash', () => {
    const bill = owe(A.accountId, 1_000);
    const paymentId = newId();
    const over = { ...payAll, accountId: A.accountId, receivableIds: [bill], settleFen: 2_000, paymentId, expectedAmountFen: 2_000 };
    takePayment(as('clerk'), { ...over, tenders: [{ kind: 'bank-card', amountFen: 2_000, reference: 'S' }] }, null);
    const credit = { handoverId: newId(), accountId: A.accountId, amountFen: 500, tenders: [], cashTenderedFen: 0, reason: '退款' };
    refundCredit(as('clerk'), credit, SUPERVISOR);
    expect(() => reversePayment(as('clerk'), { paymentId, reason: 'x', refunds: [] }, SUPERVISOR)).toThrow('CREDIT_SHORT');

    const large = owe(B.accountId, 40_000);
    const byCard = newId();
    takePayment(
      as('clerk'),
      {
        ...payAll,
        accountId: B.accountId,
        receivableIds: [large],
        paymentId: byCard,
        expectedAmountFen: 41_200,
        tenders: [{ kind: 'wallet', amountFen: 41_200, reference: 'W' }],
      },
      null,
    );
    expect(() => reversePayment(as('clerk'), { paymentId: byCard, reason: 'x', refunds: [] }, SUPERVISOR)).toThrow('DRAWER_SHORT');
    const refunds = [{ kind: 'wallet' as const, amountFen: 41_200, reference: 'R' }];
    expect(reversePayment(as('clerk'), { paymentId: byCard, reason: 'x', refunds }, SUPERVISOR).state).toBe('reversed');
  });
});

describe('fees, deposits and credit', () => {
  it('charges from the catalogue once, and lets off what the catalogue and the limits allow', () => {
    const receivableId = newId();
    const fee = { receivableId, accountId: A.accountId, code: 'card', quantity: 2 };
    expect(raiseFee(as('clerk'), fee)).toMatchObject({ amountFen: 4_000, openFen: 4_000, description: '补卡工本费 × 2', lateFeeFen: 0 });
    expect(raiseFee(as('clerk'), fee).amountFen).toBe(4_000);
    expect(temp.store.balance('receivable')).toBe(4_000);
    expect(() => raiseFee(as('clerk'), { ...fee, code: 'works' })).toThrow('RECEIVABLE_ID_REUSED');
    expect(() => raiseFee(as('clerk'), { ...fee, receivableId: newId(), code: 'none' })).toThrow('FEE_UNKNOWN');
    const waiver = { waiverId: newId(), receivableId, amountFen: 1_500, reason: '残疾人家庭' };
    expect(() => waiveReceivable(as('clerk'), waiver, null)).toThrow('SUPERVISOR_REQUIRED');
    expect(waiveReceivable(as('clerk'), waiver, SUPERVISOR).openFen).toBe(2_500);
    expect(waiveReceivable(as('clerk'), waiver, SUPERVISOR).openFen).toBe(2_500);
    expect(() => waiveReceivable(as('manager'), { ...waiver, waiverId: newId(), amountFen: 2_501 }, null)).toThrow('AMOUNT_OUT_OF_RANGE');
    const works = newId();
    raiseFee(as('clerk'), { receivableId: works, accountId: A.accountId, code: 'works', quantity: 1 });
    expect(() => waiveReceivable(as('manager'), { ...waiver, waiverId: newId(), receivableId: works, amountFen: 1 }, null)).toThrow(
      'FEE_NOT_WAIVABLE',
    );
  });

  it('lets a fee off only by the role that the catalogue names, however small the sum', () => {
    const receivableId = newId();
    raiseFee(as('clerk'), { receivableId, accountId: A.accountId, code: 'test', quantity: 1 });
    const waiver = { waiverId: newId(), receivableId, amountFen: 50, reason: '复验合格' };
    // Within the clerk's own limit, and within the supervisor's.
    expect(() => waiveReceivable(as('clerk'), waiver, null)).toThrow('SUPERVISOR_REQUIRED');
    expect(() => waiveReceivable(as('clerk'), waiver, SUPERVISOR)).toThrow('APPROVAL_LIMIT');
    expect(() => waiveReceivable(as('supervisor', '2001'), waiver, null)).toThrow('SUPERVISOR_REQUIRED');
    expect(temp.store.receivable(receivableId)?.openFen).toBe(500);
    expect(waiveReceivable(as('clerk'), waiver, MANAGER).openFen).toBe(450);
    const last = temp.store.operationsOf(A.accountId, 1)[0];
    expect(last).toMatchObject({ kind: 'receivable.waived', payload: { approvedBy: '3001' } });
    expect(waiveReceivable(as('manager', '3001'), { ...waiver, waiverId: newId() }, null).openFen).toBe(400);
  });

  it('takes a deposit and gives back no more than is held, with a second person', () => {
    const deposit = {
      handoverId: newId(),
      accountId: A.accountId,
      amountFen: 30_000,
      tenders: [],
      cashTenderedFen: 50_000,
      reason: '表具押金',
    };
    expect(takeDeposit(as('clerk'), deposit)).toMatchObject({ accountId: A.accountId, depositFen: 30_000, creditFen: 0 });
    expect(takeDeposit(as('clerk'), deposit).depositFen).toBe(30_000);
    const back = { ...deposit, handoverId: newId(), cashTenderedFen: 0 };
    expect(() => returnDeposit(as('clerk'), { ...back, amountFen: 30_001 }, MANAGER)).toThrow('DEPOSIT_SHORT');
    expect(() => returnDeposit(as('clerk'), back, null)).toThrow('SUPERVISOR_REQUIRED');
    expect(() => returnDeposit(as('clerk'), back, SUPERVISOR)).toThrow('APPROVAL_LIMIT');
    expect(returnDeposit(as('clerk'), back, MANAGER).depositFen).toBe(0);
    expect(temp.store.balance('cash-drawer', SHIFT)).toBe(10_000);
  });
});
