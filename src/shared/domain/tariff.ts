// Tiered prices: what a volume costs, what a sum buys, and the lines that explain it.
import { divideHalfUp, type Fen, fen, type Litres, litres } from './money.ts';

/** A price plan as published; limits and prices are the tenant's data. Tiers run over a calendar year of business dates. */
export interface Tariff {
  readonly id: string;
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

/**
 * Prices `buyLitres` on top of `usedLitres` already counted this year.
 * Rounds once, half-up, on the whole; a line's amount is the difference of the rounded running totals, so lines add up.
 */
export function priceVolume(
  tariff: Tariff,
  use: { readonly usedLitres: number; readonly householdSize: number },
  buyLitres: Litres,
): PricedVolume {
  const limits = limitsFor(tariff, use.householdSize);
  const lines: TierLine[] = [];
  let position = use.usedLitres;
  let left: number = buyLitres;
  let exact = 0n; // thousandths of a fen: litres × fen per m³
  let charged = 0;
  for (let index = 0; index < tariff.pricesFenPerM3.length && left > 0; index += 1) {
    const limit = limits[index] ?? Number.POSITIVE_INFINITY;
    const take = Math.min(left, Math.max(0, limit - position));
    if (take === 0) continue;
    const price = tariff.pricesFenPerM3[index] as number;
    exact += BigInt(take) * BigInt(price);
    const total = divideHalfUp(exact, 1000n);
    lines.push({ tier: index + 1, litres: litres(take), priceFenPerM3: price, amountFen: fen(total - charged) });
    charged = total;
    position += take;
    left -= take;
  }
  return {
    litres: buyLitres,
    amountFen: fen(charged),
    lines,
    roundingMilliFen: Number(BigInt(charged) * 1000n - exact),
  };
}

/**
 * Returns the largest volume, in whole steps of `stepLitres`, whose price does not exceed `moneyFen`.
 * What remains of the money is `moneyFen − amountFen`; with litre steps it is 0 unless the price of one litre exceeds a fen.
 */
export function volumeForMoney(
  tariff: Tariff,
  use: { readonly usedLitres: number; readonly householdSize: number },
  moneyFen: Fen,
  stepLitres = 1,
): PricedVolume {
  const cheapest = Math.min(...tariff.pricesFenPerM3);
  let low = 0;
  let high = Math.ceil(((moneyFen + 1) * 1000) / cheapest / stepLitres);
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if (priceVolume(tariff, use, litres(middle * stepLitres)).amountFen <= moneyFen) low = middle;
    else high = middle - 1;
  }
  return priceVolume(tariff, use, litres(low * stepLitres));
}
