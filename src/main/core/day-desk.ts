// The day as it stands: one day book that follows the journal, so that looking at the day costs what is new and a close costs next to nothing.
import { createHash } from 'node:crypto';
import { CARD_TASKS } from '../../shared/domain/card-tasks.ts';
import { billedFen, type DayBook, type DayLookups, dayBook, FIRST_DAY } from '../../shared/domain/day-book.ts';
import { closeRecordId, DAY_CLOSES, type DayCloseRow, type DayFigures, OPEN_DAYS } from '../../shared/domain/day-close.ts';
import { INVOICES } from '../../shared/domain/documents.ts';
import { isUndelivered } from '../../shared/domain/topup.ts';
import { commodityOfAccount, commodityOfPlan } from './commodity.ts';
import { standingInvoice } from './invoices.ts';
import type { ReadStore } from './ports/store.ts';

const PAGE = 500;

/** The day since the last close. */
export interface DayNow {
  readonly closeNo: number;
  readonly fromSeq: number;
  /** The last operation that is in the figures. */
  readonly toSeq: number;
  readonly last: DayCloseRow | null;
  readonly figures: DayFigures;
}

export interface DayDesk {
  /** Returns the day as `store` has it, which may be a transaction that has appended nothing yet. */
  now(store: ReadStore): DayNow;
}

/** Returns what a day book looks up in the store. */
export function dayLookups(store: ReadStore): DayLookups {
  const paid: DayLookups['paid'] = (topupId) => {
    const topup = store.topup(topupId);
    if (topup === null) throw new RangeError(`operation names an unknown top-up ${topupId}`);
    return topup.payment;
  };
  return {
    paid,
    paidHere(topupId) {
      const shift = store.shift(store.topup(topupId)?.shiftId ?? '');
      return shift === null || shift.counterId === store.counterId();
    },
    settledElsewhere(topupId) {
      const topup = store.topup(topupId);
      return topup !== null && !isUndelivered(topup.state);
    },
    invoice(invoiceId) {
      const row = store.record(INVOICES, invoiceId);
      return row === null ? null : { subjectId: row.subjectId, amountFen: row.amountFen };
    },
    standingInvoice(subjectId) {
      const row = standingInvoice(store, subjectId)?.row;
      return row === undefined ? null : { invoiceId: row.invoiceId, amountFen: row.amountFen };
    },
    billedFen(subjectId) {
      const payment = store.payment(subjectId);
      return payment === null ? (store.topup(subjectId)?.payment.purchase.amountFen ?? null) : billedFen(payment.payment);
    },
    task: (taskId) => store.record(CARD_TASKS, taskId),
    commodityOf: (tariffId) => commodityOfPlan(store, tariffId),
    commodityOfAccount: (accountId) => commodityOfAccount(store, store.account(accountId)),
    layoutOf: (cardNo) => store.card(cardNo)?.layoutId ?? '',
    hash: (text) => createHash('sha256').update(text).digest('hex'),
  };
}

/** Returns the last close of the store's counter; null before the first. */
export function lastClose(store: ReadStore): DayCloseRow | null {
  const open = store.record(OPEN_DAYS, store.counterId());
  return open === null ? null : store.record(DAY_CLOSES, closeRecordId(open.counterId, open.closeNo));
}

export function createDayDesk(): DayDesk {
  let kept: { readonly closeNo: number; readonly book: DayBook; readonly store: { current: ReadStore }; toSeq: number } | null = null;

  function begin(store: ReadStore, last: DayCloseRow | null) {
    // Whoever asks brings the store: a transaction sees what it has written itself.
    const current = { current: store };
    const book = dayBook(last ?? FIRST_DAY, dayLookups(follow(current)));
    return { closeNo: last?.closeNo ?? 0, book, store: current, toSeq: last?.toSeq ?? 0 };
  }

  return {
    now(store) {
      const last = lastClose(store);
      const isKept = kept !== null && kept.closeNo === (last?.closeNo ?? 0) && kept.toSeq <= store.lastSeq();
      const day = isKept && kept !== null ? kept : begin(store, last);
      day.store.current = store;
      kept = null;
      for (let more = true; more; ) {
        const operations = store.operationsAfter(day.toSeq, PAGE);
        for (const operation of operations) {
          day.book.add(operation);
          day.toSeq = operation.seq;
        }
        more = operations.length === PAGE;
      }
      const figures = day.book.figures();
      // A book that broke off half-way is not kept.
      kept = day;
      return { closeNo: day.closeNo + 1, fromSeq: (last?.toSeq ?? 0) + 1, toSeq: day.toSeq, last, figures };
    },
  };
}

/** A store that is the one of the moment. */
function follow(holder: { readonly current: ReadStore }): ReadStore {
  return new Proxy({} as ReadStore, { get: (_target, name) => Reflect.get(holder.current, name) });
}
