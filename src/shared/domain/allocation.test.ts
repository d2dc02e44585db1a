// Late fees and the spreading of a payment: the common contract's figures, and what must hold for every payment.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { allocate, dueFen, lateFeeOf, type OpenReceivable } from './allocation.ts';
import { addDays } from './calendar.ts';
import { type LateFeePolicy, lateDays, lateFee } from './late-fee.ts';

const COMMON: LateFeePolicy = { perDayPpm: 3_000, graceDays: 0, chargesGrace: false, countsPaymentDay: true, capPermille: 1_000 };

describe('the late fee', () => {
  it('runs from the day after the due date', () => {
    const owed = { principalFen: 10_000, dueDate: '2026-10-20' };
    expect(lateFee(COMMON, { ...owed, paidOn: '2026-10-20' })).toBe(0);
    expect(lateFee(COMMON, { ...owed, paidOn: '2026-10-21' })).toBe(30);
    expect(lateFee(COMMON, { ...owed, paidOn: '2026-11-20' })).toBe(31 * 30);
    expect(lateFee(COMMON, { ...owed, paidOn: '2026-09-01' })).toBe(0);
  });

  it('is rounded half-up once and stops at the cap', () => {
    expect(lateFee(COMMON, { principalFen: 1_833, dueDate: '2026-10-20', paidOn: '2026-10-21' })).toBe(5);
    expect(lateFee(COMMON, { principalFen: 1_834, dueDate: '2026-10-20', paidOn: '2026-10-21' })).toBe(6);
    expect(lateFee(COMMON, { principalFen: 10_000, dueDate: '2020-01-01', paidOn: '2026-10-21' })).toBe(10_000);
    expect(lateFee({ ...COMMON, capPermille: 300 }, { principalFen: 9_999, dueDate: '2020-01-01', paidOn: '2026-10-21' })).toBe(2_999);
  });

  it('counts days as the contract says', () => {
    const span = { dueDate: '2026-10-20', paidOn: '2026-10-30' };
    expect(lateDays(COMMON, span)).toBe(10);
    expect(lateDays({ ...COMMON, countsPaymentDay: false }, span)).toBe(9);
    expect(lateDays({ ...COMMON, graceDays: 5 }, span)).toBe(5);
    expect(lateDays({ ...COMMON, graceDays: 5, chargesGrace: true }, span)).toBe(10);
    expect(lateDays({ ...COMMON, graceDays: 10, chargesGrace: true }, span)).toBe(0);
    expect(lateDays({ ...COMMON, countsPaymentDay: false }, { dueDate: '2026-10-20', paidOn: '2026-10-21' })).toBe(0);
  });
});

const PAID_ON = '2026-11-21';
const policies = fc.record({
  perDayPpm: fc.integer({ min: 0, max: 10_000 }),
  graceDays: fc.integer({ min: 0, max: 30 }),
  chargesGrace: fc.boolean(),
  countsPaymentDay: fc.boolean(),
  capPermille: fc.integer({ min: 0, max: 2_000 }),
});
const receivables: fc.Arbitrary<OpenReceivable[]> = fc
  .array(
    fc.record({ late: fc.integer({ min: -60, max: 900 }), openFen: fc.integer({ min: 1, max: 200_000 }), bearsLateFee: fc.boolean() }),
    {
      maxLength: 8,
    },
  )
  .map((all) =>
    all.map(({ late, openFen, bearsLateFee }, index) => ({
      receivableId: `r${index}`,
      accountId: `a${index % 3}`,
      dueDate: addDays(PAID_ON, -late),
      openFen,
      bearsLateFee,
    })),
  );
const money = fc.integer({ min: 0, max: 1_500_000 });

describe('spreading a payment', () => {
  it('adds up to the payment, pays nothing twice, and keeps a rest only when the next fen would cost more than there is', () => {
    fc.assert(
      fc.property(receivables, money, policies, (owed, moneyFen, policy) => {
        const { allocations, restFen } = allocate(moneyFen, owed, { paidOn: PAID_ON, policy });
        const spent = allocations.reduce((sum, part) => sum + part.principalFen + part.lateFeeFen, 0);
        expect(spent + restFen).toBe(moneyFen);
        expect(new Set(allocations.map((part) => part.receivableId)).size).toBe(allocations.length);
        for (const { receivableId, principalFen, lateFeeFen } of allocations) {
          const of = owed.find((candidate) => candidate.receivableId === receivableId) as OpenReceivable;
          expect(principalFen).toBeGreaterThan(0);
          expect(principalFen).toBeLessThanOrEqual(of.openFen);
          expect(lateFeeFen).toBe(lateFeeOf(of, { principalFen, paidOn: PAID_ON }, policy));
        }
        for (const of of owed) {
          const paid = allocations.find((part) => part.receivableId === of.receivableId)?.principalFen ?? 0;
          if (paid === of.openFen) continue;
          const before = lateFeeOf(of, { principalFen: paid, paidOn: PAID_ON }, policy);
          const oneMore = 1 + lateFeeOf(of, { principalFen: paid + 1, paidOn: PAID_ON }, policy) - before;
          expect(oneMore).toBeGreaterThan(restFen);
        }
      }),
    );
  });

  it('settles everything with exactly what is due, and leaves the rest', () => {
    fc.assert(
      fc.property(receivables, fc.integer({ min: 0, max: 5_000 }), policies, (owed, extraFen, policy) => {
        const due = dueFen(owed, PAID_ON, policy);
        const { allocations, restFen } = allocate(due + extraFen, owed, { paidOn: PAID_ON, policy });
        expect(allocations).toHaveLength(owed.length);
        expect(restFen).toBe(extraFen);
      }),
    );
  });

  it('pays the oldest first, or in the order the clerk has chosen', () => {
    const owed: OpenReceivable[] = [
      { receivableId: 'young', accountId: 'a', dueDate: '2026-11-20', openFen: 1_000, bearsLateFee: false },
      { receivableId: 'old', accountId: 'a', dueDate: '2026-09-20', openFen: 1_000, bearsLateFee: false },
    ];
    const rules = { paidOn: PAID_ON, policy: COMMON };
    expect(allocate(1_200, owed, rules).allocations.map(({ receivableId, principalFen }) => [receivableId, principalFen])).toEqual([
      ['old', 1_000],
      ['young', 200],
    ]);
    expect(allocate(1_200, owed, { ...rules, order: 'as-given' }).allocations[0]?.receivableId).toBe('young');
  });
});
