// Shifts: a clerk's drawer from its float to its count. What goes in and out beside sales, blind counts, hand-over, close; every opening of the drawer.
import { balanced, type Posting, posting } from './ledger.ts';
import type { TenderKind } from './tender.ts';

/** Notes and coins in use, fen, largest first: 100, 50, 20, 10, 5, 1 yuan, 5 jiao, 1 jiao; and single fen, which a purchase by volume can cost. */
export const DENOMINATIONS_FEN = [10_000, 5_000, 2_000, 1_000, 500, 100, 50, 10, 1] as const;

/** Quantity of one denomination. */
export interface CountedLine {
  readonly denominationFen: number;
  readonly count: number;
}

/** Returns the sum of counted notes and coins, fen. */
export function sumOfLines(lines: readonly CountedLine[]): number {
  return lines.reduce((sum, { denominationFen, count }) => sum + denominationFen * count, 0);
}

/** Tenders that leave a slip instead of cash. */
export const SLIP_TENDERS = ['bank-card', 'wallet'] as const satisfies readonly TenderKind[];
export type SlipTender = (typeof SLIP_TENDERS)[number];

/** Slips of one tender: how many, and their sum; what was given back through it counts as a slip and lowers the sum. */
export interface SlipCount {
  readonly kind: SlipTender;
  readonly count: number;
  /** Fen; below zero where more went back than came in. */
  readonly amountFen: number;
}

/** What a shift should hold, or what was found in it. Change given is in neither: of cash only what was kept counts. */
export interface DrawerContent {
  readonly cashFen: number;
  readonly slips: readonly SlipCount[];
}

/** Ledger accounts that cash of a drawer is moved from or to beside sales. */
export const MOVEMENT_ACCOUNTS = ['safe', 'petty-cash'] as const;
export type MovementAccount = (typeof MOVEMENT_ACCOUNTS)[number];

/** Cash put into the drawer or taken out of it for what is no customer's. */
export interface CashMoved {
  readonly movementId: string;
  readonly shiftId: string;
  /** Key of the policy's list of categories. */
  readonly category: string;
  readonly reason: string;
  readonly amountFen: number;
  /** Where it comes from or goes to. */
  readonly against: MovementAccount;
  /** '' where nobody had to. */
  readonly approvedBy: string;
}

/** What is not finished when a shift is closed; it stays where it is and is named in the close. */
export const PENDING_KINDS = ['undelivered', 'card-task', 'receipt', 'draft', 'approval'] as const;
export type PendingKind = (typeof PENDING_KINDS)[number];

export interface PendingThing {
  readonly kind: PendingKind;
  /** The top-up, card task, receipt or approval; the task's id of a draft. */
  readonly subjectId: string;
  /** '' where no account is concerned. */
  readonly accountId: string;
  /** Money that hangs on it; 0 for none. */
  readonly amountFen: number;
}

export interface ShiftPayloads {
  'shift.opened': {
    readonly shiftId: string;
    /** Cash in the drawer at the beginning. */
    readonly floatFen: number;
    /** Cash that the last shift left in this drawer; it is part of the float. */
    readonly carried?: { readonly shiftId: string; readonly amountFen: number };
    /** Who stood by where less was found than had been left; absent where nobody had to. */
    readonly approvedBy?: string;
  };
  'shift.paid-in': CashMoved;
  'shift.paid-out': CashMoved;
  /** Cash out of the drawer into the safe, counted. */
  'shift.dropped': {
    readonly movementId: string;
    readonly shiftId: string;
    readonly lines: readonly CountedLine[];
    readonly amountFen: number;
    /** Number of the bag; '' where none is used. */
    readonly bagNo: string;
    /** The second person; '' where the policy asks for none. */
    readonly approvedBy: string;
  };
  /** A blind count. From the first one on the shift takes no more money. A recount is another one; both stay. */
  'shift.counted': {
    readonly shiftId: string;
    readonly countId: string;
    /** Who counted: the clerk, the clerk who takes over, or the manager. */
    readonly countedBy: string;
    readonly lines: readonly CountedLine[];
    readonly cashFen: number;
    readonly slips: readonly SlipCount[];
    /** What it should have been, worked out when the count was in. */
    readonly expected: DrawerContent;
  };
  /** The drawer with its cash goes to the next clerk, who has counted it: ends one shift and begins the next. */
  'shift.handed-over': {
    readonly shiftId: string;
    readonly newShiftId: string;
    readonly toClerk: string;
    readonly countId: string;
    readonly expectedFen: number;
    readonly countedFen: number;
    readonly pending: readonly PendingThing[];
    /** Said about a difference; '' for none. */
    readonly reason: string;
    readonly approvedBy: string;
  };
  'shift.closed': {
    readonly shiftId: string;
    readonly countId: string;
    readonly expectedFen: number;
    readonly countedFen: number;
    /** Left in the drawer for the next shift; the rest of what was counted goes into the safe. */
    readonly carriedFen: number;
    readonly bagNo: string;
    readonly pending: readonly PendingThing[];
    /** Said about a difference, or why somebody else closes it; '' for none. */
    readonly reason: string;
    readonly approvedBy: string;
    /** Closed by the manager because its clerk could not. */
    readonly forced: boolean;
  };
  /**
   * The drawer was told to open. Appended before the pulse leaves, so that no opening goes unlogged; whether the drawer obeyed is the device's to
   * say.
   */
  'drawer.opened': {
    readonly openingId: string;
    /** '' outside a shift, as for a test. */
    readonly shiftId: string;
    readonly why: DrawerReason;
    /** What it was for: a payment, a top-up, a movement; '' for none. */
    readonly subjectId: string;
    readonly reason: string;
    /** '' where nobody had to. */
    readonly approvedBy: string;
  };
}
export type ShiftKind = keyof ShiftPayloads;

export const SHIFT_KINDS = [
  'shift.opened',
  'shift.paid-in',
  'shift.paid-out',
  'shift.dropped',
  'shift.counted',
  'shift.handed-over',
  'shift.closed',
  'drawer.opened',
] as const satisfies readonly ShiftKind[];

/** Why a drawer is opened: by business, or by hand. */
export const DRAWER_REASONS = ['sale', 'refund', 'paid-in', 'paid-out', 'drop', 'count', 'change', 'no-sale', 'test'] as const;
export type DrawerReason = (typeof DRAWER_REASONS)[number];

/** Openings that a clerk asks for without any business. */
export const HAND_OPENINGS = ['change', 'no-sale'] as const satisfies readonly DrawerReason[];

export interface ShiftMovement {
  readonly movementId: string;
  readonly kind: 'paid-in' | 'paid-out' | 'dropped';
  /** '' for a drop. */
  readonly category: string;
  readonly reason: string;
  /** What it is in the drawer: in positive, out negative. */
  readonly amountFen: number;
  readonly bagNo: string;
  readonly approvedBy: string;
  readonly atMs: number;
}

export interface ShiftCount extends DrawerContent {
  readonly countId: string;
  readonly countedBy: string;
  readonly lines: readonly CountedLine[];
  readonly expected: DrawerContent;
  readonly atMs: number;
}

export interface ShiftEnding {
  readonly how: 'closed' | 'handed-over';
  readonly countId: string;
  readonly expectedFen: number;
  readonly countedFen: number;
  readonly carriedFen: number;
  readonly droppedFen: number;
  readonly bagNo: string;
  /** The shift that goes on with the drawer; '' where it was closed. */
  readonly nextShiftId: string;
  readonly pending: readonly PendingThing[];
  readonly reason: string;
  readonly approvedBy: string;
  readonly forced: boolean;
  readonly by: string;
  readonly atMs: number;
}

/** `counted`: its cash has been counted, so it takes no more money; it is counted once more, handed over or closed. */
export const SHIFT_STATES = ['open', 'counted', 'closed'] as const;
export type ShiftState = (typeof SHIFT_STATES)[number];

export interface ShiftRow {
  readonly shiftId: string;
  readonly counterId: string;
  readonly clerk: string;
  readonly businessDate: string;
  readonly openedAtMs: number;
  readonly floatFen: number;
  readonly state: ShiftState;
  /** The shift before, whose cash in the drawer it took over; '' for none. */
  readonly carriedFrom: string;
  readonly movements: readonly ShiftMovement[];
  /** In their order; the last one is the one that counts. */
  readonly counts: readonly ShiftCount[];
  /** Null until it is closed or handed over. */
  readonly ending: ShiftEnding | null;
}

export interface DrawerOpening {
  readonly openingId: string;
  readonly counterId: string;
  readonly shiftId: string;
  readonly businessDate: string;
  readonly by: string;
  readonly why: DrawerReason;
  readonly subjectId: string;
  readonly reason: string;
  readonly approvedBy: string;
  readonly atMs: number;
}

/** A fact about shifts with what its fold needs. */
export type ShiftOperation = {
  [K in ShiftKind]: {
    readonly kind: K;
    readonly payload: ShiftPayloads[K];
    readonly counterId: string;
    readonly clerk: string;
    readonly businessDate: string;
    readonly recordedAtMs: number;
  };
}[ShiftKind];

export interface ShiftTables {
  getShift(shiftId: string): ShiftRow | null;
  insertShift(shift: ShiftRow): void;
  updateShift(shift: ShiftRow): void;
  insertDrawerOpening(opening: DrawerOpening): void;
}

/** Whether a kind of operation belongs here. */
export function isShifts<T extends { readonly kind: string }>(operation: T): operation is T & { readonly kind: ShiftKind } {
  return (SHIFT_KINDS as readonly string[]).includes(operation.kind);
}

const NEW_SHIFT = { state: 'open', carriedFrom: '', movements: [], counts: [], ending: null } as const;

/** Applies one fact. Throws RangeError on a step out of order or a reference to nothing. */
export function foldShifts(operation: ShiftOperation, tables: ShiftTables): void {
  const { counterId, clerk, businessDate, recordedAtMs: atMs } = operation;
  switch (operation.kind) {
    case 'shift.opened': {
      const { shiftId, floatFen, carried } = operation.payload;
      const place = { shiftId, counterId, clerk, businessDate, openedAtMs: atMs, floatFen };
      tables.insertShift({ ...place, ...NEW_SHIFT, carriedFrom: carried?.shiftId ?? '' });
      return;
    }
    case 'shift.paid-in':
    case 'shift.paid-out': {
      const { movementId, category, reason, amountFen, approvedBy } = operation.payload;
      const isIn = operation.kind === 'shift.paid-in';
      const kind = isIn ? 'paid-in' : 'paid-out';
      const sums = { amountFen: isIn ? amountFen : -amountFen, bagNo: '', approvedBy, atMs };
      addMovement(operation.payload.shiftId, { movementId, kind, category, reason, ...sums }, tables);
      return;
    }
    case 'shift.dropped': {
      const { shiftId, movementId, amountFen, bagNo, approvedBy } = operation.payload;
      const words = { kind: 'dropped', category: '', reason: '' } as const;
      addMovement(shiftId, { movementId, ...words, amountFen: -amountFen, bagNo, approvedBy, atMs }, tables);
      return;
    }
    case 'shift.counted': {
      const { shiftId, ...count } = operation.payload;
      const shift = requireShift(tables, shiftId, ['open', 'counted']);
      tables.updateShift({ ...shift, state: 'counted', counts: [...shift.counts, { ...count, atMs }] });
      return;
    }
    case 'shift.handed-over': {
      const { shiftId, newShiftId, toClerk, ...rest } = operation.payload;
      const how = { how: 'handed-over', carriedFen: rest.countedFen, droppedFen: 0, bagNo: '', nextShiftId: newShiftId } as const;
      end(shiftId, { ...rest, ...how, forced: false, by: clerk, atMs }, tables);
      const place = { shiftId: newShiftId, counterId, clerk: toClerk, businessDate, openedAtMs: atMs, floatFen: rest.countedFen };
      tables.insertShift({ ...place, ...NEW_SHIFT, carriedFrom: shiftId });
      return;
    }
    case 'shift.closed': {
      const { shiftId, ...rest } = operation.payload;
      const droppedFen = rest.countedFen - rest.carriedFen;
      end(shiftId, { ...rest, how: 'closed', droppedFen, nextShiftId: '', by: clerk, atMs }, tables);
      return;
    }
    case 'drawer.opened':
      tables.insertDrawerOpening({ ...operation.payload, counterId, businessDate, by: clerk, atMs });
  }
}

function requireShift(tables: ShiftTables, shiftId: string, states: readonly ShiftState[]): ShiftRow {
  const shift = tables.getShift(shiftId);
  if (shift === null) throw new RangeError(`operation names an unknown shift ${shiftId}`);
  if (!states.includes(shift.state)) throw new RangeError(`a shift in state ${shift.state}`);
  return shift;
}

function addMovement(shiftId: string, movement: ShiftMovement, tables: ShiftTables): void {
  const shift = requireShift(tables, shiftId, ['open']);
  tables.updateShift({ ...shift, movements: [...shift.movements, movement] });
}

function end(shiftId: string, ending: ShiftEnding, tables: ShiftTables): void {
  const shift = requireShift(tables, shiftId, ['counted']);
  if (shift.counts.at(-1)?.countId !== ending.countId) throw new RangeError('a shift is closed by its last count');
  tables.updateShift({ ...shift, state: 'closed', ending });
}

/** A fact about shifts as its postings need it. */
type ShiftFact = { [K in ShiftKind]: { readonly kind: K; readonly payload: ShiftPayloads[K] } }[ShiftKind];

/** Returns the postings of a fact about shifts, balanced, debit positive; throws POSTINGS_UNBALANCED on a payload that does not add up. */
export function shiftPostings(fact: ShiftFact): readonly Posting[] {
  switch (fact.kind) {
    case 'shift.opened': {
      const { shiftId, floatFen, carried } = fact.payload;
      const carriedFen = carried?.amountFen ?? 0;
      // What is missing of the cash that was left is a shortage; what is there beyond it came out of the safe.
      const shortFen = Math.max(0, carriedFen - floatFen);
      return balanced([
        posting('cash-drawer', shiftId, floatFen),
        ...(carried === undefined ? [] : [posting('cash-drawer', carried.shiftId, -carriedFen)]),
        posting('over-short', shiftId, shortFen),
        posting('safe', '', -Math.max(0, floatFen - carriedFen)),
      ]);
    }
    case 'shift.paid-in': {
      const { shiftId, against, amountFen } = fact.payload;
      return balanced([posting('cash-drawer', shiftId, amountFen), posting(against, '', -amountFen)]);
    }
    case 'shift.paid-out': {
      const { shiftId, against, amountFen } = fact.payload;
      return balanced([posting(against, '', amountFen), posting('cash-drawer', shiftId, -amountFen)]);
    }
    case 'shift.dropped': {
      const { shiftId, lines, amountFen } = fact.payload;
      return balanced([posting('safe', '', sumOfLines(lines)), posting('cash-drawer', shiftId, -amountFen)]);
    }
    case 'shift.handed-over': {
      const { shiftId, newShiftId, expectedFen, countedFen } = fact.payload;
      return balanced([
        ...overShort({ shiftId, expectedFen, countedFen }),
        posting('cash-drawer', shiftId, -countedFen),
        posting('cash-drawer', newShiftId, countedFen),
      ]);
    }
    case 'shift.closed': {
      const { shiftId, expectedFen, countedFen, carriedFen } = fact.payload;
      const droppedFen = countedFen - carriedFen;
      return balanced([
        ...overShort({ shiftId, expectedFen, countedFen }),
        posting('safe', '', droppedFen),
        posting('cash-drawer', shiftId, -droppedFen),
      ]);
    }
    default:
      return [];
  }
}

/** Brings the drawer to what was counted. A shortage is a debit, an overage a credit. */
function overShort(found: { readonly shiftId: string; readonly expectedFen: number; readonly countedFen: number }): Posting[] {
  const differenceFen = found.countedFen - found.expectedFen;
  return [posting('cash-drawer', found.shiftId, differenceFen), posting('over-short', found.shiftId, -differenceFen)];
}

/** Returns the shift's last count; null before the first. */
export function lastCountOf(shift: Pick<ShiftRow, 'counts'>): ShiftCount | null {
  return shift.counts.at(-1) ?? null;
}
