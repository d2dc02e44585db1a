// Numbered documents: segments of numbers given to a counter, invoices out of them, and numbers that were spoiled.
import { type RecordTables, recordArea, requireRecord } from './records.ts';

export interface InvoiceLine {
  readonly name: string;
  /** '' where there is none. */
  readonly unit: string;
  readonly quantity: string;
  readonly amountFen: number;
  readonly vatPermille: number;
}

export interface DocumentPayloads {
  /** Numbers `first` to `last` of a form belong to this counter; printed as prefix and `digits` digits. */
  'segment.assigned': {
    readonly segmentId: string;
    readonly prefix: string;
    readonly first: number;
    readonly last: number;
    readonly digits: number;
  };
  'invoice.issued': {
    readonly invoiceId: string;
    readonly segmentId: string;
    readonly number: number;
    /** What it invoices: the id of a payment or a top-up. */
    readonly subjectId: string;
    readonly buyer: { readonly name: string; readonly taxNo: string };
    readonly lines: readonly InvoiceLine[];
    readonly amountFen: number;
    readonly vatFen: number;
  };
  'invoice.printed': {
    readonly invoiceId: string;
    readonly jobId: string;
    readonly outcome: 'printed' | 'unverified' | 'unknown' | 'not-printed';
    readonly faultCode: string;
  };
  /** A form that was spoiled: its number is never used again. `invoiceId` is '' for a blank form. */
  'invoice.voided': {
    readonly segmentId: string;
    readonly number: number;
    readonly invoiceId: string;
    readonly reason: string;
    readonly approvedBy: string;
  };
}
export type DocumentKind = keyof DocumentPayloads;

export const DOCUMENT_KINDS = [
  'segment.assigned',
  'invoice.issued',
  'invoice.printed',
  'invoice.voided',
] as const satisfies readonly DocumentKind[];

/** Records of segments. */
export const SEGMENTS = recordArea<SegmentRow>('segment');

export interface SegmentRow {
  readonly segmentId: string;
  readonly prefix: string;
  readonly first: number;
  readonly last: number;
  readonly digits: number;
  /** The number that comes next; above `last` when the segment is used up. */
  readonly next: number;
  /** Numbers spoiled. */
  readonly voided: readonly number[];
}

/** Records of invoices. */
export const INVOICES = recordArea<InvoiceRow>('invoice');

export interface InvoiceRow {
  readonly invoiceId: string;
  readonly segmentId: string;
  readonly number: number;
  readonly subjectId: string;
  readonly accountId: string;
  readonly buyer: { readonly name: string; readonly taxNo: string };
  readonly lines: readonly InvoiceLine[];
  readonly amountFen: number;
  readonly vatFen: number;
  readonly state: 'issued' | 'printed' | 'unverified' | 'unknown' | 'not-printed' | 'voided';
}

/** Returns a number as it stands on the form. */
export function documentNumber(segment: Pick<SegmentRow, 'prefix' | 'digits'>, number: number): string {
  return segment.prefix + String(number).padStart(segment.digits, '0');
}

/** A fact about documents with what its fold needs. */
export type DocumentOperation = {
  [K in DocumentKind]: { readonly kind: K; readonly payload: DocumentPayloads[K]; readonly accountId: string };
}[DocumentKind];

/** Whether a kind of operation belongs here. */
export function isDocuments<T extends { readonly kind: string }>(operation: T): operation is T & { readonly kind: DocumentKind } {
  return (DOCUMENT_KINDS as readonly string[]).includes(operation.kind);
}

/** Applies one fact. Throws RangeError on a number out of turn: numbers are used in order, each once. */
export function foldDocuments(operation: DocumentOperation, tables: RecordTables): void {
  switch (operation.kind) {
    case 'segment.assigned':
      putSegment(tables, { ...operation.payload, next: operation.payload.first, voided: [] });
      return;
    case 'invoice.issued': {
      takeNumber(tables, operation.payload);
      const { accountId, payload } = operation;
      putInvoice(tables, { ...payload, accountId, state: 'issued' });
      return;
    }
    case 'invoice.printed': {
      const invoice = requireRecord(tables, INVOICES, operation.payload.invoiceId);
      putInvoice(tables, { ...invoice, state: operation.payload.outcome });
      return;
    }
    case 'invoice.voided': {
      const { segmentId, number, invoiceId } = operation.payload;
      if (invoiceId === '') takeNumber(tables, { segmentId, number });
      else putInvoice(tables, { ...requireRecord(tables, INVOICES, invoiceId), state: 'voided' });
      const segment = requireRecord(tables, SEGMENTS, segmentId);
      putSegment(tables, { ...segment, voided: [...segment.voided, number] });
    }
  }
}

function takeNumber(tables: RecordTables, wanted: { readonly segmentId: string; readonly number: number }): void {
  const segment = requireRecord(tables, SEGMENTS, wanted.segmentId);
  if (wanted.number !== segment.next || wanted.number > segment.last) throw new RangeError('operation uses a number out of turn');
  putSegment(tables, { ...segment, next: segment.next + 1 });
}

function putSegment(tables: RecordTables, segment: SegmentRow): void {
  const state = segment.next > segment.last ? 'used-up' : 'open';
  tables.putRecord(SEGMENTS, { recordId: segment.segmentId, accountId: '', state }, segment);
}

function putInvoice(tables: RecordTables, invoice: InvoiceRow): void {
  const { invoiceId, accountId, subjectId, state } = invoice;
  tables.putRecord(INVOICES, { recordId: invoiceId, accountId, state, keys: [{ kind: 'subject', value: subjectId }] }, invoice);
}
