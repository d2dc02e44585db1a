// What a meter's use between two readings costs, over price changes, year ends and changes of the household.
//
// Rules, where the contract or the price notice leaves them open:
//  * Use is spread evenly over the days after the earlier reading up to and with the later one. Whole litres fall to the later part of a split,
//    the sum is exact.
//  * A price holds from its date on, day by day. The tier position goes on through a price change: tiers count volume, not money.
//  * Tiers begin anew on 1 January. Unused volume of a tier is not carried over.
//  * A year's limits are made of months: each month of supply brings a twelfth of the limits that its household has on the first of it. A change of the
//    household therefore counts from the next month on, and a holder who came by transfer or new connection has the limits of the months from
//    the one of the start. A meter exchange changes nothing: the position belongs to the account.
//  * Fixed and minimum charges are owed for each month that has its first day after the earlier reading and not after the later one.
//  * A second reading on the day of the first is billed as use of that day; no month begins in it.
//  * A suspended account is billed like any other: the supply is sealed, the connection stays.
//  * The whole bill is rounded once, half-up to the fen.
import { addDays, dateOfDay, dayNumber, daysBetween, monthNumber } from './calendar.ts';
import { Fault } from './fault.ts';
import { divideHalfUp, type Fen, fen, splitVat } from './money.ts';
import { chargeVolume, limitsFor, NOTHING_CHARGED, type RunningCharge, type Tariff, type TierLine } from './tariff.ts';

/** The household as it counts from a date on. */
export interface HouseholdFrom {
  readonly from: string;
  readonly size: number;
}

/** Under what the account is supplied. */
export interface Supply {
  /** First day of supply to this holder. */
  readonly since: string;
  /** Rising by date; the first one holds for the time before it too. */
  readonly households: readonly [HouseholdFrom, ...HouseholdFrom[]];
}

/** Returns which of a price plan's versions holds on the date: the latest that has begun. Throws TARIFF_MISSING when none has. */
export function tariffOn(versions: readonly Tariff[], date: string): Tariff {
  let found: Tariff | null = null;
  for (const version of versions) {
    if (version.effectiveFrom <= date && (found === null || version.effectiveFrom > found.effectiveFrom)) found = version;
  }
  if (found === null) throw new Fault('TARIFF_MISSING', { date });
  return found;
}

/** Returns the size of the household on the date. */
export function householdOn(supply: Supply, date: string): number {
  let size = supply.households[0].size;
  for (const household of supply.households) if (household.from <= date) size = household.size;
  return size;
}

/** Returns the tier limits of a year in litres for the months in which the account is supplied. */
export function yearLimits(tariff: Tariff, year: number, supply: Supply): readonly number[] {
  const sums = tariff.limitsLitres.map(() => 0);
  for (let month = year * 12; month < year * 12 + 12; month += 1) {
    if (month < monthNumber(supply.since)) continue;
    const first = `${String(year).padStart(4, '0')}-${String((month % 12) + 1).padStart(2, '0')}-01`;
    limitsFor(tariff, householdOn(supply, first)).forEach((limit, index) => {
      sums[index] = (sums[index] ?? 0) + limit;
    });
  }
  return sums.map((sum) => divideHalfUp(BigInt(sum), 12n));
}

/** A part of the period in which one price and one tier year hold. */
export interface BillPart {
  /** First and last day. */
  readonly from: string;
  readonly to: string;
  readonly tariffId: string;
  readonly tierYear: number;
  readonly limitsLitres: readonly number[];
  readonly usedBeforeLitres: number;
  readonly litres: number;
  readonly lines: readonly TierLine[];
  readonly amountFen: Fen;
}

/** A charge beside the volume. */
export interface MonthCharge {
  readonly kind: 'fixed' | 'minimum';
  readonly tariffId: string;
  readonly months: number;
  readonly amountFen: Fen;
}

export interface GasBill {
  readonly litres: number;
  readonly parts: readonly BillPart[];
  readonly charges: readonly MonthCharge[];
  readonly amountFen: Fen;
  readonly netFen: Fen;
  readonly vatFen: Fen;
  /** What rounding half-up to the fen gave (+) or took (−), in thousandths of a fen. */
  readonly roundingMilliFen: number;
}

export interface BillRequest {
  /** Date of the earlier reading; use begins on the day after. */
  readonly readFrom: string;
  /** Date of the later reading; its day counts. The same date where a meter is read twice on one day. */
  readonly readTo: string;
  readonly litres: number;
  readonly versions: readonly Tariff[];
  readonly supply: Supply;
  /** Litres counted in the tier year before this bill. */
  usedLitres(tierYear: number): number;
}

/**
 * Returns the bill with everything that explains it. Throws INPUT_INVALID for readings in the wrong order or a negative volume, TARIFF_MISSING when
 * no price holds on a day of the period.
 */
export function billUse(request: BillRequest): GasBill {
  const { readFrom, readTo, litres } = request;
  const days = daysBetween({ from: readFrom, to: readTo });
  if (days < 0) throw new Fault('INPUT_INVALID', { field: 'readTo' });
  if (!Number.isSafeInteger(litres) || litres < 0) throw new Fault('INPUT_INVALID', { field: 'litres' });
  const parts: BillPart[] = [];
  const usedHere = new Map<number, number>();
  let running: RunningCharge = NOTHING_CHARGED;
  for (const part of splitPeriod(request)) {
    const tierYear = Number(part.from.slice(0, 4));
    const usedBeforeLitres = request.usedLitres(tierYear) + (usedHere.get(tierYear) ?? 0);
    const limitsLitres = yearLimits(part.tariff, tierYear, request.supply);
    const { lines, after } = chargeVolume(
      part.tariff,
      { usedLitres: usedBeforeLitres, householdSize: 0, limitsLitres },
      part.litres,
      running,
    );
    parts.push({
      from: part.from,
      to: part.to,
      tariffId: part.tariff.id,
      tierYear,
      limitsLitres,
      usedBeforeLitres,
      litres: part.litres,
      lines,
      amountFen: fen(after.chargedFen - running.chargedFen),
    });
    usedHere.set(tierYear, (usedHere.get(tierYear) ?? 0) + part.litres);
    running = after;
  }
  const charges = monthCharges(request, parts);
  return {
    litres,
    parts,
    charges,
    ...totals(request.versions, parts, charges),
    roundingMilliFen: Number(BigInt(running.chargedFen) * 1000n - running.exactMilliFen),
  };
}

/** Cuts the period where a year ends or a price begins, and spreads the volume by days. */
function splitPeriod({ readFrom, readTo, litres, versions }: BillRequest) {
  const days = daysBetween({ from: readFrom, to: readTo });
  if (days === 0) return [{ from: readTo, to: readTo, tariff: tariffOn(versions, readTo), litres }];
  const parts: { readonly from: string; readonly to: string; readonly tariff: Tariff; readonly litres: number }[] = [];
  let from = addDays(readFrom, 1);
  let given = 0;
  while (from <= readTo) {
    const nextYear = `${String(Number(from.slice(0, 4)) + 1).padStart(4, '0')}-01-01`;
    const nextStart = versions.map((version) => version.effectiveFrom).filter((date) => date > from);
    const end = [nextYear, ...nextStart, addDays(readTo, 1)].reduce((left, right) => (left < right ? left : right));
    const to = dateOfDay(dayNumber(end) - 1);
    const until = Number((BigInt(litres) * BigInt(daysBetween({ from: readFrom, to }))) / BigInt(days));
    parts.push({ from, to, tariff: tariffOn(versions, from), litres: until - given });
    given = until;
    from = end;
  }
  return parts;
}

function monthCharges(request: BillRequest, parts: readonly BillPart[]): MonthCharge[] {
  const charges: MonthCharge[] = [];
  if (request.readFrom === request.readTo) return charges;
  for (const tariff of new Set(parts.map((part) => tariffOn(request.versions, part.from)))) {
    const own = parts.filter((part) => tariffOn(request.versions, part.from) === tariff);
    const months = own.reduce((sum, part) => sum + monthsBegun(part), 0);
    const gasFen = own.reduce((sum, part) => sum + part.amountFen, 0);
    const missingFen = months * (tariff.minimumFenPerMonth ?? 0) - gasFen;
    const fixedFen = months * (tariff.fixedFenPerMonth ?? 0);
    if (fixedFen > 0) charges.push({ kind: 'fixed', tariffId: tariff.id, months, amountFen: fen(fixedFen) });
    if (missingFen > 0) charges.push({ kind: 'minimum', tariffId: tariff.id, months, amountFen: fen(missingFen) });
  }
  return charges;
}

/** How many months have their first day in the part. */
function monthsBegun({ from, to }: { readonly from: string; readonly to: string }): number {
  return monthNumber(to) - monthNumber(from) + (from.endsWith('-01') ? 1 : 0);
}

/** Net and VAT by the rate of each plan version, so that a change of the rate inside a bill is split with it. */
function totals(versions: readonly Tariff[], parts: readonly BillPart[], charges: readonly MonthCharge[]) {
  const gross = new Map<number, number>();
  for (const { tariffId, amountFen } of [...parts, ...charges]) {
    const rate = versions.find((version) => version.id === tariffId)?.vatPermille ?? 0;
    gross.set(rate, (gross.get(rate) ?? 0) + amountFen);
  }
  let amount = 0;
  let vat = 0;
  for (const [rate, sum] of gross) {
    amount += sum;
    vat += splitVat(fen(sum), rate).vatFen;
  }
  return { amountFen: fen(amount), netFen: fen(amount - vat), vatFen: fen(vat) };
}
