// The top-up's states: every step from every state, and the postings that go with them.
import { describe, expect, it } from 'vitest';
import type { NewOperation } from './operation.ts';
import { postingsOf } from './postings.ts';
import { isUndelivered, nextStepOf, nextTopupState, type TopupState } from './topup.ts';

const STATES: readonly TopupState[] = ['paid', 'intent', 'writing', 'verified', 'receipted', 'refunded'];

describe('steps', () => {
  it.each([
    ['topup.intended', 'intent', ['paid', 'intent']],
    ['topup.writing', 'writing', ['intent', 'writing']],
    ['topup.verified', 'verified', ['intent', 'writing']],
    ['topup.refunded', 'refunded', ['paid', 'intent', 'writing']],
    ['receipt.printed', 'receipted', ['verified', 'receipted']],
  ] as const)('%s leads to %s from %j only', (step, to, from) => {
    for (const state of STATES) {
      if ((from as readonly TopupState[]).includes(state)) expect(nextTopupState(state, step)).toBe(to);
      else expect(() => nextTopupState(state, step), state).toThrow(expect.objectContaining({ code: 'TOPUP_STATE_REFUSES' }));
    }
  });

  it('tell the clerk what comes next', () => {
    expect(STATES.map((state) => nextStepOf({ state, receipt: 'issued' }))).toEqual([
      'insert-card',
      'insert-card',
      'insert-card',
      'print-receipt',
      'none',
      'none',
    ]);
    expect(nextStepOf({ state: 'verified', receipt: 'unknown' })).toBe('check-paper');
    expect(STATES.filter(isUndelivered)).toEqual(['paid', 'intent', 'writing']);
  });
});

describe('postings', () => {
  const facts = { id: 'i', businessDate: '2026-03-02', shiftId: 's', clerk: '1001', accountId: 'a', recordedAtMs: 0 };
  const payment = {
    topupId: 't',
    cardNo: 'c',
    purchase: { litres: 100_000, amountFen: 23_000, lines: [], tariffId: 'r', vatPermille: 90, tierYear: 2026, usedBeforeLitres: 0 },
    tenders: [
      { kind: 'cash', amountFen: 3_000, reference: '' },
      { kind: 'wallet', amountFen: 20_000, reference: 'w1' },
    ],
    cashTenderedFen: 5_000,
    changeFen: 2_000,
  } as const;
  const paid: NewOperation = { ...facts, kind: 'topup.paid', payload: payment };
  const lines = (operation: NewOperation) =>
    postingsOf(operation, () => payment).map(({ ledgerAccount, dimension, amountFen }) => [ledgerAccount, dimension, amountFen]);

  it('hold the money as a liability until the card is verified, then earn it, or give it back', () => {
    expect(lines(paid)).toEqual([
      ['cash-drawer', 's', 3_000],
      ['wallet-clearing', '', 20_000],
      ['undelivered-purchase', 'a', -23_000],
    ]);
    expect(lines({ ...facts, kind: 'topup.verified', payload: { topupId: 't', proof: 'written' } })).toEqual([
      ['undelivered-purchase', 'a', 23_000],
      ['gas-revenue', '', -21_101],
      ['vat-payable', '', -1_899],
    ]);
    expect(lines({ ...facts, kind: 'topup.refunded', payload: { topupId: 't', reason: 'r' } })).toEqual([
      ['undelivered-purchase', 'a', 23_000],
      ['cash-drawer', 's', -3_000],
      ['wallet-clearing', '', -20_000],
    ]);
    expect(lines({ ...facts, kind: 'topup.writing', payload: { topupId: 't', attempt: 1 } })).toEqual([]);
  });

  it('refuse tenders that do not add up', () => {
    const short: NewOperation = { ...paid, payload: { ...payment, tenders: [] } };
    expect(() => postingsOf(short, () => payment)).toThrow(expect.objectContaining({ code: 'POSTINGS_UNBALANCED' }));
  });
});
