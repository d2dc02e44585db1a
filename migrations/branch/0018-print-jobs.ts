// Jobs of paper in A4 with what they print: this counter's own, neither journal nor projection, never sent anywhere. And receipts that are not on paper.
import { type Kysely, sql } from 'kysely';

export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`CREATE TABLE print_job (
    job_key INTEGER PRIMARY KEY,
    job_id TEXT NOT NULL UNIQUE,
    state TEXT NOT NULL,
    content_key TEXT NOT NULL,
    queued_at_ms INTEGER NOT NULL,
    body TEXT NOT NULL,
    document TEXT NOT NULL
  ) STRICT`.execute(db);
  await sql`CREATE INDEX print_job_of_content ON print_job (content_key)`.execute(db);
  await sql`CREATE INDEX print_job_in_state ON print_job (state)`.execute(db);
  await sql`CREATE INDEX receipt_not_out ON receipt (receipt_key) WHERE state IN ('issued', 'unknown', 'not-printed')`.execute(db);
}
