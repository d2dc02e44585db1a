// What a purchase of gas costs, as it was agreed when the money was taken.
import type { TierLine } from './tariff.ts';

/** A tier year of one holder of an account. */
export interface TierPeriod {
  readonly year: number;
  /** Counted from 1; a transfer begins a new one. */
  readonly holder: number;
}

export interface PurchaseTerms {
  readonly litres: number;
  readonly amountFen: number;
  readonly lines: readonly TierLine[];
  readonly tariffId: string;
  readonly vatPermille: number;
  readonly tierYear: number;
  readonly usedBeforeLitres: number;
  /** Which holder of the account it counts for; absent: the first. */
  readonly tierHolder?: number;
}
