// Late fee (违约金): what a sum that is paid after its due date costs.
import { daysBetween } from './calendar.ts';
import { divideHalfUp, type Fen, fen } from './money.ts';

/** What the supply contract says. */
export interface LateFeePolicy {
  /** Of the unpaid sum for each day, in parts per million: 3000 is 0.003, the common rate. */
  readonly perDayPpm: number;
  /** Days after the due date for which nothing is charged; the days after them are counted from the due date or from the end of grace. */
  readonly graceDays: number;
  /** Whether the days of grace are charged too once they have run out. */
  readonly chargesGrace: boolean;
  /** Whether the day of payment counts. */
  readonly countsPaymentDay: boolean;
  /** The fee never exceeds this share of the unpaid sum, per mille: 1000 is the sum itself. */
  readonly capPermille: number;
}

/** Returns for how many days a fee is owed; 0 when paid in time. */
export function lateDays(policy: LateFeePolicy, span: { readonly dueDate: string; readonly paidOn: string }): number {
  const after = daysBetween({ from: span.dueDate, to: span.paidOn });
  if (after <= policy.graceDays) return 0;
  const counted = after - (policy.chargesGrace ? 0 : policy.graceDays) - (policy.countsPaymentDay ? 0 : 1);
  return Math.max(0, counted);
}

/** Returns the fee in fen for a sum of `principalFen` paid on a date: from the day after the due date, rounded half-up once, never above the cap. */
export function lateFee(
  policy: LateFeePolicy,
  owed: { readonly principalFen: number; readonly dueDate: string; readonly paidOn: string },
): Fen {
  const principal = BigInt(owed.principalFen);
  const fee = divideHalfUp(principal * BigInt(lateDays(policy, owed)) * BigInt(policy.perDayPpm), 1_000_000n);
  const cap = Number((principal * BigInt(policy.capPermille)) / 1000n);
  return fen(Math.min(fee, cap));
}
