// What pages show without reading all postings; what counters tell of themselves; card keys on their way to counters; when a counter took another number.
import { type Kysely, sql } from 'kysely';

export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`alter table counters add column renewed_at_ms bigint not null default 0`.execute(db);
  // When is not known of earlier ones: by now nobody goes on under the number before, or it is heard of again.
  await sql`update counters set renewed_at_ms = last_contact_ms where former_id <> ''`.execute(db);
  await sql`
    create table day_totals (
      branch_no text not null,
      business_date text not null,
      ledger_account text not null,
      dimension text not null,
      is_told boolean not null,
      amount_fen bigint not null,
      primary key (branch_no, business_date, ledger_account, dimension, is_told)
    )`.execute(db);
  await sql`create index day_totals_by_date on day_totals (business_date)`.execute(db);
  await sql`
    create table day_total_ends (
      branch_no text primary key,
      position integer not null,
      hash text not null
    )`.execute(db);
  await sql`create index operations_of_closes on operations (branch_no, received_at_ms) where kind = 'day.closed'`.execute(db);
  await sql`
    create table counter_reports (
      branch_no text not null,
      counter_id text not null,
      program_version text not null,
      clock_difference_ms bigint not null,
      waiting integer not null,
      card_keys text not null,
      reported_at_ms bigint not null,
      primary key (branch_no, counter_id)
    )`.execute(db);
  await sql`
    create table card_keys (
      branch_no text not null,
      version integer not null,
      sealed text not null,
      fingerprint text not null,
      put_at_ms bigint not null,
      primary key (branch_no, version)
    )`.execute(db);
  await sql`
    create table card_key_deliveries (
      branch_no text not null,
      counter_id text not null,
      version integer not null,
      fingerprint text not null,
      delivered_at_ms bigint not null,
      primary key (branch_no, counter_id, version, delivered_at_ms)
    )`.execute(db);
}
