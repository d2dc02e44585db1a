// Headquarters' first tables: counters, operations, postings, and where each top-up was paid. Every key begins with the branch.
import { type Kysely, sql } from 'kysely';

/** Creates the tables. Plain PostgreSQL; every unique key begins with branch_no, so each table distributes by branch. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    create table counters (
      branch_no text not null,
      counter_id text not null,
      held_seq integer not null,
      held_hash text not null,
      primary key (branch_no, counter_id)
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
      primary key (branch_no, counter_id, seq),
      unique (branch_no, id)
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
    create table topup_payments (
      branch_no text not null,
      topup_id text not null,
      counter_id text not null,
      seq integer not null,
      primary key (branch_no, topup_id)
    )`.execute(db);
}
