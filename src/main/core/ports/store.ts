// Port to the branch's data: one writer whose transactions append operations, readers that never write.
import type { PaymentRow, ReceivableRow } from '../../../shared/domain/charging.ts';
import type { LateArrival } from '../../../shared/domain/day-close.ts';
import type { AccountRow, CardRow, MeterRow, ReceiptRow, TopupRow } from '../../../shared/domain/fold.ts';
import type { LedgerAccount } from '../../../shared/domain/ledger.ts';
import type { NewOperation, Operation } from '../../../shared/domain/operation.ts';
import type { RecordArea } from '../../../shared/domain/records.ts';
import type { DrawerOpening, ShiftRow } from '../../../shared/domain/shifts.ts';
import type { Taking } from '../../../shared/domain/takings.ts';
import type { Tariff } from '../../../shared/domain/tariff.ts';

export interface Branch {
  readonly branchNo: string;
  readonly name: string;
  readonly regionCode: string;
  readonly businessDate: string;
}

export interface StaffRow {
  readonly staffNo: string;
  readonly name: string;
  readonly role: 'clerk' | 'supervisor' | 'manager' | 'it';
  /** Argon2id in PHC string form. */
  readonly passwordHash: string;
}

/** As the journal tells it: what was bought is priced by the plan's version, '' where nothing was. */
export type StoredTaking = Omit<Taking, 'commodity'> & { readonly tariffId: string };

export type SearchKind = 'account' | 'name' | 'pinyin' | 'phone' | 'address' | 'meter' | 'card';

/** Everything that can be read. All methods are synchronous: SQLite answers in microseconds. */
export interface ReadStore {
  branch(): Branch | null;
  counterId(): string;
  /** The counter has enrolled and waits for its branch's books, or loads them: no business until they are here. */
  isLoading(): boolean;
  staff(staffNo: string): StaffRow | null;
  account(accountId: string): AccountRow | null;
  /** One version of a price plan. */
  tariff(tariffId: string): Tariff | null;
  /** All versions of all plans. */
  tariffs(): readonly Tariff[];
  /** Ids of the accounts that the customer holds, in the order of opening. */
  accountsOfCustomer(customerId: string): readonly string[];
  /** All versions of a plan. */
  tariffVersions(planId: string): readonly Tariff[];
  /** Litres that count in the tier year of the account's present holder so far. */
  tierUse(accountId: string, year: number): number;
  /** Gas that is owed to the account and not yet on a card, litres. */
  volumeOwed(accountId: string): number;
  record<Row>(area: RecordArea<Row>, recordId: string): Row | null;
  /** Newest first. */
  recordsOf<Row>(area: RecordArea<Row>, accountId: string): readonly Row[];
  /** Oldest first. */
  recordsInState<Row>(area: RecordArea<Row>, state: string, limit: number): readonly Row[];
  recordsByKey<Row>(area: RecordArea<Row>, key: { readonly kind: string; readonly value: string }): readonly Row[];
  metersOf(accountId: string): readonly MeterRow[];
  meter(meterNo: string): MeterRow | null;
  /** Meters in a place whose number begins with `text`, by number. */
  metersIn(place: MeterRow['place'], text: string, limit: number): readonly MeterRow[];
  cardsOf(accountId: string): readonly CardRow[];
  card(cardNo: string): CardRow | null;
  topup(topupId: string): TopupRow | null;
  /** The card's top-up that is undelivered (paid, intent or writing); null when there is none. */
  undeliveredOfCard(cardNo: string): TopupRow | null;
  /** Top-ups that are undelivered, or verified without a known receipt; oldest first. */
  openTopups(limit: number): { readonly rows: readonly TopupRow[]; readonly total: number };
  receipt(receiptId: string): ReceiptRow | null;
  /** The receipt of a top-up, or of anything else by the id that its `receipt.issued` names. */
  receiptOfTopup(topupId: string): ReceiptRow | null;
  /** Receipts of this branch that did not come out, or whose fate is not known, newest first. */
  receiptsNotOut(limit: number): readonly ReceiptRow[];
  receivable(receivableId: string): ReceivableRow | null;
  /** What the account owes, oldest due date first; with those that are settled when `all`. */
  receivablesOf(accountId: string, which: 'open' | 'all'): readonly ReceivableRow[];
  payment(paymentId: string): PaymentRow | null;
  /** Payments that touch the account, newest first. */
  paymentsOf(accountId: string, limit: number): readonly PaymentRow[];
  shift(shiftId: string): ShiftRow | null;
  /** The clerk's shift at this counter that is not closed, open or counted; null where there is none. */
  openShiftOf(clerk: string): ShiftRow | null;
  /** Shifts that are not closed, of all counters of the branch as far as this one knows, oldest first. */
  unclosedShifts(): readonly ShiftRow[];
  /** All shifts of a business date, of all counters of the branch as far as this one knows, oldest first. */
  shiftsOf(businessDate: string): readonly ShiftRow[];
  /** The latest shift of this counter that is closed, under any number it had; null before the first. */
  lastClosedShift(): ShiftRow | null;
  /** The shift that this counter's operation with the hash has ended: what its report bears; null where there is none. */
  shiftEndedBy(hash: string): ShiftRow | null;
  /** Operations that name the shift, own and other counters', in the order of their counter. */
  operationsOfShift(shiftId: string): readonly Operation[];
  /** How often a shift's drawer was opened and why, oldest first. */
  drawerOpeningsOf(shiftId: string): readonly DrawerOpening[];
  /** Every opening of a business date, with those outside shifts, oldest first. */
  drawerOpeningsOn(businessDate: string): readonly DrawerOpening[];
  topupsInShift(shiftId: string): number;
  /** Sum of a ledger account, fen, debit positive; over all dimensions when none is given. */
  balance(ledgerAccount: LedgerAccount, dimension?: string): number;
  /** Operations of one account, newest first. */
  operationsOf(accountId: string, limit: number): readonly Operation[];
  /** Payments and their reversals that touch the account and stand in the name of another one. */
  sharedPaymentsOf(accountId: string, limit: number): readonly Operation[];
  /** Operations with seq above `seq`, in order. */
  operationsAfter(seq: number, limit: number): readonly Operation[];
  /** How far this counter has followed its branch's feed; 0 for nothing. */
  feedPosition(): number;
  /** Operations of other counters that came after `afterPosition` of the feed and are of business dates before `beforeDate`, summed up. */
  lateArrivals(since: { readonly afterPosition: number; readonly beforeDate: string }): readonly LateArrival[];
  /**
   * What was taken and given back in shifts on the business dates from `from` to `until`: of this counter, or of the branch as far as it is known here.
   * In the order of each journal.
   */
  takings(span: { readonly from: string; readonly until: string; readonly of: 'counter' | 'branch' }): readonly StoredTaking[];
  /** The highest seq in the journal, 0 when empty. */
  lastSeq(): number;
  /** The highest seq that headquarters has confirmed. */
  acknowledgedSeq(): number;
  /** Account ids by relevance, at most `limit`; words separated by blanks must all match. */
  search(text: string, limit: number): readonly { readonly accountId: string; readonly matched: SearchKind }[];
}

/** A transaction in progress: reads see its own writes. Must not outlive the callback it was given to. */
export interface WriteTx extends ReadStore {
  /**
   * Appends the operation with its postings and folds it into the projections. The same id again is not applied: returns null.
   * Throws POSTINGS_UNBALANCED, TOPUP_STATE_REFUSES.
   */
  append(operation: NewOperation): Operation | null;
  /** Takes the next number of the counter's gapless sequence `name`, from 1. */
  nextNumber(name: string): number;
}

export interface Store extends ReadStore {
  /** Runs `act` in one IMMEDIATE transaction, durable (synchronous=FULL) when this returns; a throw rolls everything back. */
  write<T>(act: (tx: WriteTx) => T): T;
  /** Remembers what headquarters holds; lower than before when it was restored from a backup. */
  setAcknowledgedSeq(seq: number): void;
}
