// Which operations must be folded in headquarters' order: those that change the same thing and do not commute.
import type { NewOperation, OperationKind } from './operation.ts';

/** Kinds that give the same in any order: they add money or gas, or put down something of their own that nobody else touches. */
const COMMUTING: ReadonlySet<OperationKind> = new Set<OperationKind>([
  'shift.opened',
  'account.opened',
  'topup.paid',
  'receipt.issued',
  'receivable.raised',
  'receivable.waived',
  'payment.taken',
  'deposit.taken',
  'deposit.returned',
  'deposit.applied',
  'volume.credited',
  'credit.refunded',
  'customer.registered',
  'note.added',
  'attachment.added',
  'number.revealed',
  'meter.registered',
  'segment.assigned',
  'invoice.issued',
  'invoice.printed',
  'invoice.voided',
  'ticket.called',
  'ticket.finished',
  'drawer.opened',
  'day.closed',
  'safe.banked',
  'case.settled',
  'counter.renewed',
]);

/** Fields of payloads that name something several operations can change. */
const SUBJECTS = [
  'customerId',
  'keptId',
  'mergedId',
  'meterNo',
  'oldMeterNo',
  'newMeterNo',
  'cardNo',
  'oldCardNo',
  'topupId',
  'taskId',
  'requestId',
  'paymentId',
  'receiptId',
  'policyId',
  'toolId',
  'shiftId',
  'newShiftId',
] as const;

/**
 * Returns what an operation changes in a way that depends on the order, as keys; none for those that commute. Two operations without a
 * common key may be folded in either order. Kinds that are not known to commute are taken to depend.
 */
export function orderedSubjects(operation: NewOperation): readonly string[] {
  if (COMMUTING.has(operation.kind)) return [];
  const payload = operation.payload as Readonly<Record<string, unknown>>;
  const keys = operation.accountId === '' ? [] : [`account/${operation.accountId}`];
  for (const field of SUBJECTS) {
    const value = payload[field];
    if (typeof value === 'string' && value !== '') keys.push(`${field.replace(/^(?:old|new|kept|merged)/, '').toLowerCase()}/${value}`);
  }
  return keys.length > 0 ? keys : [operation.kind];
}
