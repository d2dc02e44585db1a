// Settling a payment: what is kept, what is given back, and what is refused.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { settle } from './pay-topup.ts';

const wallet = (amountFen: number) => ({ kind: 'wallet' as const, amountFen, reference: 'W1' });

describe('settle', () => {
  it('keeps the price in cash and gives the rest back', () => {
    expect(settle({ tenders: [], cashTenderedFen: 25_000 }, 23_000)).toEqual({
      tenders: [{ kind: 'cash', amountFen: 23_000, reference: '' }],
      changeFen: 2_000,
    });
  });

  it('takes cash only for what the other tenders leave', () => {
    expect(settle({ tenders: [wallet(20_000)], cashTenderedFen: 5_000 }, 23_000)).toEqual({
      tenders: [{ kind: 'cash', amountFen: 3_000, reference: '' }, wallet(20_000)],
      changeFen: 2_000,
    });
  });

  it('refuses too little, too much on a card, and cash that nothing asks for', () => {
    expect(() => settle({ tenders: [], cashTenderedFen: 22_999 }, 23_000)).toThrow('TENDER_SHORT {"missingFen":1}');
    expect(() => settle({ tenders: [wallet(23_001)], cashTenderedFen: 0 }, 23_000)).toThrow('TENDER_MISMATCH {"overFen":1}');
    expect(() => settle({ tenders: [wallet(23_000)], cashTenderedFen: 100 }, 23_000)).toThrow('TENDER_MISMATCH {"overFen":100}');
  });

  it('always keeps exactly the price, and change comes from cash alone', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 1e8 }),
        fc.array(fc.integer({ min: 1, max: 1e8 }), { maxLength: 4 }),
        fc.integer({ min: 0, max: 1e8 }),
        (amountFen, others, cashTenderedFen) => {
          try {
            const { tenders, changeFen } = settle({ tenders: others.map(wallet), cashTenderedFen }, amountFen);
            expect(tenders.reduce((sum, tender) => sum + tender.amountFen, 0)).toBe(amountFen);
            expect(changeFen).toBeGreaterThanOrEqual(0);
            expect(cashTenderedFen - changeFen).toBe(tenders.find((tender) => tender.kind === 'cash')?.amountFen ?? 0);
          } catch (error) {
            expect(String(error)).toMatch(/TENDER_(SHORT|MISMATCH)/);
          }
        },
      ),
    );
  });
});
