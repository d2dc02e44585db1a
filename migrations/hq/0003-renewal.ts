// A counter that goes on under a new number is known with the number it had.
import { type Kysely, sql } from 'kysely';

export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`alter table counters add column former_id text not null default ''`.execute(db);
}
