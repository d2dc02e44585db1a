// Who acts: the signed-in person behind a call, and the facts every operation of theirs carries.
import type { Role } from '../../shared/contract/call.ts';
import type { BusinessDate } from '../../shared/domain/business-date.ts';
import { businessDate } from '../../shared/domain/business-date.ts';
import { Fault } from '../../shared/domain/fault.ts';
import type { NewOperation, OperationKind, OperationPayloads } from '../../shared/domain/operation.ts';
import type { ShiftRow } from '../../shared/domain/shifts.ts';
import { movesTenders } from '../../shared/domain/tender-moves.ts';
import type { Ports } from './ports/index.ts';
import type { Branch, ReadStore, WriteTx } from './ports/store.ts';

export interface Actor {
  readonly staffNo: string;
  readonly name: string;
  readonly role: Role;
  /** The open shift; '' where the call does not need one. */
  readonly shiftId: string;
}

/** What every use case is given. */
export interface UseCaseContext {
  readonly ports: Ports;
  readonly actor: Actor;
}

/** Returns the branch; throws JOURNAL_BROKEN on a store that was never set up. */
export function branchOf(store: ReadStore): Branch & { readonly businessDate: BusinessDate } {
  const branch = store.branch();
  if (branch === null) throw new Fault('JOURNAL_BROKEN', { reason: 'no branch' });
  return { ...branch, businessDate: businessDate(branch.businessDate) };
}

/**
 * Returns the clerk's shift at this counter. Throws SHIFT_REQUIRED where there is none, SHIFT_OF_ANOTHER_DAY { businessDate } for one that was left open and
 * is to be closed first.
 */
export function requireOwnShift(store: ReadStore, staffNo: string): ShiftRow {
  const shift = store.openShiftOf(staffNo);
  if (shift === null) throw new Fault('SHIFT_REQUIRED');
  if (shift.businessDate !== branchOf(store).businessDate) throw new Fault('SHIFT_OF_ANOTHER_DAY', { businessDate: shift.businessDate });
  return shift;
}

interface Fact<K extends OperationKind> {
  /** Made before the act where repeating must change nothing; else a new one. */
  readonly id?: string;
  readonly kind: K;
  readonly accountId: string;
  readonly payload: OperationPayloads[K];
}

/**
 * The shift that a fact belongs to: the actor's. One that was counted or closed meanwhile takes no more money, however late the call that brings it;
 * what only follows from money taken before stands outside shifts once it is closed.
 */
function shiftOf({ shiftId }: Actor, tx: WriteTx, kind: OperationKind): string {
  if (shiftId === '') return '';
  const shift = tx.shift(shiftId);
  if (movesTenders(kind) && shift?.state !== 'open') throw new Fault('SHIFT_TAKES_NO_MONEY', { state: shift?.state ?? '' });
  return shift?.state === 'closed' ? '' : shiftId;
}

/** Appends one fact of the actor inside `tx`. Returns false when its id was there before. Throws SHIFT_TAKES_NO_MONEY { state }. */
export function record<K extends OperationKind>({ ports, actor }: UseCaseContext, tx: WriteTx, fact: Fact<K>): boolean {
  const operation = {
    id: fact.id ?? ports.ids.uuid(),
    kind: fact.kind,
    businessDate: branchOf(tx).businessDate,
    shiftId: shiftOf(actor, tx, fact.kind),
    clerk: actor.staffNo,
    accountId: fact.accountId,
    recordedAtMs: ports.clock.nowMs(),
    payload: fact.payload,
  } as NewOperation;
  return tx.append(operation) !== null;
}

/** Appends one fact in a transaction of its own, durable when this returns, and tells headquarters' sender. */
export function recordNow<K extends OperationKind>(context: UseCaseContext, fact: Fact<K>): boolean {
  const applied = context.ports.store.write((tx) => record(context, tx, fact));
  context.ports.sync.nudge();
  return applied;
}
