// The end of a shift by the hash of its operation: the code on its report leads back to it.
import { type Kysely, sql } from 'kysely';

export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`CREATE INDEX operation_ending_shift ON operation (hash) WHERE kind IN ('shift.closed', 'shift.handed-over')`.execute(db);
}
