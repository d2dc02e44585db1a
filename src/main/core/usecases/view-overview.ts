// The manager's figures: what was taken on a business date, against the same weekday before, the queue of it, and the operations behind a figure.
import type { Inputs, Outputs } from '../../../shared/contract/index.ts';
import { addDays } from '../../../shared/domain/calendar.ts';
import { commodityOf } from '../../../shared/domain/commodity.ts';
import { TICKETS } from '../../../shared/domain/queue.ts';
import { addTakings, isAmong, type Taking, type TakingFilter, takenFen, takingCells } from '../../../shared/domain/takings.ts';
import { branchOf, type UseCaseContext } from '../actor.ts';
import type { ReadStore } from '../ports/store.ts';

type DayInput = Inputs['overview']['day'];
type DayView = Outputs['overview']['day'];
type PastDay = Omit<DayView['comparison']['lastWeek'], 'date'>;

const WEEK_DAYS = 7;
/** Weeks that the average looks back over. */
const WEEKS = 4;

/** Returns the hour of the counter's clock, 0 to 23. */
export function hourOf(atMs: number): number {
  return new Date(atMs).getHours();
}

/** Time of day in ms of the counter's clock. */
function timeOfDay(atMs: number): number {
  const date = new Date(atMs);
  return ((date.getHours() * 60 + date.getMinutes()) * 60 + date.getSeconds()) * 1_000 + date.getMilliseconds();
}

/** Returns the takings of a business date with what each was of. */
export function takingsOn(store: ReadStore, day: { readonly date: string; readonly of: DayInput['of'] }): readonly Taking[] {
  const isPower = new Map<string, boolean>();
  return store.takings({ from: day.date, until: day.date, of: day.of }).map(({ tariffId, ...taking }) => {
    let power = isPower.get(tariffId);
    if (power === undefined) {
      power = tariffId !== '' && commodityOf(store.tariff(tariffId) ?? {}) === 'power';
      isPower.set(tariffId, power);
    }
    return { ...taking, commodity: power ? 'power' : 'gas' };
  });
}

/** What a day before came to, in all and up to a time of day. */
function pastDay(takings: readonly Taking[], untilTimeMs: number | null): PastDay {
  const cells = takingCells(takings, hourOf);
  const soFar = untilTimeMs === null ? takings : takings.filter(({ recordedAtMs }) => timeOfDay(recordedAtMs) <= untilTimeMs);
  const hours = new Map<number, { hour: number; operations: number; amountFen: number }>();
  for (const cell of cells) {
    const at = hours.get(cell.hour) ?? { hour: cell.hour, operations: 0, amountFen: 0 };
    at.operations += cell.operations;
    at.amountFen += takenFen(cell);
    hours.set(cell.hour, at);
  }
  return {
    operations: takings.length,
    amountFen: takenFen(addTakings(cells)),
    soFarOperations: soFar.length,
    soFarFen: soFar.reduce((sum, taking) => sum + takenFen(taking), 0),
    hours: [...hours.values()],
  };
}

/** The mean of the days that had business. */
function averageOf(all: readonly PastDay[]): DayView['comparison']['average'] {
  const days = all.filter(({ operations }) => operations > 0);
  const mean = (figureOf: (day: PastDay) => number) =>
    days.length === 0 ? 0 : Math.round(days.reduce((sum, day) => sum + figureOf(day), 0) / days.length);
  const hours = [...new Set(days.flatMap((day) => day.hours.map(({ hour }) => hour)))].sort((left, right) => left - right);
  return {
    days: days.length,
    operations: mean(({ operations }) => operations),
    amountFen: mean(({ amountFen }) => amountFen),
    soFarOperations: mean(({ soFarOperations }) => soFarOperations),
    soFarFen: mean(({ soFarFen }) => soFarFen),
    hours: hours.map((hour) => {
      const at = (day: PastDay) => day.hours.find((one) => one.hour === hour);
      return { hour, operations: mean((day) => at(day)?.operations ?? 0), amountFen: mean((day) => at(day)?.amountFen ?? 0) };
    }),
  };
}

/** Tickets of the date: who stands at the counters now, how many were served, and how long that took. */
function queueOn(store: ReadStore, date: string): DayView['queue'] {
  const tickets = store.recordsByKey(TICKETS, { kind: 'date', value: date });
  const finished = tickets.flatMap(({ finished: how }) => (how === null ? [] : [how]));
  const served = finished.filter(({ outcome }) => outcome === 'served');
  const ratings = served.flatMap(({ rating }) => (rating === null ? [] : [rating]));
  const mean = (values: readonly number[]) =>
    values.length === 0 ? null : Math.round(values.reduce((sum, value) => sum + value, 0) / values.length);
  return {
    open: tickets
      .filter((ticket) => ticket.finished === null)
      .map(({ ticketNo, ticketKind, clerk, calledAtMs }) => ({ ticketNo, ticketKind, clerk, calledAtMs }))
      .sort((left, right) => left.calledAtMs - right.calledAtMs),
    served: served.length,
    absent: finished.length - served.length,
    averageMs: mean(served.map(({ handlingMs }) => handlingMs)),
    ratingHundredths: mean(ratings.map((rating) => rating * 100)),
  };
}

/** Whether the day goes on at its own time of day: only then is it held against part of a day. */
function timeSoFar(context: UseCaseContext, date: string): number | null {
  const nowMs = context.ports.clock.nowMs();
  const now = new Date(nowMs);
  const today = [now.getFullYear(), now.getMonth() + 1, now.getDate()].map((part) => String(part).padStart(2, '0')).join('-');
  return date === today && date === branchOf(context.ports.store).businessDate ? timeOfDay(nowMs) : null;
}

/** Returns the figures of the business date, of the open one where none is named. */
export function viewOverview(context: UseCaseContext, input: DayInput): DayView {
  const { store, clock } = context.ports;
  const { businessDate } = branchOf(store);
  const { of, date = businessDate } = input;
  const takings = takingsOn(store, { date, of });
  const cells = takingCells(takings, hourOf);
  const untilTimeMs = timeSoFar(context, date);
  const weeks = Array.from({ length: WEEKS }, (_, index) => {
    const before = addDays(date, -WEEK_DAYS * (index + 1));
    return { date: before, ...pastDay(takingsOn(store, { date: before, of }), untilTimeMs) };
  });
  const [lastWeek = { date, ...pastDay([], null) }] = weeks;
  const clerks = [...new Set(cells.map(({ clerk }) => clerk))].sort();
  return {
    ...{ date, of, businessDate },
    isOpen: date === businessDate,
    asOfMs: clock.nowMs(),
    counters: [...new Set(takings.map(({ counterId }) => counterId))].sort(),
    cells: [...cells],
    clerks: clerks.map((staffNo) => ({ staffNo, name: store.staff(staffNo)?.name ?? '' })),
    comparison: { lastWeek, average: averageOf(weeks) },
    queue: queueOn(store, date),
  };
}

type Row = Outputs['overview']['operations']['rows'][number];

/** Returns the id that the operation's receipt is found by. */
function receiptSubject({ kind, subjectId }: Taking): string {
  return kind === 'payment.reversed' ? `reversal:${subjectId}` : subjectId;
}

/** Returns an operation as a line of the list. */
export function takingRow(store: ReadStore, taking: Taking): Row {
  const account = taking.accountId === '' ? null : store.account(taking.accountId);
  return {
    ...taking,
    accountNo: account?.accountNo ?? '',
    customerName: account?.customerName ?? '',
    receiptNo: store.receiptOfTopup(receiptSubject(taking))?.receiptNo ?? '',
  };
}

/** Returns the takings of the date that pass the filter, in the order of their time. */
export function filteredTakings(
  store: ReadStore,
  day: { readonly date: string; readonly of: DayInput['of']; readonly filter: TakingFilter },
) {
  return takingsOn(store, day)
    .filter((taking) => isAmong(taking, day.filter, hourOf))
    .sort((left, right) => left.recordedAtMs - right.recordedAtMs);
}

/** Returns a page of the operations behind a figure, with the sums of all of them. */
export function listOperations(context: UseCaseContext, input: Required<Omit<Inputs['overview']['operations'], 'date'>> & DayInput) {
  const { store } = context.ports;
  const { of, filter, offset, limit, date = branchOf(store).businessDate } = input;
  const found = filteredTakings(store, { date, of, filter });
  return {
    date,
    total: found.length,
    sums: addTakings(takingCells(found, hourOf)),
    rows: found.slice(offset, offset + limit).map((taking) => takingRow(store, taking)),
  } satisfies Outputs['overview']['operations'];
}
