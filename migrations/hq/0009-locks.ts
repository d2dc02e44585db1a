// Counters that IT has locked out: stolen, scrapped, lent away. A lock stays in the list after it has ended.
import { type Kysely, sql } from 'kysely';

export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    create table counter_locks (
      branch_no text not null,
      counter_id text not null,
      locked_at_ms bigint not null,
      public_key text not null,
      reason text not null,
      ended_at_ms bigint not null,
      end_reason text not null,
      primary key (branch_no, counter_id, locked_at_ms)
    )`.execute(db);
}
