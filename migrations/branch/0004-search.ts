// Search: prefix b-trees over what a clerk types, and a small dictionary of place names for parts of a name.
import { type Kysely, sql } from 'kysely';

export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`CREATE TABLE search_term (
    kind INTEGER NOT NULL,
    term TEXT NOT NULL,
    account_key INTEGER NOT NULL,
    PRIMARY KEY (kind, term, account_key)
  ) STRICT, WITHOUT ROWID`.execute(db);
  await sql`CREATE TABLE place_term (term TEXT NOT NULL, name TEXT NOT NULL, PRIMARY KEY (term, name)) STRICT, WITHOUT ROWID`.execute(db);
}
