// Several queries in one journey to the database.
import type { CompiledQuery, Transaction } from 'kysely';
import type { Tables } from './tables.ts';

/** A query that is not sent yet; `Row` is what it returns. */
interface Query<Row> {
  compile(on: Transaction<Tables>): CompiledQuery<Row>;
}

/**
 * Runs queries in their order and returns the rows of each. PostgreSQL is sent the next one while it works on those before, so that neither it nor
 * this process waits for the way between them. Rejects with the first failure; what was sent behind it changes nothing, because the transaction has failed.
 */
export async function together<Rows extends readonly unknown[]>(
  tx: Transaction<Tables>,
  queries: { readonly [At in keyof Rows]: Query<Rows[At]> },
): Promise<{ readonly [At in keyof Rows]: readonly Rows[At][] }> {
  const compiled = queries.map((query) => query.compile(tx));
  return tx.getExecutor().provideConnection(async (connection) => {
    const results = await Promise.all(compiled.map((query) => connection.executeQuery(query)));
    return results.map(({ rows }) => rows) as { [At in keyof Rows]: Rows[At][] };
  });
}
