// Segments of invoice numbers: given to the counter, and numbers of them that were spoiled.
import type { Inputs } from '../../../shared/contract/index.ts';
import { SEGMENTS } from '../../../shared/domain/documents.ts';
import { Fault } from '../../../shared/domain/fault.ts';
import { record, recordNow, type UseCaseContext } from '../actor.ts';
import { type Approver, requireSecondPerson } from '../approval.ts';
import {
  allSegments,
  type InvoiceView,
  invoiceView,
  labelOf,
  openSegments,
  requireInvoice,
  type SegmentView,
  segmentInUse,
  segmentView,
} from '../invoices.ts';

/** Returns the counter's segments, the one in use first. */
export function listSegments({ ports }: UseCaseContext): SegmentView[] {
  return allSegments(ports.store).map(segmentView);
}

/** Gives the counter a segment, once per id. Throws INPUT_INVALID { field }, SEGMENT_OVERLAPS { segment }. */
export function assignSegment(context: UseCaseContext, input: Inputs['invoices']['assignSegment']): SegmentView {
  const { ports } = context;
  if (input.last < input.first || String(input.last).length > input.digits)
    throw new Fault('INPUT_INVALID', { field: input.last < input.first ? 'last' : 'digits', reason: 'range' });
  ports.store.write((tx) => {
    if (tx.record(SEGMENTS, input.segmentId) !== null) return;
    for (const other of allSegments(tx)) {
      const sameForms = other.prefix === input.prefix && other.digits === input.digits;
      if (!sameForms || other.last < input.first || other.first > input.last) continue;
      const { firstLabel, lastLabel } = segmentView(other);
      throw new Fault('SEGMENT_OVERLAPS', { segment: `${firstLabel}–${lastLabel}` });
    }
    record(context, tx, { id: input.segmentId, kind: 'segment.assigned', accountId: '', payload: input });
  });
  announce(context);
  const row = ports.store.record(SEGMENTS, input.segmentId);
  if (row === null) throw new Fault('INTERNAL', { reason: 'segment not recorded' });
  return segmentView(row);
}

/**
 * Voids an issued invoice, once: its number is never used again, what it was for may be invoiced anew. A clerk needs a second person. Throws
 * INVOICE_UNKNOWN, INVOICE_STATE_REFUSES, SUPERVISOR_REQUIRED.
 */
export function voidInvoice(
  context: UseCaseContext,
  input: Pick<Inputs['invoices']['void'], 'invoiceId' | 'reason'>,
  approver: Approver | null,
): InvoiceView {
  const { ports, actor } = context;
  const { invoiceId, segmentId, number, accountId, state } = requireInvoice(ports.store, input.invoiceId);
  if (state === 'voided') throw new Fault('INVOICE_STATE_REFUSES', { state });
  const approvedBy = actor.role === 'clerk' ? requireSecondPerson(context, approver) : '';
  recordNow(context, {
    kind: 'invoice.voided',
    accountId,
    payload: { segmentId, number, invoiceId, reason: input.reason, approvedBy },
  });
  announce(context, accountId);
  return invoiceView(ports.store, requireInvoice(ports.store, input.invoiceId));
}

/** Voids the next number, whose blank form was spoiled, once per id. Returns the segments. Throws SEGMENT_MISSING, INVOICE_NUMBER_CHANGED. */
export function voidBlank(context: UseCaseContext, input: Inputs['invoices']['voidBlank']): SegmentView[] {
  const { ports } = context;
  ports.store.write((tx) => {
    const used = allSegments(tx).some(({ voided }) => voided.includes(input.number));
    const { segmentId, next } = openSegments(tx).length === 0 && used ? { segmentId: '', next: 0 } : segmentInUse(tx);
    if (next !== input.number) {
      // Sent twice: the first one has done it.
      if (used) return;
      throw new Fault('INVOICE_NUMBER_CHANGED', { now: labelOf(tx, { segmentId, number: next }) });
    }
    record(context, tx, {
      id: input.voidId,
      kind: 'invoice.voided',
      accountId: '',
      payload: { segmentId, number: next, invoiceId: '', reason: input.reason, approvedBy: '' },
    });
  });
  announce(context);
  return listSegments(context);
}

function announce({ ports }: UseCaseContext, accountId = ''): void {
  ports.sync.nudge();
  ports.events.publish({ type: 'changed', area: 'charging', accountId });
}
