// Going on with a card task from whatever state it was left in, and giving one up.
import type { Inputs } from '../../../shared/contract/index.ts';
import { isOpenTask } from '../../../shared/domain/card-tasks.ts';
import { Fault, type FaultData } from '../../../shared/domain/fault.ts';
import { recordNow, type UseCaseContext } from '../actor.ts';
import { type Approver, requireSecondPerson } from '../approval.ts';
import { MAKES_A_CARD } from '../card-assessment.ts';
import { bringToCard } from '../card-delivery.ts';
import { type GiveBack, requireTask, taskJob, undoJob } from '../card-task-job.ts';
import { type CardTaskResult, cardTaskView } from '../card-task-view.ts';
import { isConfigured } from '../customer-side.ts';
import { openOwnDrawer, putOpeningNow } from '../drawer.ts';
import { deliverTopup } from './deliver-topup.ts';

export interface ContinueInput {
  readonly taskId: string;
  readonly slot: number;
  readonly giveBack: GiveBack;
}

/** Brings the task to its card, or finds that it is there. Returns the task and what stopped it. Throws CARD_TASK_UNKNOWN, CARD_TASK_STATE_REFUSES. */
export async function continueCardTask(context: UseCaseContext, input: ContinueInput, approver: Approver | null): Promise<CardTaskResult> {
  const { taskId, slot, giveBack } = input;
  const start = requireTask(context, taskId);
  if (start.state === 'abandoned') throw new Fault('CARD_TASK_STATE_REFUSES', { state: start.state });
  let fault: FaultData | null = null;
  if (isOpenTask(start.state)) {
    const lastAttemptApprovedBy = approver?.staffNo ?? null;
    fault = await bringToCard(context, { slot, lastAttemptApprovedBy }, () => taskJob(context, taskId, giveBack));
  }
  const result = finish(context, taskId, fault);
  // The purchase that came with the card has its receipt to come; what hinders the paper stands on the home screen.
  if (result.task.state === 'verified' && isOpenTask(start.state) && MAKES_A_CARD.has(start.purpose) && start.topupId !== '') {
    await deliverTopup(context, { topupId: start.topupId, slot, lastAttemptApprovedBy: null });
  }
  const gaveCash = result.task.refunds.some(({ kind }) => kind === 'cash');
  if (isOpenTask(start.state) && result.task.state === 'verified' && gaveCash && isConfigured(context.ports, 'drawer')) {
    putOpeningNow(context, { why: 'refund', subjectId: taskId });
    openOwnDrawer(context.ports);
  }
  return result;
}

type AbandonInput = Omit<Inputs['cardTasks']['abandon'], 'approval' | 'slot'> & { readonly slot: number };

/**
 * Gives the task up, once the card in the slot is as it was before. Returns the task and what stopped it (CARD_TASK_ON_CARD when all of it is there). Throws
 * CARD_TASK_UNKNOWN, CARD_TASK_STATE_REFUSES, SUPERVISOR_REQUIRED.
 */
export async function abandonCardTask(context: UseCaseContext, input: AbandonInput, approver: Approver | null): Promise<CardTaskResult> {
  const { taskId, slot, reason } = input;
  const task = requireTask(context, taskId);
  if (task.state === 'abandoned') return finish(context, taskId, null);
  if (!isOpenTask(task.state)) throw new Fault('CARD_TASK_STATE_REFUSES', { state: task.state });
  const giveUp = () => void recordNow(context, { kind: 'card-task.abandoned', accountId: task.accountId, payload: { taskId, reason } });
  if (task.intent === null) {
    giveUp();
    return finish(context, taskId, null);
  }
  if (MAKES_A_CARD.has(task.purpose) && approver !== null) {
    // A spoilt blank card is thrown away before two people. Were it used all the same, its purchase has the number of the next card's: a meter loads one.
    requireSecondPerson(context, approver);
    giveUp();
    return finish(context, taskId, null);
  }
  const lastAttemptApprovedBy = approver?.staffNo ?? null;
  const fault = await bringToCard(context, { slot, lastAttemptApprovedBy }, () => undoJob(context, taskId, reason));
  return finish(context, taskId, fault);
}

function finish(context: UseCaseContext, taskId: string, fault: FaultData | null): CardTaskResult {
  const { ports } = context;
  const task = requireTask(context, taskId);
  const step = fault === null ? 'done' : 'stopped';
  ports.events.publish({ type: 'topup-progress', topupId: taskId, step, doneBytes: 0, totalBytes: 0 });
  ports.events.publish({ type: 'changed', area: 'cards', accountId: task.accountId });
  // A purchase that was reversed, or went on the card.
  if (task.topupId !== '') ports.events.publish({ type: 'changed', area: 'topups', accountId: task.accountId });
  return { task: cardTaskView(ports.store, task), fault };
}
