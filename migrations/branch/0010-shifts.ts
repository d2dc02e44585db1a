// Shifts with their movements, counts and ending, every opening of a drawer, and operations found by their shift.
import { type Kysely, sql } from 'kysely';

export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`ALTER TABLE shift ADD COLUMN counter_id TEXT NOT NULL DEFAULT ''`.execute(db);
  // Canonical JSON, as the fold writes it for a shift that nothing has happened to.
  await sql`ALTER TABLE shift ADD COLUMN body TEXT NOT NULL DEFAULT '{"carriedFrom":"","counts":[],"ending":null,"movements":[]}'`.execute(
    db,
  );
  await sql`CREATE INDEX operation_of_shift ON operation (shift_id, seq) WHERE shift_id <> ''`.execute(db);
  await sql`CREATE INDEX foreign_operation_of_shift ON foreign_operation (shift_id, seq) WHERE shift_id <> ''`.execute(db);
  await sql`UPDATE shift SET counter_id = coalesce(
    (SELECT counter_id FROM operation WHERE operation.shift_id = shift.shift_id AND operation.shift_id <> '' AND kind = 'shift.opened'),
    (SELECT counter_id FROM foreign_operation AS o WHERE o.shift_id = shift.shift_id AND o.shift_id <> '' AND kind = 'shift.opened'),
    '')`.execute(db);
  await sql`DROP INDEX shift_open`.execute(db);
  await sql`CREATE INDEX shift_unclosed ON shift (clerk) WHERE state <> 'closed'`.execute(db);
  await sql`CREATE INDEX shift_of_date ON shift (business_date)`.execute(db);
  await sql`CREATE TABLE drawer_opening (
    opening_key INTEGER PRIMARY KEY,
    opening_id TEXT NOT NULL UNIQUE,
    counter_id TEXT NOT NULL,
    shift_id TEXT NOT NULL,
    business_date TEXT NOT NULL,
    staff_no TEXT NOT NULL,
    why TEXT NOT NULL,
    subject_id TEXT NOT NULL,
    reason TEXT NOT NULL,
    approved_by TEXT NOT NULL,
    at_ms INTEGER NOT NULL
  ) STRICT`.execute(db);
  await sql`CREATE INDEX drawer_opening_of_shift ON drawer_opening (shift_id)`.execute(db);
  await sql`CREATE INDEX drawer_opening_of_date ON drawer_opening (business_date)`.execute(db);
}
