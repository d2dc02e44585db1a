// The fold: how each operation changes the projections. Pure; the branch and headquarters give it their own tables.
import { type CardStatus, type CardTaskKind, type CardTaskTables, foldCardTasks, isCardTasks } from './card-tasks.ts';
import { type ChargingKind, type ChargingTables, foldCharging, isCharging } from './charging.ts';
import { countOfflineUse } from './cross-branch.ts';
import {
  type ChangingAccount,
  type CustomerKind,
  type CustomerTables,
  foldCustomers,
  isCustomers,
  NEW_ACCOUNT_DETAIL,
} from './customers.ts';
import { type DayKind, foldDays, isDays } from './day-close.ts';
import { type DocumentKind, foldDocuments, isDocuments } from './documents.ts';
import { foldMasterData, isMasterData, type MasterDataOperationKind } from './master-data.ts';
import {
  foldMeters,
  isMeters,
  type MeterDetail,
  type MeterKind,
  type MeterTables,
  UNKNOWN_METER_DETAIL,
  type WholeMeter,
} from './meters.ts';
import type { AccountOpened, Operation, OperationPayloads } from './operation.ts';
import { foldPolicy, isPolicy, type PolicyKind } from './policy.ts';
import type { TierPeriod } from './purchase.ts';
import { foldQueue, isQueue, type QueueKind } from './queue.ts';
import { foldRequests, isRequests, type RequestOperationKind } from './requests.ts';
import { foldSettling, isSettling, type SettlingKind } from './settling.ts';
import { foldShifts, isShifts, type ShiftKind, type ShiftTables } from './shifts.ts';
import type { Tariff } from './tariff.ts';
import { foldToolCards, isToolCards, type ToolCardKind } from './tool-cards.ts';
import { nextTopupState, type TopupState } from './topup.ts';

export type AccountRow = AccountOpened & ChangingAccount;

export interface TopupRow {
  readonly topupId: string;
  readonly accountId: string;
  readonly cardNo: string;
  readonly shiftId: string;
  readonly clerk: string;
  readonly businessDate: string;
  readonly state: TopupState;
  readonly paidAtMs: number;
  /** Seq of the operation that last changed it; replicated when headquarters holds this seq. */
  readonly lastSeq: number;
  readonly payment: OperationPayloads['topup.paid'];
  readonly intent: OperationPayloads['topup.intended'] | null;
  readonly attempts: number;
}

export interface ReceiptRow {
  readonly receiptId: string;
  readonly receiptNo: string;
  /** Of what it is a receipt for, as in the operation. */
  readonly topupId: string;
  readonly accountId: string;
  readonly markup: string;
  /** Of the original: `issued` until something is known. */
  readonly state: 'issued' | 'printed' | 'unverified' | 'unknown' | 'not-printed';
  /** Reprints so far. */
  readonly reprints: number;
}

export interface CardRow {
  readonly cardNo: string;
  readonly accountId: string;
  readonly layoutId: string;
  readonly status: CardStatus;
  /** Last verified purchase. */
  readonly sequence: number;
  readonly cumulativeLitres: number;
}

export type MeterRow = WholeMeter;

export type { TierPeriod } from './purchase.ts';

/** The tables the fold writes to. Reads see what earlier operations of the same fold wrote. */
export interface ProjectionTables extends ChargingTables, CustomerTables, MeterTables, CardTaskTables, ShiftTables {
  putBranch(branch: OperationPayloads['branch.opened']): void;
  putTariff(tariff: Tariff): void;
  insertAccount(account: AccountRow): void;
  insertCard(card: CardRow): void;
  getTopup(topupId: string): TopupRow | null;
  insertTopup(topup: TopupRow): void;
  updateTopup(topup: TopupRow): void;
  getReceipt(receiptId: string): ReceiptRow | null;
  insertReceipt(receipt: ReceiptRow): void;
  updateReceipt(receipt: ReceiptRow): void;
  getCard(cardNo: string): CardRow | null;
  setMeterReport(report: OperationPayloads['meter.reported']): void;
}

function requireTopup(tables: ProjectionTables, topupId: string): TopupRow {
  const topup = tables.getTopup(topupId);
  if (topup === null) throw new RangeError(`operation names an unknown top-up ${topupId}`);
  return topup;
}

/** Returns the tier year a purchase counts in. */
export function tierPeriodOf(purchase: { readonly tierYear: number; readonly tierHolder?: number }): TierPeriod {
  return { year: purchase.tierYear, holder: purchase.tierHolder ?? 1 };
}

/** Applies one operation. Throws TOPUP_STATE_REFUSES on a step out of order, RangeError on a reference to nothing. */
export function fold(operation: Operation, tables: ProjectionTables): void {
  if (isCharging(operation)) foldCharging(operation, tables);
  else if (isCustomers(operation)) foldCustomers(operation, tables);
  else if (isMeters(operation)) foldMeters(operation, tables);
  else if (operation.kind === 'topup.reversed') takeBack(operation, tables);
  else if (operation.kind === 'topup.carried') carry(operation, tables);
  else if (isCardTasks(operation)) foldCardTasks(operation, tables);
  else if (isRequests(operation)) foldRequests(operation, tables);
  else if (isDocuments(operation)) foldDocuments(operation, tables);
  else if (isQueue(operation)) foldQueue(operation, tables);
  else if (isPolicy(operation)) foldPolicy(operation, tables);
  else if (isToolCards(operation)) foldToolCards(operation, tables);
  else if (isShifts(operation)) foldShifts(operation, tables);
  else if (isDays(operation)) foldDays(operation, tables);
  else if (isSettling(operation)) foldSettling(operation, tables);
  else if (isMasterData(operation)) foldMasterData(operation.payload, tables);
  else foldFirstLight(operation, tables);
  countOfflineUse(operation, tables);
}

type AreaKind =
  | ChargingKind
  | CustomerKind
  | MeterKind
  | CardTaskKind
  | RequestOperationKind
  | DocumentKind
  | QueueKind
  | PolicyKind
  | ToolCardKind
  | ShiftKind
  | DayKind
  | SettlingKind
  | MasterDataOperationKind;

/** Branch, prices, accounts, top-ups and their receipts. */
function foldFirstLight(operation: Exclude<Operation, { readonly kind: AreaKind }>, tables: ProjectionTables): void {
  switch (operation.kind) {
    case 'branch.opened':
      tables.putBranch(operation.payload);
      return;
    case 'tariff.published':
      tables.putTariff(operation.payload.tariff);
      return;
    case 'account.opened': {
      const { meter, card, accountId, tierUsedLitres } = operation.payload;
      const { customerId = '', suppliedSince = '' } = operation.payload;
      tables.insertAccount({
        ...operation.payload,
        status: 'active',
        version: 1,
        changeId: operation.id,
        holder: 1,
        detail: { ...NEW_ACCOUNT_DETAIL, customerId, suppliedSince },
      });
      if (meter !== null) {
        const { meterNo, make, kind } = meter;
        tables.insertMeter({
          meterNo,
          make,
          kind,
          accountId,
          loadedSequence: card?.sequence ?? 0,
          remainingLitres: 0,
          cumulativeUseLitres: 0,
          faults: 0,
          place: 'installed',
          detail: { ...detailOf(meter), layoutId: card?.layoutId ?? '', installedOn: suppliedSince },
        });
      }
      if (card !== null) tables.insertCard({ ...card, accountId, status: 'active' });
      if (tierUsedLitres > 0) {
        tables.addTierUse(accountId, { year: Number(operation.businessDate.slice(0, 4)), holder: 1 }, tierUsedLitres);
      }
      return;
    }
    case 'topup.paid': {
      const { purchase, topupId, cardNo } = operation.payload;
      // An account of another branch has its tiers there.
      if (operation.payload.homeBranchNo === undefined) tables.addTierUse(operation.accountId, tierPeriodOf(purchase), purchase.litres);
      tables.insertTopup({
        topupId,
        accountId: operation.accountId,
        cardNo,
        shiftId: operation.shiftId,
        clerk: operation.clerk,
        businessDate: operation.businessDate,
        state: 'paid',
        paidAtMs: operation.recordedAtMs,
        lastSeq: operation.seq,
        payment: operation.payload,
        intent: null,
        attempts: 0,
      });
      return;
    }
    case 'topup.intended': {
      const topup = requireTopup(tables, operation.payload.topupId);
      tables.updateTopup({
        ...topup,
        state: nextTopupState(topup.state, operation.kind),
        intent: operation.payload,
        lastSeq: operation.seq,
      });
      return;
    }
    case 'topup.writing': {
      const topup = requireTopup(tables, operation.payload.topupId);
      tables.updateTopup({
        ...topup,
        state: nextTopupState(topup.state, operation.kind),
        attempts: operation.payload.attempt,
        lastSeq: operation.seq,
      });
      return;
    }
    case 'topup.verified': {
      const topup = requireTopup(tables, operation.payload.topupId);
      const state = nextTopupState(topup.state, operation.kind);
      if (topup.payment.homeBranchNo !== undefined) {
        tables.updateTopup({ ...topup, state, lastSeq: operation.seq });
        return;
      }
      const card = tables.getCard(topup.cardNo);
      if (topup.intent === null || card === null) throw new RangeError('verified without an intent or a card');
      tables.updateTopup({ ...topup, state, lastSeq: operation.seq });
      tables.setCardPurchase(topup.cardNo, topup.intent.sequence, card.cumulativeLitres + topup.payment.purchase.litres);
      return;
    }
    case 'topup.refunded':
      takeBack(operation, tables);
      return;
    case 'receipt.issued': {
      // By name: what else the payload says is no part of the row, at a counter or at headquarters.
      const { receiptId, receiptNo, topupId, markup } = operation.payload;
      tables.insertReceipt({ receiptId, receiptNo, topupId, markup, accountId: operation.accountId, state: 'issued', reprints: 0 });
      return;
    }
    case 'receipt.printed': {
      const receipt = tables.getReceipt(operation.payload.receiptId);
      if (receipt === null) throw new RangeError('printed receipt is unknown');
      const { outcome, copyNo } = operation.payload;
      if (copyNo > 0) {
        tables.updateReceipt({ ...receipt, reprints: Math.max(receipt.reprints, copyNo) });
        return;
      }
      tables.updateReceipt({ ...receipt, state: outcome });
      const topup = tables.getTopup(receipt.topupId);
      if (topup === null) return;
      // The paper of a purchase that was taken back may be asked about later; the purchase stays as it is.
      const known = (outcome === 'printed' || outcome === 'unverified') && topup.state !== 'reversed';
      tables.updateTopup({ ...topup, state: known ? nextTopupState(topup.state, operation.kind) : topup.state, lastSeq: operation.seq });
      return;
    }
    case 'meter.reported':
      tables.setMeterReport(operation.payload);
      return;
  }
}

/** What is known of a meter that hung before this system. */
function detailOf({ billed, supply }: NonNullable<AccountOpened['meter']>): MeterDetail {
  const known = { ...UNKNOWN_METER_DETAIL, ...(supply === undefined ? {} : { supply }) };
  if (billed === undefined) return known;
  const { readingLitres, on } = billed;
  return { ...known, lastReadingLitres: readingLitres, lastReadOn: on, billedLitres: readingLitres, billedOn: on };
}

/** A top-up that the card made in place of its own holds now: what was planned for the old one is over. */
function carry(operation: Operation & { readonly kind: 'topup.carried' }, tables: ProjectionTables): void {
  const { topupId, cardNo } = operation.payload;
  const topup = requireTopup(tables, topupId);
  tables.updateTopup({ ...topup, cardNo, intent: null, state: nextTopupState(topup.state, operation.kind), lastSeq: operation.seq });
}

/** A top-up that is refunded or reversed: its state, and its litres out of the tier year. */
function takeBack(operation: Operation & { readonly kind: 'topup.refunded' | 'topup.reversed' }, tables: ProjectionTables): void {
  const topup = requireTopup(tables, operation.payload.topupId);
  tables.updateTopup({ ...topup, state: nextTopupState(topup.state, operation.kind), lastSeq: operation.seq });
  if (topup.payment.homeBranchNo !== undefined) return;
  tables.addTierUse(topup.accountId, tierPeriodOf(topup.payment.purchase), -topup.payment.purchase.litres);
}
