// Tenders: cash with change, other means with a reference, and nothing that does not add up.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { yuanInput } from '../../format/format.ts';
import { anyTyped, keyed, NO_TENDERS, settle, type TenderFields } from './tenders.ts';

const fields = (cash: string, card = '', slip = '', wallet = '', number = ''): TenderFields => ({
  cash,
  other: { 'bank-card': { amount: card, reference: slip }, wallet: { amount: wallet, reference: number } },
});

describe('settling what is due', () => {
  it('gives change for cash', () => {
    expect(settle(23000, fields('300'))).toMatchObject({
      cashTenderedFen: 30000,
      cashDueFen: 23000,
      changeFen: 7000,
      shortFen: 0,
      trouble: null,
    });
  });

  it('says what is short', () => {
    expect(settle(23000, fields('200'))).toMatchObject({ shortFen: 3000, changeFen: 0, trouble: { kind: 'short' } });
    expect(settle(23000, NO_TENDERS)).toMatchObject({ shortFen: 23000, trouble: { kind: 'short' } });
  });

  it('splits between means and leaves the rest to cash', () => {
    const split = settle(26160, fields('100', '100', 'P0001', '61.60', 'W0001'));
    expect(split).toMatchObject({ cashDueFen: 10000, changeFen: 0, trouble: null });
    expect(split.tenders).toEqual([
      { kind: 'bank-card', amountFen: 10000, reference: 'P0001' },
      { kind: 'wallet', amountFen: 6160, reference: 'W0001' },
    ]);
  });

  it('refuses what does not fit', () => {
    expect(settle(1000, fields('', '20', 'P1')).trouble).toEqual({ kind: 'too-much' });
    expect(settle(1000, fields('', '10')).trouble).toEqual({ kind: 'reference-needed', field: 'bank-card' });
    expect(settle(1000, fields('5', '10', 'P1')).trouble).toEqual({ kind: 'cash-not-needed' });
    expect(settle(1000, fields('ten')).trouble).toEqual({ kind: 'amount-invalid', field: 'cash' });
    expect(settle(1000, fields('10', 'x', 'P1')).trouble).toEqual({ kind: 'amount-invalid', field: 'bank-card' });
  });

  it('keeps exactly what is due, whatever is typed', () => {
    const money = fc.integer({ min: 0, max: 100_000 });
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 100_000 }), money, money, money, (due, cash, card, wallet) => {
        const result = settle(due, fields(yuanInput(cash), yuanInput(card), 'P1', yuanInput(wallet), 'W1'));
        if (result.trouble !== null) return true;
        const others = result.tenders.reduce((sum, tender) => sum + tender.amountFen, 0);
        return others + result.cashTenderedFen - result.changeFen === due;
      }),
    );
  });

  it('types like a keypad and knows when something is typed', () => {
    expect(['1', '0', '.', '5', '0', '9'].reduce(keyed, '')).toBe('10.50');
    expect(keyed('10.5', 'back')).toBe('10.');
    expect(keyed('10', 'clear')).toBe('');
    expect(anyTyped(NO_TENDERS)).toBe(false);
    expect(anyTyped(fields('', '', 'P1'))).toBe(true);
  });
});
