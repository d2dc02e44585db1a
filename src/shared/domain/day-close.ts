// The day close: what a counter froze of its journal, with the books that were compared, and the business date that begins with it.
import { balanced, type Posting, posting } from './ledger.ts';
import type { NumberGap } from './number-gaps.ts';
import { type RecordTables, recordArea } from './records.ts';

/**
 * The books that are compared. `money`: tenders over the counter, against the ledger. `cards`: gas that was paid for, against verified card images.
 * `receipts`: what customers were to be given on paper, against the receipts. `invoices`: what was invoiced, against what was paid. `drawers`: cash
 * that should be there, against the counts.
 */
export const BOOKS = ['money', 'cards', 'receipts', 'invoices', 'drawers'] as const;
export type Book = (typeof BOOKS)[number];

export const DIFFERENCE_KINDS = [
  /** Money was taken and the gas is on no card. */
  'paid-not-written',
  /** Another counter took the money for what this one delivered or gave back. */
  'paid-elsewhere',
  /** Money went back and the gas is still on the card. */
  'refund-without-take-back',
  /** No receipt was issued for what was taken, given back or delivered. */
  'not-receipted',
  /** A receipt stands for money that was never taken. */
  'receipt-without-money',
  /** A receipt says another amount. */
  'receipt-amount',
  /** Nobody knows whether the receipt came out. */
  'receipt-unverified',
  'receipt-not-printed',
  /** The invoice of a payment was voided, and no other was issued. */
  'invoice-missing',
  /** An invoice stands for money that went back. */
  'invoice-stands',
  'invoice-amount',
  /** The invoice's form did not come out, or nobody knows. */
  'invoice-unverified',
  /** Numbers of receipts or forms that nothing is known of. */
  'number-missing',
  'number-twice',
  'cash-short',
  'cash-over',
  /** Tenders and ledger differ: the program's own fault. */
  'ledger',
] as const;
export type DifferenceKind = (typeof DIFFERENCE_KINDS)[number];

/** What is to be done about a difference, as a key of the language files. */
export const DAY_NEXT_STEPS = [
  'insert-card',
  'take-back',
  'issue-receipt',
  'print-receipt',
  'check-paper',
  'issue-invoice',
  'void-invoice',
  'check-form',
  'find-form',
  'count-again',
  'tell-it',
  'none',
] as const;
export type DayNextStep = (typeof DAY_NEXT_STEPS)[number];

/** Where something began. */
export interface Origin {
  readonly seq: number;
  readonly operationId: string;
  readonly businessDate: string;
}

/** One difference between two books. */
export interface Difference extends Origin {
  readonly kind: DifferenceKind;
  readonly book: Book;
  /** The top-up, payment, receipt, invoice, shift or number that it is about. */
  readonly subjectId: string;
  /** '' where none is concerned. */
  readonly accountId: string;
  /** What it is about. */
  readonly amountFen: number;
  /** What it makes the two books of this close differ by; 0 where only paper is concerned. */
  readonly effectFen: number;
  /** `open`: to be settled. `settled`: of an earlier close, and in order since this one. */
  readonly state: 'open' | 'settled';
  readonly nextStep: DayNextStep;
}

/** A difference that the next close begins with. */
export interface OpenItem extends Origin {
  readonly kind: DifferenceKind;
  readonly subjectId: string;
  readonly accountId: string;
  /** Signed: how far the books are apart over it. */
  readonly gapFen: number;
  readonly amountFen: number;
  readonly litres: number;
  readonly cardNo: string;
  readonly layoutId: string;
}

export interface BookTotal {
  readonly book: Book;
  readonly count: number;
  readonly expectedFen: number;
  readonly foundFen: number;
  /** `expectedFen` less `foundFen`; what the listed differences explain. */
  readonly differenceFen: number;
}

/** What one clerk did of one kind, signed as money over the counter. */
export interface BusinessTotal {
  readonly clerk: string;
  readonly kind: string;
  readonly count: number;
  /** Of gas. */
  readonly litres: number;
  /** Of power; left out where there was none. */
  readonly wattHours?: number;
  readonly cashFen: number;
  readonly bankCardFen: number;
  readonly walletFen: number;
}

/** All operations of one kind, for the agreement with headquarters. */
export interface KindTotal {
  readonly kind: string;
  readonly count: number;
  /** Sum of the debit postings. */
  readonly debitFen: number;
  /** Chained over the hashes of the operations in their order. */
  readonly hash: string;
}

export interface DrawerTotal {
  readonly shiftId: string;
  readonly clerk: string;
  readonly seq: number;
  readonly openedAtMs: number;
  /** 0 while open. */
  readonly endedAtMs: number;
  readonly state: 'open' | 'counted' | 'closed' | 'handed-over';
  readonly floatFen: number;
  /** Cash of business, net. */
  readonly cashFen: number;
  /** Pay-ins less pay-outs. */
  readonly movedFen: number;
  readonly droppedFen: number;
  readonly expectedFen: number;
  readonly countedFen: number;
  /** Left in the drawer for the next shift. */
  readonly carriedFen: number;
}

export interface ReceiptNumbers {
  readonly prefix: string;
  readonly first: number;
  readonly last: number;
  readonly issued: number;
  readonly reprints: number;
  readonly missing: readonly number[];
  /** Passed over as well, too many to name; absent where there are none. */
  readonly gaps?: readonly NumberGap[];
}

export interface InvoiceNumbers {
  readonly segmentId: string;
  readonly prefix: string;
  readonly digits: number;
  readonly first: number;
  /** Below `first` where none was used. */
  readonly last: number;
  readonly issued: number;
  readonly voided: readonly number[];
  readonly missing: readonly number[];
  /** Passed over as well, too many to name; absent where there are none. */
  readonly gaps?: readonly NumberGap[];
}

/** A number that the next close continues after. */
export interface NextNumber {
  /** Prefix of receipts, or id of a segment. */
  readonly key: string;
  readonly next: number;
  /** Of segments. */
  readonly prefix: string;
  readonly digits: number;
}

export interface CardTotal {
  readonly layoutId: string;
  /** `purchase`, `reversal`, or the purpose of a card task. */
  readonly what: string;
  readonly commodity: 'gas' | 'power';
  readonly writes: number;
  readonly litres: number;
  readonly amountFen: number;
}

/** Opening + billed + late fees − paid − waived + reversed + others' = closing. Late fees count when they are charged, at the payment. */
export interface ReceivableMovement {
  readonly openingFen: number;
  readonly billedFen: number;
  readonly lateFeeFen: number;
  readonly paidFen: number;
  readonly waivedFen: number;
  readonly reversedFen: number;
  /** By other counters of the branch, as far as this one has followed them. */
  readonly othersFen: number;
  readonly closingFen: number;
}

/** Operations of an earlier, closed day of another counter that arrived since the last close. */
export interface LateArrival {
  readonly counterId: string;
  readonly businessDate: string;
  readonly kind: string;
  readonly fromSeq: number;
  readonly toSeq: number;
  readonly count: number;
  readonly debitFen: number;
}

/** What the operations of a close add up to. */
export interface DayFigures {
  readonly operations: number;
  readonly business: readonly BusinessTotal[];
  readonly kinds: readonly KindTotal[];
  readonly drawers: readonly DrawerTotal[];
  readonly receipts: readonly ReceiptNumbers[];
  readonly invoices: readonly InvoiceNumbers[];
  readonly cards: readonly CardTotal[];
  readonly banked: readonly (Pick<DayPayloads['safe.banked'], 'depositId' | 'slipNo' | 'amountFen'> &
    Partial<Pick<DayPayloads['safe.banked'], 'bankedOn' | 'bankAccount'>>)[];
  readonly receivable: Omit<ReceivableMovement, 'openingFen' | 'othersFen' | 'closingFen'>;
  readonly books: readonly BookTotal[];
  readonly differences: readonly Difference[];
  readonly open: readonly OpenItem[];
  readonly nextNumbers: readonly NextNumber[];
}

export interface DayClosed extends Omit<DayFigures, 'receivable'> {
  readonly closeId: string;
  /** Of the counter, gapless from 1. */
  readonly closeNo: number;
  /** The business date that was closed. */
  readonly closedDate: string;
  /** The date that holds from here on; the same where the day goes on and only what is done so far was closed. */
  readonly nextDate: string;
  /** The operations that it covers, of its own counter. */
  readonly fromSeq: number;
  readonly toSeq: number;
  /** Hash of the operation at `toSeq`. */
  readonly toHash: string;
  readonly receivable: ReceivableMovement;
  readonly late: readonly LateArrival[];
  /** How far the counter had followed its branch's feed. */
  readonly feedPosition: number;
  /** The second signature; '' where the policy asks for one only. */
  readonly approvedBy: string;
}

export interface DayPayloads {
  'day.closed': DayClosed;
  /** Cash out of the safe into the bank. */
  'safe.banked': {
    readonly depositId: string;
    readonly amountFen: number;
    /** Of the bank. */
    readonly slipNo: string;
    /** Date on the slip; left out before it was asked for. */
    readonly bankedOn?: string;
    /** The company's account that it went to; left out before it was asked for. */
    readonly bankAccount?: string;
    readonly approvedBy: string;
  };
}
export type DayKind = keyof DayPayloads;

export const DAY_KINDS = ['day.closed', 'safe.banked'] as const satisfies readonly DayKind[];

/** Records of day closes, by counter and number; keyed by date. */
export const DAY_CLOSES = recordArea<DayCloseRow>('day-close');
/** Where each counter stands, by its id. */
export const OPEN_DAYS = recordArea<OpenDayRow>('open-day');

export interface DayCloseRow extends DayClosed {
  readonly counterId: string;
  readonly seq: number;
  /** Of the operation: what the paper's code leads back to. */
  readonly hash: string;
  readonly clerk: string;
  readonly closedAtMs: number;
}

export interface OpenDayRow {
  readonly counterId: string;
  readonly businessDate: string;
  readonly closeNo: number;
  /** The last operation that is closed; the next close begins after it, with the last one's own operation. */
  readonly toSeq: number;
}

/** A fact about days with what its fold needs. */
export type DayOperation = {
  [K in DayKind]: {
    readonly kind: K;
    readonly payload: DayPayloads[K];
    readonly counterId: string;
    readonly clerk: string;
    readonly recordedAtMs: number;
    readonly seq: number;
    readonly hash: string;
  };
}[DayKind];

/** Whether a kind of operation belongs here. */
export function isDays<T extends { readonly kind: string }>(operation: T): operation is T & { readonly kind: DayKind } {
  return (DAY_KINDS as readonly string[]).includes(operation.kind);
}

/** Returns the id of a close among the branch's counters; its parts sort in the order of closing. */
export function closeRecordId(counterId: string, closeNo: number): string {
  return `${counterId}/${String(closeNo).padStart(8, '0')}`;
}

/** Applies one fact. Throws RangeError on a close out of turn, or one that does not continue the last. */
export function foldDays(operation: DayOperation, tables: RecordTables): void {
  if (operation.kind === 'safe.banked') return;
  const { counterId, seq, hash, clerk, recordedAtMs, payload } = operation;
  const { closeNo, closedDate, nextDate, fromSeq, toSeq } = payload;
  const before = tables.getRecord(OPEN_DAYS, counterId);
  if (closeNo !== (before?.closeNo ?? 0) + 1 || fromSeq !== (before?.toSeq ?? 0) + 1) throw new RangeError('a close out of turn');
  if (toSeq >= seq || nextDate < closedDate) throw new RangeError('a close that does not end here');
  tables.putRecord(
    DAY_CLOSES,
    {
      recordId: closeRecordId(counterId, closeNo),
      accountId: '',
      state: counterId,
      keys: [
        { kind: 'date', value: closedDate },
        { kind: 'id', value: payload.closeId },
      ],
    },
    { ...payload, counterId, seq, hash, clerk, closedAtMs: recordedAtMs },
  );
  tables.putRecord(OPEN_DAYS, { recordId: counterId, accountId: '', state: 'open' }, { counterId, businessDate: nextDate, closeNo, toSeq });
}

/** Returns the postings of a fact about days; throws POSTINGS_UNBALANCED. */
export function dayPostings(operation: Pick<DayOperation, 'kind' | 'payload'>): readonly Posting[] {
  if (operation.kind !== 'safe.banked') return [];
  const { depositId, amountFen } = operation.payload as DayPayloads['safe.banked'];
  return balanced([posting('bank', depositId, amountFen), posting('safe', '', -amountFen)]);
}
