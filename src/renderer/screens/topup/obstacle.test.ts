// What stands in the way of taking money, in the order in which it is put right, and what becomes of a press meanwhile.
import { describe, expect, it } from 'vitest';
import type { CardView } from '../../bridge/card.ts';
import { obstacleOf, pressFate } from './obstacle.ts';

const card = (over: Partial<CardView>): CardView => ({
  slot: 1,
  presence: 'present',
  kind: 'content',
  tool: null,
  layoutId: 'layout',
  commodity: 'gas',
  content: null,
  attemptsLeft: 3,
  accountId: 'a1',
  customerName: '',
  ledger: null,
  difference: 'none',
  open: null,
  unloaded: null,
  obstacle: null,
  ...over,
});
const base = {
  accountId: 'a1',
  accountStatus: 'active' as const,
  expectedCardNo: 'C1',
  shiftOpen: true,
  card: card({}),
  cardProblem: null,
};

describe('the obstacle before payment', () => {
  it('is none when all is well, and none yet while the card is read', () => {
    expect(obstacleOf(base)).toBeNull();
    expect(obstacleOf({ ...base, card: null })).toBeNull();
  });

  it('names the account and the shift before the card', () => {
    const bad = { ...base, card: card({ presence: 'absent' }) };
    expect(obstacleOf({ ...bad, accountStatus: 'suspended', shiftOpen: false })?.code).toBe('ACCOUNT_NOT_ACTIVE');
    expect(obstacleOf({ ...bad, expectedCardNo: '' })?.code).toBe('ACCOUNT_HAS_NO_CARD');
    const blacklisted = card({ accountId: 'a1', obstacle: 'CARD_BLACKLISTED' });
    expect(obstacleOf({ ...bad, card: blacklisted, expectedCardNo: '' })?.code).toBe('CARD_BLACKLISTED');
    expect(obstacleOf({ ...bad, shiftOpen: false })?.code).toBe('SHIFT_REQUIRED');
    expect(obstacleOf(bad)?.code).toBe('CARD_ABSENT');
  });

  it('passes on what the reader and the core say of the card', () => {
    expect(obstacleOf({ ...base, cardProblem: { code: 'DEVICE_OFFLINE', context: {} } })?.code).toBe('DEVICE_OFFLINE');
    expect(obstacleOf({ ...base, card: card({ accountId: 'a2' }) })).toEqual({ code: 'CARD_MISMATCH', context: { expected: 'C1' } });
    expect(obstacleOf({ ...base, card: card({ accountId: null, obstacle: 'CARD_BLANK' }) })?.code).toBe('CARD_BLANK');
    expect(obstacleOf({ ...base, card: card({ obstacle: 'CARD_LAST_ATTEMPT', attemptsLeft: 1 }) })).toEqual({
      code: 'CARD_LAST_ATTEMPT',
      context: { attemptsLeft: 1 },
    });
  });
});

describe('a press on "to payment"', () => {
  const absent = { code: 'CARD_ABSENT', context: {} };
  const loaded = { code: 'CARD_STILL_LOADED', context: {} };
  const base = { price: 'fresh' as const, obstacle: null, card: card({}), reading: false };

  it('goes on at once when all is there', () => {
    expect(pressFate(base)).toBe('go');
    expect(pressFate({ ...base, reading: true })).toBe('go');
  });

  it('is kept while the price is made or the card is read for the first time', () => {
    expect(pressFate({ ...base, price: 'coming' })).toBe('wait');
    expect(pressFate({ ...base, card: null, reading: true })).toBe('wait');
  });

  it('is kept while the obstacle is of the card that was there before, and falls with it when it stays', () => {
    expect(pressFate({ ...base, obstacle: loaded, reading: true })).toBe('wait');
    expect(pressFate({ ...base, obstacle: loaded })).toBe('drop');
    expect(pressFate({ ...base, obstacle: { code: 'ACCOUNT_HAS_NO_CARD', context: {} }, reading: true })).toBe('wait');
  });

  it('is kept until a card is in the reader, whose look at its slot is slower than a hand', () => {
    expect(pressFate({ ...base, obstacle: absent, card: card({ presence: 'absent' }) })).toBe('wait');
  });

  it('is none without an amount that has a price', () => {
    expect(pressFate({ ...base, price: 'none' })).toBe('drop');
    expect(pressFate({ ...base, price: 'refused', obstacle: absent })).toBe('drop');
  });
});
