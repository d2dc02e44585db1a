// Which operation wrote the version of an account that stands: the number alone is no identity. Rows from before go by the number until they change.
import { type Kysely, sql } from 'kysely';

export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`ALTER TABLE account ADD COLUMN change_id TEXT NOT NULL DEFAULT ''`.execute(db);
}
