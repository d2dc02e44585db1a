// What a fact says of an account that is served away from home, and what the money then is.
import { type Posting, posting } from './ledger.ts';
import { type Tender, tenderPostings } from './tender.ts';

/** Who has served an account of this branch. */
export interface ServedBy {
  readonly branchNo: string;
  readonly counterId: string;
}

/** What a fact says of an account that is served away from home; nothing where it is served in its own branch. */
export interface AwayFromHome {
  /** In the serving branch's journal: the branch that the account belongs to. */
  readonly homeBranchNo?: string;
  /** In the home branch's feed: put there by headquarters, which has it from the serving branch. */
  readonly servedBy?: ServedBy;
}

/** Sold or paid without the line, within headquarters' signed limit. */
export interface WithinLimit {
  /** Of the document that allowed it. */
  readonly offlineLimitId?: string;
}

/** Returns what comes over the counter: the tenders, or, for what another branch took, what that branch owes. `sign` −1 for money given. */
export function moneyPostings(
  { servedBy }: AwayFromHome,
  money: { readonly tenders: readonly Tender[]; readonly shiftId: string; readonly sign: 1 | -1 },
): Posting[] {
  const { tenders, shiftId, sign } = money;
  if (servedBy === undefined) return tenderPostings(tenders, shiftId, sign);
  const totalFen = tenders.reduce((sum, { amountFen }) => sum + amountFen, 0);
  return [posting('inter-branch-clearing', servedBy.branchNo, sign * totalFen)];
}

/** Returns what the money is for: `own`, or, for an account of another branch, the debt to that branch. `amountFen` as taken. */
export function purposePostings({ homeBranchNo }: AwayFromHome, amountFen: number, own: () => readonly Posting[]): readonly Posting[] {
  return homeBranchNo === undefined ? own() : [posting('inter-branch-clearing', homeBranchNo, -amountFen)];
}
