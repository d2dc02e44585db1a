// Totals per branch, for checks against the branches' own books.
import type { LedgerAccount } from '../shared/domain/ledger.ts';
import type { Database } from './database.ts';

export interface BranchTotals {
  readonly branchNo: string;
  readonly operations: number;
  readonly counters: readonly { readonly counterId: string; readonly lastSeq: number; readonly lastHash: string }[];
  /** Sum of each ledger account that has postings, fen, debit positive. */
  readonly ledgerFen: Readonly<Partial<Record<LedgerAccount, number>>>;
}

/** Returns every branch's totals as of one moment, by branch number. */
export async function branchTotals(db: Database): Promise<readonly BranchTotals[]> {
  return db
    .transaction()
    .setIsolationLevel('repeatable read')
    .execute(async (tx) => {
      const counters = await tx.selectFrom('counters').selectAll().orderBy('branch_no').orderBy('counter_id').execute();
      const sums = await tx
        .selectFrom('postings')
        .select(['branch_no', 'ledger_account', ({ fn }) => fn.sum<string>('amount_fen').as('sum_fen')])
        .groupBy(['branch_no', 'ledger_account'])
        .orderBy('branch_no')
        .orderBy('ledger_account')
        .execute();
      const counts = await tx
        .selectFrom('operations')
        .select(['branch_no', ({ fn }) => fn.countAll<string>().as('operations')])
        .groupBy('branch_no')
        .execute();
      return [...new Set(counters.map((counter) => counter.branch_no))].map((branchNo) => ({
        branchNo,
        operations: Number(counts.find((count) => count.branch_no === branchNo)?.operations ?? 0),
        counters: counters
          .filter((counter) => counter.branch_no === branchNo)
          .map((counter) => ({ counterId: counter.counter_id, lastSeq: counter.held_seq, lastHash: counter.held_hash })),
        ledgerFen: Object.fromEntries(
          sums.filter((sum) => sum.branch_no === branchNo).map((sum) => [sum.ledger_account, Number(sum.sum_fen)]),
        ),
      }));
    });
}
