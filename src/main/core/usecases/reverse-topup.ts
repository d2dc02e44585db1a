// Taking the last purchase off its card and giving its money back, together or not at all.
import type { Inputs } from '../../../shared/contract/index.ts';
import { Fault } from '../../../shared/domain/fault.ts';
import { record, type UseCaseContext } from '../actor.ts';
import { type Approver, requireApproval } from '../approval.ts';
import type { CardTaskResult } from '../card-task-view.ts';
import { openTaskOfAccount } from '../card-task-view.ts';
import { refundTenders, requireAccount } from '../charges.ts';
import { holdReader, readAndAssess } from '../reader.ts';
import { returnRefusal } from '../reversal.ts';
import { continueCardTask } from './continue-card-task.ts';
import { requireOwnCard } from './load-card.ts';
import { begunBefore } from './make-card.ts';

type ReverseInput = Required<Omit<Inputs['cardTasks']['reverse'], 'approval'>>;

/**
 * A reversal on a later day is one of that day: money leaves that day's drawer and closed days stay as they are. What bounds it is the card: the last
 * purchase, delivered, on the card in hand, not taken by the meter, of the holder of today, without an invoice, and with a supervisor whatever a
 * clerk may do alone. Begins it, once per id, and brings it to the card. Returns the task and what stopped it. Throws the faults of the contract;
 * nothing is kept then.
 */
export async function reverseTopup(context: UseCaseContext, input: ReverseInput, approver: Approver | null): Promise<CardTaskResult> {
  const { ports, actor } = context;
  const { taskId, accountId, topupId, slot, reason, giveBack } = input;
  await holdReader(ports, async (reader) => {
    if (begunBefore(ports.store, { taskId, accountId, purpose: 'reverse' })) return;
    requireAccount(ports.store, accountId);
    const topup = ports.store.topup(topupId);
    if (topup === null || topup.accountId !== accountId) throw new Fault('TOPUP_UNKNOWN', { topupId });
    if (topup.state !== 'verified' && topup.state !== 'receipted') throw new Fault('TOPUP_STATE_REFUSES', { state: topup.state });
    const assessment = await readAndAssess(ports, reader, slot);
    const { cardNo } = requireOwnCard(context, assessment, accountId);
    if (cardNo !== topup.cardNo) throw new Fault('CARD_MISMATCH', { found: cardNo, expected: topup.cardNo });
    const { row, layout, content, open, task, snapshot } = assessment;
    if (row?.status === 'blacklisted') throw new Fault('CARD_BLACKLISTED');
    if (row?.status === 'returned') throw new Fault('CARD_RETURNED');
    if (open !== null) throw new Fault('TOPUP_OPEN_ON_CARD');
    if (task !== null) throw new Fault('CARD_TASK_OPEN');
    if (row === null || layout === null || content === null) throw new Fault('CARD_DAMAGED');
    // A purchase that came with a new card cannot come off it by itself.
    if (topup.intent === null) throw new Fault('REVERSAL_NOT_LAST');
    if (snapshot.attemptsLeft === 0) throw new Fault('CARD_LOCKED');
    if (row.sequence !== topup.intent.sequence) throw new Fault('REVERSAL_NOT_LAST');
    if (content.takenByMeter) throw new Fault('REVERSAL_TAKEN');
    const { amountFen } = topup.payment.purchase;
    ports.store.write((tx) => {
      if (openTaskOfAccount(tx, accountId) !== null) throw new Fault('CARD_TASK_OPEN');
      const refusal = returnRefusal(tx, topup);
      if (refusal !== null) throw refusal;
      const approvedBy = requireApproval(context, { limit: 'reversalFen', amount: amountFen, role: 'supervisor' }, approver);
      if (giveBack.toCreditFen > amountFen) throw new Fault('TENDER_MISMATCH', { overFen: giveBack.toCreditFen - amountFen });
      // Asked before the card is touched; it counts when the card has been read back.
      refundTenders(tx, { amountFen: amountFen - giveBack.toCreditFen, others: giveBack.refunds, shiftId: actor.shiftId });
      const rest = { oldCardNo: '', volumeLitres: 0, requestId: '', reason, approvedBy };
      record(context, tx, {
        id: taskId,
        kind: 'card-task.begun',
        accountId,
        payload: { taskId, purpose: 'reverse', cardNo, layoutId: layout.id, topupId, ...rest },
      });
    });
    ports.sync.nudge();
  });
  return continueCardTask(context, { taskId, slot, giveBack }, null);
}
