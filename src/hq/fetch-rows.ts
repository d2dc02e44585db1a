// Reads rows of a branch's projections.
import type { Transaction } from 'kysely';
import type { Database } from './database.ts';
import { anyOf } from './insert-rows.ts';
import { VERDICT_KEYS, verdictKey } from './judge.ts';
import type { Tables } from './tables.ts';
import type { Row } from './workspace.ts';

type Columns = Pick<Tables['projections'], 'row_key' | 'account_id' | 'counter_id' | 'seq' | 'body'>;
type OfBranch = { readonly branchNo: string; readonly keys: readonly string[] };
type Reader = Database | Transaction<Tables>;

/** Asks for rows of a branch's projections by key; `readRows` reads what is answered. */
export function rowsByKey(tx: Reader, { branchNo, keys }: OfBranch) {
  return tx
    .selectFrom('projections')
    .select(['row_key', 'account_id', 'counter_id', 'seq', 'body'])
    .where('branch_no', '=', branchNo)
    .where('row_key', '=', anyOf(keys));
}

export function readRows(rows: readonly Columns[]): ReadonlyMap<string, Row> {
  return new Map(
    rows.map((row) => [
      row.row_key,
      { body: JSON.parse(row.body) as unknown, accountId: row.account_id, counterId: row.counter_id, seq: row.seq },
    ]),
  );
}

/** Returns rows of a branch's projections by key. */
export async function fetchRows(tx: Reader, of: OfBranch): Promise<ReadonlyMap<string, Row>> {
  return readRows(await rowsByKey(tx, of).execute());
}

/** Returns what the judge asks for by key: rows of a branch's projections, and verdicts of operations that are held. */
export async function fetchForJudge(
  tx: Transaction<Tables>,
  { branchNo, keys }: { readonly branchNo: string; readonly keys: readonly string[] },
): Promise<ReadonlyMap<string, Row>> {
  const ids = keys.filter((key) => key.startsWith(VERDICT_KEYS)).map((key) => key.slice(VERDICT_KEYS.length));
  if (ids.length === 0) return fetchRows(tx, { branchNo, keys });
  const held = await tx
    .selectFrom('operations')
    .select(['id', 'verdict', 'counter_id', 'seq', 'account_id'])
    .where('branch_no', '=', branchNo)
    .where('id', '=', anyOf(ids))
    // Held from two journals it counts once: the other one is in quarantine.
    .orderBy(({ eb }) => eb('verdict', '<>', 'quarantined'))
    .execute();
  const rows = new Map(await fetchRows(tx, { branchNo, keys }));
  for (const { id, verdict, counter_id, seq, account_id } of held)
    rows.set(verdictKey(id), { body: verdict, accountId: account_id, counterId: counter_id, seq });
  return rows;
}
