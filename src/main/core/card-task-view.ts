// How a card task is shown, and what the ledger knows of an account's cards.
import type { Outputs } from '../../shared/contract/index.ts';
import { CARD_TASKS, type CardTaskRow, isOpenTask } from '../../shared/domain/card-tasks.ts';
import type { CardRow } from '../../shared/domain/fold.ts';
import type { UseCaseContext } from './actor.ts';
import { startOf } from './card-task-job.ts';
import { requireAccount } from './charges.ts';
import { commodityOfAccount } from './commodity.ts';
import type { ReadStore } from './ports/store.ts';
import { lastTopupOf, returnRefusal } from './reversal.ts';

export type CardTaskView = Outputs['cardTasks']['get'];
export type CardTaskResult = Outputs['cardTasks']['continue'];

const LOOK_BACK = 200;

/** Returns the account's open task; null when there is none. An account has one at a time. */
export function openTaskOfAccount(store: ReadStore, accountId: string): CardTaskRow | null {
  return store.recordsOf(CARD_TASKS, accountId).find(({ state }) => isOpenTask(state)) ?? null;
}

export function cardTaskView(store: ReadStore, task: CardTaskRow): CardTaskView {
  const { taskId, purpose, state, accountId, cardNo, layoutId, oldCardNo, volumeLitres, topupId, reason, approvedBy } = task;
  const account = store.account(accountId);
  const topup = topupId === '' ? null : store.topup(topupId);
  const reversed = store
    .operationsOf(accountId, topup?.state === 'reversed' ? LOOK_BACK : 0)
    .find((operation) => operation.kind === 'topup.reversed' && operation.payload.taskId === taskId);
  const back = reversed?.kind === 'topup.reversed' ? reversed.payload : null;
  return {
    taskId,
    purpose,
    state,
    accountId,
    accountNo: account?.accountNo ?? '',
    customerName: account?.customerName ?? '',
    commodity: commodityOfAccount(store, account),
    cardNo,
    layoutId,
    oldCardNo,
    volumeLitres,
    topupId,
    amountFen: purpose === 'reverse' ? (topup?.payment.purchase.amountFen ?? 0) : 0,
    refunds: [...(back?.refunds ?? [])],
    toCreditFen: back?.toCreditFen ?? 0,
    reason,
    approvedBy,
    attempts: task.attempts,
    clerk: task.clerk,
    begunAtMs: task.begunAtMs,
  };
}

/** Returns the layout of the account's next card: its meter's, else its present card's; '' without a card meter. */
export function nextLayoutOf(store: ReadStore, accountId: string): string {
  const meter = store.metersOf(accountId).find(({ kind, place }) => kind === 'ic' && place === 'installed');
  if (meter === undefined) return '';
  return meter.detail.layoutId !== '' ? meter.detail.layoutId : (store.cardsOf(accountId)[0]?.layoutId ?? '');
}

/** Returns the account's cards and what can be done with them. Throws ACCOUNT_UNKNOWN. */
export function viewAccountCards(context: UseCaseContext, input: { readonly accountId: string }): Outputs['cardTasks']['ofAccount'] {
  const { store } = context.ports;
  const { accountId } = requireAccount(store, input.accountId);
  const cards = store.cardsOf(accountId);
  const active = cards.find(({ status }) => status === 'active');
  const open = openTaskOfAccount(store, accountId);
  const { unusedLitres } = active === undefined ? { unusedLitres: 0 } : startOf(context, { accountId, oldCardNo: active.cardNo });
  return {
    accountId,
    cards: cards.map(({ cardNo, layoutId, status, sequence }) => ({ cardNo, layoutId, status, sequence })),
    layoutId: nextLayoutOf(store, accountId),
    numberPrinted: context.ports.layouts.get(nextLayoutOf(store, accountId))?.numberPrinted === true,
    volumeOwedLitres: store.volumeOwed(accountId),
    unusedLitres,
    openTask: open === null ? null : cardTaskView(store, open),
    undelivered: undeliveredOf(store, accountId),
    lastTopup: active === undefined ? null : lastOf(store, active),
  };
}

/** The purchase that was paid for a card of the account and is not known to be on it; null where there is none. */
function undeliveredOf(store: ReadStore, accountId: string): Outputs['cardTasks']['ofAccount']['undelivered'] {
  for (const { cardNo } of store.cardsOf(accountId)) {
    const topup = store.undeliveredOfCard(cardNo);
    if (topup === null) continue;
    const { litres, amountFen } = topup.payment.purchase;
    return { topupId: topup.topupId, cardNo, litres, amountFen, mayBeOnCard: topup.intent !== null };
  }
  return null;
}

/** The purchase that stands on the card last, and why it cannot be reversed if the ledger knows that already. */
function lastOf(store: ReadStore, card: CardRow): Outputs['cardTasks']['ofAccount']['lastTopup'] {
  const topup = lastTopupOf(store, card);
  if (topup === null) return null;
  const { litres, amountFen } = topup.payment.purchase;
  return { topupId: topup.topupId, cardNo: card.cardNo, litres, amountFen, refusal: returnRefusal(store, topup)?.toData() ?? null };
}
