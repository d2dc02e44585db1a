// Bringing a paid top-up to its card, from whatever state it was left in, and printing its receipt.
import { applyWrites, fromHex, sameBytes, toHex } from '../../../shared/domain/card-image.ts';
import type { CardLayout, CardPurchase } from '../../../shared/domain/card-layout.ts';
import { Fault, type FaultData, isRetryable } from '../../../shared/domain/fault.ts';
import type { TopupRow } from '../../../shared/domain/fold.ts';
import { divideHalfUp } from '../../../shared/domain/money.ts';
import type { OperationPayloads } from '../../../shared/domain/operation.ts';
import { isUndelivered } from '../../../shared/domain/topup.ts';
import { recordNow, type UseCaseContext } from '../actor.ts';
import { type CardAssessment, judgeOpen, sequenceObstacle } from '../card-assessment.ts';
import { tellCustomer } from '../customer-side.ts';
import type { HeldReader } from '../ports/devices.ts';
import { faultFrom, holdReader, readAndAssess, requireCard } from '../reader.ts';
import { type TopupView, topupView } from '../views.ts';
import { issueReceipt } from './issue-receipt.ts';
import { printOriginal } from './print-receipt.ts';

/** A write whose outcome is unknown is looked at and continued at most so often without asking the clerk. */
const MAX_ROUNDS = 3;

type Proof = OperationPayloads['topup.verified']['proof'];

interface DeliverInput {
  readonly topupId: string;
  readonly slot: number;
  /** Staff number of the supervisor who has allowed the card's last PSC attempt; null when nobody has. */
  readonly lastAttemptApprovedBy: string | null;
}

function requireTopup({ ports }: UseCaseContext, topupId: string): TopupRow {
  const topup = ports.store.topup(topupId);
  if (topup === null) throw new Fault('TOPUP_UNKNOWN', { topupId });
  return topup;
}

function purchaseFor(topup: TopupRow, card: { readonly sequence: number; readonly cumulativeLitres: number }): CardPurchase {
  const { litres, amountFen } = topup.payment.purchase;
  return {
    sequence: card.sequence + 1,
    volumeLitres: litres,
    cumulativeLitres: card.cumulativeLitres + litres,
    priceFenPerM3: divideHalfUp(BigInt(amountFen) * 1000n, BigInt(litres)),
    date: topup.businessDate,
  };
}

/** Plans the write and stores both images before anything can happen to the card. */
function intend(context: UseCaseContext, topup: TopupRow, assessment: CardAssessment): TopupRow {
  const { layout, content, row, snapshot } = assessment;
  if (layout === null || content === null || row === null || snapshot.image === null) throw new Fault('CARD_DAMAGED');
  const obstacle = sequenceObstacle(content, row);
  if (obstacle !== null) throw new Fault(obstacle);
  if (!content.takenByMeter && !layout.sellWhileLoaded) throw new Fault('CARD_STILL_LOADED');
  const purchase = purchaseFor(topup, row);
  const after = layout.planPurchase(snapshot.image, purchase);
  const before = snapshot.image;
  recordNow(context, {
    kind: 'topup.intended',
    accountId: topup.accountId,
    payload: {
      topupId: topup.topupId,
      layoutId: layout.id,
      cardNo: topup.cardNo,
      sequence: purchase.sequence,
      beforeHex: toHex(before),
      afterHex: toHex(after),
    },
  });
  return requireTopup(context, topup.topupId);
}

/** The planned image, with the meter's own bytes as they are on the card now. */
function targetImage(planned: Uint8Array, layout: CardLayout, found: Uint8Array): Uint8Array {
  const target = planned.slice();
  for (const { from, to } of layout.meterRanges) target.set(found.subarray(from, to), from);
  return target;
}

function verify(context: UseCaseContext, topup: TopupRow, proof: Proof): null {
  recordNow(context, { kind: 'topup.verified', accountId: topup.accountId, payload: { topupId: topup.topupId, proof } });
  return null;
}

/** One look at the card and at most one write. Returns null when the purchase is verified on the card, else what stopped it. */
async function deliverOnce(context: UseCaseContext, reader: HeldReader, input: DeliverInput): Promise<FaultData | null> {
  const { ports } = context;
  const progress = (step: 'reading' | 'intent' | 'writing' | 'verifying', doneBytes = 0, totalBytes = 0) =>
    ports.events.publish({ type: 'topup-progress', topupId: input.topupId, step, doneBytes, totalBytes });

  let topup = requireTopup(context, input.topupId);
  progress('reading');
  const assessment = await readAndAssess(ports, reader, input.slot);
  requireCard(assessment, topup.cardNo);
  const { layout, snapshot, content } = assessment;
  if (layout === null || snapshot.image === null) throw new Fault('CARD_DAMAGED');
  if (topup.intent !== null && topup.intent.layoutId !== layout.id) throw new Fault('CARD_OTHER_LAYOUT');

  const verdict = judgeOpen(topup, layout, snapshot.image, content);
  if (verdict === 'taken-by-meter') return verify(context, topup, 'taken-by-meter');
  if (verdict === 'after') return verify(context, topup, 'found-complete');
  if (verdict === 'other') throw new Fault('CARD_CHANGED_ELSEWHERE', { cardNo: topup.cardNo });
  if (snapshot.attemptsLeft === 0) throw new Fault('CARD_LOCKED', { cardNo: topup.cardNo });
  if (snapshot.attemptsLeft === 1 && input.lastAttemptApprovedBy === null) throw new Fault('CARD_LAST_ATTEMPT', { cardNo: topup.cardNo });
  if (verdict === 'no-intent') {
    progress('intent');
    topup = intend(context, topup, assessment);
  }

  const { intent } = topup;
  if (intent === null) throw new Fault('INTERNAL', { reason: 'no intent' });
  const target = targetImage(fromHex(intent.afterHex), layout, snapshot.image);
  const writes = layout.orderWrites(snapshot.image, target);
  if (!sameBytes(applyWrites(snapshot.image, writes), target)) throw new Fault('INTERNAL', { reason: 'incomplete write plan' });
  // A card says by itself which of the branch's keys it was made with; trying one after the other could spend its attempts.
  const keyVersion = snapshot.keyVersion ?? layout.keyVersionOf?.(snapshot.image) ?? 0;
  const keys = ports.keys.cardKeys({ layoutId: layout.id, access: layout.access, cardNo: topup.cardNo, uid: snapshot.uid, keyVersion });
  const lastAttempt =
    snapshot.attemptsLeft === 1 && input.lastAttemptApprovedBy !== null ? { approvedBy: input.lastAttemptApprovedBy } : {};
  recordNow(context, {
    kind: 'topup.writing',
    accountId: topup.accountId,
    payload: { topupId: topup.topupId, attempt: topup.attempts + 1, ...lastAttempt },
  });
  progress('writing');
  const outcome = await reader.write(
    {
      slot: input.slot,
      access: layout.access,
      keys,
      expected: snapshot.image,
      writes,
      allowLastAttempt: input.lastAttemptApprovedBy !== null,
    },
    ({ doneBytes, totalBytes }) => progress('writing', doneBytes, totalBytes),
  );
  if (outcome.kind !== 'done') return faultFrom(outcome.fault).toData();
  progress('verifying');
  // A layout that judges by meaning also says whether what a maker's library writes by itself (its own date) is the purchase.
  const proven =
    sameBytes(outcome.value, target) || layout.judge?.({ before: snapshot.image, after: target, found: outcome.value }) === 'after';
  if (!proven) return { code: 'CARD_WRITE_UNVERIFIED', context: { cardNo: topup.cardNo } };
  return verify(context, topup, verdict === 'mixture' ? 'completed-after-tear' : 'written');
}

async function bringToCard(context: UseCaseContext, input: DeliverInput): Promise<FaultData | null> {
  try {
    return await holdReader(context.ports, async (reader) => {
      let fault: FaultData | null = null;
      for (let round = 1; round <= MAX_ROUNDS; round += 1) {
        try {
          fault = await deliverOnce(context, reader, input);
        } catch (error) {
          if (!(error instanceof Fault)) throw error;
          // What stopped the write says more than what the look afterwards found.
          return fault ?? error.toData();
        }
        if (fault === null || !isRetryable(fault)) return fault;
      }
      return fault;
    });
  } catch (error) {
    if (error instanceof Fault) return error.toData();
    throw error;
  }
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
  let fault = isUndelivered(start.state) ? await bringToCard(context, input) : null;
  const delivered = requireTopup(context, input.topupId);
  if (!isUndelivered(delivered.state)) {
    issueReceipt(context, delivered);
    if (isUndelivered(start.state)) tellCustomer(ports, { news: 'written', litres: delivered.payment.purchase.litres });
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
