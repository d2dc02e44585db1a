// The manager closes the day: everything up to a sequence number is added up, signed and frozen; the business date goes on by it.
import type { Inputs, Outputs } from '../../../shared/contract/index.ts';
import { addDays, daysBetween } from '../../../shared/domain/calendar.ts';
import { DAY_CLOSES, type DayClosed, type DayCloseRow, type OpenItem } from '../../../shared/domain/day-close.ts';
import { Fault } from '../../../shared/domain/fault.ts';
import { GENESIS_HASH } from '../../../shared/domain/operation.ts';
import { branchOf, record, type UseCaseContext } from '../actor.ts';
import { type Approver, policyNow, requireSecondPerson } from '../approval.ts';
import { calendarDate } from '../calendar-date.ts';
import type { DayDesk, DayNow } from '../day-desk.ts';
import { wrongField } from '../people.ts';
import type { ReadStore } from '../ports/store.ts';

export type DayView = Outputs['day']['now'];
export type CloseView = Outputs['day']['get'];

/** A holiday is at most so long: a date further away is a slip. */
const MOST_DAYS_AHEAD = 31;

/** The date that comes next: tomorrow's, or today's where a day was left open. */
function proposedDate({ ports }: UseCaseContext): { readonly businessDate: string; readonly nextDate: string } {
  const { businessDate } = branchOf(ports.store);
  const today = calendarDate(ports.clock.nowMs());
  if (businessDate > today) return { businessDate, nextDate: businessDate };
  const tomorrow = addDays(businessDate, 1);
  return { businessDate, nextDate: tomorrow > today ? tomorrow : today };
}

/** Own drawers that are not closed. */
function openDrawers(store: ReadStore): DayView['openDrawers'] {
  const counterId = store.counterId();
  return store
    .unclosedShifts()
    .filter((shift) => shift.counterId === counterId)
    .map(({ shiftId, clerk, openedAtMs, state }) => ({ shiftId, clerk, openedAtMs, state }));
}

/** What stands beside the figures, of the whole branch. */
function surroundings(store: ReadStore, day: DayNow): Pick<DayClosed, 'receivable' | 'late' | 'feedPosition'> {
  const { last, figures } = day;
  const openingFen = last?.receivable.closingFen ?? 0;
  const closingFen = store.balance('receivable');
  const { billedFen, lateFeeFen, paidFen, waivedFen, reversedFen } = figures.receivable;
  const ownFen = billedFen + lateFeeFen - paidFen - waivedFen + reversedFen;
  const beforeDate = branchOf(store).businessDate;
  return {
    receivable: { ...figures.receivable, openingFen, othersFen: closingFen - openingFen - ownFen, closingFen },
    late: last === null ? [] : store.lateArrivals({ afterPosition: last.feedPosition, beforeDate }),
    feedPosition: store.feedPosition(),
  };
}

/** Names the customer of what is listed, so that somebody can be called. */
export function named<T extends { readonly accountId: string }>(
  store: ReadStore,
  item: T,
): T & { readonly accountNo: string; readonly customerName: string } {
  const account = item.accountId === '' ? null : store.account(item.accountId);
  return { ...item, accountNo: account?.accountNo ?? '', customerName: account?.customerName ?? '' };
}

/** Returns the day as it stands, and what keeps it from being closed. */
export function viewDay(context: UseCaseContext, desk: DayDesk): DayView {
  const { store } = context.ports;
  const day = desk.now(store);
  const { figures, closeNo, fromSeq, toSeq, last } = day;
  const { open, nextNumbers: _, differences, kinds, ...sums } = figures;
  return {
    ...sums,
    ...surroundings(store, day),
    ...proposedDate(context),
    ...{ closeNo, fromSeq, toSeq },
    kinds: [...kinds],
    signatures: policyNow(store).closeSignatures ?? 2,
    openDrawers: openDrawers(store),
    safeFen: store.balance('safe'),
    lastBankAccount: last?.banked.at(-1)?.bankAccount ?? '',
    differences: differences.map((difference) => named(store, difference)),
    undelivered: open.filter(isUndeliveredItem).map((item) => named(store, item)),
    lastClose: last === null ? null : briefClose(last),
  } as DayView;
}

export function isUndeliveredItem({ kind }: Pick<OpenItem, 'kind'>): boolean {
  return kind === 'paid-not-written';
}

/** Returns the line of a close in a list. */
export function briefClose(row: DayCloseRow): Outputs['day']['closes'][number] {
  const { closeId, closeNo, counterId, closedDate, nextDate, fromSeq, toSeq, operations, hash, clerk, approvedBy, closedAtMs } = row;
  const openDifferences = row.differences.filter(({ state }) => state === 'open').length;
  const takenFen = row.books.find(({ book }) => book === 'money')?.foundFen ?? 0;
  return {
    ...{ closeId, closeNo, counterId, closedDate, nextDate, fromSeq, toSeq, operations, hash, clerk, approvedBy, closedAtMs },
    ...{ openDifferences, takenFen },
  };
}

/** Returns the close. Throws DAY_CLOSE_UNKNOWN. */
export function requireClose(store: ReadStore, closeId: string): DayCloseRow {
  const [row] = store.recordsByKey(DAY_CLOSES, { kind: 'id', value: closeId });
  if (row === undefined) throw new Fault('DAY_CLOSE_UNKNOWN');
  return row;
}

/** Returns the close with the customers' names. Throws DAY_CLOSE_UNKNOWN. */
export function viewClose({ ports }: UseCaseContext, { closeId }: Inputs['day']['get']): CloseView {
  const { store } = ports;
  const { open, nextNumbers: _, differences, ...row } = requireClose(store, closeId);
  return {
    ...row,
    differences: differences.map((difference) => named(store, difference)),
    undelivered: open.filter(isUndeliveredItem).map((item) => named(store, item)),
  } as unknown as CloseView;
}

const MANY_CLOSES = 100_000;

/** Returns this counter's closes, newest first, at most `limit`. */
export function listCloses({ ports }: UseCaseContext, { limit }: { readonly limit: number }): Outputs['day']['closes'] {
  const { store } = ports;
  return store.recordsInState(DAY_CLOSES, store.counterId(), MANY_CLOSES).toReversed().slice(0, limit).map(briefClose);
}

/** Returns this counter's close whose operation has the hash. Throws DAY_CLOSE_UNKNOWN. */
export function findClose({ ports }: UseCaseContext, { hash }: Inputs['day']['find']): Outputs['day']['find'] {
  const { store } = ports;
  const row = store.recordsInState(DAY_CLOSES, store.counterId(), MANY_CLOSES).find((close) => close.hash === hash);
  if (row === undefined) throw new Fault('DAY_CLOSE_UNKNOWN');
  return briefClose(row);
}

/**
 * Closes the day, once per id, and returns the close. The figures are those of `seenSeq`, which the manager has looked at. Throws DRAWERS_OPEN
 * { count, clerks }, DAY_MOVED_ON { nowSeq }, DAY_NOT_OVER { nextDate }, INPUT_INVALID { field: nextDate }, SUPERVISOR_REQUIRED.
 */
export function closeDay(
  context: UseCaseContext,
  desk: DayDesk,
  input: Omit<Inputs['day']['close'], 'approval'>,
  approver: Approver | null,
): CloseView {
  const { ports } = context;
  const { closeId, nextDate, seenSeq } = input;
  ports.store.write((tx) => {
    if (tx.recordsByKey(DAY_CLOSES, { kind: 'id', value: closeId }).length > 0) return;
    const drawers = openDrawers(tx);
    if (drawers.length > 0) {
      throw new Fault('DRAWERS_OPEN', { count: drawers.length, clerks: drawers.map(({ clerk }) => clerk).join(', ') });
    }
    const day = desk.now(tx);
    if (day.toSeq !== seenSeq) throw new Fault('DAY_MOVED_ON', { nowSeq: day.toSeq });
    const { businessDate: closedDate } = branchOf(tx);
    const today = calendarDate(ports.clock.nowMs());
    if (nextDate < closedDate || daysBetween({ from: closedDate < today ? today : closedDate, to: nextDate }) > MOST_DAYS_AHEAD) {
      throw new Fault('INPUT_INVALID', { field: 'nextDate', reason: 'range' });
    }
    if (nextDate > closedDate && closedDate > today) throw new Fault('DAY_NOT_OVER', { nextDate });
    const needsTwo = (policyNow(tx).closeSignatures ?? 2) === 2;
    const approvedBy = needsTwo ? requireSecondPerson(context, approver) : (approver?.staffNo ?? '');
    const { figures, fromSeq, toSeq, closeNo } = day;
    const toHash = tx.operationsAfter(toSeq - 1, 1)[0]?.hash ?? GENESIS_HASH;
    record(context, tx, {
      id: closeId,
      kind: 'day.closed',
      accountId: '',
      payload: { ...figures, ...surroundings(tx, day), closeId, closeNo, closedDate, nextDate, fromSeq, toSeq, toHash, approvedBy },
    });
  });
  ports.sync.nudge();
  ports.events.publish({ type: 'changed', area: 'day', accountId: '' });
  return viewClose(context, { closeId });
}

/** A slip is dated at most so long back: a holiday may lie in between. */
const OLDEST_SLIP_DAYS = 31;

/** Whether the bank's number stands on a deposit of this counter already. */
function isSlipUsed(tx: ReadStore, desk: DayDesk, slipNo: string): boolean {
  const closed = tx.recordsInState(DAY_CLOSES, tx.counterId(), MANY_CLOSES);
  return [desk.now(tx).figures, ...closed].some(({ banked }) => banked.some((deposit) => deposit.slipNo === slipNo));
}

/**
 * Takes cash from the safe to the bank, once per id, before two people, and returns what is left. Throws SAFE_SHORT { safeFen }, SUPERVISOR_REQUIRED,
 * INPUT_INVALID { field: slipNo | bankedOn, reason }.
 */
export function bankCash(
  context: UseCaseContext,
  desk: DayDesk,
  input: Omit<Inputs['day']['bank'], 'approval'>,
  approver: Approver | null,
): Outputs['day']['bank'] {
  const { ports } = context;
  const { depositId, amountFen, slipNo, bankedOn, bankAccount } = input;
  ports.store.write((tx) => {
    if (tx.balance('bank', depositId) !== 0) return;
    if (isSlipUsed(tx, desk, slipNo)) throw wrongField('slipNo', 'used');
    if (bankedOn !== undefined) {
      const ageDays = daysBetween({ from: bankedOn, to: calendarDate(ports.clock.nowMs()) });
      if (ageDays < 0) throw wrongField('bankedOn', 'future');
      if (ageDays > OLDEST_SLIP_DAYS) throw wrongField('bankedOn', 'early');
    }
    const safeFen = tx.balance('safe');
    if (amountFen > safeFen) throw new Fault('SAFE_SHORT', { safeFen });
    const approvedBy = requireSecondPerson(context, approver);
    const where = { ...(bankedOn === undefined ? {} : { bankedOn }), ...(bankAccount === undefined ? {} : { bankAccount }) };
    const payload = { depositId, amountFen, slipNo, ...where, approvedBy };
    record(context, tx, { id: depositId, kind: 'safe.banked', accountId: '', payload });
  });
  ports.sync.nudge();
  ports.events.publish({ type: 'changed', area: 'day', accountId: '' });
  return { safeFen: ports.store.balance('safe') };
}
