// Money back for a purchase of which nothing is on the card.
import { Fault } from '../../../shared/domain/fault.ts';
import type { TopupRow } from '../../../shared/domain/fold.ts';
import { isUndelivered } from '../../../shared/domain/topup.ts';
import { record, type UseCaseContext } from '../actor.ts';
import { judgeOpen } from '../card-assessment.ts';
import { openOwnDrawer, putOwnOpening } from '../drawer.ts';
import type { WriteTx } from '../ports/store.ts';
import { holdReader, readAndAssess, requireCard } from '../reader.ts';
import { type TopupView, topupView } from '../views.ts';
import { requireNotOnItsWay } from './deliver-topup.ts';

interface RefundInput {
  readonly topupId: string;
  readonly slot: number;
  readonly reason: string;
}

function refund(context: UseCaseContext, expected: TopupRow, reason: string): void {
  context.ports.store.write((tx) => {
    const topup = tx.topup(expected.topupId);
    requireNotOnItsWay(tx, expected);
    // Between the look at the card and now nothing may have moved on.
    if (topup === null || topup.lastSeq !== expected.lastSeq) throw new Fault('TOPUP_STATE_REFUSES', { state: topup?.state ?? '' });
    record(context, tx, { kind: 'topup.refunded', accountId: topup.accountId, payload: { topupId: topup.topupId, reason } });
    if (givesCash(topup)) putOwnOpening(context, tx, { why: 'refund', subjectId: topup.topupId });
  });
  if (givesCash(expected)) openOwnDrawer(context.ports);
}

const givesCash = ({ payment }: TopupRow): boolean => payment.tenders.some(({ kind }) => kind === 'cash');

/** Gives the money of a purchase back of which no card can hold anything. Throws TOPUP_MAY_BE_ON_CARD once a write was planned. */
export function refundUntouched(context: UseCaseContext, tx: WriteTx, topup: TopupRow, reason: string): void {
  if (topup.intent !== null) throw new Fault('TOPUP_MAY_BE_ON_CARD', { topupId: topup.topupId });
  record(context, tx, { kind: 'topup.refunded', accountId: topup.accountId, payload: { topupId: topup.topupId, reason } });
}

/**
 * Refunds the payment and returns the top-up. Once a write was intended the card must be in the slot and hold nothing of it.
 * Throws TOPUP_UNKNOWN, TOPUP_STATE_REFUSES, TOPUP_ALREADY_ON_CARD, CARD_…, DEVICE_… faults.
 */
export async function refundTopup(context: UseCaseContext, input: RefundInput): Promise<TopupView> {
  const { ports } = context;
  const topup = ports.store.topup(input.topupId);
  if (topup === null) throw new Fault('TOPUP_UNKNOWN', { topupId: input.topupId });
  if (topup.state === 'refunded') return topupView(ports.store, topup);
  if (!isUndelivered(topup.state)) throw new Fault('TOPUP_STATE_REFUSES', { state: topup.state });
  requireNotOnItsWay(ports.store, topup);
  if (topup.intent === null) {
    // Nothing was ever planned for a card: no reader is needed, and a delivery that begins now finds the refund.
    refund(context, topup, input.reason);
  } else {
    await holdReader(ports, async (reader) => {
      const held = ports.store.topup(input.topupId) ?? topup;
      if (!isUndelivered(held.state)) throw new Fault('TOPUP_STATE_REFUSES', { state: held.state });
      const assessment = await readAndAssess(ports, reader, input.slot);
      requireCard(assessment, held.cardNo);
      const { layout, snapshot, content } = assessment;
      if (layout === null || snapshot.image === null) throw new Fault('CARD_DAMAGED');
      const verdict = judgeOpen(held, layout, snapshot.image, content);
      if (verdict === 'other') throw new Fault('CARD_CHANGED_ELSEWHERE', { cardNo: held.cardNo });
      if (verdict !== 'before') throw new Fault('TOPUP_ALREADY_ON_CARD', { verdict });
      refund(context, held, input.reason);
    });
  }
  ports.sync.nudge();
  ports.events.publish({ type: 'changed', area: 'topups', accountId: topup.accountId });
  return topupView(ports.store, ports.store.topup(input.topupId) ?? topup);
}
