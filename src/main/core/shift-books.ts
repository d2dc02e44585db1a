// The books of a shift: what its drawer and its slips should hold, what was counted, and the difference by tender. For the shift's own report and the day's.
import { DEFAULT_SHIFT_POLICY, type ShiftPolicy } from '../../shared/domain/shift-policy.ts';
import { type DrawerContent, type DrawerOpening, lastCountOf, type ShiftRow, SLIP_TENDERS } from '../../shared/domain/shifts.ts';
import type { TenderKind } from '../../shared/domain/tender.ts';
import { slipsOf, type TenderMove, tenderMoveOf } from '../../shared/domain/tender-moves.ts';
import { policyNow } from './approval.ts';
import type { ReadStore } from './ports/store.ts';

/** One tender of a shift. For cash `count` is 0: notes are counted by their sum. */
export interface TenderBook {
  readonly kind: TenderKind;
  readonly expectedCount: number;
  readonly expectedFen: number;
  /** Null until it was counted. */
  readonly countedCount: number | null;
  readonly countedFen: number | null;
  /** Counted less expected: over positive, short negative; null until it was counted. */
  readonly differenceFen: number | null;
}

export interface ShiftBook {
  readonly shift: ShiftRow;
  readonly expected: DrawerContent;
  /** By the last count; null before the first. */
  readonly counted: DrawerContent | null;
  /** Cash, bank card, wallet, in this order. */
  readonly tenders: readonly TenderBook[];
  readonly openings: readonly DrawerOpening[];
}

/** Returns what the company says about drawers, with the default for what it leaves out. */
export function shiftPolicy(store: ReadStore): ShiftPolicy {
  return { ...DEFAULT_SHIFT_POLICY, ...policyNow(store).shift };
}

/** Returns what the shift took and gave back over the counter, in the order of the journal. */
export function tenderMovesOf(store: ReadStore, shiftId: string): readonly TenderMove[] {
  const paid = (topupId: string) => store.topup(topupId)?.payment ?? { tenders: [] };
  return store.operationsOfShift(shiftId).flatMap((operation) => tenderMoveOf(operation, paid) ?? []);
}

/** Returns what the drawer and the slips of a shift should hold now: cash as the ledger has it, slips as the journal names them. */
export function contentOf(store: ReadStore, shiftId: string): DrawerContent {
  return { cashFen: store.balance('cash-drawer', shiftId), slips: slipsOf(tenderMovesOf(store, shiftId)) };
}

/** Returns what was expected and counted, tender by tender: cash, bank card, wallet. */
export function tenderBooks(expected: DrawerContent, counted: DrawerContent | null): readonly TenderBook[] {
  const slipOf = (content: DrawerContent | null, kind: TenderKind) =>
    content?.slips.find((slip) => slip.kind === kind) ?? { count: 0, amountFen: 0 };
  const slips = SLIP_TENDERS.map((kind): TenderBook => {
    const wanted = slipOf(expected, kind);
    const found = counted === null ? null : slipOf(counted, kind);
    return {
      kind,
      expectedCount: wanted.count,
      expectedFen: wanted.amountFen,
      countedCount: found?.count ?? null,
      countedFen: found?.amountFen ?? null,
      differenceFen: found === null ? null : found.amountFen - wanted.amountFen,
    };
  });
  const cash: TenderBook = {
    kind: 'cash',
    expectedCount: 0,
    expectedFen: expected.cashFen,
    countedCount: counted === null ? null : 0,
    countedFen: counted?.cashFen ?? null,
    differenceFen: counted === null ? null : counted.cashFen - expected.cashFen,
  };
  return [cash, ...slips];
}

/** Returns the book of a shift. A shift that was counted is as it was then: nothing goes into it afterwards. */
export function shiftBook(store: ReadStore, shift: ShiftRow): ShiftBook {
  const last = lastCountOf(shift);
  const expected = last?.expected ?? contentOf(store, shift.shiftId);
  return { shift, expected, counted: last, tenders: tenderBooks(expected, last), openings: store.drawerOpeningsOf(shift.shiftId) };
}

/** Returns the books of all shifts of a business date, of all counters of the branch as far as this one knows, oldest first. */
export function shiftBooksOf(store: ReadStore, businessDate: string): readonly ShiftBook[] {
  return store.shiftsOf(businessDate).map((shift) => shiftBook(store, shift));
}

/** Cash that a closed shift left in this counter's drawer and no shift has taken over yet; null where there is none. */
export function carriedCash(store: ReadStore): { readonly shiftId: string; readonly amountFen: number } | null {
  const last = store.lastClosedShift();
  if (last === null) return null;
  const amountFen = store.balance('cash-drawer', last.shiftId);
  return amountFen > 0 ? { shiftId: last.shiftId, amountFen } : null;
}
