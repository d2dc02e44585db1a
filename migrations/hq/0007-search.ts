// What people look for on headquarters' pages: a receipt by its number, and the receipts of an account.
import { type Kysely, sql } from 'kysely';

export async function up(db: Kysely<unknown>): Promise<void> {
  // A payload is canonical JSON, its names in order: what stands behind the receipt's long text is short, and only that is looked through.
  await sql`
    create index operations_by_receipt on operations (branch_no, (substring(right(payload_json, 300) from '"receiptNo":"([^"]{1,64})"')))
    where kind = 'receipt.issued'`.execute(db);
  await sql`create index operations_of_receipts on operations (branch_no, account_id, recorded_at_ms) where kind = 'receipt.issued'`.execute(
    db,
  );
  await sql`create index cases_of_account on cases (branch_no, account_id)`.execute(db);
}
