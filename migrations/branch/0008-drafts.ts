// What clerks have typed and not yet finished: this counter's own, sealed, neither journal nor projection, never sent anywhere.
import { type Kysely, sql } from 'kysely';

export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`CREATE TABLE draft (
    clerk TEXT NOT NULL,
    account_id TEXT NOT NULL,
    task_id TEXT NOT NULL,
    subject_id TEXT NOT NULL,
    business_date TEXT NOT NULL,
    saved_at_ms INTEGER NOT NULL,
    sealed TEXT NOT NULL,
    PRIMARY KEY (clerk, account_id, task_id, subject_id)
  ) STRICT, WITHOUT ROWID`.execute(db);
}
