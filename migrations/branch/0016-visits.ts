// What headquarters has said about accounts of other branches: a cache with its end, no part of the projections.
import { type Kysely, sql } from 'kysely';

export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`CREATE TABLE visit (
    account_id TEXT PRIMARY KEY,
    json TEXT NOT NULL,
    signature TEXT NOT NULL,
    received_at_ms INTEGER NOT NULL
  ) STRICT, WITHOUT ROWID`.execute(db);
  await sql`CREATE TABLE visit_card (card_no TEXT PRIMARY KEY, account_id TEXT NOT NULL) STRICT, WITHOUT ROWID`.execute(db);
}
