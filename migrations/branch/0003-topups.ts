// Shifts, top-ups, receipts and the running balances of the ledger.
import { type Kysely, sql } from 'kysely';

export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`CREATE TABLE shift (
    shift_key INTEGER PRIMARY KEY,
    shift_id TEXT NOT NULL UNIQUE,
    clerk TEXT NOT NULL,
    business_date TEXT NOT NULL,
    opened_at_ms INTEGER NOT NULL,
    float_fen INTEGER NOT NULL,
    state TEXT NOT NULL
  ) STRICT`.execute(db);
  await sql`CREATE INDEX shift_open ON shift (clerk) WHERE state = 'open'`.execute(db);
  await sql`CREATE TABLE topup (
    topup_key INTEGER PRIMARY KEY,
    topup_id TEXT NOT NULL UNIQUE,
    account_id TEXT NOT NULL,
    card_no TEXT NOT NULL,
    shift_id TEXT NOT NULL,
    clerk TEXT NOT NULL,
    business_date TEXT NOT NULL,
    state TEXT NOT NULL,
    paid_at_ms INTEGER NOT NULL,
    last_seq INTEGER NOT NULL,
    attempts INTEGER NOT NULL,
    payment TEXT NOT NULL,
    intent TEXT
  ) STRICT`.execute(db);
  await sql`CREATE INDEX topup_of_shift ON topup (shift_id)`.execute(db);
  await sql`CREATE INDEX topup_undelivered ON topup (card_no) WHERE state IN ('paid', 'intent', 'writing')`.execute(db);
  await sql`CREATE INDEX topup_open ON topup (topup_key) WHERE state IN ('paid', 'intent', 'writing', 'verified')`.execute(db);
  await sql`CREATE TABLE receipt (
    receipt_key INTEGER PRIMARY KEY,
    receipt_id TEXT NOT NULL UNIQUE,
    receipt_no TEXT NOT NULL,
    topup_id TEXT NOT NULL,
    account_id TEXT NOT NULL,
    state TEXT NOT NULL,
    reprints INTEGER NOT NULL,
    markup TEXT NOT NULL
  ) STRICT`.execute(db);
  await sql`CREATE INDEX receipt_of_topup ON receipt (topup_id)`.execute(db);
  await sql`CREATE TABLE ledger_balance (
    ledger_account TEXT NOT NULL,
    dimension TEXT NOT NULL,
    amount_fen INTEGER NOT NULL,
    PRIMARY KEY (ledger_account, dimension)
  ) STRICT, WITHOUT ROWID`.execute(db);
}
