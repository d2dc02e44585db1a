// The day book: adds up the operations of one counter, in their order, to what its close says. It can be asked at any time and goes on.
import type { CardTaskBegun } from './card-tasks.ts';
import type { PaymentTaken } from './charging.ts';
import type { BusinessTotal, CardTotal, DayClosed, DayFigures, KindTotal, OpenItem } from './day-close.ts';
import { drawerBook } from './day-drawers.ts';
import { type InvoiceFacts, invoiceBook } from './day-invoices.ts';
import { numberBook } from './day-numbers.ts';
import { type SubjectFacts, subjectBook } from './day-subjects.ts';
import type { Posting } from './ledger.ts';
import type { Operation, OperationPayloads } from './operation.ts';
import { postingsOf } from './postings.ts';
import type { Tender } from './tender.ts';
import { movesTenders, type TenderMove, tenderMoveOf } from './tender-moves.ts';

/** Facts of earlier closes that an operation may refer to. None of them changes once it is written. */
export interface DayLookups extends InvoiceFacts, SubjectFacts {
  /** The payment of a top-up. Throws RangeError where there is none. */
  paid(topupId: string): OperationPayloads['topup.paid'];
  commodityOf(tariffId: string): CardTotal['commodity'];
  commodityOfAccount(accountId: string): CardTotal['commodity'];
  layoutOf(cardNo: string): string;
  /** Hex SHA-256. */
  hash(text: string): string;
}

export interface DayBook {
  /** Takes the next operation of the counter. */
  add(operation: Operation): void;
  /** Returns what has been added up so far. */
  figures(): DayFigures;
}

/** What the next close begins with. */
export type DayStart = Pick<DayClosed, 'open' | 'nextNumbers'>;

export const FIRST_DAY: DayStart = { open: [], nextNumbers: [] };

/** Ledger accounts that tenders go to. */
const TENDER_ACCOUNTS: ReadonlySet<string> = new Set(['cash-drawer', 'bank-card-clearing', 'wallet-clearing']);

/** Returns an empty day book that goes on where the last close ended. */
export function dayBook(start: DayStart, facts: DayLookups): DayBook {
  const payments = new Map<string, OperationPayloads['topup.paid']>();
  /** What was paid since the last close is at hand; most of what follows a payment follows it the same day. */
  const lookups: DayLookups = { ...facts, paid: (topupId) => payments.get(topupId) ?? facts.paid(topupId) };
  const business = new Map<string, Mutable<BusinessTotal>>();
  const kinds = new Map<string, Mutable<KindTotal>>();
  const cards = new Map<string, Mutable<CardTotal>>();
  const tasks = new Map<string, CardTaskBegun>();
  const subjects = subjectBook(start.open, lookups);
  const invoices = invoiceBook(start, lookups);
  const receipts = numberBook(start.nextNumbers);
  const drawers = drawerBook();
  const banked: DayFigures['banked'][number][] = [];
  const receivable = { billedFen: 0, lateFeeFen: 0, paidFen: 0, waivedFen: 0, reversedFen: 0 };
  let operations = 0;
  let tenderCount = 0;
  let tenderedFen = 0;
  let postedFen = 0;

  function countKind(operation: Operation, postings: readonly Posting[]): void {
    const total = kinds.get(operation.kind) ?? { kind: operation.kind, count: 0, debitFen: 0, hash: '' };
    total.count += 1;
    for (const { amountFen } of postings) if (amountFen > 0) total.debitFen += amountFen;
    total.hash = lookups.hash(`${total.hash}\n${operation.hash}`);
    kinds.set(operation.kind, total);
  }

  function countBusiness(operation: Operation, { sign, tenders }: TenderMove): void {
    const key = `${operation.clerk} ${operation.kind}`;
    const { clerk, kind } = operation;
    const total = business.get(key) ?? { clerk, kind, count: 0, litres: 0, cashFen: 0, bankCardFen: 0, walletFen: 0 };
    total.count += 1;
    const sold = soldBy(operation, lookups);
    if (sold?.commodity === 'power') total.wattHours = (total.wattHours ?? 0) + sold.litres;
    else if (sold !== null) total.litres += sold.litres;
    for (const tender of tenders) total[FIELD_OF[tender.kind]] += sign * tender.amountFen;
    business.set(key, total);
    tenderCount += tenders.length;
    tenderedFen += sign * sumOf(tenders);
  }

  function countCard(write: Omit<CardTotal, 'writes'>): void {
    const key = `${write.layoutId} ${write.what} ${write.commodity}`;
    const total = cards.get(key) ?? { ...write, writes: 0, litres: 0, amountFen: 0 };
    total.writes += 1;
    total.litres += write.litres;
    total.amountFen += write.amountFen;
    cards.set(key, total);
  }

  /** Gas on a card that was read back, or off it again. */
  function countPurchase(from: {
    readonly purchase: OperationPayloads['topup.paid']['purchase'];
    readonly layoutId: string;
    readonly sign: 1 | -1;
  }): void {
    const { purchase, layoutId, sign } = from;
    const { litres, amountFen, tariffId } = purchase;
    const what = sign === 1 ? 'purchase' : 'reversal';
    countCard({ layoutId, what, commodity: lookups.commodityOf(tariffId), litres: sign * litres, amountFen: sign * amountFen });
  }

  /** What is special about a kind; everything else is only counted. */
  function take(operation: Operation): void {
    switch (operation.kind) {
      case 'topup.paid':
        subjects.paidForGas(operation, operation.payload);
        invoices.billed(operation.payload.topupId, operation.payload.purchase.amountFen);
        return;
      case 'topup.intended':
        subjects.planned(operation.payload.topupId, operation.payload.layoutId);
        return;
      case 'topup.verified':
      case 'topup.carried': {
        const { topupId } = operation.payload;
        const payment = lookups.paid(topupId);
        const layoutId =
          operation.kind === 'topup.carried'
            ? lookups.layoutOf(operation.payload.cardNo)
            : subjects.layoutOf(topupId) || lookups.layoutOf(payment.cardNo);
        subjects.written(operation, { topupId, payment });
        countPurchase({ purchase: payment.purchase, layoutId, sign: 1 });
        return;
      }
      case 'topup.refunded': {
        const { topupId } = operation.payload;
        subjects.gaveBack(operation, { topupId, payment: lookups.paid(topupId), isOffCard: false });
        invoices.takenBack(topupId, operation);
        return;
      }
      case 'topup.reversed': {
        const { topupId, taskId, purchase } = operation.payload;
        const payment = lookups.paid(topupId);
        const isOffCard = subjects.wasTakenOff(taskId);
        subjects.gaveBack(operation, { topupId, payment, isOffCard });
        if (isOffCard) countPurchase({ purchase, layoutId: lookups.layoutOf(payment.cardNo), sign: -1 });
        invoices.takenBack(topupId, operation);
        return;
      }
      case 'card-task.begun':
        tasks.set(operation.payload.taskId, operation.payload);
        return;
      case 'card-task.verified': {
        const { taskId } = operation.payload;
        subjects.taskDone(taskId);
        const task = tasks.get(taskId) ?? lookups.task(taskId);
        if (task === null || task.purpose === 'reverse') return;
        const { layoutId, purpose, volumeLitres } = task;
        const commodity = lookups.commodityOfAccount(operation.accountId);
        countCard({ layoutId, what: purpose, commodity, litres: volumeLitres, amountFen: 0 });
        return;
      }
      case 'payment.taken': {
        const { paymentId, tenders, paid } = operation.payload;
        subjects.moved(operation, { subjectId: paymentId, amountFen: sumOf(tenders) });
        invoices.billed(paymentId, billedFen(operation.payload));
        for (const part of paid) {
          receivable.lateFeeFen += part.lateFeeFen;
          receivable.paidFen += part.principalFen + part.lateFeeFen;
        }
        return;
      }
      case 'payment.reversed': {
        const { paymentId, payment, refunds } = operation.payload;
        subjects.moved(operation, { subjectId: `reversal:${paymentId}`, amountFen: -sumOf(refunds) });
        invoices.takenBack(paymentId, operation);
        for (const part of payment.paid) {
          receivable.lateFeeFen -= part.lateFeeFen;
          receivable.reversedFen += part.principalFen + part.lateFeeFen;
        }
        return;
      }
      case 'deposit.taken':
        subjects.moved(operation, { subjectId: operation.payload.handoverId, amountFen: sumOf(operation.payload.tenders) });
        return;
      case 'deposit.returned':
      case 'credit.refunded':
        subjects.moved(operation, { subjectId: operation.payload.handoverId, amountFen: -sumOf(operation.payload.tenders) });
        return;
      case 'receivable.raised':
        receivable.billedFen += operation.payload.amountFen;
        return;
      case 'receivable.waived':
        receivable.waivedFen += operation.payload.amountFen;
        return;
      case 'receipt.issued':
        subjects.receiptIssued(operation, operation.payload);
        receipts.used(operation, operation.payload.receiptNo);
        return;
      case 'receipt.printed':
        subjects.receiptPrinted(operation, operation.payload);
        if (operation.payload.copyNo > 0) receipts.reprinted(operation.payload);
        return;
      case 'segment.assigned':
      case 'invoice.issued':
      case 'invoice.printed':
      case 'invoice.voided':
        invoices.take(operation);
        return;
      case 'safe.banked': {
        const { approvedBy: _, ...deposit } = operation.payload;
        banked.push(deposit);
        return;
      }
      default:
        drawers.take(operation);
    }
  }

  return {
    add(operation) {
      if (operation.kind === 'topup.paid') payments.set(operation.payload.topupId, operation.payload);
      const postings = postingsOf(operation, lookups.paid);
      operations += 1;
      countKind(operation, postings);
      const move = tenderMoveOf(operation, lookups.paid);
      // What was taken over from before the counter began belongs to no shift: no drawer held it and no customer waits for its receipt.
      if (move !== null && movesTenders(operation.kind) && operation.shiftId !== '') {
        countBusiness(operation, move);
        drawers.business(operation, move);
        for (const { ledgerAccount, amountFen } of postings) if (TENDER_ACCOUNTS.has(ledgerAccount)) postedFen += amountFen;
      }
      take(operation);
    },
    figures() {
      const money = { book: 'money', count: tenderCount, expectedFen: postedFen, foundFen: tenderedFen } as const;
      const [paid, invoiced, numbers, counted] = [subjects.figures(), invoices.figures(), receipts.figures(), drawers.figures()];
      const differences = [...paid.differences, ...invoiced.differences, ...numbers.differences, ...counted.differences];
      const open: readonly OpenItem[] = [...paid.open, ...invoiced.open];
      return {
        operations,
        business: [...business.values()].map((total) => ({ ...total })).sort(byKey(({ clerk, kind }) => `${clerk} ${kind}`)),
        kinds: [...kinds.values()].map((total) => ({ ...total })).sort(byKey(({ kind }) => kind)),
        drawers: counted.drawers,
        receipts: numbers.numbers,
        invoices: invoiced.segments,
        cards: [...cards.values()].map((total) => ({ ...total })).sort(byKey(({ layoutId, what }) => `${layoutId} ${what}`)),
        banked: [...banked],
        receivable: { ...receivable },
        books: [
          { ...money, differenceFen: money.expectedFen - money.foundFen },
          paid.cards,
          paid.receipts,
          invoiced.invoices,
          counted.total,
        ],
        differences: differences.sort(bySeq),
        open: open.toSorted(bySeq),
        nextNumbers: [...numbers.next, ...invoiced.next],
      };
    },
  };
}

type Mutable<T> = { -readonly [K in keyof T]: T[K] };

const FIELD_OF = { cash: 'cashFen', 'bank-card': 'bankCardFen', wallet: 'walletFen' } as const;

function sumOf(tenders: readonly Tender[]): number {
  return tenders.reduce((sum, { amountFen }) => sum + amountFen, 0);
}

/** What an invoice for the payment says. */
export function billedFen(payment: Pick<PaymentTaken, 'paid'>): number {
  return payment.paid.reduce((sum, part) => sum + part.principalFen + part.lateFeeFen, 0);
}

/** Returns how much of what an operation sold, or took back below zero: litres of gas, or watt-hours of power; null for one that did neither. */
export function soldBy(
  operation: Operation,
  lookups: Pick<DayLookups, 'paid' | 'commodityOf'>,
): { readonly litres: number; readonly commodity: CardTotal['commodity'] } | null {
  const sold = ({ litres, tariffId }: OperationPayloads['topup.paid']['purchase'], sign: 1 | -1) => ({
    litres: sign * litres,
    commodity: lookups.commodityOf(tariffId),
  });
  switch (operation.kind) {
    case 'topup.paid':
      return sold(operation.payload.purchase, 1);
    case 'topup.refunded':
      return sold(lookups.paid(operation.payload.topupId).purchase, -1);
    case 'topup.reversed':
      return sold(operation.payload.purchase, -1);
    default:
      return null;
  }
}

function bySeq(left: { readonly seq: number }, right: { readonly seq: number }): number {
  return left.seq - right.seq;
}

function byKey<T>(keyOf: (row: T) => string): (left: T, right: T) => number {
  return (left, right) => {
    const [a, b] = [keyOf(left), keyOf(right)];
    return a < b ? -1 : a > b ? 1 : 0;
  };
}
