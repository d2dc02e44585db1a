// The one error type of the suite: a stable code, a context of plain values, and predicates that name the decision.

/** Every way a call can fail. The wording per code lives in the renderer's language files; a code is never reused for another meaning. */
export const FAULT_CODES = [
  // The call itself
  'INPUT_INVALID',
  'CALL_TOO_LARGE',
  'CALL_UNKNOWN',
  'SENDER_REFUSED',
  'SESSION_REQUIRED',
  'SESSION_EXPIRED',
  'ROLE_DENIED',
  'CREDENTIALS_WRONG',
  'SIGN_IN_LOCKED',
  'SUPERVISOR_REQUIRED',
  'APPROVAL_UNKNOWN',
  'APPROVAL_REFUSED',
  'TICKET_UNKNOWN',
  'TICKET_OPEN',
  'TICKET_FINISHED',
  'INTERNAL',
  // Shift and accounts
  'SHIFT_REQUIRED',
  'SHIFT_ALREADY_OPEN',
  'SHIFT_ELSEWHERE',
  'SHIFT_OF_ANOTHER_DAY',
  'SHIFT_TAKES_NO_MONEY',
  'SHIFT_UNKNOWN',
  'SHIFT_NOT_YOURS',
  'SHIFT_STATE_REFUSES',
  'SHIFT_NOT_COUNTED',
  'SHIFT_PENDING',
  'SHIFT_ID_REUSED',
  'COUNTED_TOO_OFTEN',
  'CARRIED_TOO_MUCH',
  'TAKER_REFUSED',
  'DRAWER_IN_USE',
  'CATEGORY_UNKNOWN',
  'SIGNED_IN_ELSEWHERE',
  'ACCOUNT_UNKNOWN',
  'ACCOUNT_NOT_ACTIVE',
  'ACCOUNT_HAS_NO_CARD',
  'ACCOUNT_CHANGED',
  'CUSTOMER_UNKNOWN',
  'CUSTOMER_MERGED',
  'DUPLICATES_FOUND',
  'NUMBER_NOT_KEPT',
  'ATTACHMENT_UNKNOWN',
  'ATTACHMENT_PART_WRONG',
  'ATTACHMENT_TYPE_REFUSED',
  'ATTACHMENT_DAMAGED',
  // Card
  'CARD_ABSENT',
  'CARD_DAMAGED',
  'CARD_BLANK',
  'CARD_OTHER_REGION',
  'CARD_OTHER_SUPPLY',
  'CARD_OTHER_LAYOUT',
  'CARD_LOCKED',
  'CARD_LAST_ATTEMPT',
  'CARD_PSC_WRONG',
  'CARD_KEY_REFUSED',
  'CARD_CHIP_UNSUPPORTED',
  'CARD_MISMATCH',
  'CARD_BLACKLISTED',
  'CARD_CHANGED_ELSEWHERE',
  'CARD_STILL_LOADED',
  'CARD_NOT_IN_LEDGER',
  'CARD_SEQUENCE_AHEAD',
  'CARD_WRITE_UNVERIFIED',
  'CARD_RETURNED',
  'CARD_NOT_BLANK',
  'CARD_TOOL',
  'TOOL_CARD_UNKNOWN',
  'TOOL_CARD_OUT',
  'TOOL_CARD_LAYOUT',
  'TOOL_CARD_STATE_REFUSES',
  'CARD_TASK_OPEN',
  'CARD_TASK_UNKNOWN',
  'CARD_TASK_STATE_REFUSES',
  'CARD_TASK_ON_CARD',
  'CARD_TASK_ID_REUSED',
  'ACCOUNT_HAS_CARD',
  'VOLUME_OWED_NONE',
  'REVERSAL_NOT_LAST',
  'REVERSAL_TAKEN',
  'REVERSAL_OTHER_HOLDER',
  // Meters
  'METER_UNKNOWN',
  'METER_EXISTS',
  'METER_NOT_IN_STORE',
  'METER_NOT_HERE',
  'METER_NOT_AWAY',
  'METER_THERE_ALREADY',
  'METER_LAYOUT_UNKNOWN',
  'METER_OTHER_SUPPLY',
  'READING_BACKWARDS',
  'READING_UNKNOWN',
  // Top-up
  'TOPUP_UNKNOWN',
  'TOPUP_STATE_REFUSES',
  'TOPUP_OPEN_ON_CARD',
  'TOPUP_MAY_BE_ON_CARD',
  'TOPUP_ALREADY_ON_CARD',
  'TOPUP_ID_REUSED',
  'PRICE_CHANGED',
  'TARIFF_MISSING',
  'AMOUNT_OUT_OF_RANGE',
  'TENDER_SHORT',
  'TENDER_MISMATCH',
  'RECEIVABLE_UNKNOWN',
  'RECEIVABLE_SETTLED',
  'RECEIVABLE_ID_REUSED',
  'FEE_UNKNOWN',
  'FEE_NOT_WAIVABLE',
  'PAYMENT_UNKNOWN',
  'PAYMENT_STATE_REFUSES',
  'PAYMENT_ID_REUSED',
  'CREDIT_SHORT',
  'DEPOSIT_SHORT',
  'DRAWER_SHORT',
  'APPROVAL_LIMIT',
  'PAPER_UNKNOWN',
  'PAPER_CANCELLED',
  'PAPER_FAILED',
  'PRINT_JOB_UNKNOWN',
  'PRINT_JOB_STATE_REFUSES',
  'PRINT_FATE_OPEN',
  'PAPER_PRINTER_FAILED',
  'EXPORT_FAILED',
  'EXPORT_UNKNOWN',
  'RECEIPT_UNKNOWN',
  'RECEIPT_STATE_REFUSES',
  // Day close
  'DAY_CLOSED',
  'DAY_MOVED_ON',
  'DAY_NOT_OVER',
  'DAY_CLOSE_UNKNOWN',
  'DRAWERS_OPEN',
  'SAFE_SHORT',
  // Invoices
  'INVOICE_UNKNOWN',
  'INVOICE_STATE_REFUSES',
  'INVOICE_SUBJECT_REFUSES',
  'INVOICE_STANDS',
  'INVOICE_ID_REUSED',
  'INVOICE_NUMBER_CHANGED',
  'SEGMENT_MISSING',
  'SEGMENT_OVERLAPS',
  // Service requests
  'REQUEST_UNKNOWN',
  'REQUEST_STATE_REFUSES',
  'REQUEST_OPEN',
  'REQUEST_ID_REUSED',
  'REQUEST_FEE_OPEN',
  'REQUEST_DATES_WRONG',
  'REQUEST_CHANGES_NOTHING',
  'ARREARS_OPEN',
  'ACCOUNT_STATUS_REFUSES',
  'CONTRACT_SCAN_MISSING',
  'IDENTITY_DIFFERS',
  'VOLUME_OWED',
  // Devices, transports and frames
  'DEVICE_NOT_CONFIGURED',
  'DEVICE_OFFLINE',
  'DEVICE_BUSY',
  'DEVICE_LEASE_LOST',
  'DEVICE_CANCELLED',
  'DEVICE_TIMEOUT',
  'DEVICE_NO_ANSWER',
  'DEVICE_PROCESS_LOST',
  'DEVICE_REJECTED',
  'DRIVER_UNKNOWN',
  'DRIVER_UNTRUSTED',
  'LIBRARY_FAILED',
  'LIBRARY_UNREGISTERED',
  'SIDECAR_MISSING',
  'DISCOVERY_UNAVAILABLE',
  'PORT_MISSING',
  'PORT_BUSY',
  'PORT_DENIED',
  'PORT_FAILED',
  'LINE_SETTINGS_WRONG',
  'FRAME_SUM',
  'FRAME_SHORT',
  'FRAME_SLOT',
  'FRAME_UNEXPECTED',
  'FRAME_SEQUENCE',
  // Printer
  'PRINTER_PAPER_OUT',
  'PRINTER_OFFLINE',
  'PRINTER_COVER_OPEN',
  'PRINTER_CUTTER',
  'PRINTER_FAILED',
  'PRINTER_NO_ANSWER',
  // Settings, store, headquarters, hall bench
  'SETTINGS_INVALID',
  'TEMPLATE_INVALID',
  'TEMPLATE_NOT_SAVED',
  'TEMPLATE_PICTURE_UNREADABLE',
  'KEY_VAULT_FAILED',
  'DATABASE_NEWER',
  'DATABASE_FAILED',
  'JOURNAL_BROKEN',
  'POSTINGS_UNBALANCED',
  'HEADQUARTERS_UNREACHABLE',
  'HEADQUARTERS_REFUSED',
  'ENROLMENT_REFUSED',
  'FIRST_LOAD_DUE',
  'RENEWAL_NOT_NEEDED',
  'CASE_UNKNOWN',
  'CASE_SETTLED',
  'SETTLEMENT_REFUSED',
  // Cross-branch service and master data
  'ACCOUNT_NOT_FOUND',
  'LOOKUPS_TOO_MANY',
  'ONLY_AT_HOME_BRANCH',
  'VISIT_EXPIRED',
  'OFFLINE_LIMIT_MISSING',
  'OFFLINE_LIMIT_REACHED',
  'DOCUMENT_INVALID',
  'HALL_UNAVAILABLE',
  'HALL_REFUSED',
] as const;

export type FaultCode = (typeof FAULT_CODES)[number];

/** Plain values that the wording of a fault can name, for instance `{ slot: 1, attemptsLeft: 2 }`. Never a secret, never personal data. */
export type FaultContext = Readonly<Record<string, string | number | boolean | null>>;

/** A fault as it crosses a process or a wire. */
export interface FaultData {
  readonly code: FaultCode;
  readonly context: FaultContext;
}

export class Fault extends Error {
  readonly code: FaultCode;
  readonly context: FaultContext;

  constructor(code: FaultCode, context: FaultContext = {}, options?: { readonly cause?: unknown }) {
    super(`${code}${Object.keys(context).length > 0 ? ` ${JSON.stringify(context)}` : ''}`, options);
    this.name = 'Fault';
    this.code = code;
    this.context = context;
  }

  /** Returns the plain form that may cross a process boundary. */
  toData(): FaultData {
    return { code: this.code, context: this.context };
  }

  static from(data: FaultData): Fault {
    return new Fault(data.code, data.context);
  }
}

const KNOWN = new Set<string>(FAULT_CODES);

/** Whether a string from outside is one of our codes. */
export function isFaultCode(code: string): code is FaultCode {
  return KNOWN.has(code);
}

/** Turns anything caught into a Fault; what is not ours becomes INTERNAL with the original as cause. */
export function asFault(error: unknown): Fault {
  if (error instanceof Fault) return error;
  return new Fault('INTERNAL', { reason: error instanceof Error ? error.name : typeof error }, { cause: error });
}

const RETRYABLE: ReadonlySet<FaultCode> = new Set<FaultCode>([
  'CARD_ABSENT',
  'DEVICE_OFFLINE',
  'DEVICE_BUSY',
  'DEVICE_TIMEOUT',
  'DEVICE_NO_ANSWER',
  'DEVICE_PROCESS_LOST',
  'DEVICE_LEASE_LOST',
  'PORT_MISSING',
  'PORT_BUSY',
  'FRAME_SUM',
  'FRAME_SHORT',
  'FRAME_SLOT',
  'FRAME_UNEXPECTED',
  'PRINTER_PAPER_OUT',
  'PRINTER_OFFLINE',
  'PRINTER_COVER_OPEN',
  'PRINTER_NO_ANSWER',
  'HEADQUARTERS_UNREACHABLE',
]);

/** Whether doing the same again, perhaps after a clerk's hand has helped, can succeed without anybody deciding anything. */
export function isRetryable(fault: FaultData): boolean {
  return RETRYABLE.has(fault.code);
}

const SUPERVISOR: ReadonlySet<FaultCode> = new Set<FaultCode>(['SUPERVISOR_REQUIRED', 'CARD_LAST_ATTEMPT', 'SHIFT_ELSEWHERE']);

/** Whether a supervisor at the counter can let the same call through. */
export function needsSupervisor(fault: FaultData): boolean {
  return SUPERVISOR.has(fault.code);
}

const MONEY_UNSURE: ReadonlySet<FaultCode> = new Set<FaultCode>(['CARD_WRITE_UNVERIFIED', 'INTERNAL']);

/** Whether the fault leaves it open if an effect that stands for money has happened, so that a recovery step must follow. */
export function moneyMayHaveMoved(fault: FaultData): boolean {
  return MONEY_UNSURE.has(fault.code);
}
