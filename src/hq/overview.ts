// What headquarters shows people: every branch with its counters, volumes, quarantine, exception cases and day totals. Crosses branches; never on the ingest
// path. Reads sums and short lists only, however much has been posted.
import { sql } from 'kysely';
import type { CaseSide } from '../shared/domain/feed.ts';
import type { HeldKey } from '../shared/wire/check-in.ts';
import type { Database } from './database.ts';
import { sumUp } from './day-totals.ts';
import { isLocked, type LockLine, listLocks } from './locks.ts';
import { isLeft } from './roster.ts';

export interface Overview {
  readonly counters: readonly {
    readonly branchNo: string;
    readonly counterId: string;
    /** Locked out: what it lacks and has to send is not waited for. */
    readonly isLocked: boolean;
    readonly heldSeq: number;
    /** Entries of its branch's feed that it has not followed yet. */
    readonly behind: number;
    /** How long the oldest of them is there, by headquarters' clock, ms; null where it lacks none. */
    readonly behindMs: number | null;
    readonly lastContactMs: number;
    /** What it has told of itself; null until it does. */
    readonly report: {
      readonly programVersion: string;
      /** Its clock less headquarters', ms. */
      readonly clockDifferenceMs: number;
      /** Operations that it had still to send. */
      readonly waiting: number;
      readonly atMs: number;
    } | null;
    /** Versions of the branch's card keys: those that the counter has not told to hold, and those of which it holds others; both empty where it needs none. */
    readonly cardKeys: { readonly held: readonly number[]; readonly lacking: readonly number[]; readonly other: readonly number[] };
  }[];
  readonly locks: readonly LockLine[];
  readonly quarantine: readonly {
    readonly branchNo: string;
    readonly counterId: string;
    readonly seq: number;
    readonly kind: string;
    readonly clerk: string;
    readonly receivedAtMs: number;
    readonly code: string;
    readonly reason: string;
  }[];
  readonly cases: readonly {
    readonly branchNo: string;
    readonly caseId: string;
    readonly code: string;
    readonly accountId: string;
    /** '' where headquarters knows none. */
    readonly accountNo: string;
    readonly openedAtMs: number;
    readonly later: CaseSide;
    /** null where it is not known. */
    readonly earlier: CaseSide | null;
  }[];
  /** Sums per branch, business date and ledger account, fen, debit positive; the last days. */
  readonly days: readonly {
    readonly branchNo: string;
    readonly businessDate: string;
    readonly ledgerAccount: string;
    readonly amountFen: number;
  }[];
  /** Card keys handed out, newest first. */
  readonly deliveries: readonly {
    readonly branchNo: string;
    readonly counterId: string;
    readonly version: number;
    readonly fingerprint: string;
    readonly atMs: number;
  }[];
  /** false while the sums have not caught up with what is held: after an upgrade of a large database. */
  readonly isSummed: boolean;
}

const LINES = 200;
/** Locks that are shown: those that hold come first. */
const LOCKS = 50;
const DAYS = 7;
/** What somebody who looks may have to wait for, entries. */
const SUMMED_AT_ONCE = 20_000;

/** Returns the overview as of now. */
export async function overview(db: Database, nowMs: number): Promise<Overview> {
  const isSummed = await sumUp(db, { entries: SUMMED_AT_ONCE });
  const counters = await db
    .selectFrom('counters')
    .leftJoin('branches as branch', 'branch.branch_no', 'counters.branch_no')
    .leftJoin('counter_reports as report', (join) =>
      join.onRef('report.branch_no', '=', 'counters.branch_no').onRef('report.counter_id', '=', 'counters.counter_id'),
    )
    .leftJoin('entries as next', (join) =>
      join.onRef('next.branch_no', '=', 'counters.branch_no').on('next.position', '=', sql<number>`counters.seen_position + 1`),
    )
    .leftJoin('operations as oldest', (join) =>
      join
        .onRef('oldest.branch_no', '=', 'next.branch_no')
        .onRef('oldest.counter_id', '=', 'next.counter_id')
        .onRef('oldest.seq', '=', 'next.seq'),
    )
    .select(['counters.branch_no', 'counters.counter_id', 'held_seq', 'seen_position', 'last_contact_ms', 'last_position'])
    .select([
      'report.card_keys as held_keys',
      'program_version',
      'clock_difference_ms',
      'waiting',
      'reported_at_ms',
      'oldest.received_at_ms as oldest_ms',
    ])
    .select((eb) => isLocked(eb).as('is_locked'))
    .where((eb) => eb.not(isLeft(eb)))
    .orderBy('counters.branch_no')
    .orderBy('counters.counter_id')
    .execute();
  const quarantine = await db
    .selectFrom('operations')
    .select(['branch_no', 'counter_id', 'seq', 'kind', 'clerk', 'received_at_ms', 'code', 'reason'])
    .where('verdict', '=', 'quarantined')
    .orderBy('branch_no')
    .orderBy('counter_id')
    .orderBy('seq')
    .limit(LINES)
    .execute();
  const cases = await db
    .selectFrom('cases')
    .leftJoin('lookup_keys as no', (join) =>
      join.onRef('no.branch_no', '=', 'cases.branch_no').onRef('no.account_id', '=', 'cases.account_id').on('no.kind', '=', 'account-no'),
    )
    .select([
      'cases.branch_no',
      'case_id',
      'code',
      'cases.account_id',
      'no.value as account_no',
      'opened_at_ms',
      'later_json',
      'earlier_json',
    ])
    .where('state', '=', 'open')
    .orderBy('opened_at_ms', 'desc')
    .limit(LINES)
    .execute();
  const cardKeys = await db.selectFrom('card_keys').select(['branch_no', 'version', 'fingerprint']).orderBy('version').execute();
  const deliveries = await db.selectFrom('card_key_deliveries').selectAll().orderBy('delivered_at_ms', 'desc').limit(LINES).execute();
  const dates = await lastDates(db);
  const days =
    dates.length === 0
      ? []
      : await db
          .selectFrom('day_totals')
          .select(['branch_no', 'business_date', 'ledger_account', ({ fn }) => fn.sum<string>('amount_fen').as('sum_fen')])
          .where('business_date', 'in', dates)
          .groupBy(['branch_no', 'business_date', 'ledger_account'])
          .orderBy('business_date', 'desc')
          .orderBy('branch_no')
          .orderBy('ledger_account')
          .execute();
  return {
    counters: counters.map((row) => {
      const behind = Math.max(0, (row.last_position ?? 0) - row.seen_position);
      return {
        ...{ branchNo: row.branch_no, counterId: row.counter_id, heldSeq: row.held_seq, behind, isLocked: row.is_locked === true },
        behindMs: behind === 0 || row.oldest_ms === null ? null : Math.max(0, nowMs - Number(row.oldest_ms)),
        lastContactMs: Number(row.last_contact_ms),
        report:
          row.program_version === null
            ? null
            : {
                ...{ programVersion: row.program_version, clockDifferenceMs: Number(row.clock_difference_ms) },
                ...{ waiting: row.waiting ?? 0, atMs: Number(row.reported_at_ms) },
              },
        cardKeys: keysOf(
          cardKeys.filter((key) => key.branch_no === row.branch_no),
          row.held_keys,
        ),
      };
    }),
    locks: await listLocks(db, LOCKS),
    quarantine: quarantine.map((row) => ({
      ...{ branchNo: row.branch_no, counterId: row.counter_id, seq: row.seq, kind: row.kind, clerk: row.clerk },
      ...{ receivedAtMs: Number(row.received_at_ms), code: row.code, reason: row.reason },
    })),
    cases: cases.map((row) => ({
      ...{ branchNo: row.branch_no, caseId: row.case_id, code: row.code, accountId: row.account_id },
      ...{ accountNo: row.account_no ?? '', openedAtMs: Number(row.opened_at_ms) },
      later: JSON.parse(row.later_json) as CaseSide,
      earlier: row.earlier_json === '' ? null : (JSON.parse(row.earlier_json) as CaseSide),
    })),
    days: days.map((row) => ({
      ...{ branchNo: row.branch_no, businessDate: row.business_date, ledgerAccount: row.ledger_account, amountFen: Number(row.sum_fen) },
    })),
    deliveries: deliveries.map((row) => ({
      ...{ branchNo: row.branch_no, counterId: row.counter_id, version: row.version, fingerprint: row.fingerprint },
      atMs: Number(row.delivered_at_ms),
    })),
    isSummed,
  };
}

/** Holds the keys that a counter has told of against those of its branch. */
function keysOf(branchKeys: readonly HeldKey[], heldJson: string | null): Overview['counters'][number]['cardKeys'] {
  const held = heldJson === null ? [] : (JSON.parse(heldJson) as readonly HeldKey[]);
  const sameAs = ({ version }: HeldKey) => held.find((one) => one.version === version);
  return {
    held: held.map(({ version }) => version).sort((left, right) => left - right),
    lacking: branchKeys.filter((key) => sameAs(key) === undefined).map(({ version }) => version),
    other: branchKeys.filter((key) => (sameAs(key)?.fingerprint ?? key.fingerprint) !== key.fingerprint).map(({ version }) => version),
  };
}

/** Returns the last business dates that have sums, newest first; each step asks the index for the one before. */
async function lastDates(db: Database): Promise<readonly string[]> {
  const dates: string[] = [];
  for (let before = '9'; dates.length < DAYS; ) {
    const row = await db
      .selectFrom('day_totals')
      .select(({ fn }) => fn.max('business_date').as('date'))
      .where('business_date', '<', before)
      .executeTakeFirst();
    if (row?.date === null || row?.date === undefined) break;
    dates.push(row.date);
    before = row.date;
  }
  return dates;
}
