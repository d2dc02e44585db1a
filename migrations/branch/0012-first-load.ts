// The first load of a counter: search terms that wait, through restarts too, until they are put into the index in one go.
import { type Kysely, sql } from 'kysely';

export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`CREATE TABLE held_term (account_key INTEGER NOT NULL, terms TEXT NOT NULL) STRICT`.execute(db);
}
