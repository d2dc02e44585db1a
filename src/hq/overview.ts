// What headquarters shows people: every branch with its counters, volumes, quarantine, exception cases and day totals. Crosses branches; never on the ingest path.
import type { Database } from './database.ts';
import { postedBy } from './posted-by.ts';
import { branchTotals } from './totals.ts';

export interface Overview {
  readonly counters: readonly {
    readonly branchNo: string;
    readonly counterId: string;
    readonly heldSeq: number;
    /** Entries of its branch's feed that it has not followed yet. */
    readonly behind: number;
    readonly lastContactMs: number;
  }[];
  readonly quarantine: readonly {
    readonly branchNo: string;
    readonly counterId: string;
    readonly seq: number;
    readonly kind: string;
    readonly code: string;
    readonly reason: string;
  }[];
  readonly cases: readonly {
    readonly branchNo: string;
    readonly caseId: string;
    readonly code: string;
    readonly accountId: string;
    readonly openedAtMs: number;
  }[];
  /** Sums per branch, business date and ledger account, fen, debit positive; the last days. */
  readonly days: readonly {
    readonly branchNo: string;
    readonly businessDate: string;
    readonly ledgerAccount: string;
    readonly amountFen: number;
  }[];
  readonly branches: Awaited<ReturnType<typeof branchTotals>>;
}

const LINES = 200;
const DAYS = 7;

/** Returns the overview as of now. */
export async function overview(db: Database): Promise<Overview> {
  const counters = await db
    .selectFrom('counters as counter')
    .leftJoin('branches as branch', 'branch.branch_no', 'counter.branch_no')
    .select(['counter.branch_no', 'counter_id', 'held_seq', 'seen_position', 'last_contact_ms', 'last_position'])
    .orderBy('counter.branch_no')
    .orderBy('counter_id')
    .execute();
  const quarantine = await db
    .selectFrom('operations')
    .select(['branch_no', 'counter_id', 'seq', 'kind', 'code', 'reason'])
    .where('verdict', '=', 'quarantined')
    .orderBy('branch_no')
    .orderBy('counter_id')
    .orderBy('seq')
    .limit(LINES)
    .execute();
  const cases = await db
    .selectFrom('cases')
    .select(['branch_no', 'case_id', 'code', 'account_id', 'opened_at_ms'])
    .where('state', '=', 'open')
    .orderBy('opened_at_ms', 'desc')
    .limit(LINES)
    .execute();
  const dates = await db.selectFrom('operations').select('business_date').distinct().orderBy('business_date', 'desc').limit(DAYS).execute();
  const days =
    dates.length === 0
      ? []
      : await postedBy(db)
          .select(['posting.branch_no', 'operation.business_date', 'posting.ledger_account'])
          .select(({ fn }) => fn.sum<string>('posting.amount_fen').as('sum_fen'))
          .where(
            'operation.business_date',
            'in',
            dates.map((row) => row.business_date),
          )
          .groupBy(['posting.branch_no', 'operation.business_date', 'posting.ledger_account'])
          .orderBy('operation.business_date', 'desc')
          .orderBy('posting.branch_no')
          .orderBy('posting.ledger_account')
          .execute();
  return {
    counters: counters.map((row) => ({
      branchNo: row.branch_no,
      counterId: row.counter_id,
      heldSeq: row.held_seq,
      behind: Math.max(0, (row.last_position ?? 0) - row.seen_position),
      lastContactMs: Number(row.last_contact_ms),
    })),
    quarantine: quarantine.map((row) => ({
      branchNo: row.branch_no,
      counterId: row.counter_id,
      seq: row.seq,
      kind: row.kind,
      code: row.code,
      reason: row.reason,
    })),
    cases: cases.map((row) => ({
      branchNo: row.branch_no,
      caseId: row.case_id,
      code: row.code,
      accountId: row.account_id,
      openedAtMs: Number(row.opened_at_ms),
    })),
    days: days.map((row) => ({
      branchNo: row.branch_no,
      businessDate: row.business_date,
      ledgerAccount: row.ledger_account,
      amountFen: Number(row.sum_fen),
    })),
    branches: await branchTotals(db),
  };
}
