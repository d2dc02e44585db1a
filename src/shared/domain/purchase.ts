// What a purchase of gas costs, as it was agreed when the money was taken.
import type { TierLine } from './tariff.ts';

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
