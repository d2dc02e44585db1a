// Numbers that were passed over, in the books of a day.
import { describe, expect, it } from 'vitest';
import { invoiceBook } from './day-invoices.ts';
import { numberBook } from './day-numbers.ts';
import type { Operation } from './operation.ts';

const FAR = 90_000_000;

function operation(kind: string, payload: object): Operation {
  return {
    ...{ id: `op-${JSON.stringify(payload)}`, seq: 1, counterId: '9A0101', accountId: '', clerk: '1001' },
    ...{ businessDate: '2026-11-22', recordedAtMs: 0, kind, payload },
  } as unknown as Operation;
}

describe('numbers passed over', () => {
  it('are named one by one where they are few, and by their ends where they are many', () => {
    const book = numberBook([]);
    const receipt = operation('receipt.issued', {});
    book.used(receipt, '9A01-00000001');
    book.used(receipt, '9A01-00000004');
    book.used(receipt, `9A01-${String(FAR).padStart(8, '0')}`);
    const { numbers, next, differences } = book.figures();
    expect(numbers).toMatchObject([{ missing: [2, 3], gaps: [{ first: 5, last: FAR - 1 }], issued: 3, last: FAR }]);
    expect(next).toMatchObject([{ next: FAR + 1 }]);
    expect(differences.map(({ subjectId }) => subjectId)).toEqual(['9A01-00000002', '9A01-00000003', '9A01-00000005–9A01-89999999']);
  });

  it('of a segment of invoice forms become one difference when somebody voids a form far behind', () => {
    const book = invoiceBook(
      { open: [], nextNumbers: [] },
      { invoice: () => null, standingInvoice: () => null, billedFen: () => null, task: () => null },
    );
    book.take(
      operation('segment.assigned', { segmentId: 's', prefix: '0440', first: 1, last: FAR, digits: 8 }) as Parameters<typeof book.take>[0],
    );
    book.take(operation('invoice.voided', { segmentId: 's', number: FAR, invoiceId: '' }) as Parameters<typeof book.take>[0]);
    const { segments, differences } = book.figures();
    expect(segments).toMatchObject([{ missing: [], gaps: [{ first: 1, last: FAR - 1 }], voided: [FAR] }]);
    expect(differences).toMatchObject([{ kind: 'number-missing', subjectId: '044000000001–044089999999', nextStep: 'find-form' }]);
  });

  it('leave no field in a close without a wide gap', () => {
    const book = numberBook([]);
    book.used(operation('receipt.issued', {}), '9A01-00000001');
    expect(Object.keys(book.figures().numbers[0] ?? {})).not.toContain('gaps');
  });
});
