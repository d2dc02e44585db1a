// Reads rows of a branch's projections.
import type { Transaction } from 'kysely';
import type { Database } from './database.ts';
import { anyOf } from './insert-rows.ts';
import type { Tables } from './tables.ts';
import type { Row } from './workspace.ts';

/** Returns rows of a branch's projections by key. */
export async function fetchRows(
  tx: Database | Transaction<Tables>,
  { branchNo, keys }: { readonly branchNo: string; readonly keys: readonly string[] },
): Promise<ReadonlyMap<string, Row>> {
  const rows = await tx
    .selectFrom('projections')
    .select(['row_key', 'account_id', 'counter_id', 'seq', 'body'])
    .where('branch_no', '=', branchNo)
    .where('row_key', '=', anyOf(keys))
    .execute();
  return new Map(
    rows.map((row) => [
      row.row_key,
      { body: JSON.parse(row.body) as unknown, accountId: row.account_id, counterId: row.counter_id, seq: row.seq },
    ]),
  );
}
