// What a counter and headquarters have folded, spelled the same way, so that two replicas can be compared row by row.
import DatabaseFile from 'better-sqlite3';
import type { Database } from '../../src/hq/database.ts';
import {
  accountOf,
  cardOf,
  JsonMemo,
  meterOf,
  openingOf,
  paymentOf,
  receiptOf,
  receivableOf,
  shiftOf,
  topupOf,
} from '../../src/main/store/rows.ts';
import { canonicalJson } from '../../src/shared/domain/canonical.ts';

export type ReplicaRows = Readonly<Record<string, string>>;

/** Areas that only one side keeps: what headquarters alone has to see, and what a counter derives for its own use. */
const NOT_COMPARED = /^(?:record-card-sale|branch|tariff)\//;

/** Returns the projections of a counter's database by headquarters' row keys, and its balances. */
export function counterRows(file: string): ReplicaRows {
  const db = new DatabaseFile(file, { readonly: true });
  const all = <Row>(sql: string): Row[] => db.prepare<[], Row>(sql).all();
  const json = new JsonMemo();
  const rows: Record<string, unknown> = {};
  const take = <Raw, Row>(table: string, convert: (raw: Raw) => Row, key: (row: Row) => string) => {
    for (const raw of all<Raw>(`SELECT * FROM ${table}`)) {
      const row = convert(raw);
      rows[key(row)] = row;
    }
  };
  take('account', accountOf, (row) => `account/${row.accountId}`);
  take('card', cardOf, (row) => `card/${row.cardNo}`);
  take('meter', meterOf, (row) => `meter/${row.meterNo}`);
  take(
    'topup',
    (row: Parameters<typeof topupOf>[0]) => topupOf(row, json),
    (row) => `topup/${row.topupId}`,
  );
  take('receipt', receiptOf, (row) => `receipt/${row.receiptId}`);
  take('receivable', receivableOf, (row) => `receivable/${row.receivableId}`);
  take(
    'payment',
    (row: Parameters<typeof paymentOf>[0]) => paymentOf(row, json),
    (row) => `payment/${row.paymentId}`,
  );
  take(
    'shift',
    (row: Parameters<typeof shiftOf>[0]) => shiftOf(row, json),
    (row) => `shift/${row.shiftId}`,
  );
  take('drawer_opening', openingOf, (row) => `drawer-opening/${row.openingId}`);
  for (const { area, record_id, body } of all<{ area: string; record_id: string; body: string }>('SELECT * FROM record')) {
    rows[`record-${area}/${record_id}`] = JSON.parse(body);
  }
  for (const use of all<{ account_id: string; year: number; holder: number; litres: number }>('SELECT * FROM tier_use')) {
    rows[`tier/${use.account_id}/${use.year}/${use.holder}`] = use.litres;
  }
  for (const { account_id, litres } of all<{ account_id: string; litres: number }>('SELECT * FROM volume_owed')) {
    rows[`owed/${account_id}`] = litres;
  }
  for (const balance of all<BalanceRow>('SELECT * FROM ledger_balance')) addBalance(rows, balance);
  db.close();
  return spelled(rows);
}

/** Returns what headquarters has folded of a branch, and its balances. */
export async function headquartersRows(db: Database, branchNo: string): Promise<ReplicaRows> {
  const rows: Record<string, unknown> = {};
  const projections = await db.selectFrom('projections').select(['row_key', 'body']).where('branch_no', '=', branchNo).execute();
  for (const { row_key, body } of projections) rows[row_key] = withoutOpening(row_key, JSON.parse(body));
  const balances = await db.selectFrom('balances').selectAll().where('branch_no', '=', branchNo).execute();
  for (const balance of balances) addBalance(rows, balance);
  return spelled(rows);
}

interface BalanceRow {
  readonly ledger_account: string;
  readonly dimension: string;
  readonly amount_fen: number;
}

function addBalance(rows: Record<string, unknown>, balance: BalanceRow): void {
  const amountFen = Number(balance.amount_fen);
  if (amountFen !== 0) rows[`balance/${balance.ledger_account}/${balance.dimension}`] = amountFen;
}

/** The row of an account or a meter at headquarters still has the fields of its opening that the counter has moved into the detail. */
function withoutOpening(key: string, body: unknown): unknown {
  if (key.startsWith('meter/')) {
    const { billed: _billed, ...rest } = body as Record<string, unknown>;
    return rest;
  }
  if (!key.startsWith('account/')) return body;
  const { customerId: _customer, suppliedSince: _since, ...rest } = body as Record<string, unknown>;
  return rest;
}

function spelled(rows: Readonly<Record<string, unknown>>): ReplicaRows {
  return Object.fromEntries(
    Object.entries(rows)
      .filter(([key]) => !NOT_COMPARED.test(key))
      .sort(([left], [right]) => (left < right ? -1 : 1))
      .map(([key, row]) => [key, canonicalJson(row)]),
  );
}
