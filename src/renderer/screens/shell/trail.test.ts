// The trail of places: back goes one step, home empties it, no place stands in it twice.
import { describe, expect, it } from 'vitest';
import { accountOn, follow, HOME, hasCustomer, type Place, stepBack } from './trail.ts';

const account: Place = { screen: 'account', accountId: 'a1' };
const topup: Place = { screen: 'topup', accountId: 'a1' };

describe('the trail', () => {
  it('goes on and back', () => {
    const there = follow(follow([HOME], account), topup);
    expect(there).toEqual([HOME, account, topup]);
    expect(stepBack(there)).toEqual([HOME, account]);
    expect(stepBack([HOME])).toEqual([HOME]);
  });

  it('keeps the customer in front through a task that is about no customer', () => {
    const opening: Place = { screen: 'task', taskId: 'open-account', accountId: '' };
    expect(accountOn([HOME, account, opening])).toBe('a1');
    expect(accountOn([HOME, opening])).toBe('');
    expect(hasCustomer([HOME, opening])).toBe(true);
  });

  it('is empty at home and never loops', () => {
    expect(follow([HOME, account], HOME)).toEqual([HOME]);
    expect(follow([HOME, account, topup], account)).toEqual([HOME, account]);
  });
});
