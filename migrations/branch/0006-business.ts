// The counter's business: accounts that change, meters in store, cards taken in, tier use by holder, gas owed, and records of all kinds.
import { type Kysely, sql } from 'kysely';

export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`ALTER TABLE account ADD COLUMN version INTEGER NOT NULL DEFAULT 1`.execute(db);
  await sql`ALTER TABLE account ADD COLUMN holder INTEGER NOT NULL DEFAULT 1`.execute(db);
  await sql`ALTER TABLE account ADD COLUMN detail TEXT NOT NULL
    DEFAULT '{"bank":null,"closedOn":"","customerId":"","households":[],"suppliedSince":"","suspension":null}'`.execute(db);

  // A meter in store hangs at no account; SQLite cannot take NOT NULL off a column.
  await sql`CREATE TABLE meter_new (
    meter_no TEXT PRIMARY KEY,
    account_id TEXT REFERENCES account (account_id),
    make TEXT NOT NULL,
    kind TEXT NOT NULL,
    loaded_sequence INTEGER NOT NULL,
    remaining_litres INTEGER NOT NULL,
    cumulative_use_litres INTEGER NOT NULL,
    faults INTEGER NOT NULL,
    place TEXT NOT NULL,
    detail TEXT NOT NULL
  ) STRICT, WITHOUT ROWID`.execute(db);
  await sql`INSERT INTO meter_new
    SELECT meter_no, account_id, make, kind, loaded_sequence, remaining_litres, cumulative_use_litres, faults, 'installed',
      json_object('firstReadingLitres', 0, 'installedOn', '', 'lastReadOn', '', 'lastReadingLitres', 0,
        'layoutId', coalesce((SELECT json_extract(account.opened_card, '$.layoutId') FROM account WHERE account.account_id = meter.account_id), ''),
        'model', '', 'verifiedUntil', '')
    FROM meter ORDER BY meter_no`.execute(db);
  await sql`DROP TABLE meter`.execute(db);
  await sql`ALTER TABLE meter_new RENAME TO meter`.execute(db);
  await sql`CREATE INDEX meter_of_account ON meter (account_id) WHERE account_id IS NOT NULL`.execute(db);

  await sql`CREATE TABLE tier_use_new (
    account_id TEXT NOT NULL,
    year INTEGER NOT NULL,
    holder INTEGER NOT NULL,
    litres INTEGER NOT NULL,
    PRIMARY KEY (account_id, year, holder)
  ) STRICT, WITHOUT ROWID`.execute(db);
  await sql`INSERT INTO tier_use_new SELECT account_id, year, 1, litres FROM tier_use`.execute(db);
  await sql`DROP TABLE tier_use`.execute(db);
  await sql`ALTER TABLE tier_use_new RENAME TO tier_use`.execute(db);

  await sql`CREATE TABLE volume_owed (account_id TEXT PRIMARY KEY, litres INTEGER NOT NULL) STRICT, WITHOUT ROWID`.execute(db);

  await sql`CREATE TABLE record (
    area TEXT NOT NULL,
    record_id TEXT NOT NULL,
    account_id TEXT NOT NULL,
    state TEXT NOT NULL,
    body TEXT NOT NULL,
    PRIMARY KEY (area, record_id)
  ) STRICT, WITHOUT ROWID`.execute(db);
  await sql`CREATE INDEX record_of_account ON record (area, account_id, record_id) WHERE account_id <> ''`.execute(db);
  await sql`CREATE INDEX record_in_state ON record (area, state, record_id)`.execute(db);
  await sql`CREATE TABLE record_key (
    area TEXT NOT NULL,
    kind TEXT NOT NULL,
    value TEXT NOT NULL,
    record_id TEXT NOT NULL,
    PRIMARY KEY (area, kind, value, record_id)
  ) STRICT, WITHOUT ROWID`.execute(db);
  await sql`CREATE INDEX record_key_of_record ON record_key (area, record_id)`.execute(db);
}
