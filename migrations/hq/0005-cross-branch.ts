// Cross-branch service and master data: facts on their way to another branch, by what accounts are found, who asked, headquarters' key and documents.
import { type Kysely, sql } from 'kysely';

export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    create table forwards (
      branch_no text not null,
      counter_id text not null,
      seq integer not null,
      home_branch_no text not null,
      state text not null,
      primary key (branch_no, counter_id, seq)
    )`.execute(db);
  await sql`create index forwards_waiting on forwards (branch_no, home_branch_no) where state = 'waiting'`.execute(db);
  await sql`
    create table lookup_keys (
      branch_no text not null,
      account_id text not null,
      kind text not null,
      value text not null,
      primary key (branch_no, account_id, kind)
    )`.execute(db);
  await sql`create index lookup_keys_by_value on lookup_keys (kind, value)`.execute(db);
  await sql`
    insert into lookup_keys (branch_no, account_id, kind, value)
    select branch_no, account_id, 'account-no', (body::jsonb)->>'accountNo' from projections where row_key like 'account/%'`.execute(db);
  await sql`
    insert into lookup_keys (branch_no, account_id, kind, value)
    select branch_no, account_id, 'phone', (body::jsonb)->>'phone' from projections
    where row_key like 'account/%' and (body::jsonb)->>'phone' <> ''`.execute(db);
  // Of an account's rows only these travel; purchases, receipts and records are many and stay out of the index.
  await sql`
    create index projections_of_account on projections (branch_no, account_id)
    where row_key like 'card/%' or row_key like 'meter/%' or row_key like 'tier/%' or row_key like 'receivable/%' or row_key like 'tariff/%'`.execute(
    db,
  );
  await sql`
    create table lookups (
      lookup_id bigint generated always as identity,
      branch_no text not null,
      counter_id text not null,
      clerk text not null,
      asked_by text not null,
      asked text not null,
      home_branch_no text not null,
      account_id text not null,
      at_ms bigint not null,
      primary key (branch_no, lookup_id)
    )`.execute(db);
  await sql`create table authority (only_row integer primary key, private_key text not null)`.execute(db);
  await sql`
    create table documents (
      document_id text not null,
      version integer not null,
      branches text not null,
      body text not null,
      published_at_ms bigint not null,
      primary key (document_id, version)
    )`.execute(db);
}
