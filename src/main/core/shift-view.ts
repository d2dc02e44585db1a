// A shift as its clerk is shown it. What should be in the drawer appears with the first count and never before.
import type { Outputs } from '../../shared/contract/index.ts';
import { Fault } from '../../shared/domain/fault.ts';
import type { PendingThing, ShiftCount, ShiftRow } from '../../shared/domain/shifts.ts';
import { branchOf, type UseCaseContext } from './actor.ts';
import type { ReadStore } from './ports/store.ts';
import { shiftPolicy, tenderBooks } from './shift-books.ts';

export type ShiftView = NonNullable<Outputs['shift']['current']>;
export type PendingView = Outputs['shift']['pending'][number];

function countView(count: ShiftCount): ShiftView['counts'][number] {
  const { countId, countedBy, atMs, lines, expected } = count;
  const tenders = tenderBooks(expected, count).map((book) => ({
    ...book,
    countedCount: book.countedCount ?? 0,
    countedFen: book.countedFen ?? 0,
    differenceFen: book.differenceFen ?? 0,
  }));
  return { countId, countedBy, atMs, lines: [...lines], tenders };
}

export function pendingView(store: ReadStore, thing: PendingThing): PendingView {
  const account = thing.accountId === '' ? null : store.account(thing.accountId);
  return {
    ...thing,
    accountNo: account?.accountNo ?? '',
    customerName: account?.customerName ?? '',
    forbids: shiftPolicy(store).closeForbids.includes(thing.kind),
  };
}

/** How often the shift may be counted again. */
export function recountsLeft(store: ReadStore, shift: ShiftRow): number {
  return shift.counts.length === 0 ? shiftPolicy(store).recounts : Math.max(0, shiftPolicy(store).recounts + 1 - shift.counts.length);
}

export function shiftView(store: ReadStore, shift: ShiftRow): ShiftView {
  const { shiftId, counterId, clerk, businessDate, openedAtMs, floatFen, state, movements, counts, ending } = shift;
  return {
    ...{ shiftId, counterId, clerk, businessDate, openedAtMs, floatFen, state },
    clerkName: store.staff(clerk)?.name ?? '',
    isOfToday: businessDate === branchOf(store).businessDate,
    topups: store.topupsInShift(shiftId),
    movements: [...movements],
    counts: counts.map(countView),
    recountsLeft: state === 'closed' ? 0 : recountsLeft(store, shift),
    ending: ending === null ? null : endingView(store, ending),
  };
}

function endingView(store: ReadStore, ending: NonNullable<ShiftRow['ending']>): NonNullable<ShiftView['ending']> {
  const { how, expectedFen, countedFen, carriedFen, droppedFen, nextShiftId, reason, approvedBy, forced, by, atMs } = ending;
  return {
    ...{ how, countedFen, carriedFen, droppedFen, nextShiftId, reason, approvedBy, forced, by, atMs },
    overShortFen: countedFen - expectedFen,
    pending: ending.pending.map((thing) => pendingView(store, thing)),
  };
}

/**
 * Returns a shift that the actor may look at and end: the own one, or, for the manager, anybody's of this counter. Throws SHIFT_UNKNOWN,
 * SHIFT_NOT_YOURS { clerk }.
 */
export function requireShift({ actor }: UseCaseContext, store: ReadStore, shiftId: string): ShiftRow {
  const shift = store.shift(shiftId);
  // The drawer of another counter cannot be counted from here.
  if (shift === null || shift.counterId !== store.counterId()) throw new Fault('SHIFT_UNKNOWN');
  if (shift.clerk !== actor.staffNo && actor.role !== 'manager') throw new Fault('SHIFT_NOT_YOURS', { clerk: shift.clerk });
  return shift;
}

/** Tells everybody of a change and returns the shift as it stands. Throws SHIFT_UNKNOWN. */
export function announceShift({ ports }: UseCaseContext, shiftId: string): ShiftView {
  ports.sync.nudge();
  ports.events.publish({ type: 'changed', area: 'shift', accountId: '' });
  const shift = ports.store.shift(shiftId);
  if (shift === null) throw new Fault('SHIFT_UNKNOWN');
  return shiftView(ports.store, shift);
}
