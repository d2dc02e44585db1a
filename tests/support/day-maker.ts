// Random days of a counter, operation by operation, with faults put in on purpose: what went wrong is told beside what was written.
import type { StoreHandle } from '../../src/main/store/index.ts';
import type { DifferenceKind } from '../../src/shared/domain/day-close.ts';
import type { NewOperation, OperationKind, OperationPayloads } from '../../src/shared/domain/operation.ts';
import { openBranch, SAMPLE_TARIFF, sampleAccount, sampleId, sampleOperation, sampleTopup } from './sample-operations.ts';

export const CLERKS = ['1001', '1002', '1003'] as const;
const ACCOUNTS = 12;
const FLOAT_FEN = 50_000;
/** Every so many-th account is supplied with power. */
const POWER_EVERY = 4;
const POWER_TARIFF = { ...SAMPLE_TARIFF, id: 'power', name: '居民用电', supply: 'power' as const };

const powerSupply = (index: number) => ({
  tariffId: POWER_TARIFF.id,
  meter: { meterNo: `PW${index}`, make: '华立', kind: 'ic' as const, supply: 'power' as const },
});

/** A fault that was put in: what the close must say of it, no more and no less. */
export interface Injected {
  readonly kind: DifferenceKind;
  readonly subjectId: string;
  readonly effectFen: number;
}

export interface DayMaker {
  /** Faults since the last `forget`. */
  readonly injected: readonly Injected[];
  /** Purchases that were paid and stand on no card. */
  readonly undelivered: ReadonlyMap<string, number>;
  openShifts(): void;
  /** One customer, well served or not. */
  serve(): void;
  /** Delivers what an earlier day has left open. */
  settle(): void;
  /** The first clerk's drawer goes on in another's hands; `missingFen` is missing when it is counted. */
  handOver(missingFen: number): void;
  /** Cash from the safe into the bank. */
  bank(amountFen: number): void;
  /** Counts and closes; `shortFen` is missing from the first drawer. */
  closeShifts(shortFen: number): void;
  forget(): void;
}

type Chance = (below: number) => number;

/** Returns a maker on an empty store. `chance` gives whole numbers from 0. */
export function dayMaker(store: StoreHandle, chance: Chance): DayMaker {
  const injected: Injected[] = [];
  const undelivered = new Map<string, number>();
  const accounts = Array.from({ length: ACCOUNTS }, (_, index) =>
    sampleAccount(index + 1, index % POWER_EVERY === 0 ? powerSupply(index) : {}),
  );
  const versions = { id: 40_000_000, topup: 0, receipt: 0 };
  const shifts = new Map<string, { shiftId: string; cashFen: number }>();
  /** Purchases on cards, for reversals: only the last one of a card. */
  const delivered: { topupId: string; accountIndex: number; amountFen: number; purchase: OperationPayloads['topup.paid']['purchase'] }[] =
    [];
  const open: { readonly operations: readonly NewOperation[]; readonly accountIndex: number }[] = [];
  const newId = () => {
    versions.id += 1;
    return sampleId(versions.id);
  };
  const append = (operation: NewOperation): void => {
    const { businessDate = '' } = store.branch() ?? {};
    store.write((tx) => tx.append({ ...operation, businessDate: businessDate === '' ? operation.businessDate : businessDate }));
  };
  let clerk: string = CLERKS[0];
  const put = <K extends OperationKind>(kind: K, payload: OperationPayloads[K], accountId = '', id = newId()): string => {
    append(sampleOperation(kind, payload, { id, accountId, clerk, shiftId: shifts.get(clerk)?.shiftId ?? '' }));
    return id;
  };
  const cash = (amountFen: number): void => {
    const shift = shifts.get(clerk);
    if (shift !== undefined) shift.cashFen += amountFen;
  };
  const CASH = (amountFen: number) => [{ kind: 'cash', amountFen, reference: '' }] as const;
  const fault = (kind: DifferenceKind, subjectId: string, effectFen: number): void => void injected.push({ kind, subjectId, effectFen });

  for (const operation of openBranch()) append(operation);
  put('tariff.published', { tariff: POWER_TARIFF });
  for (const account of accounts) put('account.opened', account, account.accountId);
  const segmentId = newId();
  put('segment.assigned', { segmentId, prefix: 'A', first: 1, last: 90_000, digits: 8 });
  const form = { next: 1 };

  /** Issues and prints a receipt, or fails to. */
  function receipt(subjectId: string, amountFen: number, accountId: string): void {
    const luck = chance(20);
    if (luck === 0) {
      // Somebody tore a number off: nothing is known of it.
      versions.receipt += 1;
      fault('number-missing', `01-C01-${String(versions.receipt).padStart(8, '0')}`, 0);
    }
    versions.receipt += 1;
    const receiptId = newId();
    const wrongFen = luck === 1 ? 100 : 0;
    const saysFen = Math.abs(amountFen) + wrongFen;
    const receiptNo = `01-C01-${String(versions.receipt).padStart(8, '0')}`;
    put('receipt.issued', { receiptId, receiptNo, topupId: subjectId, markup: '', amountFen: saysFen }, accountId);
    if (wrongFen > 0) fault('receipt-amount', subjectId, amountFen < 0 ? wrongFen : -wrongFen);
    if (luck === 2) {
      fault('receipt-not-printed', receiptId, 0);
      return;
    }
    const outcome = luck === 3 ? 'unknown' : luck === 4 ? 'not-printed' : luck === 5 ? 'unverified' : 'printed';
    put('receipt.printed', { receiptId, copyNo: 0, jobId: newId(), outcome, faultCode: '' }, accountId);
    if (outcome === 'unknown') fault('receipt-unverified', receiptId, 0);
    if (outcome === 'not-printed') fault('receipt-not-printed', receiptId, 0);
    if (luck === 6) put('receipt.printed', { receiptId, copyNo: 1, jobId: newId(), outcome: 'printed', faultCode: '' }, accountId);
  }

  function write(operations: readonly NewOperation[], accountIndex: number): void {
    const [paid] = operations as readonly (NewOperation & { readonly kind: 'topup.paid' })[];
    if (paid === undefined) return;
    for (const step of operations.slice(1, 4)) append({ ...step, clerk, shiftId: shifts.get(clerk)?.shiftId ?? '' });
    const { topupId, purchase } = paid.payload;
    undelivered.delete(topupId);
    delivered.push({ topupId, accountIndex, amountFen: purchase.amountFen, purchase });
    if (chance(15) === 0) fault('not-receipted', topupId, purchase.amountFen);
    else receipt(topupId, purchase.amountFen, paid.accountId);
  }

  function topup(): void {
    const accountIndex = chance(ACCOUNTS);
    const account = accounts[accountIndex];
    if (account === undefined || open.some((one) => one.accountIndex === accountIndex)) return;
    versions.topup += 1;
    const operations = sampleTopup(versions.topup, account, '');
    const [first] = operations as readonly (NewOperation & { readonly kind: 'topup.paid' })[];
    if (first === undefined) return;
    const { topupId, purchase } = first.payload;
    append({ ...first, clerk, shiftId: shifts.get(clerk)?.shiftId ?? '' });
    cash(purchase.amountFen);
    undelivered.set(topupId, purchase.amountFen);
    const luck = chance(12);
    if (luck === 0) {
      // The card was torn out and its owner has left with it.
      for (const step of operations.slice(1, 3)) append({ ...step, clerk, shiftId: shifts.get(clerk)?.shiftId ?? '' });
      fault('paid-not-written', topupId, purchase.amountFen);
      open.push({ operations: [first, ...operations.slice(2, 4)], accountIndex });
      return;
    }
    if (luck === 1) {
      put('topup.refunded', { topupId, reason: '不买了' }, account.accountId);
      undelivered.delete(topupId);
      cash(-purchase.amountFen);
      return;
    }
    write(operations, accountIndex);
    if (luck === 2) reverse();
  }

  function reverse(): void {
    const last = delivered.pop();
    const account = last === undefined ? undefined : accounts[last.accountIndex];
    if (last === undefined || account === undefined) return;
    const { topupId, purchase, amountFen } = last;
    const { accountId } = account;
    const taskId = newId();
    const cardNo = account.card?.cardNo ?? '';
    put(
      'card-task.begun',
      {
        ...{ taskId, purpose: 'reverse', cardNo, layoutId: 'countertop-double', oldCardNo: '', volumeLitres: 0, topupId, requestId: '' },
        ...{ reason: '输错', approvedBy: '2001' },
      },
      accountId,
    );
    put('card-task.intended', { taskId, sequence: 1, cumulativeLitres: 0, beforeHex: 'ff', afterHex: '00' }, accountId);
    put('card-task.writing', { taskId, attempt: 1 }, accountId);
    if (chance(3) === 0) {
      // The money went back over the counter, and the card was never read back without the gas.
      fault('refund-without-take-back', topupId, -amountFen);
    } else put('card-task.verified', { taskId, proof: 'written' }, accountId);
    const refund = { topupId, taskId, purchase, refunds: CASH(amountFen), toCreditFen: 0, reason: '输错', approvedBy: '2001' };
    put('topup.reversed', refund, accountId);
    cash(-amountFen);
  }

  function payment(): void {
    const account = accounts[chance(ACCOUNTS)];
    if (account === undefined) return;
    const { accountId } = account;
    const receivableId = newId();
    const amountFen = 3_000 + chance(50) * 100;
    put(
      'receivable.raised',
      {
        ...{ receivableId, kind: 'gas', itemCode: 'r', description: '气费', amountFen, vatPermille: 90, dueDate: '2026-04-01' },
        bearsLateFee: true,
      },
      accountId,
    );
    if (chance(10) === 0) {
      put('receivable.waived', { receivableId, kind: 'gas', vatPermille: 90, amountFen, reason: '减免', approvedBy: '2001' }, accountId);
      return;
    }
    const paymentId = newId();
    const lateFeeFen = chance(3) * 30;
    const totalFen = amountFen + lateFeeFen;
    const byCardFen = chance(2) * 1_000;
    const tenders = [
      ...(byCardFen > 0 ? [{ kind: 'bank-card', amountFen: byCardFen, reference: 'S' } as const] : []),
      { kind: 'cash', amountFen: totalFen - byCardFen, reference: '' } as const,
    ];
    const paid = {
      paymentId,
      paid: [{ receivableId, accountId, principalFen: amountFen, lateFeeFen, lateFeeWaivedFen: 0, vatPermille: 90 }],
      ...{ fromCredit: [], toCredit: [], tenders, cashTenderedFen: totalFen - byCardFen, changeFen: 0, approvedBy: '' },
    };
    put('payment.taken', paid, accountId);
    cash(totalFen - byCardFen);
    if (chance(15) === 0) fault('not-receipted', paymentId, totalFen);
    else receipt(paymentId, totalFen, accountId);
    const invoiced = chance(3) === 0 ? invoice(paymentId, totalFen, accountId) : null;
    if (chance(6) !== 0) return;
    put('payment.reversed', { paymentId, payment: paid, refunds: CASH(totalFen), reason: '输错', approvedBy: '2001' }, accountId);
    cash(-totalFen);
    receipt(`reversal:${paymentId}`, -totalFen, accountId);
    // A missing or wrong invoice matters no more once the money is back; one that stands does.
    const was = injected.findIndex(({ kind, subjectId }) => subjectId === paymentId && kind.startsWith('invoice-'));
    if (was >= 0) injected.splice(was, 1);
    if (invoiced !== null && invoiced > 0) fault('invoice-stands', paymentId, -invoiced);
  }

  /** Issues an invoice, or makes a mess of it. Returns the amount of the one that stands; 0 where none does. */
  function invoice(subjectId: string, amountFen: number, accountId: string): number {
    const luck = chance(8);
    if (luck === 0) {
      put('invoice.voided', { segmentId, number: form.next, invoiceId: '', reason: '卡纸', approvedBy: '2001' });
      form.next += 1;
    }
    const invoiceId = newId();
    const number = form.next;
    form.next += 1;
    const saysFen = luck === 1 ? amountFen - 10 : amountFen;
    put(
      'invoice.issued',
      {
        ...{ invoiceId, segmentId, number, subjectId, buyer: { name: '王', taxNo: '' }, amountFen: saysFen, vatFen: 0 },
        lines: [{ name: '气费', unit: '', quantity: '', amountFen: saysFen, vatPermille: 90 }],
      },
      accountId,
    );
    if (luck === 2) {
      put('invoice.voided', { segmentId, number, invoiceId, reason: '打坏', approvedBy: '2001' }, accountId);
      fault('invoice-missing', subjectId, amountFen);
      return 0;
    }
    const outcome = luck === 3 ? 'unknown' : 'printed';
    put('invoice.printed', { invoiceId, jobId: newId(), outcome, faultCode: '' }, accountId);
    if (outcome === 'unknown') fault('invoice-unverified', invoiceId, 0);
    if (saysFen !== amountFen) fault('invoice-amount', subjectId, amountFen - saysFen);
    return saysFen;
  }

  function deposit(): void {
    const account = accounts[chance(ACCOUNTS)];
    if (account === undefined) return;
    const { accountId } = account;
    const handoverId = newId();
    const isTaken = chance(3) > 0;
    const amountFen = 10_000;
    const handover = {
      handoverId,
      amountFen,
      tenders: CASH(amountFen),
      cashTenderedFen: amountFen,
      changeFen: 0,
      reason: '押金',
      approvedBy: '',
    };
    put(isTaken ? 'deposit.taken' : 'deposit.returned', handover, accountId);
    cash(isTaken ? amountFen : -amountFen);
    receipt(handoverId, isTaken ? amountFen : -amountFen, accountId);
  }

  /** Gas or power onto a card without money: a wrong volume put right. */
  function correction(): void {
    const accountIndex = chance(ACCOUNTS);
    const account = accounts[accountIndex];
    if (account === undefined) return;
    const taskId = newId();
    const { accountId, card } = account;
    const begun = {
      ...{ taskId, purpose: 'correct' as const, cardNo: card?.cardNo ?? '', layoutId: 'countertop-double', oldCardNo: '' },
      ...{ volumeLitres: 5_000, topupId: '', requestId: '', reason: '补气', approvedBy: '2001' },
    };
    put('card-task.begun', begun, accountId);
    put('card-task.intended', { taskId, sequence: 1, cumulativeLitres: 0, beforeHex: 'ff', afterHex: '00' }, accountId);
    put('card-task.writing', { taskId, attempt: 1 }, accountId);
    put('card-task.verified', { taskId, proof: 'written' }, accountId);
  }

  /** Cash that no customer brings or gets: change from the safe, an expense, a bag into the safe. */
  function moveCash(): void {
    const shiftId = shifts.get(clerk)?.shiftId ?? '';
    const movement = { movementId: newId(), shiftId };
    const luck = chance(3);
    if (luck === 0) {
      put('shift.paid-in', { ...movement, category: 'change', reason: '零钱', amountFen: 2_000, against: 'safe', approvedBy: '' });
      cash(2_000);
    } else if (luck === 1) {
      put('shift.paid-out', { ...movement, category: 'expense', reason: '饮用水', amountFen: 700, against: 'petty-cash', approvedBy: '' });
      cash(-700);
    } else {
      const lines = [{ denominationFen: 10_000, count: 1 }];
      put('shift.dropped', { ...movement, lines, amountFen: 10_000, bagNo: 'B1', approvedBy: '2001' });
      cash(-10_000);
    }
  }

  const NO_SLIPS = [
    { kind: 'bank-card', count: 0, amountFen: 0 },
    { kind: 'wallet', count: 0, amountFen: 0 },
  ] as const;
  /** A blind count of the clerk's drawer. */
  function counted({ shiftId, expectedFen, countedFen }: { shiftId: string; expectedFen: number; countedFen: number }): string {
    const countId = newId();
    const found = { lines: [], cashFen: countedFen, slips: NO_SLIPS };
    put('shift.counted', { shiftId, countId, countedBy: clerk, ...found, expected: { cashFen: expectedFen, slips: NO_SLIPS } });
    return countId;
  }

  return {
    injected,
    undelivered,
    openShifts() {
      for (const one of CLERKS) {
        clerk = one;
        const shiftId = newId();
        shifts.set(one, { shiftId, cashFen: FLOAT_FEN });
        put('shift.opened', { shiftId, floatFen: FLOAT_FEN }, '', shiftId);
      }
    },
    serve() {
      clerk = CLERKS[chance(CLERKS.length)] ?? CLERKS[0];
      const kind = chance(12);
      if (kind < 5) topup();
      else if (kind < 9) payment();
      else if (kind < 10) deposit();
      else if (kind < 11) moveCash();
      else correction();
    },
    settle() {
      for (const { operations, accountIndex } of open.splice(0)) {
        const [paid] = operations as readonly (NewOperation & { readonly kind: 'topup.paid' })[];
        if (paid === undefined) continue;
        const { topupId, purchase } = paid.payload;
        append({ ...(operations[2] as NewOperation), clerk, shiftId: shifts.get(clerk)?.shiftId ?? '' });
        undelivered.delete(topupId);
        delivered.push({ topupId, accountIndex, amountFen: purchase.amountFen, purchase });
        fault('paid-not-written', topupId, -purchase.amountFen);
        receipt(topupId, purchase.amountFen, paid.accountId);
      }
    },
    closeShifts(shortFen) {
      let missingFen = shortFen;
      for (const [one, shift] of shifts) {
        clerk = one;
        const { shiftId, cashFen: expectedFen } = shift;
        const countedFen = expectedFen - missingFen;
        const countId = counted({ shiftId, expectedFen, countedFen });
        put('shift.closed', {
          ...{ shiftId, countId, expectedFen, countedFen, carriedFen: 0, bagNo: '', pending: [] },
          ...{ reason: '', approvedBy: '', forced: false },
        });
        if (missingFen !== 0) fault(missingFen > 0 ? 'cash-short' : 'cash-over', shiftId, missingFen);
        missingFen = 0;
      }
      shifts.clear();
    },
    handOver(missingFen) {
      const [from] = CLERKS;
      const shift = shifts.get(from);
      if (shift === undefined) return;
      clerk = from;
      const { shiftId, cashFen: expectedFen } = shift;
      const countedFen = expectedFen - missingFen;
      const countId = counted({ shiftId, expectedFen, countedFen });
      const newShiftId = newId();
      put('shift.handed-over', {
        ...{ shiftId, newShiftId, toClerk: '1004', countId, expectedFen, countedFen, pending: [], reason: '', approvedBy: '' },
      });
      if (missingFen !== 0) fault('cash-short', shiftId, missingFen);
      shifts.set(from, { shiftId: newShiftId, cashFen: countedFen });
    },
    bank(amountFen) {
      put('safe.banked', { depositId: newId(), amountFen, slipNo: 'BK1', approvedBy: '2001' });
    },
    forget() {
      injected.length = 0;
    },
  };
}
