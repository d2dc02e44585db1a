// Settling what replication leaves to people: exception cases, and own operations in quarantine. A settlement is an operation like any other.
import type { Inputs, Outputs } from '../../../shared/contract/index.ts';
import { type SeenVersion, seenOf } from '../../../shared/domain/customers.ts';
import { Fault } from '../../../shared/domain/fault.ts';
import type { NewOperation, Operation } from '../../../shared/domain/operation.ts';
import { postingsOf } from '../../../shared/domain/postings.ts';
import {
  SETTLED,
  type SettlementWay,
  WRITTEN_TEXTS,
  type WrittenText,
  waysOfCase,
  waysOfQuarantine,
} from '../../../shared/domain/settling.ts';
import { record, type UseCaseContext } from '../actor.ts';
import { type Approver, requireSecondPerson } from '../approval.ts';
import type { SetAside } from '../ports/replica.ts';
import type { ReadStore, WriteTx } from '../ports/store.ts';

const MANY = 1_000;

/** Returns the second person of a clerk; '' where the actor may settle alone. Throws SUPERVISOR_REQUIRED. */
function settledBy(context: UseCaseContext, approver: Approver | null): string {
  return context.actor.role === 'clerk' ? requireSecondPerson(context, approver) : '';
}

/** Whether an operation moves money; one whose top-up is not known here is taken to. */
function movesMoney(store: ReadStore, operation: Operation): boolean {
  try {
    const postings = postingsOf(operation, (topupId) => {
      const topup = store.topup(topupId);
      if (topup === null) throw new RangeError('unknown top-up');
      return topup.payment;
    });
    return postings.length > 0;
  } catch {
    return true;
  }
}

/** Returns how an own operation that headquarters has set aside can be settled at this counter. */
export function waysOfSetAside(store: ReadStore, { code, verdict }: SetAside, operation: Operation): readonly SettlementWay[] {
  return verdict === 'conflict' ? [] : waysOfQuarantine({ code, movesMoney: movesMoney(store, operation) });
}

/** Returns the texts of an operation that can be corrected: what people have written, not what the program refers by. */
export function textsOf({ payload }: Operation): { name: WrittenText; value: string }[] {
  const values = payload as Readonly<Record<string, unknown>>;
  return WRITTEN_TEXTS.flatMap((name) => {
    const value = values[name];
    return typeof value === 'string' ? [{ name, value }] : [];
  });
}

/**
 * Settles an exception case and returns how replication stands then. Throws CASE_UNKNOWN, CASE_SETTLED, SETTLEMENT_REFUSED for a way that this case
 * does not have, SUPERVISOR_REQUIRED, and with `redone` what the change itself is refused with; nothing is kept then.
 */
export function settleCase(
  context: UseCaseContext,
  input: Omit<Inputs['sync']['settle'], 'approval'>,
  approver: Approver | null,
): Outputs['sync']['settle'] {
  const { ports } = context;
  const { caseId, way, newId, reason } = input;
  const { replica } = ports.sync;
  const found = replica.cases().find((one) => one.caseId === caseId);
  if (found === undefined) throw new Fault('CASE_UNKNOWN', { caseId });
  const { code, accountId, later } = found;
  ports.store.write((tx) => {
    const before = tx.record(SETTLED, caseId);
    // Sent twice: the first one has done it.
    if (before?.newId === newId && newId !== '' && before.way === way) return;
    if (before !== null || found.state === 'settled') throw new Fault('CASE_SETTLED', { by: before?.clerk ?? '' });
    if (!waysOfCase({ code, kind: later.kind }).includes(way)) throw new Fault('SETTLEMENT_REFUSED', { way });
    const approvedBy = settledBy(context, approver);
    const again = way === 'redone' ? replica.operation(later) : null;
    if (way === 'redone' && again === null) throw new Fault('SETTLEMENT_REFUSED', { way, reason: 'not held' });
    record(context, tx, {
      kind: 'case.settled',
      accountId,
      payload: { caseId, code, way, newId: again === null ? '' : newId, reason, approvedBy },
    });
    if (again !== null) tx.append(madeAgain(context, tx, { operation: again, newId }));
  });
  return announced(context, accountId);
}

/** Returns the change as the actor makes it now, on top of what stands. */
function madeAgain(
  { actor, ports }: UseCaseContext,
  tx: WriteTx,
  { operation, newId }: { readonly operation: Operation; readonly newId: string },
): NewOperation {
  const { kind, accountId, businessDate } = operation;
  const account = tx.account(accountId);
  const seen = operation.kind === 'customer.changed' || account === null ? {} : seenOf(account);
  const { seenVersion: _version, seenChangeId: _change, ...payload } = operation.payload as Partial<SeenVersion>;
  // It goes over from whoever holds the account now.
  const holder = account === null ? {} : { customerId: account.detail.customerId, customerName: account.customerName };
  const place = { id: newId, accountId, shiftId: actor.shiftId, clerk: actor.staffNo, recordedAtMs: ports.clock.nowMs() };
  return {
    ...place,
    kind,
    businessDate: tx.branch()?.businessDate ?? businessDate,
    payload: {
      ...payload,
      ...seen,
      ...(kind === 'account.transferred' ? { from: holder } : {}),
    },
  } as unknown as NewOperation;
}

/**
 * Settles an own operation in quarantine and returns how replication stands then. Throws CASE_UNKNOWN, CASE_SETTLED, SETTLEMENT_REFUSED,
 * SUPERVISOR_REQUIRED, INPUT_INVALID with the field when the corrected one would not be understood either; nothing is kept then.
 */
export function repairOperation(
  context: UseCaseContext,
  input: Omit<Inputs['sync']['repair'], 'approval'>,
  approver: Approver | null,
): Outputs['sync']['repair'] {
  const { ports } = context;
  const { operationId, way, newId, reason, corrections } = input;
  const { replica } = ports.sync;
  const operation = replica.operationById(operationId);
  if (operation === null) throw new Fault('CASE_UNKNOWN', { operationId });
  const before = ports.store.record(SETTLED, operationId);
  if (before !== null && before.newId === newId && before.way === way) return ports.sync.state();
  if (before !== null) throw new Fault('CASE_SETTLED', { by: before.clerk });
  const aside = replica.setAside(MANY).rows.find((row) => row.id === operationId);
  if (aside === undefined) throw new Fault('CASE_UNKNOWN', { operationId });
  if (!waysOfSetAside(ports.store, aside, operation).includes(way)) throw new Fault('SETTLEMENT_REFUSED', { way });
  const approvedBy = settledBy(context, approver);
  const { accountId } = operation;
  replica.leaveOut((tx) => {
    const { code } = aside;
    record(context, tx, { kind: 'case.settled', accountId, payload: { caseId: operationId, code, way, newId, reason, approvedBy } });
    if (way === 'discarded') return { operationId, again: null };
    const { counterId: _counter, seq: _seq, previousHash: _previous, hash: _hash, ...facts } = operation;
    const texts = Object.fromEntries(textsOf(operation).map(({ name, value }) => [name, corrections[name] ?? value]));
    const again = { ...facts, id: newId, recordedAtMs: ports.clock.nowMs(), payload: { ...operation.payload, ...texts } };
    return { operationId, again: again as NewOperation };
  });
  return announced(context, accountId);
}

function announced({ ports }: UseCaseContext, accountId: string): Outputs['sync']['settle'] {
  ports.sync.nudge();
  ports.events.publish({ type: 'changed', area: 'accounts', accountId });
  return ports.sync.state();
}
