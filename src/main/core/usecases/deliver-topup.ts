// Bringing a paid top-up to its card, from whatever state it was left in, and printing its receipt.
import { fromHex, toHex } from '../../../shared/domain/card-image.ts';
import { Fault, type FaultData } from '../../../shared/domain/fault.ts';
import type { TopupRow } from '../../../shared/domain/fold.ts';
import { isUndelivered } from '../../../shared/domain/topup.ts';
import { branchOf, recordNow, type UseCaseContext } from '../actor.ts';
import { averagePrice, judgeOpen, nextPurchase } from '../card-assessment.ts';
import { bringToCard, type CardJob, type CardJobInput, type CardLook, ownSecret } from '../card-delivery.ts';
import { openTaskOfAccount } from '../card-task-view.ts';
import { commodityOfAccount } from '../commodity.ts';
import { tellCustomer } from '../customer-side.ts';
import type { ReadStore } from '../ports/store.ts';
import { requireCard } from '../reader.ts';
import { type TopupView, topupView } from '../views.ts';
import { issueReceipt } from './issue-receipt.ts';
import { printOriginal } from './print-receipt.ts';

interface DeliverInput extends CardJobInput {
  readonly topupId: string;
}

function requireTopup({ ports }: UseCaseContext, topupId: string): TopupRow {
  const topup = ports.store.topup(topupId);
  if (topup === null) throw new Fault('TOPUP_UNKNOWN', { topupId });
  return topup;
}

/** Plans the write and stores both images before anything can happen to the card. */
function intend(context: UseCaseContext, topup: TopupRow, { assessment, layout, image }: CardLook): void {
  const bought = topup.payment.purchase;
  const { unloaded } = topup.payment;
  const terms = { litres: bought.litres, priceFenPerM3: averagePrice(bought), date: topup.businessDate, unloaded };
  const purchase = nextPurchase(assessment, terms);
  const { topupId, cardNo, accountId } = topup;
  const after = layout.planPurchase(image, purchase);
  const images = { sequence: purchase.sequence, beforeHex: toHex(image), afterHex: toHex(after) };
  recordNow(context, { kind: 'topup.intended', accountId, payload: { topupId, layoutId: layout.id, cardNo, ...images } });
}

/**
 * Whether the meter has taken what the plan was to carry over, in the time between the plan and its write: carried out as planned, it would be given
 * twice.
 */
function carriesTaken(context: UseCaseContext, topup: TopupRow, { layout, content }: CardLook): boolean {
  const { intent, payment } = topup;
  if (intent === null || payment.unloaded?.way !== 'add' || content === null) return false;
  const before = layout.read(fromHex(intent.beforeHex), branchOf(context.ports.store).regionCode);
  return before.kind === 'content' && !before.content.takenByMeter && content.takenByMeter;
}

/** Throws CARD_TASK_OPEN while a card is being made that is to hold the top-up. */
export function requireNotOnItsWay(store: ReadStore, { topupId, accountId }: Pick<TopupRow, 'topupId' | 'accountId'>): void {
  if (openTaskOfAccount(store, accountId)?.topupId === topupId) throw new Fault('CARD_TASK_OPEN');
}

/** The top-up as the engine sees it. */
function jobOf(context: UseCaseContext, topupId: string): CardJob {
  const topup = requireTopup(context, topupId);
  requireNotOnItsWay(context.ports.store, topup);
  const { accountId, cardNo, intent, attempts } = topup;
  return {
    jobId: topupId,
    cardNo,
    intent,
    attempts,
    layoutFor(assessment) {
      requireCard(assessment, cardNo);
      const { layout } = assessment;
      if (layout === null) throw new Fault('CARD_DAMAGED');
      if (intent !== null && intent.layoutId !== layout.id) throw new Fault('CARD_OTHER_LAYOUT');
      return layout;
    },
    judge(look) {
      const { assessment, layout, image, content } = look;
      const verdict = judgeOpen(topup, layout, image, content);
      // Nothing more is written to a card that was reported lost or taken in; what it holds already is a fact.
      const status = assessment.row?.status ?? 'active';
      if (status !== 'active' && verdict !== 'after' && verdict !== 'taken-by-meter')
        throw new Fault(status === 'blacklisted' ? 'CARD_BLACKLISTED' : 'CARD_RETURNED', { cardNo });
      // Nothing of it is on the card: its money goes back, and it is sold anew.
      if ((verdict === 'before' || verdict === 'mixture') && carriesTaken(context, topup, look))
        throw new Fault('CARD_CHANGED_ELSEWHERE', { cardNo });
      return verdict;
    },
    intend: (look) => intend(context, topup, look),
    secrets: (look) => [ownSecret(context, look, cardNo)],
    noteWriting: (note) => void recordNow(context, { kind: 'topup.writing', accountId, payload: { topupId, ...note } }),
    verify: (proof) => void recordNow(context, { kind: 'topup.verified', accountId, payload: { topupId, proof } }),
  };
}

/**
 * Delivers the top-up to the card in the slot, or finds that it is there, then prints the receipt unless its fate is unknown.
 * Returns the top-up as it then stands and the fault that stopped it, if any. Throws TOPUP_UNKNOWN, TOPUP_STATE_REFUSES on a refunded one.
 */
export async function deliverTopup(
  context: UseCaseContext,
  input: DeliverInput,
): Promise<{ readonly topup: TopupView; readonly fault: FaultData | null }> {
  const { ports } = context;
  const start = requireTopup(context, input.topupId);
  if (start.state === 'refunded') throw new Fault('TOPUP_STATE_REFUSES', { state: start.state });
  let fault = isUndelivered(start.state) ? await bringToCard(context, input, () => jobOf(context, input.topupId)) : null;
  const delivered = requireTopup(context, input.topupId);
  if (!isUndelivered(delivered.state)) {
    issueReceipt(context, delivered);
    if (isUndelivered(start.state)) {
      const commodity = commodityOfAccount(ports.store, ports.store.account(delivered.accountId));
      tellCustomer(ports, { news: 'written', litres: delivered.payment.purchase.litres, commodity });
    }
    const receipt = ports.store.receiptOfTopup(delivered.topupId);
    if (receipt !== null && (receipt.state === 'issued' || receipt.state === 'not-printed')) {
      ports.events.publish({ type: 'topup-progress', topupId: input.topupId, step: 'printing', doneBytes: 0, totalBytes: 0 });
      fault = await printOriginal(context, receipt);
    }
  }
  ports.events.publish({
    type: 'topup-progress',
    topupId: input.topupId,
    step: fault === null ? 'done' : 'stopped',
    doneBytes: 0,
    totalBytes: 0,
  });
  ports.events.publish({ type: 'changed', area: 'topups', accountId: start.accountId });
  return { topup: topupView(ports.store, requireTopup(context, input.topupId)), fault };
}
