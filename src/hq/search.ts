// Search on headquarters' page: an account by its number, a receipt by its number; what was done, with its verdict and its case. By index alone.
import { sql } from 'kysely';
import { z } from 'zod';
import type { CaseSide } from '../shared/domain/feed.ts';
import type { AccountRow } from '../shared/domain/fold.ts';
import type { Database } from './database.ts';
import { maskedName } from './lookup.ts';
import type { Tables } from './tables.ts';

export interface FoundOperation {
  readonly branchNo: string;
  readonly counterId: string;
  readonly seq: number;
  readonly kind: string;
  readonly clerk: string;
  readonly accountId: string;
  readonly businessDate: string;
  readonly recordedAtMs: number;
  readonly receivedAtMs: number;
  readonly verdict: Tables['operations']['verdict'];
  /** '' where it was applied. */
  readonly code: string;
  readonly reason: string;
  /** Of a receipt; '' and null of everything else. */
  readonly receiptNo: string;
  readonly amountFen: number | null;
}

export interface FoundCase {
  readonly branchNo: string;
  readonly code: string;
  readonly state: 'open' | 'settled';
  readonly openedAtMs: number;
  readonly later: CaseSide;
  readonly earlier: CaseSide | null;
  /** How it was settled; '' while it is open. */
  readonly note: string;
}

export interface SearchResult {
  readonly accounts: readonly {
    readonly branchNo: string;
    readonly accountNo: string;
    /** Masked: enough to know whether it is the right one. */
    readonly customerName: string;
  }[];
  readonly operations: readonly FoundOperation[];
  readonly cases: readonly FoundCase[];
  /** There is more than is shown. */
  readonly isCut: boolean;
}

/** What can be a number of an account or a receipt. */
const NUMBER = /^[\p{L}\p{N}][\p{L}\p{N}_./-]{0,63}$/u;
/** Branch, counter and number, as `slips.ts` of the core makes it. */
const RECEIPT_NO = /^(.{1,32})-([^-]{1,32})-\d{1,16}$/;
const ACCOUNTS = 20;
const RECEIPTS = 50;
const CASES = 20;
/** A payment, what follows from it and its receipt are appended one after the other. */
const AROUND = 12;

/** The expression of the index `operations_by_receipt`, word for word. */
const RECEIPT_NO_OF = sql<string>`(substring(right(payload_json, 300) from '"receiptNo":"([^"]{1,64})"'))`;

const receiptSchema = z.object({ receiptNo: z.string(), amountFen: z.number().optional() });

const NOTHING: SearchResult = { accounts: [], operations: [], cases: [], isCut: false };

/** Whether a text can be searched for at all. */
export function isNumber(text: string): boolean {
  return NUMBER.test(text);
}

/** Returns what is known under a number of an account or a receipt, newest first; nothing for a text that is neither. */
export async function search(db: Database, text: string): Promise<SearchResult> {
  if (!isNumber(text)) return NOTHING;
  const receipt = await byReceipt(db, text);
  return receipt.operations.length > 0 ? receipt : byAccount(db, text);
}

async function byAccount(db: Database, accountNo: string): Promise<SearchResult> {
  const keys = await db
    .selectFrom('lookup_keys')
    .select(['branch_no', 'account_id'])
    .where('kind', '=', 'account-no')
    .where('value', '=', accountNo)
    .orderBy('branch_no')
    .orderBy('account_id')
    .limit(ACCOUNTS + 1)
    .execute();
  const found = await Promise.all(keys.slice(0, ACCOUNTS).map(({ branch_no, account_id }) => ofAccount(db, { branch_no, account_id })));
  return {
    accounts: found.flatMap((one) => one.accounts),
    operations: newestFirst(found.flatMap((one) => one.operations)),
    cases: found.flatMap((one) => one.cases),
    isCut: keys.length > ACCOUNTS || found.some((one) => one.isCut),
  };
}

type OfAccount = Pick<Tables['lookup_keys'], 'branch_no' | 'account_id'>;

async function ofAccount(db: Database, of: OfAccount): Promise<SearchResult> {
  const receipts = await db
    .selectFrom('operations')
    .selectAll()
    .where((eb) => eb.and(of))
    .where('kind', '=', sql.lit('receipt.issued'))
    .orderBy('recorded_at_ms', 'desc')
    .limit(RECEIPTS + 1)
    .execute();
  const aside = await db
    .selectFrom('operations')
    .selectAll()
    .where((eb) => eb.and(of))
    .where('verdict', '=', sql.lit('quarantined'))
    .limit(RECEIPTS)
    .execute();
  const shown = new Map([...receipts.slice(0, RECEIPTS), ...aside].map((row) => [`${row.counter_id} ${row.seq}`, row]));
  return { ...(await aboutAccount(db, of)), operations: [...shown.values()].map(foundOperation), isCut: receipts.length > RECEIPTS };
}

async function byReceipt(db: Database, receiptNo: string): Promise<SearchResult> {
  const [, branchNo] = RECEIPT_NO.exec(receiptNo) ?? [];
  if (branchNo === undefined) return NOTHING;
  const receipts = await db
    .selectFrom('operations')
    .selectAll()
    .where('branch_no', '=', branchNo)
    .where('kind', '=', sql.lit('receipt.issued'))
    .where(RECEIPT_NO_OF, '=', receiptNo)
    .limit(RECEIPTS)
    .execute();
  const results: SearchResult[] = [];
  for (const { counter_id, seq, account_id } of receipts) {
    const around = await db
      .selectFrom('operations')
      .selectAll()
      .where('branch_no', '=', branchNo)
      .where('counter_id', '=', counter_id)
      .where('seq', '>=', seq - AROUND)
      .where('seq', '<=', seq + AROUND)
      .where('account_id', '=', account_id)
      .execute();
    const about = await aboutAccount(db, { branch_no: branchNo, account_id });
    results.push({ ...about, operations: around.map(foundOperation), isCut: false });
  }
  return {
    accounts: results.flatMap((one) => one.accounts),
    operations: newestFirst(results.flatMap((one) => one.operations)),
    cases: results.flatMap((one) => one.cases),
    isCut: false,
  };
}

async function aboutAccount(db: Database, of: OfAccount): Promise<Pick<SearchResult, 'accounts' | 'cases'>> {
  if (of.account_id === '') return { accounts: [], cases: [] };
  const row = await db
    .selectFrom('projections')
    .select('body')
    .where('branch_no', '=', of.branch_no)
    .where('row_key', '=', `account/${of.account_id}`)
    .executeTakeFirst();
  const account = row === undefined ? null : (JSON.parse(row.body) as AccountRow);
  const cases = await db
    .selectFrom('cases')
    .selectAll()
    .where((eb) => eb.and(of))
    .orderBy('opened_at_ms', 'desc')
    .limit(CASES)
    .execute();
  return {
    accounts:
      account === null ? [] : [{ branchNo: of.branch_no, accountNo: account.accountNo, customerName: maskedName(account.customerName) }],
    cases: cases.map((one) => ({
      ...{ branchNo: one.branch_no, code: one.code, state: one.state, openedAtMs: Number(one.opened_at_ms), note: one.note },
      later: JSON.parse(one.later_json) as CaseSide,
      earlier: one.earlier_json === '' ? null : (JSON.parse(one.earlier_json) as CaseSide),
    })),
  };
}

function foundOperation(row: Tables['operations']): FoundOperation {
  // One in quarantine may be of any form.
  const receipt = row.kind === 'receipt.issued' ? receiptSchema.safeParse(JSON.parse(row.payload_json)).data : undefined;
  return {
    ...{ branchNo: row.branch_no, counterId: row.counter_id, seq: row.seq, kind: row.kind, clerk: row.clerk, accountId: row.account_id },
    ...{ businessDate: row.business_date, recordedAtMs: Number(row.recorded_at_ms), receivedAtMs: Number(row.received_at_ms) },
    ...{ verdict: row.verdict, code: row.code, reason: row.reason },
    ...{ receiptNo: receipt?.receiptNo ?? '', amountFen: receipt?.amountFen ?? null },
  };
}

function newestFirst(operations: readonly FoundOperation[]): readonly FoundOperation[] {
  return operations.toSorted((left, right) => right.recordedAtMs - left.recordedAtMs || right.seq - left.seq);
}
