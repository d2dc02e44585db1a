// Papers of day closes: each PDF whole, by its close, and the parts of one that is still on its way.
import { type Kysely, sql } from 'kysely';

export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    create table day_papers (
      branch_no text not null,
      close_id text not null,
      paper text not null,
      counter_id text not null,
      sha256 text not null,
      size_bytes integer not null,
      received_bytes integer not null,
      state text not null,
      received_at_ms bigint not null,
      pdf bytea,
      primary key (branch_no, close_id, paper)
    )`.execute(db);
  await sql`
    create table day_paper_parts (
      branch_no text not null,
      close_id text not null,
      paper text not null,
      from_byte integer not null,
      bytes bytea not null,
      primary key (branch_no, close_id, paper, from_byte)
    )`.execute(db);
}
