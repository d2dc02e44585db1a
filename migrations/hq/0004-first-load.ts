// What a new counter of a branch is given besides the feed: its staff, and where the branch's counters are in their own network.
import { type Kysely, sql } from 'kysely';

export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    create table staff (
      branch_no text not null,
      staff_no text not null,
      name text not null,
      role text not null,
      password_hash text not null,
      primary key (branch_no, staff_no)
    )`.execute(db);
  await sql`
    create table counter_places (
      branch_no text not null,
      counter_id text not null,
      place_json text not null,
      seen_at_ms bigint not null,
      primary key (branch_no, counter_id)
    )`.execute(db);
}
