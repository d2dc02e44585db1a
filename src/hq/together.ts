// Several queries in one journey to the database.
import type { CompiledQuery, Kysely, QueryResult, Transaction } from 'kysely';
import type { Tables } from './tables.ts';

/** A query that is not sent yet; `Row` is what it returns. */
interface Query<Row> {
  compile(on: Transaction<Tables>): CompiledQuery<Row>;
}

/** Queries that have been sent; an object, because a promise of a promise would wait for it. */
export interface Sent<Answers> {
  readonly answers: Promise<Answers>;
}

/**
 * Sends queries in their order, one that is made while others are asked for (by a generator) as soon as it is made: PostgreSQL works on those before
 * meanwhile. Returns when all are sent. Rejects when one could not be made, and then those before it are not to be committed.
 */
export async function send<Row>(tx: Transaction<Tables>, queries: Iterable<Query<Row>>): Promise<Sent<readonly (readonly Row[])[]>> {
  return tx.getExecutor().provideConnection(async (connection) => {
    const sent: Promise<QueryResult<unknown>>[] = [];
    try {
      for (const query of queries) sent.push(connection.executeQuery(query.compile(tx)));
    } catch (error) {
      await Promise.allSettled(sent);
      throw error;
    }
    const answers = Promise.all(sent).then((results) => results.map(({ rows }) => rows as readonly Row[]));
    // Whoever waits for them is told; until then a failure is nobody's.
    answers.catch(() => undefined);
    return { answers };
  });
}

/**
 * Runs queries in their order and returns the rows of each. They are sent as by `send`, so that neither the database nor this process waits for the
 * way between them. Rejects with the first failure; what was sent behind it changes nothing, because the transaction has failed.
 */
export async function together<Rows extends readonly unknown[]>(
  tx: Transaction<Tables>,
  queries: { readonly [At in keyof Rows]: Query<Rows[At]> },
): Promise<{ readonly [At in keyof Rows]: readonly Rows[At][] }> {
  const { answers } = await send(tx, queries as Iterable<Query<unknown>>);
  return (await answers) as unknown as { readonly [At in keyof Rows]: readonly Rows[At][] };
}

/** What an act in a transaction returns, and its writes that are sent and not answered yet. */
interface UnderWay<T> {
  readonly result: T;
  readonly written?: Sent<unknown>;
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
    const [writing, committing] = await Promise.allSettled([written?.answers, tx.commit().execute()]);
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
