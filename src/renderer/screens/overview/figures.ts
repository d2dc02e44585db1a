// What the overview shows, made of the cells that the core has told: rows of its tables and what its charts draw. Pure.
import type { Outputs } from '../../../shared/contract/index.ts';
import {
  addTakings,
  type TakingCell,
  type TakingFilter,
  type TakingSums,
  TENDER_FIELDS,
  takenFen,
  takingsBy,
} from '../../../shared/domain/takings.ts';
import type { TenderKind } from '../../../shared/domain/tender.ts';
import { TENDER_MOVING } from '../../../shared/domain/tender-moves.ts';

export type Day = Outputs['overview']['day'];

export const TENDERS = Object.keys(TENDER_FIELDS) as readonly TenderKind[];

/** Kinds whose money goes back to the customer. */
const GIVES_BACK: ReadonlySet<string> = new Set([
  'topup.refunded',
  'topup.reversed',
  'payment.reversed',
  'deposit.returned',
  'credit.refunded',
]);

/** One row of a table of figures: what it is about, its sums, and the filter that finds its operations. */
export interface FigureRow {
  readonly key: string;
  readonly filter: TakingFilter;
  readonly sums: TakingSums;
}

export interface HourRow extends FigureRow {
  readonly hour: number;
  readonly lastWeekFen: number;
  readonly averageFen: number;
}

/** Returns the hours that had business on the day or on those it is held against, without a gap between them. */
export function hourRows({ cells, comparison }: Day): readonly HourRow[] {
  const today = new Map(takingsBy(cells, ({ hour }) => hour).map(({ key, sums }) => [key, sums]));
  const before = new Map(comparison.lastWeek.hours.map((one) => [one.hour, one.amountFen]));
  const mean = new Map(comparison.average.hours.map((one) => [one.hour, one.amountFen]));
  const known = [...today.keys(), ...before.keys(), ...mean.keys()];
  if (known.length === 0) return [];
  const first = Math.min(...known);
  return Array.from({ length: Math.max(...known) - first + 1 }, (_, index) => {
    const hour = first + index;
    const sums = today.get(hour) ?? addTakings([]);
    const held = { lastWeekFen: before.get(hour) ?? 0, averageFen: mean.get(hour) ?? 0 };
    return { key: `hour ${hour}`, hour, filter: { hour }, sums, ...held };
  });
}

/** Returns the kinds of business that there were, in their own order. */
export function kindRows({ cells }: Day): readonly (FigureRow & { readonly kind: TakingCell['kind'] })[] {
  const sums = new Map(takingsBy(cells, ({ kind }) => kind).map(({ key, sums: of }) => [key, of]));
  return TENDER_MOVING.flatMap((kind) => {
    const of = sums.get(kind);
    return of === undefined ? [] : [{ key: `kind ${kind}`, kind, filter: { kind }, sums: of }];
  });
}

/** Returns the clerks, by number. */
export function clerkRows({ cells, clerks }: Day): readonly (FigureRow & { readonly clerk: string; readonly name: string })[] {
  const sums = new Map(takingsBy(cells, ({ clerk }) => clerk).map(({ key, sums: of }) => [key, of]));
  return clerks.flatMap(({ staffNo: clerk, name }) => {
    const of = sums.get(clerk);
    return of === undefined ? [] : [{ key: `clerk ${clerk}`, clerk, name, filter: { clerk }, sums: of }];
  });
}

/** Returns what went back to customers, as the positive sum that it was. */
export function givenBack({ cells }: Day): { readonly operations: number; readonly amountFen: number } {
  const sums = addTakings(cells.filter(({ kind }) => GIVES_BACK.has(kind)));
  return { operations: sums.operations, amountFen: -takenFen(sums) };
}

/** Returns by how much `now` is more than `before`, in thousandths; null where there is nothing to hold it against. */
export function changePermille(figures: { readonly now: number; readonly before: number }): number | null {
  return figures.before <= 0 ? null : Math.round(((figures.now - figures.before) * 1_000) / figures.before);
}

/** Returns the change for people: 123 is "+12.3%". */
export function changeText(permille: number): string {
  const text = `${(Math.abs(permille) / 10).toFixed(1)}%`;
  return permille > 0 ? `+${text}` : permille < 0 ? `−${text}` : text;
}
