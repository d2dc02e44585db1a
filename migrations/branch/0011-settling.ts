// What people decide about replication: operations in quarantine that count nowhere any more, and what a forked journal held after the fork.
import { type Kysely, sql } from 'kysely';

export async function up(db: Kysely<unknown>): Promise<void> {
  // Own operations in quarantine that were settled; the settlement itself is in the journal.
  await sql`CREATE TABLE discarded (operation_id TEXT PRIMARY KEY) STRICT, WITHOUT ROWID`.execute(db);
  // A journal that headquarters knew otherwise, as it was written after the last common operation. Its operations were appended again under another number.
  await sql`CREATE TABLE former_operation (
    counter_id TEXT NOT NULL,
    seq INTEGER NOT NULL,
    id TEXT NOT NULL,
    kind TEXT NOT NULL,
    business_date TEXT NOT NULL,
    shift_id TEXT NOT NULL,
    clerk TEXT NOT NULL,
    account_id TEXT NOT NULL,
    recorded_at_ms INTEGER NOT NULL,
    payload TEXT NOT NULL,
    previous_hash TEXT NOT NULL,
    hash TEXT NOT NULL,
    PRIMARY KEY (counter_id, seq)
  ) STRICT, WITHOUT ROWID`.execute(db);
  for (const verb of ['UPDATE', 'DELETE']) {
    await sql`CREATE TRIGGER ${sql.raw(`former_operation_refuses_${verb.toLowerCase()}`)} BEFORE ${sql.raw(verb)} ON former_operation
      BEGIN SELECT RAISE(ABORT, 'a former journal stays as it was'); END`.execute(db);
  }
}
