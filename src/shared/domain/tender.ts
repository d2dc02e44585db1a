// Parts of a payment over the counter.
import { type Posting, posting } from './ledger.ts';

export type TenderKind = 'cash' | 'bank-card' | 'wallet';

/** A part of a payment. For cash `amountFen` is what is kept (tendered less change). */
export interface Tender {
  readonly kind: TenderKind;
  readonly amountFen: number;
  /** Slip or transaction number of the terminal; '' for cash. */
  readonly reference: string;
}

const TENDER_ACCOUNT = {
  cash: 'cash-drawer',
  'bank-card': 'bank-card-clearing',
  wallet: 'wallet-clearing',
} as const;

/** Returns what tenders do to drawer and clearing; `sign` 1 for money taken, −1 for money given. Cash belongs to the drawer of the shift. */
export function tenderPostings(tenders: readonly Tender[], shiftId: string, sign: 1 | -1): Posting[] {
  return tenders.map((tender) => posting(TENDER_ACCOUNT[tender.kind], tender.kind === 'cash' ? shiftId : '', sign * tender.amountFen));
}
