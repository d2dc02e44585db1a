// Receipt numbers: which were used, and which nothing is known of.
import type { DayClosed, Difference, NextNumber, ReceiptNumbers } from './day-close.ts';
import { gapName, gapsOf, type NumberGap, passedOver } from './number-gaps.ts';
import type { Operation, OperationPayloads } from './operation.ts';

interface Series {
  readonly prefix: string;
  readonly first: number;
  next: number;
  issued: number;
  reprints: number;
  readonly missing: number[];
  readonly gaps: NumberGap[];
}

/** Returns the series of a receipt's number and its place in it; the series is all before the last digits. */
export function receiptPlace(receiptNo: string): { readonly prefix: string; readonly number: number } {
  const digits = /\d*$/.exec(receiptNo)?.[0] ?? '';
  return { prefix: receiptNo.slice(0, receiptNo.length - digits.length), number: Number(digits) };
}

/** Returns a book of receipt numbers that goes on where the last close ended. */
export function numberBook(start: DayClosed['nextNumbers']) {
  const all = new Map<string, Series>();
  const faults: Difference[] = [];
  let reprints = 0;
  for (const { key, next, digits } of start) {
    if (digits === 0) all.set(key, { prefix: key, first: next, next, issued: 0, reprints: 0, missing: [], gaps: [] });
  }
  return {
    used(operation: Operation, receiptNo: string): void {
      const { prefix, number } = receiptPlace(receiptNo);
      // A counter's first series begins at 1; another one where it is seen first.
      const first = all.size === 0 ? 1 : number;
      const series = all.get(prefix) ?? { prefix, first, next: first, issued: 0, reprints: 0, missing: [], gaps: [] };
      all.set(prefix, series);
      const { seq, id: operationId, businessDate } = operation;
      const nameOf = (which: number): string => prefix + String(which).padStart(receiptNo.length - prefix.length, '0');
      const fault = (kind: 'number-missing' | 'number-twice', subjectId: string): void => {
        const place = { seq, operationId, businessDate, subjectId, accountId: '', amountFen: 0, effectFen: 0 };
        faults.push({ ...place, kind, book: 'receipts', state: 'open', nextStep: 'tell-it' });
      };
      const { missing, gaps } = passedOver({ next: series.next, number });
      series.missing.push(...missing);
      series.gaps.push(...gaps);
      for (const one of missing) fault('number-missing', nameOf(one));
      for (const gap of gaps) fault('number-missing', gapName(gap, nameOf));
      if (number < series.next) fault('number-twice', nameOf(number));
      series.next = Math.max(series.next, number + 1);
      series.issued += 1;
    },
    reprinted({ outcome }: Pick<OperationPayloads['receipt.printed'], 'outcome'>): void {
      if (outcome === 'printed' || outcome === 'unverified') reprints += 1;
    },
    figures(): {
      readonly numbers: readonly ReceiptNumbers[];
      readonly next: readonly NextNumber[];
      readonly differences: readonly Difference[];
    } {
      return {
        numbers: [...all.values()].map(({ next, gaps, ...series }, index) => ({
          ...series,
          ...gapsOf(gaps),
          last: next - 1,
          // Reprints bear the original's number; they are counted once, with the counter's own series.
          reprints: index === 0 ? reprints : 0,
          missing: [...series.missing],
        })),
        next: [...all.values()].map(({ prefix, next }) => ({ key: prefix, next, prefix, digits: 0 })),
        differences: faults,
      };
    },
  };
}
