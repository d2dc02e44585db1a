// Tier bar: each tier fills in turn, one is current.
import { describe, expect, it } from 'vitest';
import { tierParts } from './tier-parts.ts';

describe('tier bar', () => {
  it('fills the tiers in turn', () => {
    const filled = (used: number) => tierParts([420_000, 660_000], used).map((part) => part.filledPercent);
    expect(filled(0)).toEqual([0, 0, 0]);
    expect(filled(210_000)).toEqual([50, 0, 0]);
    expect(filled(540_000)).toEqual([100, 50, 0]);
    expect(filled(780_000)).toEqual([100, 100, 50]);
    expect(filled(9_000_000)).toEqual([100, 100, 100]);
  });

  it('names one current tier, the next one from its limit on', () => {
    const current = (used: number) =>
      tierParts([420_000, 660_000], used)
        .filter((part) => part.current)
        .map((part) => part.tier);
    expect(current(0)).toEqual([1]);
    expect(current(420_000)).toEqual([2]);
    expect(current(660_000)).toEqual([3]);
    expect(tierParts([], 5).map((part) => part.tier)).toEqual([1]);
  });
});
