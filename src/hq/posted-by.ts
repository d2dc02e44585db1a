// Postings beside the operation that made each: the join of every sum that goes by an operation's date or kind.
import type { Database } from './database.ts';

/** Returns a query over postings (`posting`) with their operations (`operation`), joined within their branch. */
export function postedBy(db: Database) {
  return db
    .selectFrom('postings as posting')
    .innerJoin('operations as operation', (join) =>
      join
        .onRef('operation.branch_no', '=', 'posting.branch_no')
        .onRef('operation.counter_id', '=', 'posting.counter_id')
        .onRef('operation.seq', '=', 'posting.seq'),
    );
}
