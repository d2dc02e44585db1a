// Double entry: the ledger's accounts and the postings that an operation makes.
import { Fault } from './fault.ts';
import { type Fen, fen } from './money.ts';

/** The ledger's accounts. Debit is positive, credit negative; the dimension says whose (a shift id, an account id, or '' for the branch). */
export const LEDGER_ACCOUNTS = [
  'safe',
  'bank',
  'cash-drawer',
  'bank-card-clearing',
  'wallet-clearing',
  'customer-deposit',
  /** Money of a customer that nothing is owed for: paid ahead, or to be paid back. */
  'customer-credit',
  'undelivered-purchase',
  'receivable',
  'gas-revenue',
  'fee-revenue',
  'late-fee-revenue',
  'vat-payable',
  /** Cash of drawers for what is no customer's and not the safe's: postage, a taxi. */
  'petty-cash',
  /** Missing cash is a debit, cash too much a credit; the dimension is the shift. */
  'over-short',
  'inter-branch-clearing',
] as const;
export type LedgerAccount = (typeof LEDGER_ACCOUNTS)[number];

export interface Posting {
  readonly ledgerAccount: LedgerAccount;
  readonly dimension: string;
  /** Debit positive, credit negative. */
  readonly amountFen: Fen;
}

/** Returns the postings without zero lines; throws POSTINGS_UNBALANCED unless they add up to zero. */
export function balanced(postings: readonly Posting[]): readonly Posting[] {
  let total = 0;
  for (const posting of postings) total += posting.amountFen;
  if (total !== 0) throw new Fault('POSTINGS_UNBALANCED', { differenceFen: total });
  return postings.filter((posting) => posting.amountFen !== 0);
}

/** A posting; `amountFen` positive for debit. */
export function posting(ledgerAccount: LedgerAccount, dimension: string, amountFen: number): Posting {
  return { ledgerAccount, dimension, amountFen: fen(amountFen) };
}
