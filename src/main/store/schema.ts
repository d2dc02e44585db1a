// The branch database as kysely sees it; the migrations in migrations/branch make it.
import type { ClosePaperState, DayPaperName } from '../../shared/domain/close-papers.ts';
import type { MeterPlace } from '../../shared/domain/meters.ts';
import type { PrintJobState } from '../../shared/domain/print-jobs.ts';
import type { DrawerReason, ShiftState } from '../../shared/domain/shifts.ts';

export interface OperationTable {
  seq: number;
  id: string;
  counter_id: string;
  kind: string;
  business_date: string;
  shift_id: string;
  clerk: string;
  account_id: string;
  recorded_at_ms: number;
  /** Canonical JSON. */
  payload: string;
  previous_hash: string;
  hash: string;
}

export interface AccountTable {
  account_key: number;
  account_id: string;
  account_no: string;
  customer_kind: 'residential' | 'commercial';
  customer_name: string;
  phone: string;
  district: string;
  road: string;
  community: string;
  unit: string;
  household_size: number;
  tariff_id: string;
  tier_used_litres: number;
  status: 'active' | 'suspended' | 'closed';
  /** JSON of the meter and the card at opening; null where there was none. */
  opened_meter: string | null;
  opened_card: string | null;
  version: number;
  holder: number;
  /** JSON of AccountDetail. */
  detail: string;
  /** Id of the operation that wrote this version; '' in rows from before that was kept. */
  change_id: string;
}

export interface TopupTable {
  topup_key: number;
  topup_id: string;
  account_id: string;
  card_no: string;
  shift_id: string;
  clerk: string;
  business_date: string;
  state: 'paid' | 'intent' | 'writing' | 'verified' | 'receipted' | 'refunded' | 'reversed';
  paid_at_ms: number;
  last_seq: number;
  attempts: number;
  /** Canonical JSON of the payloads of topup.paid and topup.intended. */
  payment: string;
  intent: string | null;
}

export interface BranchSchema {
  meta: { key: string; value: string };
  visit: { account_id: string; json: string; signature: string; received_at_ms: number };
  visit_card: { card_no: string; account_id: string };
  operation: OperationTable;
  posting: { seq: number; line: number; ledger_account: string; dimension: string; amount_fen: number };
  counter_sequence: { name: string; value: number };
  replication_cursor: { name: string; seq: number };
  branch: { only_row: number; branch_no: string; name: string; region_code: string; business_date: string };
  staff: { staff_no: string; name: string; role: 'clerk' | 'supervisor' | 'manager' | 'it'; password_hash: string };
  tariff: { tariff_id: string; plan: string };
  account: AccountTable;
  meter: {
    meter_no: string;
    /** Null while it hangs nowhere. */
    account_id: string | null;
    make: string;
    kind: 'ic' | 'ordinary';
    loaded_sequence: number;
    remaining_litres: number;
    cumulative_use_litres: number;
    faults: number;
    place: MeterPlace;
    /** JSON of MeterDetail. */
    detail: string;
  };
  card: {
    card_no: string;
    account_id: string;
    layout_id: string;
    status: 'active' | 'blacklisted' | 'returned';
    sequence: number;
    cumulative_litres: number;
  };
  tier_use: { account_id: string; year: number; holder: number; litres: number };
  volume_owed: { account_id: string; litres: number };
  record: { area: string; record_id: string; account_id: string; state: string; body: string };
  private_number: { digest: string; sealed: string };
  record_key: { area: string; kind: string; value: string; record_id: string };
  shift: {
    shift_key: number;
    shift_id: string;
    clerk: string;
    business_date: string;
    opened_at_ms: number;
    float_fen: number;
    state: ShiftState;
    counter_id: string;
    /** Canonical JSON of what is not a column: movements, counts, ending. */
    body: string;
  };
  drawer_opening: {
    opening_key: number;
    opening_id: string;
    counter_id: string;
    shift_id: string;
    business_date: string;
    staff_no: string;
    why: DrawerReason;
    subject_id: string;
    reason: string;
    approved_by: string;
    at_ms: number;
  };
  topup: TopupTable;
  receipt: {
    receipt_key: number;
    receipt_id: string;
    receipt_no: string;
    topup_id: string;
    account_id: string;
    state: 'issued' | 'printed' | 'unverified' | 'unknown' | 'not-printed';
    reprints: number;
    markup: string;
  };
  receivable: {
    receivable_key: number;
    receivable_id: string;
    account_id: string;
    business_date: string;
    kind: 'gas' | 'fee';
    item_code: string;
    description: string;
    amount_fen: number;
    open_fen: number;
    vat_permille: number;
    due_date: string;
    bears_late_fee: number;
    /** Canonical JSON of how it was worked out; null for what was not billed here. */
    bill: string | null;
  };
  payment: {
    payment_key: number;
    payment_id: string;
    account_id: string;
    shift_id: string;
    clerk: string;
    business_date: string;
    taken_at_ms: number;
    state: 'taken' | 'reversed';
    /** Canonical JSON of the payload of payment.taken. */
    payment: string;
  };
  payment_account: { account_id: string; payment_key: number };
  ledger_balance: { ledger_account: string; dimension: string; amount_fen: number };
  search_term: { kind: number; term: string; account_key: number };
  place_term: { term: string; name: string };
  print_job: {
    job_key: number;
    job_id: string;
    state: PrintJobState;
    content_key: string;
    queued_at_ms: number;
    /** JSON of the rest of the job. */
    body: string;
    /** What is printed, packed. */
    document: string;
  };
  close_paper: {
    close_id: string;
    paper: DayPaperName;
    state: ClosePaperState;
    changed_at_ms: number;
    /** '' while it is to be made. */
    sha256: string;
    size_bytes: number;
    /** JSON of why the last attempt failed; null where none has. */
    fault: string | null;
    /** null where it is to be made, and where headquarters has it. */
    pdf: Uint8Array | null;
  };
  draft: {
    clerk: string;
    account_id: string;
    task_id: string;
    subject_id: string;
    business_date: string;
    saved_at_ms: number;
    sealed: string;
  };
  /** The branch's order, as headquarters has told it. */
  feed: {
    position: number;
    hash: string;
    counter_id: string;
    seq: number;
    operation_hash: string;
    verdict: 'applied' | 'conflict' | 'quarantined';
    code: string;
    reason: string;
  };
  /** Operations of other counters, each with its own chain position. */
  foreign_operation: OperationTable;
  foreign_posting: { counter_id: string; seq: number; line: number; ledger_account: string; dimension: string; amount_fen: number };
  signed_head: { counter_id: string; seq: number; hash: string; signature: string };
  heard_conflict: { seq: number; at_seq: number };
  unfolded: { counter_id: string; seq: number };
  /** What was folded since the last operation whose place in headquarters' order can no longer matter. */
  fold_step: { step: number; counter_id: string; seq: number; first_key: number };
  fold_undo: { undo_key: number; statement: string };
  /** Own operations in quarantine that count nowhere any more. */
  discarded: { operation_id: string };
  /** What a journal held after it had forked; its operations stand again in the journal that goes on. */
  former_operation: OperationTable;
  exception_case: { case_id: string; state: string; opened_at_ms: number; body: string };
}
