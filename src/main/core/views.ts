// How rows become what a screen is shown: masked, named, with the next step.
import type { Outputs } from '../../shared/contract/index.ts';
import type { AccountRow, ReceiptRow, TopupRow } from '../../shared/domain/fold.ts';
import { nextStepOf } from '../../shared/domain/topup.ts';
import { commodityOfAccount } from './commodity.ts';
import type { ReadStore } from './ports/store.ts';

export type TopupView = Outputs['topups']['get'];
export type ReceiptView = Outputs['receipts']['confirm'];

/** Keeps the first three and the last four digits; shorter numbers keep the last two. */
export function maskPhone(phone: string): string {
  if (phone.length < 8) return phone.replace(/.(?=..)/g, '*');
  return `${phone.slice(0, 3)}${'*'.repeat(phone.length - 7)}${phone.slice(-4)}`;
}

export function addressOf(account: AccountRow): string {
  const { district, road, community, unit } = account.address;
  return `${district}${road}${community}${unit}`;
}

export function receiptView(receipt: ReceiptRow): ReceiptView {
  const { receiptId, receiptNo, topupId, state, reprints } = receipt;
  return { receiptId, receiptNo, topupId, state, reprints };
}

/** A receipt as it stands beside what it is for; null where there is none. */
export function receiptBrief(receipt: ReceiptRow | null): TopupView['receipt'] {
  if (receipt === null) return null;
  const { receiptId, receiptNo, state, reprints } = receipt;
  return { receiptId, receiptNo, state, reprints };
}

/** Whether headquarters holds the last step of a top-up: seqs are each counter's own, and what another counter did came from headquarters. */
function isHeld(store: ReadStore, { topupId, lastSeq }: TopupRow, receipt: ReceiptRow | null): boolean {
  if (lastSeq <= store.acknowledgedSeq()) return true;
  const [last] = store.operationsAfter(lastSeq - 1, 1);
  const names = (last?.payload ?? {}) as { readonly topupId?: string; readonly receiptId?: string };
  const isOwn = names.topupId === topupId || (receipt !== null && names.receiptId === receipt.receiptId);
  return !isOwn;
}

export function topupView(store: ReadStore, topup: TopupRow): TopupView {
  const account = store.account(topup.accountId);
  const receipt = store.receiptOfTopup(topup.topupId);
  const { purchase, tenders, cashTenderedFen, changeFen } = topup.payment;
  const replicated = topup.state === 'receipted' && isHeld(store, topup, receipt);
  const printed = receipt?.state === 'printed' || receipt?.state === 'unverified';
  return {
    topupId: topup.topupId,
    accountId: topup.accountId,
    accountNo: account?.accountNo ?? '',
    customerName: account?.customerName ?? '',
    cardNo: topup.cardNo,
    state: replicated ? 'replicated' : topup.state,
    commodity: commodityOfAccount(store, account),
    litres: purchase.litres,
    amountFen: purchase.amountFen,
    lines: [...purchase.lines],
    tenders: [...tenders],
    cashTenderedFen,
    changeFen,
    paidAtMs: topup.paidAtMs,
    businessDate: topup.businessDate,
    clerk: topup.clerk,
    attempts: topup.attempts,
    receipt: receiptBrief(receipt),
    nextStep: nextStepOf({
      state: topup.state,
      receipt: receipt === null ? 'none' : printed ? 'printed' : receipt.state === 'unknown' ? 'unknown' : 'issued',
    }),
  };
}
