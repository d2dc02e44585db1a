// Several queries in one journey to the database.
import type { CompiledQuery, Kysely, QueryResult, Transaction } from 'kysely';
import type { Tables } from './tables.ts';

/** A query that is not sent yet; `Row` is what it returns. */
interface Query<Row> {
  compile(on: Transaction<Tables>): CompiledQuery<Row>;
}

/**
 * Runs queries in their order and returns the rows of each. PostgreSQL is sent the next one while it works on those before, so that neither it nor
 * this process waits for the way between them; queries that are made one by one, by a generator, are sent as they are made. Rejects with the first
 * failure; what was sent behind it changes nothing, because the transaction has failed.
 */
export async function together<Rows extends readonly unknown[]>(
  tx: Transaction<Tables>,
  queries: { readonly [At in keyof Rows]: Query<Rows[At]> } | Iterable<Query<Rows[number]>>,
): Promise<{ readonly [At in keyof Rows]: readonly Rows[At][] }> {
  return tx.getExecutor().provideConnection(async (connection) => {
    const sent: Promise<QueryResult<unknown>>[] = [];
    try {
      for (const query of queries as Iterable<Query<unknown>>) sent.push(connection.executeQuery(query.compile(tx)));
    } catch (error) {
      await Promise.allSettled(sent);
      throw error;
    }
    const results = await Promise.all(sent);
    return results.map(({ rows }) => rows) as { [At in keyof Rows]: Rows[At][] };
  });
}

/** What an act in a transaction returns, and writes of it that nobody has waited for yet. */
interface UnderWay<T> {
  readonly result: T;
  readonly written: Promise<unknown>;
}

/**
 * Runs `act` in a transaction and returns its result when that is kept. The commit is sent behind the writes that are under way instead of after
 * them. Rejects with what failed first; nothing is kept then.
 */
export async function committedTogether<T>(db: Kysely<Tables>, act: (tx: Transaction<Tables>) => Promise<UnderWay<T>>): Promise<T> {
  const tx = await db.startTransaction().execute();
  try {
    const { result, written } = await act(tx);
    // PostgreSQL answers the commit of a transaction that has failed by rolling it back.
    const [writing, committing] = await Promise.allSettled([written, tx.commit().execute()]);
    if (writing.status === 'rejected') throw writing.reason;
    if (committing.status === 'rejected') throw committing.reason;
    return result;
  } catch (error) {
    // A connection that is lost has rolled back by itself: what it says to this is not news.
    if (!tx.isCommitted)
      await tx
        .rollback()
        .execute()
        .catch(() => undefined);
    throw error;
  }
}
