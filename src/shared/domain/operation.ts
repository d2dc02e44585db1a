// Operations: every business fact of a counter, as it stands in the journal and travels to headquarters.
import type { AccountOpened } from './account.ts';
import type { UnloadedSale } from './card-layout.ts';
import { CARD_TASK_KINDS, type CardTaskPayloads } from './card-tasks.ts';
import { CHARGING_KINDS, type ChargingPayloads } from './charging.ts';
import { CUSTOMER_KINDS, type CustomerPayloads } from './customers.ts';
import { DAY_KINDS, type DayPayloads } from './day-close.ts';
import { DOCUMENT_KINDS, type DocumentPayloads } from './documents.ts';
import { MASTER_DATA_OPERATION_KINDS, type MasterDataPayloads } from './master-data.ts';
import { METER_KINDS, type MeterPayloads } from './meters.ts';
import { POLICY_KINDS, type PolicyPayloads } from './policy.ts';
import type { PurchaseTerms } from './purchase.ts';
import { QUEUE_KINDS, type QueuePayloads } from './queue.ts';
import { REQUEST_OPERATION_KINDS, type RequestPayloads } from './requests.ts';
import type { AwayFromHome, WithinLimit } from './served-away.ts';
import { SETTLING_KINDS, type SettlingPayloads } from './settling.ts';
import { SHIFT_KINDS, type ShiftPayloads } from './shifts.ts';
import type { Tariff } from './tariff.ts';
import type { Tender } from './tender.ts';
import { TOOL_CARD_KINDS, type ToolCardPayloads } from './tool-cards.ts';

export type { AccountOpened } from './account.ts';
export type { PurchaseTerms } from './purchase.ts';
export type { Tender, TenderKind } from './tender.ts';

/** Payload by kind. A kind, once published, only ever gains optional fields. */
export interface OperationPayloads
  extends ChargingPayloads,
    CustomerPayloads,
    MeterPayloads,
    CardTaskPayloads,
    RequestPayloads,
    DocumentPayloads,
    QueuePayloads,
    PolicyPayloads,
    ToolCardPayloads,
    ShiftPayloads,
    DayPayloads,
    SettlingPayloads,
    MasterDataPayloads {
  'branch.opened': { readonly branchNo: string; readonly name: string; readonly regionCode: string; readonly businessDate: string };
  'tariff.published': { readonly tariff: Tariff };
  'account.opened': AccountOpened;
  /** Money taken; the customer's right to gas is a liability until the card is verified. */
  'topup.paid': {
    readonly topupId: string;
    readonly cardNo: string;
    readonly purchase: PurchaseTerms;
    readonly tenders: readonly Tender[];
    readonly cashTenderedFen: number;
    readonly changeFen: number;
    /** What the card still held, as the clerk saw it; absent where the meter had taken everything. */
    readonly unloaded?: UnloadedSale;
  } & AwayFromHome &
    WithinLimit;
  /** The card's images before and after, durable before the first byte is written. */
  'topup.intended': {
    readonly topupId: string;
    readonly layoutId: string;
    readonly cardNo: string;
    readonly sequence: number;
    readonly beforeHex: string;
    readonly afterHex: string;
  } & AwayFromHome;
  /** A write is about to be sent to the card. */
  'topup.writing': {
    readonly topupId: string;
    readonly attempt: number;
    /** Staff number of the supervisor who allowed the card's last PSC attempt; absent where nobody had to. */
    readonly approvedBy?: string;
  };
  /** The card was read back and holds the planned image, or the meter has reported the sequence as loaded. */
  'topup.verified': {
    readonly topupId: string;
    readonly proof: 'written' | 'found-complete' | 'completed-after-tear' | 'taken-by-meter';
  } & AwayFromHome;
  /** The money went back; nothing of the purchase is on the card. */
  'topup.refunded': { readonly topupId: string; readonly reason: string } & AwayFromHome;
  /**
   * `topupId` is the id of what it is a receipt for: a top-up, a payment, a deposit or a refund; for the reversal of one that id after `reversal:`. The
   * name is older than the other kinds.
   */
  'receipt.issued': {
    readonly receiptId: string;
    readonly receiptNo: string;
    readonly topupId: string;
    readonly markup: string;
    /** The sum that stands on it, without a sign. */
    readonly amountFen?: number;
  };
  /** What became of one physical copy. `copyNo` 0 is the original, 1 the first reprint. */
  'receipt.printed': {
    readonly receiptId: string;
    readonly copyNo: number;
    readonly jobId: string;
    readonly outcome: 'printed' | 'unverified' | 'unknown' | 'not-printed';
    readonly faultCode: string;
  };
  /** A meter's return record, seen on a card for the first time. */
  'meter.reported': {
    readonly cardNo: string;
    readonly meterNo: string;
    readonly loadedSequence: number;
    readonly remainingLitres: number;
    readonly cumulativeUseLitres: number;
    readonly faults: number;
    /** The purchase on the card that the meter has not loaded, where the journal began after it was sold. */
    readonly unloaded?: { readonly sequence: number; readonly volumeLitres: number };
  };
}

export type OperationKind = keyof OperationPayloads;

export const OPERATION_KINDS = [
  'branch.opened',
  'tariff.published',
  'account.opened',
  'topup.paid',
  'topup.intended',
  'topup.writing',
  'topup.verified',
  'topup.refunded',
  'receipt.issued',
  'receipt.printed',
  'meter.reported',
  ...CHARGING_KINDS,
  ...CUSTOMER_KINDS,
  ...METER_KINDS,
  ...CARD_TASK_KINDS,
  ...REQUEST_OPERATION_KINDS,
  ...DOCUMENT_KINDS,
  ...QUEUE_KINDS,
  ...POLICY_KINDS,
  ...TOOL_CARD_KINDS,
  ...SHIFT_KINDS,
  ...DAY_KINDS,
  ...SETTLING_KINDS,
  ...MASTER_DATA_OPERATION_KINDS,
] as const satisfies readonly OperationKind[];

/** Everything of an operation but the place in the chain. */
interface OperationFacts<K extends OperationKind> {
  /** UUIDv7, made and kept before the act. Applying the same id again changes nothing. */
  readonly id: string;
  readonly kind: K;
  readonly businessDate: string;
  /** '' outside a shift. */
  readonly shiftId: string;
  /** Staff number; 'system' for what the counter did by itself. */
  readonly clerk: string;
  /** The customer account's id; '' where none is concerned. */
  readonly accountId: string;
  /** Wall clock of the counter, ms since 1970. Shown, never trusted. */
  readonly recordedAtMs: number;
  readonly payload: OperationPayloads[K];
}

/** An operation before it is appended; a union over the kinds. */
export type NewOperation = { [K in OperationKind]: OperationFacts<K> }[OperationKind];

interface ChainPlace {
  readonly counterId: string;
  /** Gapless per counter, from 1. */
  readonly seq: number;
  /** Hex SHA-256 of the operation before; 64 zeros for the first. */
  readonly previousHash: string;
  readonly hash: string;
}

export type Operation = NewOperation & ChainPlace;

export const GENESIS_HASH = '0'.repeat(64);
