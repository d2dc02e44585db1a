// What branches owe each other for serving each other's customers: per day and pair, netted, and whether both books say the same. Crosses branches; never
// on the ingest path.
import type { Database } from './database.ts';
import { sumUp } from './day-totals.ts';

/** Both dates count. */
export interface Period {
  readonly from: string;
  readonly to: string;
}

/** One day of two branches. */
export interface ClearingDay {
  readonly businessDate: string;
  /** Has to pay; where nothing is left to pay, the one with the lower number. */
  readonly debtorNo: string;
  readonly creditorNo: string;
  /** What the debtor took for the creditor's customers, less what it gave back, fen. */
  readonly takenFen: number;
  /** What the creditor took for the debtor's, fen. */
  readonly takenBackFen: number;
  /** The difference: what the debtor pays, fen. */
  readonly owedFen: number;
  /** What the one book says and the other one does not yet, fen; 0 once every fact has reached its home branch. */
  readonly underWayFen: number;
}

export interface Clearing {
  readonly period: Period;
  readonly days: readonly ClearingDay[];
  /** What each branch gets (positive) or pays over the period, fen; the sum is nothing. */
  readonly positions: readonly { readonly branchNo: string; readonly netFen: number }[];
}

interface Side {
  /** What the branch's own counters took for the other one. */
  takenFen: number;
  /** What the other one's counters took, as this branch was told. */
  toldFen: number;
}

/** Returns the clearing of the period by the dates of the serving branch, newest day first. */
export async function clearingOf(db: Database, period: Period): Promise<Clearing> {
  await sumUp(db);
  const rows = await db
    .selectFrom('day_totals')
    .select(['branch_no', 'dimension', 'business_date', 'is_told', 'amount_fen'])
    .where('ledger_account', '=', 'inter-branch-clearing')
    .where('business_date', '>=', period.from)
    .where('business_date', '<=', period.to)
    .execute();
  const sides = new Map<string, Side>();
  const sideOf = (date: string, branchNo: string, other: string): Side => {
    const key = JSON.stringify([date, branchNo, other]);
    const side = sides.get(key) ?? { takenFen: 0, toldFen: 0 };
    sides.set(key, side);
    return side;
  };
  for (const { branch_no, dimension, business_date, is_told, amount_fen } of rows) {
    const side = sideOf(business_date, branch_no, dimension);
    // Who serves owes: a credit. Who is told so has it to get: a debit.
    if (is_told) side.toldFen += Number(amount_fen);
    else side.takenFen -= Number(amount_fen);
  }
  const pairs = new Set<string>();
  for (const key of sides.keys()) {
    const [date, branchNo, other] = JSON.parse(key) as [string, string, string];
    pairs.add(JSON.stringify(branchNo < other ? [date, branchNo, other] : [date, other, branchNo]));
  }
  const days = [...pairs].map((key): ClearingDay => {
    const [businessDate, low, high] = JSON.parse(key) as [string, string, string];
    const [mine, theirs] = [sideOf(businessDate, low, high), sideOf(businessDate, high, low)];
    const isLow = mine.takenFen >= theirs.takenFen;
    const [taken, back] = isLow ? [mine, theirs] : [theirs, mine];
    return {
      businessDate,
      ...(isLow ? { debtorNo: low, creditorNo: high } : { debtorNo: high, creditorNo: low }),
      takenFen: taken.takenFen,
      takenBackFen: back.takenFen,
      owedFen: taken.takenFen - back.takenFen,
      underWayFen: Math.abs(taken.takenFen - back.toldFen) + Math.abs(back.takenFen - taken.toldFen),
    };
  });
  const order = (day: ClearingDay) => `${day.debtorNo} ${day.creditorNo}`;
  days.sort((a, b) => (a.businessDate === b.businessDate ? (order(a) < order(b) ? -1 : 1) : a.businessDate < b.businessDate ? 1 : -1));
  const net = new Map<string, number>();
  for (const { debtorNo, creditorNo, owedFen } of days) {
    net.set(debtorNo, (net.get(debtorNo) ?? 0) - owedFen);
    net.set(creditorNo, (net.get(creditorNo) ?? 0) + owedFen);
  }
  const positions = [...net].sort(([a], [b]) => (a < b ? -1 : 1)).map(([branchNo, netFen]) => ({ branchNo, netFen }));
  return { period, days, positions };
}

/** Returns the days as a table for a spreadsheet: RFC 4180, UTF-8 with its mark, yuan with two decimals. */
export function clearingCsv({ days }: Clearing, heads: readonly string[]): string {
  const yuan = (amountFen: number) => (amountFen / 100).toFixed(2);
  const cell = (value: string) => (/[",\r\n]/.test(value) ? `"${value.replaceAll('"', '""')}"` : value);
  const rows = days.map((day) => [
    ...[day.businessDate, day.debtorNo, day.creditorNo],
    ...[day.takenFen, day.takenBackFen, day.owedFen, day.underWayFen].map(yuan),
  ]);
  return `\uFEFF${[heads, ...rows].map((row) => `${row.map(cell).join(',')}\r\n`).join('')}`;
}
