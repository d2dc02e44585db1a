// A day's takings are found by its date, among the operations that move tenders in a shift and no others.
import { type Kysely, sql } from 'kysely';

const MOVES_TENDERS = `shift_id <> '' AND kind IN ('topup.paid', 'topup.refunded', 'topup.reversed', 'payment.taken', 'payment.reversed',
  'deposit.taken', 'deposit.returned', 'credit.refunded')`;

export async function up(db: Kysely<unknown>): Promise<void> {
  for (const table of ['operation', 'foreign_operation']) {
    await sql`CREATE INDEX ${sql.raw(`${table}_takings`)} ON ${sql.raw(table)} (business_date) WHERE ${sql.raw(MOVES_TENDERS)}`.execute(db);
  }
}
