// What a counter needs of its branch besides the feed: search terms that wait during a first load, and how far its neighbours' journals are signed.
import { type Kysely, sql } from 'kysely';

export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`CREATE TABLE held_term (account_key INTEGER NOT NULL, terms TEXT NOT NULL) STRICT`.execute(db);
  // Ends of journals, signed by the counters that wrote them: who hands a journal on cannot change it.
  await sql`CREATE TABLE signed_head (
    counter_id TEXT NOT NULL,
    seq INTEGER NOT NULL,
    hash TEXT NOT NULL,
    signature TEXT NOT NULL,
    PRIMARY KEY (counter_id, seq)
  ) STRICT, WITHOUT ROWID`.execute(db);
}
