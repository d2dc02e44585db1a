// The end of a shift: blind counts, then the close or the hand-over, with everything named that is not finished.
import type { Inputs } from '../../../shared/contract/index.ts';
import { CARD_TASKS, isOpenTask } from '../../../shared/domain/card-tasks.ts';
import { Fault } from '../../../shared/domain/fault.ts';
import {
  lastCountOf,
  type PendingThing,
  type ShiftCount,
  type ShiftRow,
  SLIP_TENDERS,
  type SlipCount,
  sumOfLines,
} from '../../../shared/domain/shifts.ts';
import { isUndelivered } from '../../../shared/domain/topup.ts';
import { record, type UseCaseContext } from '../actor.ts';
import { type Approver, requireSecondPerson } from '../approval.ts';
import type { AskedApprovals } from '../asked-approvals.ts';
import { openDrawerForCash, putOpening } from '../drawer.ts';
import type { ReadStore, StaffRow, WriteTx } from '../ports/store.ts';
import { contentOf, shiftPolicy } from '../shift-books.ts';
import { announceShift, type PendingView, pendingView, recountsLeft, requireShift, type ShiftView } from '../shift-view.ts';

type CountInput = Required<Omit<Inputs['shift']['count'], 'taker'>>;
type CloseInput = Required<Omit<Inputs['shift']['close'], 'approval'>>;
type HandOverInput = Required<Omit<Inputs['shift']['handOver'], 'approval'>>;

/** Receipts whose paper is not known to be out. */
const PAPER_OPEN: readonly string[] = ['issued', 'unknown', 'not-printed'];

/** Returns what the shift leaves unfinished, in the order of the journal; drafts and questions to a supervisor are the clerk's. */
function pendingOf({ ports }: Pick<UseCaseContext, 'ports'>, shift: ShiftRow, approvals: AskedApprovals): readonly PendingThing[] {
  const { store, drafts } = ports;
  const found = new Map<string, PendingThing>();
  const put = (thing: PendingThing): void => void found.set(`${thing.kind} ${thing.subjectId} ${thing.accountId}`, thing);
  for (const operation of store.operationsOfShift(shift.shiftId)) {
    const { accountId } = operation;
    if (operation.kind === 'topup.paid') {
      const topup = store.topup(operation.payload.topupId);
      if (topup === null || !isUndelivered(topup.state)) continue;
      put({ kind: 'undelivered', subjectId: topup.topupId, accountId, amountFen: topup.payment.purchase.amountFen });
    } else if (operation.kind === 'card-task.begun') {
      const task = store.record(CARD_TASKS, operation.payload.taskId);
      if (task !== null && isOpenTask(task.state)) put({ kind: 'card-task', subjectId: task.taskId, accountId, amountFen: 0 });
    } else if (operation.kind === 'receipt.issued') {
      const receipt = store.receipt(operation.payload.receiptId);
      if (receipt !== null && PAPER_OPEN.includes(receipt.state))
        put({ kind: 'receipt', subjectId: receipt.receiptId, accountId, amountFen: 0 });
    }
  }
  for (const { taskId, subjectId, accountId } of drafts.of(shift.clerk))
    put({ kind: 'draft', subjectId: subjectId === '' ? taskId : subjectId, accountId, amountFen: 0 });
  for (const { approvalId, accountId, amountFen, askedBy } of approvals.waiting())
    if (askedBy.staffNo === shift.clerk) put({ kind: 'approval', subjectId: approvalId, accountId, amountFen: amountFen ?? 0 });
  return [...found.values()];
}

/** Returns what is not finished. Throws SHIFT_UNKNOWN, SHIFT_NOT_YOURS. */
export function listPending(context: UseCaseContext, approvals: AskedApprovals, shiftId: string): PendingView[] {
  const { store } = context.ports;
  return pendingOf(context, requireShift(context, store, shiftId), approvals).map((thing) => pendingView(store, thing));
}

/** Who counts: the person who takes over and has signed in for it, else the actor. Throws TAKER_REFUSED { reason }. */
function counterOf({ actor }: UseCaseContext, store: ReadStore, shift: ShiftRow, taker: StaffRow | null): string {
  if (taker === null) return actor.staffNo;
  const refuse = (reason: string): never => {
    throw new Fault('TAKER_REFUSED', { reason });
  };
  if (taker.staffNo === shift.clerk) refuse('same-clerk');
  if (taker.role === 'it') refuse('role');
  if (store.unclosedShifts().some(({ clerk }) => clerk === taker.staffNo)) refuse('has-shift');
  return taker.staffNo;
}

/** Slips as the journal has them: every tender, what went back taken off. */
const slipsFound = ({ slips }: CountInput): readonly SlipCount[] =>
  SLIP_TENDERS.map((kind) => {
    const { count, takenFen, returnedFen = 0 } = slips.find((slip) => slip.kind === kind) ?? { count: 0, takenFen: 0 };
    return { kind, count, amountFen: takenFen - returnedFen };
  });

const sameLines = (count: ShiftCount, input: CountInput): boolean => count.cashFen === sumOfLines(input.lines);

/**
 * Takes a count, once per id, and tells what should have been there. Throws SHIFT_UNKNOWN, SHIFT_NOT_YOURS, SHIFT_STATE_REFUSES { state },
 * COUNTED_TOO_OFTEN, SHIFT_ID_REUSED, TAKER_REFUSED { reason }.
 */
export function countShift(context: UseCaseContext, input: CountInput, taker: StaffRow | null): ShiftView {
  const { ports, actor } = context;
  const { shiftId, countId } = input;
  const isNew = ports.store.write((tx) => {
    const shift = requireShift(context, tx, shiftId);
    const before = shift.counts.find((count) => count.countId === countId);
    if (before !== undefined) {
      if (!sameLines(before, input)) throw new Fault('SHIFT_ID_REUSED', { shiftId: countId });
      return false;
    }
    if (shift.state === 'closed') throw new Fault('SHIFT_STATE_REFUSES', { state: shift.state });
    if (shift.counts.length > 0 && recountsLeft(tx, shift) === 0) throw new Fault('COUNTED_TOO_OFTEN', { counts: shift.counts.length });
    const countedBy = counterOf(context, tx, shift, taker);
    const lines = input.lines.filter(({ count }) => count > 0);
    // The ledger is asked when the count is in, in the transaction that takes it: nothing comes in between.
    const found = { lines, cashFen: sumOfLines(lines), slips: slipsFound(input) };
    const payload = { shiftId, countId, countedBy, ...found, expected: contentOf(tx, shiftId) };
    const inShift = { ...context, actor: { ...actor, shiftId } };
    record(inShift, tx, { id: countId, kind: 'shift.counted', accountId: '', payload });
    putOpening(inShift, tx, { why: 'count', subjectId: countId });
    return true;
  });
  if (isNew) openDrawerForCash(ports);
  return announceShift(context, shiftId);
}

interface Ending {
  readonly shift: ShiftRow;
  readonly count: ShiftCount;
  readonly pending: readonly PendingThing[];
  readonly approvedBy: string;
  readonly forced: boolean;
}

/**
 * Looks at everything that a close and a hand-over have in common. Throws SHIFT_STATE_REFUSES, SHIFT_NOT_COUNTED, SHIFT_PENDING { kind, count },
 * INPUT_INVALID { field: 'reason' }, SUPERVISOR_REQUIRED.
 */
function endingOf(
  context: UseCaseContext,
  tx: WriteTx,
  shift: ShiftRow,
  how: { readonly reason: string; readonly approver: Approver | null; readonly approvals: AskedApprovals },
): Ending {
  if (shift.state === 'closed') throw new Fault('SHIFT_STATE_REFUSES', { state: shift.state });
  const count = lastCountOf(shift);
  if (count === null) throw new Fault('SHIFT_NOT_COUNTED');
  const { closeForbids, signedFromFen } = shiftPolicy(tx);
  const forced = shift.clerk !== context.actor.staffNo;
  const pending = pendingOf(context, shift, how.approvals);
  // Whoever closes for somebody who cannot be reached closes with what there is.
  const forbidding = forced ? [] : pending.filter(({ kind }) => closeForbids.includes(kind));
  if (forbidding[0] !== undefined) throw new Fault('SHIFT_PENDING', { kind: forbidding[0].kind, count: forbidding.length });
  const differenceFen = Math.abs(count.cashFen - count.expected.cashFen);
  if ((differenceFen > 0 || forced) && how.reason === '') throw new Fault('INPUT_INVALID', { field: 'reason', reason: 'empty' });
  const isSigned = differenceFen > 0 && differenceFen >= signedFromFen && !forced;
  return { shift, count, pending, forced, approvedBy: isSigned ? requireSecondPerson(context, how.approver) : '' };
}

/** Whether the shift was ended by this very operation: then it is told as it stands. */
function endedBy(tx: ReadStore, shift: ShiftRow, operationId: string): boolean {
  return shift.state === 'closed' && tx.operationsOfShift(shift.shiftId).some(({ id }) => id === operationId);
}

/** Closes the shift by its last count, once per id. Throws as the contract says. */
export function closeShift(context: UseCaseContext, approvals: AskedApprovals, input: CloseInput, approver: Approver | null): ShiftView {
  const { ports, actor } = context;
  const { shiftId, closeId, carriedFen, bagNo, reason } = input;
  ports.store.write((tx) => {
    const shift = requireShift(context, tx, shiftId);
    if (endedBy(tx, shift, closeId)) return;
    const { count, pending, approvedBy, forced } = endingOf(context, tx, shift, { reason, approver, approvals });
    if (carriedFen > count.cashFen) throw new Fault('CARRIED_TOO_MUCH', { countedFen: count.cashFen });
    record({ ...context, actor: { ...actor, shiftId } }, tx, {
      id: closeId,
      kind: 'shift.closed',
      accountId: '',
      payload: {
        ...{ shiftId, countId: count.countId, expectedFen: count.expected.cashFen, countedFen: count.cashFen },
        ...{ carriedFen, bagNo, pending, reason, approvedBy, forced },
      },
    });
  });
  return announceShift(context, shiftId);
}

/** Gives the drawer to whoever has counted it, once per id, and returns the shift that has ended. Throws as the contract says. */
export function handOverShift(
  context: UseCaseContext,
  approvals: AskedApprovals,
  input: HandOverInput,
  approver: Approver | null,
): ShiftView {
  const { ports, actor } = context;
  const { shiftId, handoverId, newShiftId, reason } = input;
  ports.store.write((tx) => {
    const shift = requireShift(context, tx, shiftId);
    if (endedBy(tx, shift, handoverId)) return;
    const { count, pending, approvedBy } = endingOf(context, tx, shift, { reason, approver, approvals });
    const toClerk = count.countedBy;
    // Only who has counted the drawer by signing in for it can have it.
    if (toClerk === shift.clerk || toClerk === actor.staffNo) throw new Fault('TAKER_REFUSED', { reason: 'not-counted' });
    if (tx.unclosedShifts().some(({ clerk }) => clerk === toClerk)) throw new Fault('TAKER_REFUSED', { reason: 'has-shift' });
    if (tx.shift(newShiftId) !== null) throw new Fault('SHIFT_ID_REUSED', { shiftId: newShiftId });
    record({ ...context, actor: { ...actor, shiftId } }, tx, {
      id: handoverId,
      kind: 'shift.handed-over',
      accountId: '',
      payload: {
        ...{ shiftId, newShiftId, toClerk, countId: count.countId, expectedFen: count.expected.cashFen, countedFen: count.cashFen },
        ...{ pending, reason, approvedBy },
      },
    });
  });
  return announceShift(context, shiftId);
}
