// An account of another branch, found by an exact question, masked and signed; who asked for what is kept.
import { sql } from 'kysely';
import { canonicalJson } from '../shared/domain/canonical.ts';
import type { ReceivableRow } from '../shared/domain/charging.ts';
import { HEADQUARTERS_PREFIX } from '../shared/domain/cross-branch.ts';
import type { AccountRow, CardRow, MeterRow } from '../shared/domain/fold.ts';
import type { Tariff } from '../shared/domain/tariff.ts';
import { type LookupQuestion, type SignedVisit, type Visit, visitText } from '../shared/domain/visits.ts';
import { type LookupAnswer, type LookupRequest, MAX_FOUND } from '../shared/wire/cross-branch.ts';
import type { Authority } from './authority.ts';
import type { Database } from './database.ts';

/** How long a counter may work with what it was told, ms: the rest of a working day without the line. */
const VALID_FOR_MS = 12 * 60 * 60 * 1000;
/**
 * What a counter is told at most, by questions with a number that somebody may have guessed: far more than customers can stand in front of it. Asking
 * again about an account that is known already is not counted.
 */
const LIMITS = [
  { withinMs: 60_000, most: 30 },
  { withinMs: 60 * 60_000, most: 300 },
] as const;
/** Facts from other branches that an answer names as counted in. */
const KNOWN = 200;

interface Found {
  readonly branchNo: string;
  readonly accountId: string;
}

/** Whether the counter has asked so often that its question must wait; what it asks in vain counts too. */
export async function asksTooMuch(
  db: Database,
  { request, nowMs }: { readonly request: LookupRequest; readonly nowMs: number },
): Promise<boolean> {
  if (request.question.by === 'account') return false;
  for (const { withinMs, most } of LIMITS) {
    const { asked } = await db
      .selectFrom('lookups')
      .select((eb) => eb.fn.countAll<string>().as('asked'))
      .where('branch_no', '=', request.branchNo)
      .where('counter_id', '=', request.counterId)
      .where('at_ms', '>', nowMs - withinMs)
      .where('asked_by', '<>', 'account')
      .executeTakeFirstOrThrow();
    if (Number(asked) >= most) return true;
  }
  return false;
}

/** Returns what is known of the accounts asked for, none of the asking branch's own, and notes the question. */
export async function lookUp(
  db: Database,
  { request, authority, nowMs }: { readonly request: LookupRequest; readonly authority: Authority; readonly nowMs: number },
): Promise<LookupAnswer> {
  const found = (await find(db, request.question)).filter(({ branchNo }) => branchNo !== request.branchNo).slice(0, MAX_FOUND);
  const noted = found.length === 0 ? [{ branchNo: '', accountId: '' }] : found;
  await db
    .insertInto('lookups')
    .values(
      noted.map(({ branchNo, accountId }) => ({
        ...{ branch_no: request.branchNo, counter_id: request.counterId, clerk: request.clerk, asked_by: request.question.by },
        ...{ asked: maskedQuestion(request.question), home_branch_no: branchNo, account_id: accountId, at_ms: nowMs },
      })),
    )
    .execute();
  const visits: SignedVisit[] = [];
  for (const one of found) {
    const visit = await visitOf(db, one, nowMs);
    if (visit === null) continue;
    const json = canonicalJson(visit);
    visits.push({ json, signature: authority.sign(visitText(json)) });
  }
  return { version: request.version, found: visits, nowMs };
}

async function find(db: Database, question: LookupQuestion): Promise<Found[]> {
  const rowsNamed = async (rowKey: string) => {
    const branches = await db.selectFrom('branches').select('branch_no').execute();
    if (branches.length === 0) return [];
    const names = branches.map(({ branch_no }) => branch_no);
    return db
      .selectFrom('projections')
      .select(['branch_no', 'account_id', 'body'])
      .where('branch_no', 'in', names)
      .where('row_key', '=', rowKey)
      .execute();
  };
  const byKey = async (kind: 'account-no' | 'phone', value: string): Promise<Found[]> => {
    const rows = await db
      .selectFrom('lookup_keys')
      .select(['branch_no', 'account_id'])
      .where('kind', '=', kind)
      .where('value', '=', value)
      .orderBy('branch_no')
      .orderBy('account_id')
      .limit(50)
      .execute();
    return rows.map((row) => ({ branchNo: row.branch_no, accountId: row.account_id }));
  };
  switch (question.by) {
    case 'account':
      return (await rowsNamed(`account/${question.accountId}`)).map((row) => ({ branchNo: row.branch_no, accountId: question.accountId }));
    case 'card':
      return (await rowsNamed(`card/${question.cardNo}`)).map((row) => ({
        branchNo: row.branch_no,
        accountId: (JSON.parse(row.body) as CardRow).accountId,
      }));
    case 'account-no':
      return byKey('account-no', question.accountNo);
    case 'phone-and-name': {
      const found: Found[] = [];
      for (const one of await byKey('phone', question.phone)) {
        const account = await rowOf<AccountRow>(db, one.branchNo, `account/${one.accountId}`);
        if (account?.customerName === question.name) found.push(one);
      }
      return found;
    }
  }
}

async function rowOf<Row>(db: Database, branchNo: string, rowKey: string): Promise<Row | null> {
  const row = await db
    .selectFrom('projections')
    .select('body')
    .where('branch_no', '=', branchNo)
    .where('row_key', '=', rowKey)
    .executeTakeFirst();
  return row === undefined ? null : (JSON.parse(row.body) as Row);
}

async function visitOf(db: Database, { branchNo, accountId }: Found, nowMs: number): Promise<Visit | null> {
  const account = await rowOf<AccountRow>(db, branchNo, `account/${accountId}`);
  const branch = await rowOf<{ readonly name: string }>(db, branchNo, 'branch/');
  if (account === null) return null;
  const rowsLike = async <Row>(pattern: 'card/%' | 'meter/%' | 'tier/%' | 'receivable/%' | 'tariff/%') => {
    // The pattern stands in the statement itself, so that the planner sees that the partial index holds it.
    const rows = await db
      .selectFrom('projections')
      .select(['row_key', 'body'])
      .where('branch_no', '=', branchNo)
      .where('account_id', '=', pattern === 'tariff/%' ? '' : accountId)
      .where(sql<boolean>`row_key like ${sql.lit(pattern)}`)
      .orderBy('row_key')
      .execute();
    return rows.map((row) => ({ rowKey: row.row_key, body: JSON.parse(row.body) as Row }));
  };
  const undelivered = await db
    .selectFrom('balances')
    .select('amount_fen')
    .where('branch_no', '=', branchNo)
    .where('ledger_account', '=', 'undelivered-purchase')
    .where('dimension', '=', accountId)
    .executeTakeFirst();
  const known = await db
    .selectFrom('operations')
    .select('id')
    .where('branch_no', '=', branchNo)
    .where('account_id', '=', accountId)
    .where('counter_id', 'like', `${HEADQUARTERS_PREFIX}%`)
    .where('verdict', '<>', 'quarantined')
    .orderBy('recorded_at_ms', 'desc')
    .limit(KNOWN)
    .execute();
  const tariffs = (await rowsLike<Tariff>('tariff/%')).map(({ body }) => body);
  return {
    format: 1,
    homeBranchNo: branchNo,
    homeBranchName: branch?.name ?? branchNo,
    asOfMs: nowMs,
    validForMs: VALID_FOR_MS,
    account: masked(account),
    cards: (await rowsLike<CardRow>('card/%')).map(({ body }) => body),
    meters: (await rowsLike<MeterRow>('meter/%')).map(({ body }) => body),
    receivables: (await rowsLike<ReceivableRow>('receivable/%')).map(({ body }) => body).filter(({ openFen }) => openFen > 0),
    tierUse: (await rowsLike<number>('tier/%')).map(({ rowKey, body }) => {
      const [, , year = '0', holder = '1'] = rowKey.split('/');
      return { year: Number(year), holder: Number(holder), litres: body };
    }),
    tariffs: tariffs.filter(({ id, planId = id }) => planId === account.tariffId),
    undeliveredFen: -Number(undelivered?.amount_fen ?? 0),
    knownIds: known.map(({ id }) => id),
  };
}

/** Enough for a clerk to ask "is that you?", too little to learn anything. */
function masked(account: AccountRow): AccountRow {
  const { address, detail } = account;
  return {
    ...account,
    customerName: maskedName(account.customerName),
    phone: maskedPhone(account.phone),
    address: { ...address, unit: address.unit === '' ? '' : '***' },
    meter: null,
    card: null,
    customerId: '',
    detail: { ...detail, customerId: '', bank: null, households: detail.households.map((proof) => ({ ...proof, proof: '' })) },
  };
}

/** Returns a name of which only the first character can be read. */
export function maskedName(name: string): string {
  const [first = '', ...rest] = [...name];
  return `${first}${'*'.repeat(Math.min(rest.length, 4))}`;
}

function maskedPhone(phone: string): string {
  return phone.length < 8 ? '*'.repeat(phone.length) : `${phone.slice(0, 3)}${'*'.repeat(phone.length - 7)}${phone.slice(-4)}`;
}

function maskedQuestion(question: LookupQuestion): string {
  switch (question.by) {
    case 'account':
      return question.accountId;
    case 'account-no':
      return question.accountNo;
    case 'card':
      return question.cardNo;
    case 'phone-and-name':
      return `${maskedPhone(question.phone)} ${maskedName(question.name)}`;
  }
}
