// What was folded before headquarters has ordered it, with the statements that take it back: derived data, empty where nothing waits.
import { type Kysely, sql } from 'kysely';

export async function up(db: Kysely<unknown>): Promise<void> {
  // In the order of folding. `first_key` is the lowest key in fold_undo that belongs to it.
  await sql`CREATE TABLE fold_step (
    step INTEGER PRIMARY KEY,
    counter_id TEXT NOT NULL,
    seq INTEGER NOT NULL,
    first_key INTEGER NOT NULL
  ) STRICT`.execute(db);
  await sql`CREATE UNIQUE INDEX fold_step_of ON fold_step (counter_id, seq)`.execute(db);
  await sql`CREATE TABLE fold_undo (undo_key INTEGER PRIMARY KEY, statement TEXT NOT NULL) STRICT`.execute(db);
}
