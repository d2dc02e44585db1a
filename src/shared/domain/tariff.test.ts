// Tiered prices: the published check values, and what must hold for every plan.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { divideHalfUp, fen, litres } from './money.ts';
import { limitsFor, priceVolume, type Tariff, volumeForMoney } from './tariff.ts';

const PLAN: Tariff = {
  id: 'residential',
  name: '居民生活用气',
  effectiveFrom: '2025-01-01',
  limitsLitres: [420_000, 660_000],
  pricesFenPerM3: [198, 238, 297],
  extraPerHead: { above: 4, limitsLitres: [84_000, 150_000] },
  vatPermille: 90,
};

// National guidance: ratio 1 : 1.2 : 1.5, yearly; amounts in fen, volumes in litres.
const CASES = [
  { usedLitres: 400_000, buyLitres: 100_000, householdSize: 4, amountFen: 23_000 },
  { usedLitres: 600_000, buyLitres: 100_000, householdSize: 4, amountFen: 26_160 },
  { usedLitres: 400_000, buyLitres: 100_000, householdSize: 5, amountFen: 19_800 },
  { usedLitres: 0, buyLitres: 420_000, householdSize: 4, amountFen: 83_160 },
  // One litre in tier 2 is 0.238 fen and rounds to 0.
  { usedLitres: 0, buyLitres: 420_001, householdSize: 4, amountFen: 83_160 },
  { usedLitres: 0, buyLitres: 1_000_000, householdSize: 4, amountFen: 241_260 },
];

describe('published check values', () => {
  it.each(CASES)('used $usedLitres, buy $buyLitres, household of $householdSize → $amountFen fen', ({ buyLitres, amountFen, ...use }) => {
    expect(priceVolume(PLAN, use, litres(buyLitres)).amountFen).toBe(amountFen);
  });

  it('shows the lines of a purchase across two tiers', () => {
    expect(priceVolume(PLAN, { usedLitres: 400_000, householdSize: 4 }, litres(100_000)).lines).toEqual([
      { tier: 1, litres: 20_000, priceFenPerM3: 198, amountFen: 3_960 },
      { tier: 2, litres: 80_000, priceFenPerM3: 238, amountFen: 19_040 },
    ]);
  });

  it('raises both limits for each person above the threshold', () => {
    expect(limitsFor(PLAN, 4)).toEqual([420_000, 660_000]);
    expect(limitsFor(PLAN, 5)).toEqual([504_000, 810_000]);
    expect(limitsFor(PLAN, 6)).toEqual([588_000, 960_000]);
    expect(limitsFor({ ...PLAN, extraPerHead: null }, 9)).toEqual([420_000, 660_000]);
  });
});

const plans: fc.Arbitrary<Tariff> = fc
  .record({
    steps: fc.array(fc.integer({ min: 1, max: 900_000 }), { maxLength: 4 }),
    prices: fc.array(fc.integer({ min: 1, max: 2_000 }), { minLength: 5, maxLength: 5 }),
    extra: fc.option(fc.array(fc.integer({ min: 0, max: 100_000 }), { minLength: 4, maxLength: 4 }), { nil: null }),
  })
  .map(({ steps, prices, extra }) => {
    let limit = 0;
    let add = 0;
    return {
      ...PLAN,
      limitsLitres: steps.map((step) => (limit += step)),
      pricesFenPerM3: prices.slice(0, steps.length + 1),
      extraPerHead: extra === null ? null : { above: 4, limitsLitres: steps.map((_, index) => (add += extra[index] ?? 0)) },
    };
  });
const uses = fc.record({ usedLitres: fc.integer({ min: 0, max: 3_000_000 }), householdSize: fc.integer({ min: 1, max: 9 }) });
const volumes = fc.integer({ min: 0, max: 3_000_000 }).map(litres);

describe('every plan', () => {
  it('gives lines that add up, in rising tiers, none of them empty', () => {
    fc.assert(
      fc.property(plans, uses, volumes, (plan, use, buy) => {
        const priced = priceVolume(plan, use, buy);
        expect(priced.lines.reduce((sum, line) => sum + line.amountFen, 0)).toBe(priced.amountFen);
        expect(priced.lines.reduce((sum, line) => sum + line.litres, 0)).toBe(buy);
        expect(priced.lines.every((line, index) => line.litres > 0 && line.tier > (priced.lines[index - 1]?.tier ?? 0))).toBe(true);
      }),
    );
  });

  it('rounds once, half-up, and shows what rounding gave', () => {
    fc.assert(
      fc.property(plans, uses, volumes, (plan, use, buy) => {
        const priced = priceVolume(plan, use, buy);
        // Litre by litre through the tiers, in thousandths of a fen.
        const limits = [...limitsFor(plan, use.householdSize), Number.POSITIVE_INFINITY];
        let exact = 0;
        let from = 0;
        limits.forEach((limit, tier) => {
          const low = Math.max(use.usedLitres, from);
          const high = Math.min(use.usedLitres + buy, limit);
          exact += Math.max(0, high - low) * (plan.pricesFenPerM3[tier] ?? 0);
          from = limit;
        });
        expect(priced.amountFen).toBe(Math.floor((exact + 500) / 1_000));
        expect(priced.amountFen * 1_000 - exact).toBe(priced.roundingMilliFen);
        expect(priced.roundingMilliFen).toBeLessThanOrEqual(500);
        expect(priced.roundingMilliFen).toBeGreaterThan(-500);
      }),
    );
  });

  it('sells the largest volume that the money covers', () => {
    const steps = fc.constantFrom(1, 10, 100, 1_000);
    fc.assert(
      fc.property(plans, uses, fc.integer({ min: 0, max: 500_000 }).map(fen), steps, (plan, use, money, step) => {
        const sold = volumeForMoney(plan, use, money, step);
        expect(sold.litres % step).toBe(0);
        expect(sold.amountFen).toBeLessThanOrEqual(money);
        expect(priceVolume(plan, use, litres(sold.litres + step)).amountFen).toBeGreaterThan(money);
      }),
    );
  });

  it('leaves no money over in litre steps as long as a litre costs less than a fen', () => {
    const cheap = plans.filter((plan) => plan.pricesFenPerM3.every((price) => price <= 1_000));
    fc.assert(
      fc.property(cheap, uses, fc.integer({ min: 0, max: 500_000 }).map(fen), (plan, use, money) => {
        expect(volumeForMoney(plan, use, money).amountFen).toBe(money);
      }),
    );
  });

  it('buys back at least the volume that was priced', () => {
    fc.assert(
      fc.property(plans, uses, volumes, (plan, use, buy) => {
        const priced = priceVolume(plan, use, buy);
        const sold = volumeForMoney(plan, use, priced.amountFen);
        expect(sold.litres).toBeGreaterThanOrEqual(buy);
        expect(sold.amountFen).toBe(priced.amountFen);
      }),
    );
  });
});

describe('rounding', () => {
  it('is half away from zero', () => {
    expect([0n, 4n, 5n, 14n, 15n, -4n, -5n, -15n].map((value) => divideHalfUp(value, 10n))).toEqual([0, 0, 1, 1, 2, 0, -1, -2]);
    expect(() => divideHalfUp(1n, 0n)).toThrow(RangeError);
  });
});
