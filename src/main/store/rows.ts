// From rows to domain values and back.
import { canonicalJson } from '../../shared/domain/canonical.ts';
import type { BilledUse, PaymentRow, ReceivableRow } from '../../shared/domain/charging.ts';
import type { AccountDetail } from '../../shared/domain/customers.ts';
import type { AccountRow, CardRow, MeterRow, ReceiptRow, TopupRow } from '../../shared/domain/fold.ts';
import type { MeterDetail } from '../../shared/domain/meters.ts';
import type { AccountOpened, Operation } from '../../shared/domain/operation.ts';
import type { DrawerOpening, ShiftRow } from '../../shared/domain/shifts.ts';
import type { AccountTable, BranchSchema, OperationTable, TopupTable } from './schema.ts';

const REMEMBERED_TEXTS = 64;

/**
 * Parsed JSON by its text, and the text of objects that came from JSON or went into it: the steps of one top-up read and write the
 * same payment again and again. Keyed by content, so a rollback cannot make it wrong. Values are shared: never change them.
 */
export class JsonMemo {
  readonly #values = new Map<string, unknown>();
  readonly #texts = new WeakMap<object, string>();

  parse<T>(text: string): T {
    const known = this.#values.get(text);
    if (known !== undefined) return known as T;
    const value = JSON.parse(text) as T & object;
    this.remember(value, text);
    return value;
  }

  /** Returns the canonical JSON of `value`. */
  text(value: object): string {
    return this.#texts.get(value) ?? canonicalJson(value);
  }

  /** Keeps `text` as the canonical JSON of `value`. */
  remember(value: object, text: string): void {
    this.#texts.set(value, text);
    if (this.#values.size >= REMEMBERED_TEXTS) this.#values.clear();
    this.#values.set(text, value);
  }
}

export function operationOf(row: OperationTable): Operation {
  return {
    id: row.id,
    kind: row.kind,
    businessDate: row.business_date,
    shiftId: row.shift_id,
    clerk: row.clerk,
    accountId: row.account_id,
    recordedAtMs: row.recorded_at_ms,
    payload: JSON.parse(row.payload),
    counterId: row.counter_id,
    seq: row.seq,
    previousHash: row.previous_hash,
    hash: row.hash,
  } as Operation;
}

export function accountOf(row: AccountTable): AccountRow {
  return {
    accountId: row.account_id,
    accountNo: row.account_no,
    customerKind: row.customer_kind,
    customerName: row.customer_name,
    phone: row.phone,
    address: { district: row.district, road: row.road, community: row.community, unit: row.unit },
    householdSize: row.household_size,
    tariffId: row.tariff_id,
    tierUsedLitres: row.tier_used_litres,
    meter: row.opened_meter === null ? null : (JSON.parse(row.opened_meter) as AccountOpened['meter']),
    card: row.opened_card === null ? null : (JSON.parse(row.opened_card) as AccountOpened['card']),
    status: row.status,
    version: row.version,
    changeId: row.change_id,
    holder: row.holder,
    detail: JSON.parse(row.detail) as AccountDetail,
  };
}

export function meterOf(row: BranchSchema['meter']): MeterRow {
  return {
    meterNo: row.meter_no,
    accountId: row.account_id ?? '',
    make: row.make,
    kind: row.kind,
    loadedSequence: row.loaded_sequence,
    remainingLitres: row.remaining_litres,
    cumulativeUseLitres: row.cumulative_use_litres,
    faults: row.faults,
    place: row.place,
    detail: JSON.parse(row.detail) as MeterDetail,
  };
}

export function cardOf(row: BranchSchema['card']): CardRow {
  return {
    cardNo: row.card_no,
    accountId: row.account_id,
    layoutId: row.layout_id,
    status: row.status,
    sequence: row.sequence,
    cumulativeLitres: row.cumulative_litres,
  };
}

export function topupOf(row: TopupTable, json: JsonMemo): TopupRow {
  return {
    topupId: row.topup_id,
    accountId: row.account_id,
    cardNo: row.card_no,
    shiftId: row.shift_id,
    clerk: row.clerk,
    businessDate: row.business_date,
    state: row.state,
    paidAtMs: row.paid_at_ms,
    lastSeq: row.last_seq,
    payment: json.parse(row.payment),
    intent: row.intent === null ? null : json.parse(row.intent),
    attempts: row.attempts,
  };
}

export function receivableOf(row: BranchSchema['receivable']): ReceivableRow {
  return {
    receivableId: row.receivable_id,
    accountId: row.account_id,
    businessDate: row.business_date,
    kind: row.kind,
    itemCode: row.item_code,
    description: row.description,
    amountFen: row.amount_fen,
    openFen: row.open_fen,
    vatPermille: row.vat_permille,
    dueDate: row.due_date,
    bearsLateFee: row.bears_late_fee === 1,
    ...(row.bill === null ? {} : { bill: JSON.parse(row.bill) as BilledUse }),
  };
}

export function paymentOf(row: BranchSchema['payment'], json: JsonMemo): PaymentRow {
  return {
    paymentId: row.payment_id,
    accountId: row.account_id,
    shiftId: row.shift_id,
    clerk: row.clerk,
    businessDate: row.business_date,
    takenAtMs: row.taken_at_ms,
    state: row.state,
    payment: json.parse(row.payment),
  };
}

export function shiftOf(row: BranchSchema['shift'], json: JsonMemo): ShiftRow {
  return {
    shiftId: row.shift_id,
    counterId: row.counter_id,
    clerk: row.clerk,
    businessDate: row.business_date,
    openedAtMs: row.opened_at_ms,
    floatFen: row.float_fen,
    state: row.state,
    ...json.parse<Pick<ShiftRow, 'carriedFrom' | 'movements' | 'counts' | 'ending'>>(row.body),
  };
}

export function openingOf(row: BranchSchema['drawer_opening']): DrawerOpening {
  return {
    openingId: row.opening_id,
    counterId: row.counter_id,
    shiftId: row.shift_id,
    businessDate: row.business_date,
    by: row.staff_no,
    why: row.why,
    subjectId: row.subject_id,
    reason: row.reason,
    approvedBy: row.approved_by,
    atMs: row.at_ms,
  };
}

export function receiptOf(row: BranchSchema['receipt']): ReceiptRow {
  return {
    receiptId: row.receipt_id,
    receiptNo: row.receipt_no,
    topupId: row.topup_id,
    accountId: row.account_id,
    markup: row.markup,
    state: row.state,
    reprints: row.reprints,
  };
}
