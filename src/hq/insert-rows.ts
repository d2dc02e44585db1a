// Many rows in one statement: one array per column, written out here, because the driver's own way costs more than the rest of an insert.
import { type RawBuilder, sql, type Transaction } from 'kysely';
import type { Tables } from './tables.ts';

/** Column types of the tables that are filled many rows at once; every one begins with `branch_no`. */
const COLUMNS = {
  operations: {
    ...{ seq: 'integer', id: 'text', counter_id: 'text', kind: 'text', business_date: 'text', shift_id: 'text', clerk: 'text' },
    ...{ account_id: 'text', recorded_at_ms: 'bigint', received_at_ms: 'bigint', payload_json: 'text', previous_hash: 'text' },
    ...{ hash: 'text', verdict: 'text', code: 'text', reason: 'text' },
  },
  entries: {
    ...{ position: 'integer', hash: 'text', counter_id: 'text', seq: 'integer', operation_hash: 'text', verdict: 'text', code: 'text' },
    ...{ reason: 'text' },
  },
  postings: { seq: 'integer', counter_id: 'text', line: 'integer', ledger_account: 'text', dimension: 'text', amount_fen: 'bigint' },
  balances: { ledger_account: 'text', dimension: 'text', amount_fen: 'bigint' },
  projections: { row_key: 'text', account_id: 'text', counter_id: 'text', seq: 'integer', body: 'text' },
  unseen_conflicts: { counter_id: 'text', row_key: 'text', seq: 'integer', until_seq: 'integer' },
  lookup_keys: { account_id: 'text', kind: 'text', value: 'text' },
} as const;
type Filled = keyof typeof COLUMNS;

type Value = string | number;
type Sql = RawBuilder<unknown>;

/**
 * Inserts rows of one branch in one statement of few parameters, an array for each column and one value where all rows have the same: PostgreSQL
 * reads it faster than many rows of values.
 */
export async function insertRows<Table extends Filled>(
  tx: Transaction<Tables>,
  input: { readonly table: Table; readonly branchNo: string; readonly rows: readonly Tables[Table][]; readonly onConflict?: Sql },
): Promise<void> {
  const { table, branchNo, rows, onConflict = sql`` } = input;
  if (rows.length === 0) return;
  const arrays: Sql[] = [];
  const given: Sql[] = [];
  const names: Sql[] = [];
  const values: Sql[] = [];
  for (const [column, type] of Object.entries(COLUMNS[table])) {
    const name = sql.ref(column);
    const all = rows.map((row) => (row as Readonly<Record<string, Value>>)[column] ?? '');
    names.push(name);
    // One array there must be: it says how many rows there are.
    if (arrays.length > 0 && all.every((value) => value === all[0])) {
      values.push(sql`${all[0]}::${sql.raw(type)}`);
    } else {
      arrays.push(sql`${arrayLiteral(all)}::${sql.raw(type)}[]`);
      given.push(name);
      values.push(sql`given.${name}`);
    }
  }
  await sql`insert into ${sql.table(table)} (branch_no, ${sql.join(names)})
    select ${branchNo}, ${sql.join(values)} from unnest(${sql.join(arrays)}) as given (${sql.join(given)}) ${onConflict}`.execute(tx);
}

/**
 * What a column is compared with to be one of these texts: one parameter, however many they are. It goes as an array, because the planner must see
 * how many: what it has to cast first it takes for ten.
 */
export function anyOf(texts: readonly string[]): RawBuilder<string> {
  return sql<string>`any(${texts}::text[])`;
}

/** Returns PostgreSQL's text form of an array, PostgreSQL 18 manual §8.15.6: elements in quotes, quotes and backslashes escaped. */
function arrayLiteral(values: readonly Value[]): string {
  let literal = '';
  for (const value of values) literal += `${literal === '' ? '{' : ','}${typeof value === 'number' ? value : quoted(value)}`;
  return literal === '' ? '{}' : `${literal}}`;
}

/** With plain texts replaced, not patterns: several times as fast on the long ones. */
function quoted(value: string): string {
  return `"${value.replaceAll('\\', '\\\\').replaceAll('"', '\\"')}"`;
}
