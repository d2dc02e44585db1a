// A press of Enter on the account page is never lost to an answer that is still on its way.
import { describe, expect, it } from 'vitest';
import { enterFate } from './press.ts';

const base = { blocked: null, known: true, renewing: false, undelivered: 'none' as const };

describe('Enter on the account page', () => {
  it('begins a top-up, also while the account is looked up again', () => {
    expect(enterFate(base)).toBe('topup');
    expect(enterFate({ ...base, renewing: true })).toBe('topup');
  });

  it('goes to the purchase that is not delivered first, whatever keeps a new one from beginning', () => {
    expect(enterFate({ ...base, undelivered: 'some' })).toBe('delivery');
    expect(enterFate({ ...base, undelivered: 'some', blocked: 'ACCOUNT_HAS_NO_CARD' })).toBe('delivery');
  });

  it('is kept until the account and its purchases are known', () => {
    expect(enterFate({ ...base, known: false })).toBe('wait');
    expect(enterFate({ ...base, undelivered: 'unknown' })).toBe('wait');
  });

  it('is kept while what stands in its way is of before, and falls when it stays', () => {
    expect(enterFate({ ...base, blocked: 'ACCOUNT_HAS_NO_CARD', renewing: true })).toBe('wait');
    expect(enterFate({ ...base, blocked: 'ACCOUNT_HAS_NO_CARD' })).toBe('drop');
  });
});
