// Takings: what operations took and gave back over the counter, added up by hour, kind, clerk and tender for whoever oversees the branch.
import type { Commodity } from './commodity.ts';
import type { TenderKind } from './tender.ts';
import type { TenderMovingKind } from './tender-moves.ts';

/** What one operation took over the counter; what went back is negative. */
export interface Taking {
  readonly counterId: string;
  readonly seq: number;
  readonly kind: TenderMovingKind;
  readonly clerk: string;
  readonly accountId: string;
  readonly recordedAtMs: number;
  /** The top-up, payment or hand-over that it is about. */
  readonly subjectId: string;
  readonly cashFen: number;
  readonly bankCardFen: number;
  readonly walletFen: number;
  /** What was bought; litres, or watt-hours where it is power. */
  readonly litres: number;
  readonly commodity: Commodity;
}

/** Sums of takings. Gas and power are never added together. */
export interface TakingSums {
  readonly operations: number;
  readonly cashFen: number;
  readonly bankCardFen: number;
  readonly walletFen: number;
  /** Operations in which the tender had a part. */
  readonly cashCount: number;
  readonly bankCardCount: number;
  readonly walletCount: number;
  readonly gasLitres: number;
  readonly powerWattHours: number;
}

/** One hour, kind and clerk. */
export interface TakingCell extends TakingSums {
  /** Of the counter's clock, 0 to 23. */
  readonly hour: number;
  readonly kind: TenderMovingKind;
  readonly clerk: string;
}

export const NO_TAKINGS: TakingSums = {
  operations: 0,
  cashFen: 0,
  bankCardFen: 0,
  walletFen: 0,
  cashCount: 0,
  bankCardCount: 0,
  walletCount: 0,
  gasLitres: 0,
  powerWattHours: 0,
};

/** What of the sums belongs to each tender. */
export const TENDER_FIELDS = {
  cash: { fen: 'cashFen', count: 'cashCount' },
  'bank-card': { fen: 'bankCardFen', count: 'bankCardCount' },
  wallet: { fen: 'walletFen', count: 'walletCount' },
} as const satisfies Record<TenderKind, { readonly fen: keyof TakingSums; readonly count: keyof TakingSums }>;

/** Returns all tenders of it together, fen. */
export function takenFen(sums: Pick<TakingSums, 'cashFen' | 'bankCardFen' | 'walletFen'>): number {
  return sums.cashFen + sums.bankCardFen + sums.walletFen;
}

/** Returns the sums of one operation. */
function sumsOf({ cashFen, bankCardFen, walletFen, litres, commodity }: Taking): TakingSums {
  return {
    ...{ operations: 1, cashFen, bankCardFen, walletFen },
    cashCount: cashFen === 0 ? 0 : 1,
    bankCardCount: bankCardFen === 0 ? 0 : 1,
    walletCount: walletFen === 0 ? 0 : 1,
    gasLitres: commodity === 'gas' ? litres : 0,
    powerWattHours: commodity === 'power' ? litres : 0,
  };
}

const FIELDS = Object.keys(NO_TAKINGS) as readonly (keyof TakingSums)[];

/** Returns all sums added up. */
export function addTakings(all: readonly TakingSums[]): TakingSums {
  const total: Record<keyof TakingSums, number> = { ...NO_TAKINGS };
  for (const sums of all) for (const field of FIELDS) total[field] += sums[field];
  return total;
}

/** Returns the sums by what `keyOf` names, each with the first of its cells, in the order of these. */
export function takingsBy<C extends TakingSums, K>(
  cells: readonly C[],
  keyOf: (cell: C) => K,
): readonly { readonly key: K; readonly first: C; readonly sums: TakingSums }[] {
  const groups = new Map<K, [C, ...C[]]>();
  for (const cell of cells) {
    const key = keyOf(cell);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [cell]);
    else group.push(cell);
  }
  return [...groups].map(([key, group]) => ({ key, first: group[0], sums: addTakings(group) }));
}

/** Returns the takings by hour, kind and clerk, in that order. `hourOf` gives the hour of the counter's clock. */
export function takingCells(takings: readonly Taking[], hourOf: (atMs: number) => number): readonly TakingCell[] {
  const placed = takings.map((taking) => ({
    ...sumsOf(taking),
    ...{ hour: hourOf(taking.recordedAtMs), kind: taking.kind, clerk: taking.clerk },
  }));
  placed.sort((left, right) => left.hour - right.hour || order(left.kind, right.kind) || order(left.clerk, right.clerk));
  const groups = takingsBy(placed, ({ hour, kind, clerk }) => `${hour} ${kind} ${clerk}`);
  return groups.map(({ first: { hour, kind, clerk }, sums }) => ({ ...sums, hour, kind, clerk }));
}

function order(left: string, right: string): number {
  return left < right ? -1 : left > right ? 1 : 0;
}

/** Which takings of a day are looked at; what is left out is not asked for. */
export interface TakingFilter {
  readonly hour?: number | undefined;
  readonly kind?: TenderMovingKind | undefined;
  readonly clerk?: string | undefined;
  readonly tender?: TenderKind | undefined;
}

/** Whether the taking is one of those. */
export function isAmong(taking: Taking, filter: TakingFilter, hourOf: (atMs: number) => number): boolean {
  const { hour, kind, clerk, tender } = filter;
  return (
    (hour === undefined || hourOf(taking.recordedAtMs) === hour) &&
    (kind === undefined || taking.kind === kind) &&
    (clerk === undefined || taking.clerk === clerk) &&
    (tender === undefined || taking[TENDER_FIELDS[tender].fen] !== 0)
  );
}
