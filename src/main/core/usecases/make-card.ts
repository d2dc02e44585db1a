// A card for an account: its first one, one for a lost card, one for a damaged card.
import type { Inputs } from '../../../shared/contract/index.ts';
import { CARD_TASKS, type CardTaskBegun } from '../../../shared/domain/card-tasks.ts';
import { Fault } from '../../../shared/domain/fault.ts';
import { record, type UseCaseContext } from '../actor.ts';
import { type Approver, requireApproval } from '../approval.ts';
import { ownNo } from '../card-numbers.ts';
import { startOf } from '../card-task-job.ts';
import { type CardTaskResult, nextLayoutOf, openTaskOfAccount } from '../card-task-view.ts';
import { requireActiveAccount } from '../charges.ts';
import type { ReadStore, WriteTx } from '../ports/store.ts';
import { continueCardTask } from './continue-card-task.ts';
import { refundUntouched } from './refund-topup.ts';

type Make = Omit<Inputs['cardTasks']['make'], 'approval'>;
type MakeInput = Required<Omit<Make, 'openTopup'>> & Pick<Make, 'openTopup'>;

/** Whether the same task was begun before; throws CARD_TASK_ID_REUSED when the id belongs to another one. */
export function begunBefore(store: ReadStore, input: Pick<CardTaskBegun, 'taskId' | 'purpose'> & { readonly accountId: string }): boolean {
  const task = store.record(CARD_TASKS, input.taskId);
  if (task === null) return false;
  if (task.accountId !== input.accountId || task.purpose !== input.purpose) throw new Fault('CARD_TASK_ID_REUSED');
  return true;
}

/** Returns a number for a new card that no card has. */
function newCardNo(tx: WriteTx): string {
  for (;;) {
    const cardNo = ownNo(tx, { prefix: '62', numbers: 'card' });
    if (tx.card(cardNo) === null) return cardNo;
  }
}

function begin(context: UseCaseContext, input: MakeInput, approver: Approver | null): void {
  const { ports } = context;
  const { taskId, accountId, purpose, oldCardNo, reason, requestId, meterFigures, openTopup = 'carry' } = input;
  ports.store.write((tx) => {
    if (begunBefore(tx, input)) return;
    requireActiveAccount(tx, accountId);
    if (openTaskOfAccount(tx, accountId) !== null) throw new Fault('CARD_TASK_OPEN');
    const cards = tx.cardsOf(accountId);
    const old = cards.find(({ cardNo }) => cardNo === oldCardNo);
    const inTheWay = cards.find(({ cardNo, status }) => status === 'active' && cardNo !== oldCardNo);
    if (inTheWay !== undefined) throw new Fault('ACCOUNT_HAS_CARD', { cardNo: inTheWay.cardNo });
    if (purpose !== 'issue' && (old === undefined || old.status === 'returned')) throw new Fault('ACCOUNT_HAS_NO_CARD');
    if (purpose === 'issue' && oldCardNo !== '') throw new Fault('INPUT_INVALID', { field: 'oldCardNo' });
    const layout = ports.layouts.get(nextLayoutOf(tx, accountId));
    if (layout === null) throw new Fault('METER_UNKNOWN');
    const open = old === undefined ? null : tx.undeliveredOfCard(old.cardNo);
    if (open !== null && openTopup === 'refund') refundUntouched(context, tx, open, reason);
    const topupId = open !== null && openTopup === 'carry' ? open.topupId : '';
    // Two purchases cannot go on one card under the numbers they were sold with.
    if (topupId !== '' && layout.sellWhileLoaded && startOf(context, { accountId, oldCardNo }).unusedLitres > 0)
      throw new Fault('TOPUP_OPEN_ON_CARD');
    // The keys of a card that was made elsewhere go by the number printed on it.
    if (layout.numberPrinted === true && input.cardNo === '') throw new Fault('INPUT_INVALID', { field: 'cardNo', reason: 'empty' });
    if (input.cardNo !== '' && tx.card(input.cardNo) !== null) throw new Fault('INPUT_INVALID', { field: 'cardNo', reason: 'taken' });
    let approvedBy = '';
    if (meterFigures !== null && old !== undefined) {
      approvedBy = takeFigures(context, tx, { ...input, meterFigures }, approver);
    }
    // What is owed waits for the next time, so that no meter that has the carried number already refuses it with that.
    const volumeLitres = topupId === '' ? owedFor(tx, accountId, layout) : 0;
    const cardNo = input.cardNo === '' ? newCardNo(tx) : input.cardNo;
    const begun = { taskId, purpose, cardNo, layoutId: layout.id, oldCardNo, volumeLitres, topupId, requestId, reason, approvedBy };
    record(context, tx, { id: taskId, kind: 'card-task.begun', accountId, payload: begun });
  });
  ports.sync.nudge();
  ports.events.publish({ type: 'changed', area: 'topups', accountId });
}

/** Returns how much of the gas owed goes on one card at once. */
export function owedFor(
  tx: ReadStore,
  accountId: string,
  layout: { readonly volumeStepLitres: number; readonly maxVolumeLitres: number },
): number {
  const most = Math.min(tx.volumeOwed(accountId), layout.maxVolumeLitres);
  return most - (most % layout.volumeStepLitres);
}

/** Keeps what was read off the meter's display in place of the card that cannot be read. Returns who approved it. */
function takeFigures(
  context: UseCaseContext,
  tx: WriteTx,
  input: MakeInput & { readonly meterFigures: NonNullable<MakeInput['meterFigures']> },
  approver: Approver | null,
): string {
  const { accountId, oldCardNo, meterFigures } = input;
  const meter = tx.metersOf(accountId).find(({ kind, place }) => kind === 'ic' && place === 'installed');
  if (meter === undefined) throw new Fault('METER_UNKNOWN');
  const { unusedLitres } = startOf(context, { accountId, oldCardNo });
  const approvedBy = requireApproval(context, { limit: 'correctionLitres', amount: Math.max(1, unusedLitres) }, approver);
  const { meterNo, cumulativeUseLitres, faults } = meter;
  record(context, tx, {
    kind: 'meter.reported',
    accountId,
    payload: { cardNo: oldCardNo, meterNo, cumulativeUseLitres, faults, ...meterFigures },
  });
  return approvedBy;
}

/** Begins the task, once per id, and brings it to the blank card in the slot. Returns the task and what stopped it. Throws the faults of the contract. */
export async function makeCard(context: UseCaseContext, input: MakeInput, approver: Approver | null): Promise<CardTaskResult> {
  begin(context, input, approver);
  return continueCardTask(context, { taskId: input.taskId, slot: input.slot, giveBack: { refunds: [], toCreditFen: 0 } }, approver);
}
