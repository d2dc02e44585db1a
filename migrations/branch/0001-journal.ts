// The journal: operations and postings, which only ever grow, and the counter's own identity and numbers.
import { type Kysely, sql } from 'kysely';

export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID`.execute(db);
  await sql`CREATE TABLE operation (
    seq INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    counter_id TEXT NOT NULL,
    kind TEXT NOT NULL,
    business_date TEXT NOT NULL,
    shift_id TEXT NOT NULL,
    clerk TEXT NOT NULL,
    account_id TEXT NOT NULL,
    recorded_at_ms INTEGER NOT NULL,
    payload TEXT NOT NULL,
    previous_hash TEXT NOT NULL,
    hash TEXT NOT NULL
  ) STRICT`.execute(db);
  await sql`CREATE INDEX operation_of_account ON operation (account_id, seq) WHERE account_id <> ''`.execute(db);
  await sql`CREATE TABLE posting (
    seq INTEGER NOT NULL REFERENCES operation (seq),
    line INTEGER NOT NULL,
    ledger_account TEXT NOT NULL,
    dimension TEXT NOT NULL,
    amount_fen INTEGER NOT NULL,
    PRIMARY KEY (seq, line)
  ) STRICT, WITHOUT ROWID`.execute(db);
  for (const table of ['operation', 'posting']) {
    for (const verb of ['UPDATE', 'DELETE']) {
      await sql`CREATE TRIGGER ${sql.raw(`${table}_refuses_${verb.toLowerCase()}`)} BEFORE ${sql.raw(verb)} ON ${sql.raw(table)}
        BEGIN SELECT RAISE(ABORT, 'the journal is append only'); END`.execute(db);
    }
  }
  await sql`CREATE TRIGGER operation_is_gapless BEFORE INSERT ON operation
    WHEN NEW.seq <> (SELECT coalesce(max(seq), 0) + 1 FROM operation)
    BEGIN SELECT RAISE(ABORT, 'the journal is gapless'); END`.execute(db);
  await sql`CREATE TABLE counter_sequence (name TEXT PRIMARY KEY, value INTEGER NOT NULL) STRICT, WITHOUT ROWID`.execute(db);
  await sql`CREATE TABLE replication_cursor (name TEXT PRIMARY KEY, seq INTEGER NOT NULL) STRICT, WITHOUT ROWID`.execute(db);
}
