// What is owed and what has been paid beside top-ups.
import { type Kysely, sql } from 'kysely';

export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`CREATE TABLE receivable (
    receivable_key INTEGER PRIMARY KEY,
    receivable_id TEXT NOT NULL UNIQUE,
    account_id TEXT NOT NULL,
    business_date TEXT NOT NULL,
    kind TEXT NOT NULL CHECK (kind IN ('gas', 'fee')),
    item_code TEXT NOT NULL,
    description TEXT NOT NULL,
    amount_fen INTEGER NOT NULL,
    open_fen INTEGER NOT NULL,
    vat_permille INTEGER NOT NULL,
    due_date TEXT NOT NULL,
    bears_late_fee INTEGER NOT NULL,
    bill TEXT
  ) STRICT`.execute(db);
  await sql`CREATE INDEX receivable_of_account ON receivable (account_id, due_date, receivable_id)`.execute(db);
  await sql`CREATE INDEX receivable_open ON receivable (account_id, due_date, receivable_id) WHERE open_fen <> 0`.execute(db);
  await sql`CREATE TABLE payment (
    payment_key INTEGER PRIMARY KEY,
    payment_id TEXT NOT NULL UNIQUE,
    account_id TEXT NOT NULL,
    shift_id TEXT NOT NULL,
    clerk TEXT NOT NULL,
    business_date TEXT NOT NULL,
    taken_at_ms INTEGER NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('taken', 'reversed')),
    payment TEXT NOT NULL
  ) STRICT`.execute(db);
  await sql`CREATE INDEX payment_of_shift ON payment (shift_id)`.execute(db);
  await sql`CREATE TABLE payment_account (
    account_id TEXT NOT NULL,
    payment_key INTEGER NOT NULL REFERENCES payment (payment_key) ON DELETE CASCADE,
    PRIMARY KEY (account_id, payment_key)
  ) STRICT, WITHOUT ROWID`.execute(db);
}
