// By what an account is found from other branches; kept with every change of an account.
import { type RawBuilder, sql } from 'kysely';
import type { AccountRow } from '../shared/domain/fold.ts';
import { insertRows } from './insert-rows.ts';
import type { Tables } from './tables.ts';
import type { Row } from './workspace.ts';

/** Returns the statement that keeps the keys of the accounts among the rows that changed; none where there are none. */
export function keepLookupKeys(input: {
  readonly branchNo: string;
  readonly changed: ReadonlyMap<string, Row>;
}): readonly RawBuilder<unknown>[] {
  const { branchNo, changed } = input;
  const keys: Tables['lookup_keys'][] = [];
  for (const [key, { body }] of changed) {
    if (!key.startsWith('account/')) continue;
    const { accountId, accountNo, phone } = body as AccountRow;
    const of = { branch_no: branchNo, account_id: accountId };
    keys.push({ ...of, kind: 'account-no', value: accountNo }, { ...of, kind: 'phone', value: phone });
  }
  const replace = sql`on conflict (branch_no, account_id, kind) do update set value = excluded.value`;
  return insertRows({ table: 'lookup_keys', branchNo, rows: keys, onConflict: replace });
}
