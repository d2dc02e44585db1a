// Volume on a card without money: a correction, and gas that is owed after an exchange.
import type { Inputs } from '../../../shared/contract/index.ts';
import { Fault } from '../../../shared/domain/fault.ts';
import { record, type UseCaseContext } from '../actor.ts';
import { type Approver, requireApproval } from '../approval.ts';
import { type CardAssessment, saleObstacle } from '../card-assessment.ts';
import { type CardTaskResult, openTaskOfAccount } from '../card-task-view.ts';
import { requireActiveAccount } from '../charges.ts';
import { holdReader, readAndAssess } from '../reader.ts';
import { continueCardTask } from './continue-card-task.ts';
import { begunBefore, owedFor } from './make-card.ts';

type LoadInput = Required<Omit<Inputs['cardTasks']['load'], 'approval'>>;

/** Throws what keeps the account's card in the reader from being loaded now. */
export function requireOwnCard({ ports }: UseCaseContext, assessment: CardAssessment, accountId: string): { readonly cardNo: string } {
  const { row } = assessment;
  if (row !== null && row.accountId !== accountId) {
    const own = ports.store.cardsOf(accountId).find(({ status }) => status === 'active');
    throw new Fault('CARD_MISMATCH', { found: row.cardNo, expected: own?.cardNo ?? '' });
  }
  if (assessment.fault !== null || row === null) throw new Fault(assessment.fault ?? 'CARD_NOT_IN_LEDGER');
  return row;
}

/** Begins the task, once per id, and brings it to the card. Returns the task and what stopped it. Throws the faults of the contract; nothing is kept then. */
export async function loadCard(context: UseCaseContext, input: LoadInput, approver: Approver | null): Promise<CardTaskResult> {
  const { ports } = context;
  const { taskId, accountId, purpose, reason, slot } = input;
  await holdReader(ports, async (reader) => {
    if (begunBefore(ports.store, input)) return;
    requireActiveAccount(ports.store, accountId);
    const assessment = await readAndAssess(ports, reader, slot);
    const { cardNo } = requireOwnCard(context, assessment, accountId);
    const obstacle = saleObstacle(assessment);
    const { layout } = assessment;
    if (obstacle !== null || layout === null) throw new Fault(obstacle ?? 'CARD_DAMAGED');
    ports.store.write((tx) => {
      if (openTaskOfAccount(tx, accountId) !== null) throw new Fault('CARD_TASK_OPEN');
      const volumeLitres = purpose === 'carry' ? owedFor(tx, accountId, layout) : input.volumeLitres;
      if (purpose === 'carry' && volumeLitres === 0) throw new Fault('VOLUME_OWED_NONE');
      const { maxVolumeLitres: maxLitres, volumeStepLitres: stepLitres } = layout;
      if (volumeLitres < 1 || volumeLitres > maxLitres) throw new Fault('AMOUNT_OUT_OF_RANGE', { maxLitres });
      if (volumeLitres % stepLitres !== 0) throw new Fault('AMOUNT_OUT_OF_RANGE', { stepLitres });
      // What is owed was allowed with the exchange.
      const approvedBy = purpose === 'carry' ? '' : requireApproval(context, { limit: 'correctionLitres', amount: volumeLitres }, approver);
      const rest = { oldCardNo: '', topupId: '', requestId: '', reason, approvedBy };
      const payload = { taskId, purpose, cardNo, layoutId: layout.id, volumeLitres, ...rest };
      record(context, tx, { id: taskId, kind: 'card-task.begun', accountId, payload });
    });
    ports.sync.nudge();
  });
  return continueCardTask(context, { taskId, slot, giveBack: { refunds: [], toCreditFen: 0 } }, null);
}
