// Many rows in one statement: one array per column, written out here, because the driver's own way costs more than the rest of an insert.
import { type RawBuilder, sql } from 'kysely';
import type { Tables } from './tables.ts';

/** Column types of the tables that are filled many rows at once; every one begins with `branch_no`. `json` is a text that is JSON and never empty. */
const COLUMNS = {
  operations: {
    ...{ seq: 'integer', id: 'text', counter_id: 'text', kind: 'text', business_date: 'text', shift_id: 'text', clerk: 'text' },
    ...{ account_id: 'text', recorded_at_ms: 'bigint', received_at_ms: 'bigint', payload_json: 'json', previous_hash: 'text' },
    ...{ hash: 'text', verdict: 'text', code: 'text', reason: 'text' },
  },
  entries: {
    ...{ position: 'integer', hash: 'text', counter_id: 'text', seq: 'integer', operation_hash: 'text', verdict: 'text', code: 'text' },
    ...{ reason: 'text' },
  },
  postings: { seq: 'integer', counter_id: 'text', line: 'integer', ledger_account: 'text', dimension: 'text', amount_fen: 'bigint' },
  balances: { ledger_account: 'text', dimension: 'text', amount_fen: 'bigint' },
  projections: { row_key: 'text', account_id: 'text', counter_id: 'text', seq: 'integer', body: 'json' },
  unseen_conflicts: { counter_id: 'text', row_key: 'text', seq: 'integer', until_seq: 'integer' },
  lookup_keys: { account_id: 'text', kind: 'text', value: 'text' },
} as const;
type Filled = keyof typeof COLUMNS;

type Value = string | number;
type Sql = RawBuilder<unknown>;

/**
 * Returns the statement that inserts rows of one branch; none where there are no rows. It has few parameters, a list for each column and one value
 * where all rows have the same: PostgreSQL reads it faster than many rows of values. The lists are opened side by side in the select list, where no
 * row is kept beside before it is inserted.
 */
export function insertRows<Table extends Filled>(input: {
  readonly table: Table;
  readonly branchNo: string;
  readonly rows: readonly Tables[Table][];
  readonly onConflict?: Sql;
}): readonly Sql[] {
  const { table, branchNo, rows, onConflict = sql`` } = input;
  if (rows.length === 0) return [];
  const names: Sql[] = [];
  const values: Sql[] = [];
  let lists = 0;
  for (const [column, type] of Object.entries(COLUMNS[table])) {
    const all = rows.map((row) => (row as Readonly<Record<string, Value>>)[column] ?? '');
    const [first] = all;
    names.push(sql.ref(column));
    // One list there must be: it says how many rows there are.
    if (lists > 0 && all.every((value) => value === first)) values.push(sql`${first}::${sql.raw(type === 'json' ? 'text' : type)}`);
    else {
      values.push(sql`unnest(${listOf(all, type)})`);
      lists += 1;
    }
  }
  return [sql`insert into ${sql.table(table)} (branch_no, ${sql.join(names)}) select ${branchNo}, ${sql.join(values)} ${onConflict}`];
}

function listOf(values: readonly Value[], type: string): Sql {
  if (type === 'json') return separated(values.join(SEPARATOR));
  return type === 'text' ? texts(values) : numbers(values, type);
}

/** Between texts of a list: the control character for it, which JSON spells out and lines of text may not hold. */
const SEPARATOR = '\x1f';

/**
 * Returns a list of texts. Cut by PostgreSQL, it need not be quoted here nor read there character by character, which took longer than all the rest
 * of an insert; a list that cannot be cut so goes as an array.
 */
export function texts(values: readonly Value[]): Sql {
  const list = values.join(SEPARATOR);
  return list !== '' && separatorsIn(list) === values.length - 1 ? separated(list) : sql`${values}::text[]`;
}

function separated(list: string): Sql {
  return sql`string_to_array(${list}, ${sql.lit(SEPARATOR)})`;
}

function separatorsIn(list: string): number {
  let count = 0;
  for (let at = list.indexOf(SEPARATOR); at !== -1; at = list.indexOf(SEPARATOR, at + 1)) count += 1;
  return count;
}

/** Returns a list of numbers in PostgreSQL's text form of an array (PostgreSQL 18 manual §8.15.6). */
function numbers(values: readonly Value[], type: string): Sql {
  return sql`${`{${values.join(',')}}`}::${sql.raw(type)}[]`;
}

/**
 * What a column is compared with to be one of these texts: one parameter, however many they are. The planner cuts it before it looks, so that it sees
 * how many: what it has to cast first it takes for ten.
 */
export function anyOf(values: readonly string[]): RawBuilder<string> {
  return sql<string>`any(${texts(values)})`;
}
