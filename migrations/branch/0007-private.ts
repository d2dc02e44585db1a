// Numbers of documents and bank accounts, sealed and apart from the journal, which is never to hold them; and accounts by customer.
import { type Kysely, sql } from 'kysely';

export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`CREATE TABLE private_number (digest TEXT PRIMARY KEY, sealed TEXT NOT NULL) STRICT, WITHOUT ROWID`.execute(db);
  await sql`CREATE INDEX account_of_customer ON account (json_extract(detail, '$.customerId'))
    WHERE json_extract(detail, '$.customerId') <> ''`.execute(db);
}
