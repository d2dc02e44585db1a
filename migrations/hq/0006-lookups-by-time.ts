// How often a counter has looked up lately, and what branches owe each other: both are asked of tables that only grow.
import { type Kysely, sql } from 'kysely';

export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`create index lookups_by_counter on lookups (branch_no, counter_id, at_ms)`.execute(db);
  await sql`
    create index postings_of_clearing on postings (branch_no, counter_id, seq) where ledger_account = 'inter-branch-clearing'`.execute(db);
}
