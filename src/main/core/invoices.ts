// Invoices and segments of numbers as rows and as the calls show them.
import type { Outputs } from '../../shared/contract/index.ts';
import { documentNumber, INVOICES, type InvoiceRow, SEGMENTS, type SegmentRow } from '../../shared/domain/documents.ts';
import { Fault } from '../../shared/domain/fault.ts';
import type { ReadStore } from './ports/store.ts';

export type InvoiceView = Outputs['invoices']['issue'];
export type SegmentView = Outputs['invoices']['assignSegment'];

const MANY_SEGMENTS = 1_000;
/** A pad of forms has fifty: at this many a new segment is fetched in time. */
const ENDING_AT = 20;

/** Returns the segments with numbers left, the one in use first. */
export function openSegments(store: ReadStore): readonly SegmentRow[] {
  return store.recordsInState(SEGMENTS, 'open', MANY_SEGMENTS);
}

/** Returns all segments, those with numbers left first. */
export function allSegments(store: ReadStore): readonly SegmentRow[] {
  return [...openSegments(store), ...store.recordsInState(SEGMENTS, 'used-up', MANY_SEGMENTS)];
}

/** Returns the segment that the next invoice takes its number from. Throws SEGMENT_MISSING. */
export function segmentInUse(store: ReadStore): SegmentRow {
  const [segment] = openSegments(store);
  if (segment === undefined) throw new Fault('SEGMENT_MISSING');
  return segment;
}

export function segmentView(segment: SegmentRow): SegmentView {
  const { segmentId, first, last, next } = segment;
  const left = last - next + 1;
  return {
    segmentId,
    firstLabel: documentNumber(segment, first),
    lastLabel: documentNumber(segment, last),
    next,
    nextLabel: left > 0 ? documentNumber(segment, next) : '',
    left,
    isEnding: left <= ENDING_AT,
    voided: segment.voided.map((number) => documentNumber(segment, number)),
  };
}

/** Returns the number as it stands on the form. */
export function labelOf(store: ReadStore, { segmentId, number }: Pick<InvoiceRow, 'segmentId' | 'number'>): string {
  const segment = store.record(SEGMENTS, segmentId);
  return segment === null ? String(number) : documentNumber(segment, number);
}

export function invoiceView(store: ReadStore, row: InvoiceRow): InvoiceView {
  const { invoiceId, segmentId, number, subjectId, accountId, buyer, lines, amountFen, vatFen, state } = row;
  return {
    invoiceId,
    segmentId,
    number,
    label: labelOf(store, row),
    subjectId,
    accountId,
    buyer: { ...buyer },
    lines: lines.map((line) => ({ ...line })),
    amountFen,
    vatFen,
    state,
  };
}

/** Returns the invoice of the id. Throws INVOICE_UNKNOWN. */
export function requireInvoice(store: ReadStore, invoiceId: string): InvoiceRow {
  const invoice = store.record(INVOICES, invoiceId);
  if (invoice === null) throw new Fault('INVOICE_UNKNOWN', { invoiceId });
  return invoice;
}

/** Returns the invoice that stands for a payment or a top-up, with its number as it is on the form; null where none does. */
export function standingInvoice(store: ReadStore, subjectId: string): { readonly row: InvoiceRow; readonly number: string } | null {
  const row = store.recordsByKey(INVOICES, { kind: 'subject', value: subjectId }).find(({ state }) => state !== 'voided');
  return row === undefined ? null : { row, number: labelOf(store, row) };
}
