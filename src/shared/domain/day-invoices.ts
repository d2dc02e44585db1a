// Invoices against what they are for, and the numbers of their forms: used, void, missing.
import type { CardTaskBegun } from './card-tasks.ts';
import type { BookTotal, DayClosed, Difference, DifferenceKind, InvoiceNumbers, NextNumber, OpenItem, Origin } from './day-close.ts';
import type { DocumentKind } from './documents.ts';
import { gapName, gapsOf, type NumberGap, passedOver } from './number-gaps.ts';
import type { Operation } from './operation.ts';

export interface InvoiceFacts {
  /** What an invoice is for; null for an unknown one. */
  invoice(invoiceId: string): { readonly subjectId: string; readonly amountFen: number } | null;
  /** The invoice that stands for a payment or a top-up now; null for none. */
  standingInvoice(subjectId: string): { readonly invoiceId: string; readonly amountFen: number } | null;
  /** What an invoice for it says; null for an unknown payment or top-up. */
  billedFen(subjectId: string): number | null;
  task(taskId: string): CardTaskBegun | null;
}

type DocumentOperation = Operation & { readonly kind: DocumentKind };

interface Seen {
  readonly invoiceId: string;
  readonly subjectId: string;
  readonly accountId: string;
  readonly amountFen: number;
  readonly origin: Origin;
  /** Whether it was issued since the last close. */
  readonly isNew: boolean;
  state: 'issued' | 'printed' | 'unverified' | 'unknown' | 'not-printed' | 'voided';
  readonly wasOpen: boolean;
}

interface Segment {
  readonly segmentId: string;
  readonly prefix: string;
  readonly digits: number;
  readonly first: number;
  next: number;
  issued: number;
  readonly voided: number[];
  readonly missing: number[];
  readonly gaps: NumberGap[];
}

export interface InvoiceBook {
  take(operation: DocumentOperation): void;
  /** An invoice for the subject would say so much. */
  billed(subjectId: string, amountFen: number): void;
  /** The money of the subject went back. */
  takenBack(subjectId: string, operation: Operation): void;
  figures(): {
    readonly invoices: BookTotal;
    readonly segments: readonly InvoiceNumbers[];
    readonly differences: readonly Difference[];
    readonly open: readonly OpenItem[];
    readonly next: readonly NextNumber[];
  };
}

const ORIGIN = ({ seq, id, businessDate }: Operation): Origin => ({ seq, operationId: id, businessDate });
const STEP = {
  'invoice-missing': 'issue-invoice',
  'invoice-stands': 'void-invoice',
  'invoice-amount': 'void-invoice',
  'invoice-unverified': 'check-form',
} as const;

/** Returns a book of invoices that goes on where the last close ended. */
export function invoiceBook(start: Pick<DayClosed, 'open' | 'nextNumbers'>, facts: InvoiceFacts): InvoiceBook {
  const seen = new Map<string, Seen>();
  const segments = new Map<string, Segment>();
  const billed = new Map<string, number>();
  const takenBack = new Map<string, { readonly accountId: string; readonly origin: Origin }>();
  /** What was apart when the last close ended, by subject. */
  const before = new Map<string, OpenItem>();
  const numberFaults: Difference[] = [];
  let count = 0;

  for (const item of start.open) {
    if (item.kind === 'invoice-unverified') {
      const { subjectId: invoiceId, accountId, amountFen, seq, operationId, businessDate } = item;
      const origin = { seq, operationId, businessDate };
      const subjectId = facts.invoice(invoiceId)?.subjectId ?? '';
      seen.set(invoiceId, { invoiceId, subjectId, accountId, amountFen, origin, isNew: false, state: 'issued', wasOpen: true });
    } else if (item.kind === 'invoice-missing' || item.kind === 'invoice-stands' || item.kind === 'invoice-amount') {
      before.set(item.subjectId, item);
    }
  }
  for (const { key, next, prefix, digits } of start.nextNumbers) {
    if (digits > 0) segments.set(key, { segmentId: key, prefix, digits, first: next, next, issued: 0, voided: [], missing: [], gaps: [] });
  }

  function number(operation: Operation, used: { readonly segmentId: string; readonly number: number }): void {
    const { segmentId, number } = used;
    const segment = segments.get(segmentId) ?? {
      ...{ segmentId, prefix: '', digits: 8, first: number, next: number, issued: 0 },
      ...{ voided: [], missing: [], gaps: [] },
    };
    segments.set(segmentId, segment);
    const nameOf = (which: number): string => segment.prefix + String(which).padStart(segment.digits, '0');
    const fault = (kind: 'number-missing' | 'number-twice', subjectId: string, nextStep: 'find-form' | 'tell-it'): void => {
      const place = { ...ORIGIN(operation), subjectId, accountId: '', amountFen: 0, effectFen: 0 };
      numberFaults.push({ ...place, kind, book: 'invoices', state: 'open', nextStep });
    };
    const { missing, gaps } = passedOver({ next: segment.next, number });
    segment.missing.push(...missing);
    segment.gaps.push(...gaps);
    for (const one of missing) fault('number-missing', nameOf(one), 'find-form');
    for (const gap of gaps) fault('number-missing', gapName(gap, nameOf), 'find-form');
    if (number < segment.next) fault('number-twice', nameOf(number), 'tell-it');
    segment.next = Math.max(segment.next, number + 1);
  }

  /** Of an invoice from before the last close. */
  function known(invoiceId: string, operation: Operation): Seen | null {
    const one = seen.get(invoiceId);
    if (one !== undefined) return one;
    const fact = facts.invoice(invoiceId);
    if (fact === null) return null;
    const { accountId } = operation;
    const made: Seen = { invoiceId, accountId, ...fact, origin: ORIGIN(operation), isNew: false, state: 'printed', wasOpen: false };
    seen.set(invoiceId, made);
    return made;
  }

  return {
    billed: (subjectId, amountFen) => void billed.set(subjectId, amountFen),
    takenBack: (subjectId, operation) => void takenBack.set(subjectId, { accountId: operation.accountId, origin: ORIGIN(operation) }),
    take(operation) {
      switch (operation.kind) {
        case 'segment.assigned': {
          const { segmentId, prefix, first, digits } = operation.payload;
          segments.set(segmentId, { segmentId, prefix, digits, first, next: first, issued: 0, voided: [], missing: [], gaps: [] });
          return;
        }
        case 'invoice.issued': {
          const { invoiceId, subjectId, segmentId, number: used, amountFen } = operation.payload;
          number(operation, { segmentId, number: used });
          const segment = segments.get(segmentId);
          if (segment !== undefined) segment.issued += 1;
          const { accountId } = operation;
          const origin = ORIGIN(operation);
          seen.set(invoiceId, { invoiceId, subjectId, accountId, amountFen, origin, isNew: true, state: 'issued', wasOpen: false });
          count += 1;
          return;
        }
        case 'invoice.printed': {
          const one = known(operation.payload.invoiceId, operation);
          if (one !== null) one.state = operation.payload.outcome;
          return;
        }
        case 'invoice.voided': {
          const { segmentId, number: spoiled, invoiceId } = operation.payload;
          if (invoiceId === '') number(operation, { segmentId, number: spoiled });
          segments.get(segmentId)?.voided.push(spoiled);
          const one = invoiceId === '' ? null : known(invoiceId, operation);
          if (one !== null) one.state = 'voided';
        }
      }
    },
    figures() {
      const differences: Difference[] = [...numberFaults];
      const open: OpenItem[] = [];
      const total = { expectedFen: 0, foundFen: 0 };
      const bySubject = Map.groupBy(seen.values(), ({ subjectId }) => subjectId);
      for (const subjectId of new Set([...bySubject.keys(), ...takenBack.keys(), ...before.keys()])) {
        const one = compare(subjectId, bySubject.get(subjectId) ?? []);
        total.expectedFen += one.expectedFen;
        total.foundFen += one.foundFen;
        if (one.difference !== null) differences.push(one.difference);
        if (one.open !== null) open.push(one.open);
      }
      for (const one of seen.values()) tellForm(one, differences, open);
      return {
        invoices: { book: 'invoices', count, ...total, differenceFen: total.expectedFen - total.foundFen },
        segments: [...segments.values()].map(({ next, gaps, ...segment }) => ({
          ...segment,
          ...gapsOf(gaps),
          last: next - 1,
          voided: [...segment.voided],
          missing: [...segment.missing],
        })),
        differences,
        open,
        next: [...segments.values()].map(({ segmentId, prefix, digits, next }) => ({ key: segmentId, next, prefix, digits })),
      };
    },
  };

  /** Holds what was paid for a subject against the invoices that stand for it, then and now. */
  function compare(subjectId: string, invoices: readonly Seen[]) {
    const was = before.get(subjectId) ?? null;
    const back = takenBack.get(subjectId) ?? null;
    const old = invoices.filter(({ isNew }) => !isNew);
    const untouched = back !== null && invoices.length === 0 ? facts.standingInvoice(subjectId) : null;
    const amountFen = billed.get(subjectId) ?? facts.billedFen(subjectId) ?? was?.amountFen ?? 0;
    const oldFen = old.reduce((sum, one) => sum + one.amountFen, 0) + (untouched?.amountFen ?? 0);
    // What the last close left apart says how it stood then; whatever was in order had an invoice of its own amount.
    const liveBeforeFen = was === null ? oldFen : was.kind === 'invoice-missing' ? 0 : Math.max(oldFen, liveOf(was, amountFen));
    const dueBeforeFen = was === null ? liveBeforeFen : liveBeforeFen + was.gapFen;
    const voidedFen = invoices.reduce((sum, one) => sum + (one.state === 'voided' && !one.isNew ? one.amountFen : 0), 0);
    const issuedFen = invoices.reduce((sum, one) => sum + (one.state !== 'voided' && one.isNew ? one.amountFen : 0), 0);
    const liveFen = liveBeforeFen - voidedFen + issuedFen;
    const isGone = back !== null || was?.kind === 'invoice-stands';
    const wasInvoiced = invoices.length > 0 || was !== null;
    const dueFen = isGone || !wasInvoiced ? 0 : amountFen;
    const gapFen = dueFen - liveFen;
    const beforeGapFen = dueBeforeFen - liveBeforeFen;
    const sums = { expectedFen: dueFen - dueBeforeFen, foundFen: liveFen - liveBeforeFen };
    if (gapFen === 0 && beforeGapFen === 0) return { ...sums, difference: null, open: null };
    const now: DifferenceKind = dueFen === 0 ? 'invoice-stands' : liveFen === 0 ? 'invoice-missing' : 'invoice-amount';
    const kind = gapFen === 0 ? ((was?.kind ?? now) as keyof typeof STEP) : now;
    const last = invoices.at(-1);
    const origin = was ?? last?.origin ?? back?.origin ?? { seq: 0, operationId: '', businessDate: '' };
    const { seq, operationId, businessDate } = origin;
    const accountId = was?.accountId ?? last?.accountId ?? back?.accountId ?? '';
    const place = { seq, operationId, businessDate, subjectId, accountId, amountFen: Math.abs(gapFen === 0 ? beforeGapFen : gapFen) };
    const difference: Difference = {
      ...{ ...place, kind, book: 'invoices', effectFen: gapFen - beforeGapFen },
      state: gapFen === 0 ? 'settled' : 'open',
      nextStep: gapFen === 0 ? 'none' : STEP[kind],
    };
    return { ...sums, difference, open: gapFen === 0 ? null : { ...place, kind, gapFen, litres: 0, cardNo: '', layoutId: '' } };
  }
}

/** What stood of an invoice that the last close left apart. */
function liveOf(was: OpenItem, amountFen: number): number {
  return was.kind === 'invoice-stands' ? -was.gapFen : amountFen - was.gapFen;
}

function tellForm(one: Seen, differences: Difference[], open: OpenItem[]): void {
  const { invoiceId, accountId, amountFen, origin, state, wasOpen } = one;
  const place = { ...origin, subjectId: invoiceId, accountId, amountFen };
  const kind = 'invoice-unverified';
  if (state === 'issued' || state === 'unknown' || state === 'not-printed') {
    differences.push({ ...place, kind, book: 'invoices', effectFen: 0, state: 'open', nextStep: STEP[kind] });
    open.push({ ...place, kind, gapFen: 0, litres: 0, cardNo: '', layoutId: '' });
  } else if (wasOpen) differences.push({ ...place, kind, book: 'invoices', effectFen: 0, state: 'settled', nextStep: 'none' });
}
