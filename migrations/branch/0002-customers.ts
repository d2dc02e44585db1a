// Who is served and by whom: branch, staff, tariffs, customer accounts with their meters, cards and tier use.
import { type Kysely, sql } from 'kysely';

export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`CREATE TABLE branch (
    only_row INTEGER PRIMARY KEY CHECK (only_row = 1),
    branch_no TEXT NOT NULL,
    name TEXT NOT NULL,
    region_code TEXT NOT NULL,
    business_date TEXT NOT NULL
  ) STRICT`.execute(db);
  await sql`CREATE TABLE staff (
    staff_no TEXT PRIMARY KEY,
    name TEXT NOT NULL,
    role TEXT NOT NULL CHECK (role IN ('clerk', 'supervisor', 'manager', 'it')),
    password_hash TEXT NOT NULL
  ) STRICT, WITHOUT ROWID`.execute(db);
  await sql`CREATE TABLE tariff (tariff_id TEXT PRIMARY KEY, plan TEXT NOT NULL) STRICT, WITHOUT ROWID`.execute(db);
  await sql`CREATE TABLE account (
    account_key INTEGER PRIMARY KEY,
    account_id TEXT NOT NULL UNIQUE,
    account_no TEXT NOT NULL,
    customer_kind TEXT NOT NULL,
    customer_name TEXT NOT NULL,
    phone TEXT NOT NULL,
    district TEXT NOT NULL,
    road TEXT NOT NULL,
    community TEXT NOT NULL,
    unit TEXT NOT NULL,
    household_size INTEGER NOT NULL,
    tariff_id TEXT NOT NULL,
    tier_used_litres INTEGER NOT NULL,
    status TEXT NOT NULL,
    opened_meter TEXT,
    opened_card TEXT
  ) STRICT`.execute(db);
  await sql`CREATE TABLE meter (
    meter_no TEXT PRIMARY KEY,
    account_id TEXT NOT NULL REFERENCES account (account_id),
    make TEXT NOT NULL,
    kind TEXT NOT NULL,
    loaded_sequence INTEGER NOT NULL,
    remaining_litres INTEGER NOT NULL,
    cumulative_use_litres INTEGER NOT NULL,
    faults INTEGER NOT NULL
  ) STRICT, WITHOUT ROWID`.execute(db);
  await sql`CREATE INDEX meter_of_account ON meter (account_id)`.execute(db);
  await sql`CREATE TABLE card (
    card_no TEXT PRIMARY KEY,
    account_id TEXT NOT NULL REFERENCES account (account_id),
    layout_id TEXT NOT NULL,
    status TEXT NOT NULL,
    sequence INTEGER NOT NULL,
    cumulative_litres INTEGER NOT NULL
  ) STRICT, WITHOUT ROWID`.execute(db);
  await sql`CREATE INDEX card_of_account ON card (account_id)`.execute(db);
  await sql`CREATE TABLE tier_use (
    account_id TEXT NOT NULL,
    year INTEGER NOT NULL,
    litres INTEGER NOT NULL,
    PRIMARY KEY (account_id, year)
  ) STRICT, WITHOUT ROWID`.execute(db);
}
