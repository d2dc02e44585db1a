// What a day close reads beside the journal: how far the feed was followed, and what arrived of days that were closed.
import { sql } from 'kysely';
import type { ReadStore } from '../core/ports/store.ts';
import { build, built, type Connection, type Place, prepare } from './hot.ts';

const statements = {
  feedPosition: built((_p: Place<Record<string, never>>) => build.selectFrom('feed').select((eb) => eb.fn.max('position').as('position'))),
  lateArrivals: built((p: Place<{ after_position: number; before_date: string }>) =>
    build
      .selectFrom('feed')
      .innerJoin('foreign_operation as operation', (join) =>
        join.onRef('operation.counter_id', '=', 'feed.counter_id').onRef('operation.seq', '=', 'feed.seq'),
      )
      .select(['operation.counter_id', 'operation.business_date', 'operation.kind'])
      .select((eb) => [
        eb.fn.min('operation.seq').as('from_seq'),
        eb.fn.max('operation.seq').as('to_seq'),
        eb.fn.countAll<number>().as('count'),
        sql<number>`sum((SELECT coalesce(sum(amount_fen), 0) FROM foreign_posting AS posting
          WHERE posting.counter_id = operation.counter_id AND posting.seq = operation.seq AND posting.amount_fen > 0))`.as('debit_fen'),
      ])
      .where('feed.position', '>', p('after_position'))
      .where(sql<boolean>`feed.verdict <> 'quarantined'`)
      .where('operation.business_date', '<', p('before_date'))
      .groupBy(['operation.counter_id', 'operation.business_date', 'operation.kind'])
      .orderBy('operation.counter_id')
      .orderBy('operation.business_date')
      .orderBy('operation.kind'),
  ),
};

/** Returns the reads on a connection. */
export function dayReads(connection: Connection): Pick<ReadStore, 'feedPosition' | 'lateArrivals'> {
  const feedPosition = prepare(connection, statements.feedPosition);
  const lateArrivals = prepare(connection, statements.lateArrivals);
  return {
    feedPosition: () => feedPosition.get({})?.position ?? 0,
    lateArrivals: ({ afterPosition, beforeDate }) =>
      lateArrivals.all({ after_position: afterPosition, before_date: beforeDate }).map((row) => ({
        counterId: row.counter_id,
        businessDate: row.business_date,
        kind: row.kind,
        fromSeq: row.from_seq,
        toSeq: row.to_seq,
        count: row.count,
        debitFen: row.debit_fen,
      })),
  };
}
