// Households: proofs that begin, end and stand in for one another.
import { describe, expect, it } from 'vitest';
import { NEW_ACCOUNT_DETAIL } from './customers.ts';
import { householdOn, yearLimits } from './gas-bill.ts';
import { supplyOf } from './supply.ts';
import type { Tariff } from './tariff.ts';

const PLAN: Tariff = {
  id: 'p',
  name: 'p',
  effectiveFrom: '2020-01-01',
  limitsLitres: [420_000],
  pricesFenPerM3: [198, 238],
  extraPerHead: { above: 4, limitsLitres: [84_000] },
  vatPermille: 90,
};
const proof = (size: number, from: string, until: string | null = null) => ({ size, from, until, proof: '户口簿' });
const account = (households: readonly ReturnType<typeof proof>[], suppliedSince = '') => ({
  householdSize: 3,
  detail: { ...NEW_ACCOUNT_DETAIL, suppliedSince, households },
});
const sizesOn = (of: ReturnType<typeof account>, dates: readonly string[]) => dates.map((date) => householdOn(supplyOf(of), date));

describe('a household', () => {
  it('has its size at opening until a proof begins, and again after its last day', () => {
    const proved = account([proof(6, '2026-03-01', '2026-08-31')]);
    expect(sizesOn(proved, ['2026-02-28', '2026-03-01', '2026-08-31', '2026-09-01'])).toEqual([3, 6, 6, 3]);
    // Six months of six people: 6/12 of the extra for two heads above four.
    expect(yearLimits(PLAN, 2026, supplyOf(proved))).toEqual([420_000 + 84_000]);
  });

  it('follows the proof that was recorded last from its first day on', () => {
    const extended = account([proof(6, '2026-03-01', '2026-08-31'), proof(7, '2026-06-01')]);
    expect(sizesOn(extended, ['2026-05-31', '2026-06-01', '2026-12-31'])).toEqual([6, 7, 7]);
    const corrected = account([proof(6, '2026-03-01'), proof(5, '2026-01-01')]);
    expect(sizesOn(corrected, ['2025-12-31', '2026-01-01', '2026-03-01'])).toEqual([3, 5, 5]);
  });

  it('has whole limits where the account is older than this system, and its months otherwise', () => {
    expect(yearLimits(PLAN, 2026, supplyOf(account([])))).toEqual([420_000]);
    expect(yearLimits(PLAN, 2026, supplyOf(account([], '2026-10-15')))).toEqual([105_000]);
  });
});
