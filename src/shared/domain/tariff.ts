// Tiered prices: what a volume costs, what a sum buys, and the lines that explain it.
import type { Supplied } from './commodity.ts';
import { divideHalfUp, type Fen, fen, type Litres, litres } from './money.ts';

/**
 * A price plan as published; limits and prices are the tenant's data. Tiers run over a calendar year of business dates. Power is counted in watt-hours
 * where gas is in litres, and priced per kWh where gas is per m³.
 */
export interface Tariff extends Supplied {
  /** Of this version; an account is bound to the plan. */
  readonly id: string;
  /** The plan whose version this is; absent where the plan has one version only and bears its id. */
  readonly planId?: string;
  readonly name: string;
  /** First business date on which it holds, YYYY-MM-DD. */
  readonly effectiveFrom: string;
  /** Upper limits of all tiers but the last, in litres a year, rising. */
  readonly limitsLitres: readonly number[];
  /** One more than limits: fen per m³. */
  readonly pricesFenPerM3: readonly number[];
  /** What each person above the threshold adds to the limits, in litres a year; null where the rule does not exist. */
  readonly extraPerHead: { readonly above: number; readonly limitsLitres: readonly number[] } | null;
  /** VAT contained in the price, per mille (90 = 9 %). */
  readonly vatPermille: number;
  /** What is owed for every month begun, whatever was used; absent or 0 where there is no such charge. */
  readonly fixedFenPerMonth?: number;
  /** The least that the gas of a month begun costs; absent or 0 where there is no such rule. */
  readonly minimumFenPerMonth?: number;
}

/** One line of the breakdown; the lines' amounts add up to the total exactly. */
export interface TierLine {
  /** 1-based. */
  readonly tier: number;
  readonly litres: Litres;
  readonly priceFenPerM3: number;
  readonly amountFen: Fen;
}

export interface PricedVolume {
  readonly litres: Litres;
  readonly amountFen: Fen;
  readonly lines: readonly TierLine[];
  /** What rounding half-up to the fen gave (+) or took (−), in thousandths of a fen. */
  readonly roundingMilliFen: number;
}

/** Returns the yearly tier limits in litres of a household: the plan's, plus the extra for each person above the threshold. */
export function limitsFor(tariff: Tariff, householdSize: number): readonly number[] {
  const extra = tariff.extraPerHead;
  if (extra === null || householdSize <= extra.above) return tariff.limitsLitres;
  const heads = householdSize - extra.above;
  return tariff.limitsLitres.map((limit, index) => limit + heads * (extra.limitsLitres[index] ?? 0));
}

/** Where in its tier year a volume begins. */
export interface TierPosition {
  /** Litres already counted this year. */
  readonly usedLitres: number;
  /** Decides the limits together with the plan, unless they are given. */
  readonly householdSize: number;
  /** The year's limits where they are not simply the household's: part of a year, a household that has changed. */
  readonly limitsLitres?: readonly number[];
}

/** A running total that is rounded once: what came before in thousandths of a fen, and what of it has been charged. */
export interface RunningCharge {
  readonly exactMilliFen: bigint;
  readonly chargedFen: number;
}
export const NOTHING_CHARGED: RunningCharge = { exactMilliFen: 0n, chargedFen: 0 };

/**
 * Prices `buyLitres` on top of `position`, going on from `before`. A line's amount is the difference of the rounded running totals, so that
 * all lines of a bill add up to the whole, which is rounded half-up once.
 */
export function chargeVolume(
  tariff: Tariff,
  position: TierPosition,
  buyLitres: number,
  before: RunningCharge = NOTHING_CHARGED,
): { readonly lines: readonly TierLine[]; readonly after: RunningCharge } {
  const limits = position.limitsLitres ?? limitsFor(tariff, position.householdSize);
  const lines: TierLine[] = [];
  let used = position.usedLitres;
  let left = buyLitres;
  let exact = before.exactMilliFen;
  let charged = before.chargedFen;
  for (let index = 0; index < tariff.pricesFenPerM3.length && left > 0; index += 1) {
    const limit = limits[index] ?? Number.POSITIVE_INFINITY;
    const take = Math.min(left, Math.max(0, limit - used));
    if (take === 0) continue;
    const price = tariff.pricesFenPerM3[index] as number;
    exact += BigInt(take) * BigInt(price);
    const total = divideHalfUp(exact, 1000n);
    lines.push({ tier: index + 1, litres: litres(take), priceFenPerM3: price, amountFen: fen(total - charged) });
    charged = total;
    used += take;
    left -= take;
  }
  return { lines, after: { exactMilliFen: exact, chargedFen: charged } };
}

/** Prices `buyLitres` on top of the position, rounded half-up once on the whole. */
export function priceVolume(tariff: Tariff, position: TierPosition, buyLitres: Litres): PricedVolume {
  const { lines, after } = chargeVolume(tariff, position, buyLitres);
  return {
    litres: buyLitres,
    amountFen: fen(after.chargedFen),
    lines,
    roundingMilliFen: Number(BigInt(after.chargedFen) * 1000n - after.exactMilliFen),
  };
}

/**
 * Returns the largest volume, in whole steps of `stepLitres`, whose price does not exceed `moneyFen`.
 * What remains of the money is `moneyFen − amountFen`; with litre steps it is 0 unless the price of one litre exceeds a fen.
 */
export function volumeForMoney(tariff: Tariff, position: TierPosition, moneyFen: Fen, stepLitres = 1): PricedVolume {
  const cheapest = Math.min(...tariff.pricesFenPerM3);
  let low = 0;
  let high = Math.ceil(((moneyFen + 1) * 1000) / cheapest / stepLitres);
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if (priceVolume(tariff, position, litres(middle * stepLitres)).amountFen <= moneyFen) low = middle;
    else high = middle - 1;
  }
  return priceVolume(tariff, position, litres(low * stepLitres));
}
