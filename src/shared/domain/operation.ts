// Operations: every business fact of a counter, as it stands in the journal and travels to headquarters.
import { CHARGING_KINDS, type ChargingPayloads } from './charging.ts';
import type { Tariff, TierLine } from './tariff.ts';
import type { Tender } from './tender.ts';

export type { Tender, TenderKind } from './tender.ts';

export interface AccountOpened {
  readonly accountId: string;
  readonly accountNo: string;
  readonly customerKind: 'residential' | 'commercial';
  readonly customerName: string;
  readonly phone: string;
  readonly address: {
    readonly district: string;
    readonly road: string;
    /** Compound or building name. */
    readonly community: string;
    /** Building, unit and room: "3栋2单元501室". */
    readonly unit: string;
  };
  readonly householdSize: number;
  readonly tariffId: string;
  /** Litres bought this tier year before this system took over. */
  readonly tierUsedLitres: number;
  readonly meter: { readonly meterNo: string; readonly make: string; readonly kind: 'ic' | 'ordinary' } | null;
  readonly card: {
    readonly cardNo: string;
    readonly layoutId: string;
    /** The card's last purchase sequence and cumulative volume when this system took over. */
    readonly sequence: number;
    readonly cumulativeLitres: number;
  } | null;
}

export interface PurchaseTerms {
  readonly litres: number;
  readonly amountFen: number;
  readonly lines: readonly TierLine[];
  readonly tariffId: string;
  readonly vatPermille: number;
  readonly tierYear: number;
  readonly usedBeforeLitres: number;
}

/** Payload by kind. A kind, once published, only ever gains optional fields. */
export interface OperationPayloads extends ChargingPayloads {
  'branch.opened': { readonly branchNo: string; readonly name: string; readonly regionCode: string; readonly businessDate: string };
  'tariff.published': { readonly tariff: Tariff };
  'account.opened': AccountOpened;
  'shift.opened': { readonly shiftId: string; readonly floatFen: number };
  /** Money taken; the customer's right to gas is a liability until the card is verified. */
  'topup.paid': {
    readonly topupId: string;
    readonly cardNo: string;
    readonly purchase: PurchaseTerms;
    readonly tenders: readonly Tender[];
    readonly cashTenderedFen: number;
    readonly changeFen: number;
  };
  /** The card's images before and after, durable before the first byte is written. */
  'topup.intended': {
    readonly topupId: string;
    readonly layoutId: string;
    readonly cardNo: string;
    readonly sequence: number;
    readonly beforeHex: string;
    readonly afterHex: string;
  };
  /** A write is about to be sent to the card. */
  'topup.writing': {
    readonly topupId: string;
    readonly attempt: number;
    /** Staff number of the supervisor who allowed the card's last PSC attempt; absent where nobody had to. */
    readonly approvedBy?: string;
  };
  /** The card was read back and holds the planned image, or the meter has reported the sequence as loaded. */
  'topup.verified': { readonly topupId: string; readonly proof: 'written' | 'found-complete' | 'completed-after-tear' | 'taken-by-meter' };
  /** The money went back; nothing of the purchase is on the card. */
  'topup.refunded': { readonly topupId: string; readonly reason: string };
  'receipt.issued': { readonly receiptId: string; readonly receiptNo: string; readonly topupId: string; readonly markup: string };
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
  };
}

export type OperationKind = keyof OperationPayloads;

export const OPERATION_KINDS = [
  'branch.opened',
  'tariff.published',
  'account.opened',
  'shift.opened',
  'topup.paid',
  'topup.intended',
  'topup.writing',
  'topup.verified',
  'topup.refunded',
  'receipt.issued',
  'receipt.printed',
  'meter.reported',
  ...CHARGING_KINDS,
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
