// By what an account is found from other branches; kept with every change of an account.
import { sql, type Transaction } from 'kysely';
import type { AccountRow } from '../shared/domain/fold.ts';
import { insertRows } from './insert-rows.ts';
import type { Tables } from './tables.ts';
import type { Row } from './workspace.ts';

/** Keeps the keys of the accounts among the rows that changed. */
export async function keepLookupKeys(
  tx: Transaction<Tables>,
  { branchNo, changed }: { readonly branchNo: string; readonly changed: ReadonlyMap<string, Row> },
): Promise<void> {
  const keys = [...changed].flatMap(([key, { body }]): Tables['lookup_keys'][] => {
    if (!key.startsWith('account/')) return [];
    const { accountId, accountNo, phone } = body as AccountRow;
    const of = { branch_no: branchNo, account_id: accountId };
    return [
      { ...of, kind: 'account-no', value: accountNo },
      { ...of, kind: 'phone', value: phone },
    ];
  });
  const replace = sql`on conflict (branch_no, account_id, kind) do update set value = excluded.value`;
  await insertRows(tx, { table: 'lookup_keys', branchNo, rows: keys, onConflict: replace });
}
