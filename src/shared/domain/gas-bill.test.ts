// Bills against a second reckoning that goes day by day in plain integers, and the rules at the edges one by one.
import { describe, expect, it } from 'vitest';
import { addDays } from './calendar.ts';
import { type BillRequest, billUse, householdOn, type Supply, tariffOn, yearLimits } from './gas-bill.ts';
import type { Tariff } from './tariff.ts';

const OLD: Tariff = {
  id: 'residential-2025',
  planId: 'residential',
  name: '居民生活用气',
  effectiveFrom: '2024-01-01',
  limitsLitres: [420_000, 660_000],
  pricesFenPerM3: [198, 238, 297],
  extraPerHead: { above: 4, limitsLitres: [84_000, 150_000] },
  vatPermille: 90,
};
const NEW: Tariff = {
  ...OLD,
  id: 'residential-2026',
  effectiveFrom: '2026-04-01',
  limitsLitres: [400_000, 640_000],
  pricesFenPerM3: [211, 253, 317],
  vatPermille: 130,
};
/** Power: watt-hours for litres, prices a kWh, with standing charges that the gas has not. */
const POWER_OLD: Tariff = {
  ...{ ...OLD, id: 'power-2025', planId: 'power', name: '居民阶梯电价', supply: 'power', vatPermille: 130 },
  ...{
    limitsLitres: [2_760_000, 4_800_000],
    pricesFenPerM3: [55, 60, 85],
    extraPerHead: { above: 4, limitsLitres: [1_200_000, 1_200_000] },
  },
  ...{ fixedFenPerMonth: 450, minimumFenPerMonth: 1_200 },
};
const POWER_NEW: Tariff = {
  ...POWER_OLD,
  id: 'power-2026',
  effectiveFrom: '2026-04-01',
  pricesFenPerM3: [58, 63, 89],
  minimumFenPerMonth: 1_500,
};
const FOUR: Supply = { since: '2020-01-01', households: [{ from: '2020-01-01', size: 4 }] };

function bill(change: Partial<BillRequest>) {
  return billUse({
    readFrom: '2026-01-10',
    readTo: '2026-02-10',
    litres: 31_000,
    versions: [OLD, NEW],
    supply: FOUR,
    usedLitres: () => 0,
    ...change,
  });
}

/** What a version of the price comes to: its volume, and the months that begin while it holds. */
interface Reckoned {
  volumeFen: number;
  months: number;
}

/**
 * A second reckoning that shares nothing with the first: one day after the other, one tier border after the other. Returns the volume's amount, and what
 * each version has of it.
 */
function reckon(request: BillRequest) {
  const days: string[] = [];
  for (let date = addDays(request.readFrom, 1); date <= request.readTo; date = addDays(date, 1)) days.push(date);
  const used = new Map<string, number>();
  let milliFen = 0;
  const rounded = () => Math.floor((milliFen + 500) / 1000);
  const versions = new Map<Tariff, Reckoned>();
  days.forEach((date, index) => {
    const share = Math.floor((request.litres * (index + 1)) / days.length) - Math.floor((request.litres * index) / days.length);
    const year = date.slice(0, 4);
    const version = request.versions
      .filter((candidate) => candidate.effectiveFrom <= date)
      .sort((left, right) => (left.effectiveFrom < right.effectiveFrom ? 1 : -1))[0] as Tariff;
    const before = rounded();
    const limits = version.limitsLitres.map((limit, tier) => {
      let twelfths = 0;
      for (let month = 1; month <= 12; month += 1) {
        const first = `${year}-${month < 10 ? '0' : ''}${month}-01`;
        if (first.slice(0, 7) < request.supply.since.slice(0, 7)) continue;
        const proved = request.supply.households.filter((household) => household.from <= first);
        const { size } = proved[proved.length - 1] ?? request.supply.households[0];
        const extra = version.extraPerHead;
        twelfths += limit + (extra !== null && size > extra.above ? (size - extra.above) * (extra.limitsLitres[tier] ?? 0) : 0);
      }
      return Math.floor((twelfths + 6) / 12);
    });
    let at = used.get(year) ?? request.usedLitres(Number(year));
    for (let left = share; left > 0; ) {
      const tier = limits.findIndex((limit) => at < limit);
      const room = tier < 0 ? left : Math.min(left, (limits[tier] as number) - at);
      milliFen += room * (version.pricesFenPerM3[tier < 0 ? limits.length : tier] as number);
      at += room;
      left -= room;
    }
    used.set(year, at);
    const { volumeFen, months } = versions.get(version) ?? { volumeFen: 0, months: 0 };
    versions.set(version, { volumeFen: volumeFen + rounded() - before, months: months + (date.endsWith('-01') ? 1 : 0) });
  });
  return { volumeFen: rounded(), versions };
}

/** Adds the standing charges and takes the tax out of the whole, rate by rate, in plain integers. */
function reckonWhole(request: BillRequest) {
  const { versions } = reckon(request);
  const byRate = new Map<number, number>();
  for (const [{ fixedFenPerMonth = 0, minimumFenPerMonth = 0, vatPermille }, { volumeFen, months }] of versions) {
    const amountFen = months * fixedFenPerMonth + Math.max(volumeFen, months * minimumFenPerMonth);
    byRate.set(vatPermille, (byRate.get(vatPermille) ?? 0) + amountFen);
  }
  const rates = [...byRate];
  const vatFen = rates.reduce((sum, [rate, gross]) => sum + Math.floor((2 * gross * rate + 1_000 + rate) / (2 * (1_000 + rate))), 0);
  return { amountFen: rates.reduce((sum, [, gross]) => sum + gross, 0), vatFen };
}

/** Numbers that look random and are the same every time. */
function sequence(seed: number) {
  let state = seed;
  return (below: number) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

const SITUATIONS: Readonly<Record<string, (next: (below: number) => number) => Partial<BillRequest>>> = {
  'inside one year and one price': (next) => ({ readFrom: addDays('2025-01-31', next(200)), readTo: addDays('2025-08-30', next(100)) }),
  'over the end of a year': (next) => ({ readFrom: addDays('2024-10-01', next(90)), readTo: addDays('2025-01-01', next(200)) }),
  'over a price change': (next) => ({ readFrom: addDays('2026-01-01', next(88)), readTo: addDays('2026-04-01', next(200)) }),
  'over two years and a price change': (next) => ({ readFrom: addDays('2025-09-01', next(100)), readTo: addDays('2026-04-05', next(400)) }),
  'with a household that changes': (next) => ({
    supply: {
      since: '2020-01-01',
      households: [
        { from: '2020-01-01', size: 1 + next(4) },
        { from: addDays('2026-01-01', next(300)), size: 5 + next(4) },
      ],
    },
  }),
  'with a transfer in mid-year': (next) => {
    const since = addDays('2026-01-02', next(250));
    return {
      readFrom: since,
      readTo: addDays(since, 1 + next(120)),
      supply: { since, households: [{ from: since, size: 1 + next(8) }] },
    };
  },
};

/** Prices in turn: gas as published, gas with standing charges, power. */
const PRICES = {
  gas: [OLD, NEW],
  'gas with standing charges': [
    { ...OLD, fixedFenPerMonth: 300, minimumFenPerMonth: 4_000 },
    { ...NEW, fixedFenPerMonth: 350, minimumFenPerMonth: 5_000 },
  ],
  power: [POWER_OLD, POWER_NEW],
} as const satisfies Readonly<Record<string, readonly Tariff[]>>;

const PRICED = Object.entries(PRICES).flatMap(([prices, versions]) =>
  Object.entries(SITUATIONS).map(([name, situation]) => [prices, name, versions, situation] as const),
);

describe.each(PRICED)('a bill for %s %s', (prices, name, versions, situation) => {
  it.each(Array.from({ length: 40 }, (_, index) => index))(
    'agrees with the second reckoning to its tax and standing charges, case %i',
    (index) => {
      const next = sequence(index * 6_271 + name.length + prices.length * 101);
      const thousandfold = prices === 'power' ? 7 : 1;
      const usedLitres = next(900_000) * thousandfold;
      const request: BillRequest = {
        ...{ readFrom: '2026-01-15', readTo: '2026-07-15', litres: next(700_000) * thousandfold, versions, supply: FOUR },
        usedLitres: (year) => (usedLitres + year * 37_000) % (900_000 * thousandfold),
        ...situation(next),
      };
      const { amountFen, netFen, vatFen, parts } = billUse(request);
      expect({ amountFen, vatFen }).toEqual(reckonWhole(request));
      expect(netFen + vatFen).toBe(amountFen);
      expect(parts.reduce((sum, part) => sum + part.amountFen, 0)).toBe(reckon(request).volumeFen);
    },
  );

  it.each(Array.from({ length: 20 }, (_, index) => index))(
    'is the same in two with a meter exchange on a day between, to a fen of rounding, case %i',
    (index) => {
      const next = sequence(index * 3_331 + name.length);
      const made = situation(next);
      const { readFrom = '2026-01-15', readTo = '2026-07-15', supply = FOUR } = made;
      const days = Math.round((Date.parse(readTo) - Date.parse(readFrom)) / 86_400_000);
      const until = 1 + next(days - 1);
      // So much a day that the days are shared out without a rest.
      const perDay = 1 + next(prices === 'power' ? 40_000 : 5_000);
      const plain = versions.map(({ fixedFenPerMonth: _, minimumFenPerMonth: __, ...version }) => version);
      const on = addDays(readFrom, until);
      const used = new Map<number, number>();
      const old = billUse({ readFrom, readTo: on, litres: until * perDay, versions: plain, supply, usedLitres: () => 0 });
      for (const { tierYear, litres } of old.parts) used.set(tierYear, (used.get(tierYear) ?? 0) + litres);
      const after = { readFrom: on, readTo, litres: (days - until) * perDay, versions: plain, supply };
      const now = billUse({ ...after, usedLitres: (year) => used.get(year) ?? 0 });
      const whole = reckon({ readFrom, readTo, litres: days * perDay, versions: plain, supply, usedLitres: () => 0 });
      expect(Math.abs(old.amountFen + now.amountFen - whole.volumeFen)).toBeLessThanOrEqual(1);
    },
  );
});

describe.each(Object.entries(SITUATIONS))('a bill %s', (name, situation) => {
  it.each(Array.from({ length: 40 }, (_, index) => index))('agrees with the second reckoning, case %i', (index) => {
    const next = sequence(index * 7_919 + name.length);
    const usedLitres = next(900_000);
    const request: BillRequest = {
      readFrom: '2026-01-15',
      readTo: '2026-07-15',
      litres: next(700_000),
      versions: [OLD, NEW],
      supply: FOUR,
      usedLitres: (year) => (usedLitres + year * 37_000) % 900_000,
      ...situation(next),
    };
    const result = billUse(request);
    expect(result.amountFen).toBe(reckon(request).volumeFen);
    expect(result.parts.reduce((sum, part) => sum + part.litres, 0)).toBe(request.litres);
    const lines = result.parts.flatMap((part) => part.lines);
    expect(lines.reduce((sum, line) => sum + line.amountFen, 0)).toBe(result.amountFen);
    expect(result.netFen + result.vatFen).toBe(result.amountFen);
  });
});

describe('the rules', () => {
  it('begins the tiers anew on 1 January', () => {
    const { parts } = bill({
      readFrom: '2025-12-21',
      readTo: '2026-01-10',
      litres: 20_000,
      usedLitres: (year) => (year === 2025 ? 700_000 : 0),
    });
    expect(parts.map(({ from, to, litres, lines }) => ({ from, to, litres, tier: lines[0]?.tier }))).toEqual([
      { from: '2025-12-22', to: '2025-12-31', litres: 10_000, tier: 3 },
      { from: '2026-01-01', to: '2026-01-10', litres: 10_000, tier: 1 },
    ]);
  });

  it('goes on in the tier through a price change, by volume', () => {
    const { parts } = bill({ readFrom: '2026-03-21', readTo: '2026-04-10', litres: 20_000, usedLitres: () => 395_000 });
    expect(parts.map(({ tariffId, usedBeforeLitres }) => ({ tariffId, usedBeforeLitres }))).toEqual([
      { tariffId: 'residential-2025', usedBeforeLitres: 395_000 },
      { tariffId: 'residential-2026', usedBeforeLitres: 405_000 },
    ]);
    expect(parts[1]?.lines.map((line) => line.tier)).toEqual([2]);
  });

  it('gives a month of supply a twelfth of the limits, by the household on its first day', () => {
    const grown: Supply = {
      since: '2020-01-01',
      households: [
        { from: '2020-01-01', size: 4 },
        { from: '2025-06-15', size: 5 },
      ],
    };
    expect(yearLimits(OLD, 2025, FOUR)).toEqual([420_000, 660_000]);
    // Half the year with 84 and 150 m³ more.
    expect(yearLimits(OLD, 2025, grown)).toEqual([462_000, 735_000]);
    expect(yearLimits(OLD, 2026, grown)).toEqual([504_000, 810_000]);
    expect(householdOn(grown, '2025-06-14')).toBe(4);
  });

  it('gives a holder who came in October three months of the limits', () => {
    const since = '2025-10-20';
    expect(yearLimits(OLD, 2025, { since, households: [{ from: since, size: 3 }] })).toEqual([105_000, 165_000]);
    expect(yearLimits(OLD, 2024, { since, households: [{ from: since, size: 3 }] })).toEqual([0, 0]);
  });

  it('prices the two bills of a meter exchange as one', () => {
    const whole = bill({ readFrom: '2025-02-01', readTo: '2025-04-02', litres: 60_000, usedLitres: () => 400_000 });
    const before = bill({ readFrom: '2025-02-01', readTo: '2025-03-03', litres: 30_000, usedLitres: () => 400_000 });
    const after = bill({ readFrom: '2025-03-03', readTo: '2025-04-02', litres: 30_000, usedLitres: () => 430_000 });
    expect(before.amountFen + after.amountFen).toBe(whole.amountFen);
  });

  it('adds a fixed charge for each month that begins and fills up to the minimum', () => {
    const charging = { ...OLD, fixedFenPerMonth: 500, minimumFenPerMonth: 3_000 };
    const { charges, amountFen } = bill({ versions: [charging], readFrom: '2025-01-31', readTo: '2025-03-31', litres: 10_000 });
    expect(charges).toEqual([
      { kind: 'fixed', tariffId: OLD.id, months: 2, amountFen: 1_000 },
      { kind: 'minimum', tariffId: OLD.id, months: 2, amountFen: 6_000 - 1_980 },
    ]);
    expect(amountFen).toBe(7_000);
    expect(bill({ versions: [charging], readFrom: '2025-02-01', readTo: '2025-02-28', litres: 0 }).amountFen).toBe(0);
  });

  it('splits VAT by the rate of each part', () => {
    const { parts, vatFen } = bill({ readFrom: '2026-03-21', readTo: '2026-04-10', litres: 20_000 });
    const [old, now] = parts.map((part) => part.amountFen);
    expect(vatFen).toBe(Math.round(((old ?? 0) * 90) / 1090) + Math.round(((now ?? 0) * 130) / 1130));
  });

  it('takes the latest version that has begun, whatever their order', () => {
    expect(tariffOn([NEW, OLD], '2026-03-31').id).toBe('residential-2025');
    expect(tariffOn([OLD, NEW], '2026-04-01').id).toBe('residential-2026');
    expect(() => tariffOn([NEW], '2026-03-31')).toThrow(expect.objectContaining({ code: 'TARIFF_MISSING' }));
  });

  it('refuses readings in the wrong order and a meter that ran backwards', () => {
    expect(() => bill({ readTo: '2026-01-09' })).toThrow(expect.objectContaining({ code: 'INPUT_INVALID', context: { field: 'readTo' } }));
    expect(() => bill({ litres: -1 })).toThrow(expect.objectContaining({ context: { field: 'litres' } }));
    expect(() => bill({ readTo: '2026-02-30' })).toThrow(RangeError);
  });
});

// The figures of shared/vectors/money.json: used before, litres, people, fen.
describe('the published figures', () => {
  it.each([
    [400_000, 100_000, 4, 23_000],
    [600_000, 100_000, 4, 26_160],
    [400_000, 100_000, 5, 19_800],
    [0, 420_000, 4, 83_160],
    [0, 420_001, 4, 83_160],
    [0, 1_000_000, 4, 241_260],
  ])('%i l used, %i l billed to %i people: %i fen', (usedLitres, litres, size, amountFen) => {
    const supply: Supply = { since: '2020-01-01', households: [{ from: '2020-01-01', size }] };
    const period = { readFrom: '2025-05-01', readTo: '2025-06-01' };
    const request = { ...period, litres, versions: [OLD, NEW], supply, usedLitres: () => usedLitres };
    expect(billUse(request).amountFen).toBe(amountFen);
    expect(reckon(request).volumeFen).toBe(amountFen);
  });
});
