// Headquarters orders: a feed per branch, verdicts, projections, quarantine and exception cases, enrolled counters.
import { type Kysely, sql } from 'kysely';

/** What the first version held. It is kept beside the new tables; counters never delete their journals and send everything once more. */
const FIRST = ['counters', 'operations', 'postings', 'topup_payments'];

/** Creates the tables. Plain PostgreSQL; every key begins with branch_no, so each table distributes by branch. */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const table of FIRST) {
    await sql`alter table ${sql.raw(table)} rename to ${sql.raw(`first_${table}`)}`.execute(db);
  }
  await sql`
    create table branches (
      branch_no text primary key,
      last_position integer not null,
      feed_hash text not null
    )`.execute(db);
  await sql`
    create table counters (
      branch_no text not null,
      counter_id text not null,
      public_key text not null,
      held_seq integer not null,
      held_hash text not null,
      seen_position integer not null,
      last_contact_ms bigint not null,
      primary key (branch_no, counter_id)
    )`.execute(db);
  await sql`
    create table enrolment_codes (
      branch_no text not null,
      code_hash text not null,
      expires_at_ms bigint not null,
      used_by text not null,
      primary key (branch_no, code_hash)
    )`.execute(db);
  await sql`
    create table operations (
      branch_no text not null,
      counter_id text not null,
      seq integer not null,
      id text not null,
      kind text not null,
      business_date text not null,
      shift_id text not null,
      clerk text not null,
      account_id text not null,
      recorded_at_ms bigint not null,
      received_at_ms bigint not null,
      payload_json text not null,
      previous_hash text not null,
      hash text not null,
      verdict text not null,
      code text not null,
      reason text not null,
      primary key (branch_no, counter_id, seq)
    )`.execute(db);
  await sql`create index operations_by_id on operations (branch_no, id)`.execute(db);
  await sql`create index operations_set_aside on operations (branch_no, counter_id, seq) where verdict = 'quarantined'`.execute(db);
  await sql`
    create table entries (
      branch_no text not null,
      position integer not null,
      hash text not null,
      counter_id text not null,
      seq integer not null,
      operation_hash text not null,
      verdict text not null,
      code text not null,
      reason text not null,
      primary key (branch_no, position)
    )`.execute(db);
  await sql`
    create table postings (
      branch_no text not null,
      counter_id text not null,
      seq integer not null,
      line integer not null,
      ledger_account text not null,
      dimension text not null,
      amount_fen bigint not null,
      primary key (branch_no, counter_id, seq, line)
    )`.execute(db);
  await sql`
    create table balances (
      branch_no text not null,
      ledger_account text not null,
      dimension text not null,
      amount_fen bigint not null,
      primary key (branch_no, ledger_account, dimension)
    )`.execute(db);
  await sql`
    create table projections (
      branch_no text not null,
      row_key text not null,
      account_id text not null,
      counter_id text not null,
      seq integer not null,
      body text not null,
      primary key (branch_no, row_key)
    )`.execute(db);
  await sql`
    create table cases (
      branch_no text not null,
      case_id text not null,
      code text not null,
      state text not null,
      account_id text not null,
      opened_at_ms bigint not null,
      later_json text not null,
      earlier_json text not null,
      note text not null,
      primary key (branch_no, case_id)
    )`.execute(db);
  await sql`
    create table unseen_conflicts (
      branch_no text not null,
      counter_id text not null,
      row_key text not null,
      seq integer not null,
      until_seq integer not null,
      primary key (branch_no, counter_id, row_key)
    )`.execute(db);
}
