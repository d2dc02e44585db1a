// What comes from headquarters: the branch's feed, operations of other counters with their postings, exception cases.
import { type Kysely, sql } from 'kysely';

export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`CREATE TABLE feed (
    position INTEGER PRIMARY KEY,
    hash TEXT NOT NULL,
    counter_id TEXT NOT NULL,
    seq INTEGER NOT NULL,
    operation_hash TEXT NOT NULL,
    verdict TEXT NOT NULL CHECK (verdict IN ('applied', 'conflict', 'quarantined')),
    code TEXT NOT NULL,
    reason TEXT NOT NULL
  ) STRICT`.execute(db);
  await sql`CREATE INDEX feed_of_operation ON feed (counter_id, seq)`.execute(db);
  await sql`CREATE INDEX feed_set_aside ON feed (counter_id, position) WHERE verdict <> 'applied'`.execute(db);
  await sql`CREATE TABLE foreign_operation (
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
  // Not unique: after a restored headquarters the same id can be applied under another counter than before.
  await sql`CREATE INDEX foreign_operation_by_id ON foreign_operation (id)`.execute(db);
  await sql`CREATE INDEX foreign_operation_of_account ON foreign_operation (account_id, id) WHERE account_id <> ''`.execute(db);
  await sql`CREATE TABLE foreign_posting (
    counter_id TEXT NOT NULL,
    seq INTEGER NOT NULL,
    line INTEGER NOT NULL,
    ledger_account TEXT NOT NULL,
    dimension TEXT NOT NULL,
    amount_fen INTEGER NOT NULL,
    PRIMARY KEY (counter_id, seq, line)
  ) STRICT, WITHOUT ROWID`.execute(db);
  for (const table of ['foreign_operation', 'foreign_posting']) {
    for (const verb of ['UPDATE', 'DELETE']) {
      await sql`CREATE TRIGGER ${sql.raw(`${table}_refuses_${verb.toLowerCase()}`)} BEFORE ${sql.raw(verb)} ON ${sql.raw(table)}
        BEGIN SELECT RAISE(ABORT, 'what was received is append only'); END`.execute(db);
    }
  }
  // Operations whose fold does not fit on what headquarters has ordered before them, until it says what becomes of them.
  await sql`CREATE TABLE unfolded (counter_id TEXT NOT NULL, seq INTEGER NOT NULL, PRIMARY KEY (counter_id, seq)) STRICT, WITHOUT ROWID`.execute(
    db,
  );
  // Own changes that were left out, and what this counter had appended when it heard of it.
  await sql`CREATE TABLE heard_conflict (seq INTEGER PRIMARY KEY, at_seq INTEGER NOT NULL) STRICT`.execute(db);
  await sql`CREATE TABLE exception_case (
    case_id TEXT PRIMARY KEY,
    state TEXT NOT NULL,
    opened_at_ms INTEGER NOT NULL,
    body TEXT NOT NULL
  ) STRICT, WITHOUT ROWID`.execute(db);
}
