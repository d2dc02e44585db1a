// Which operation wrote the version that stands of an account or a customer. Headquarters must know it of every row that a counter may know it of: a
// counter folds by the same rule, and would else refuse what headquarters has let stand by its number.
import { type Kysely, sql } from 'kysely';

export async function up(db: Kysely<unknown>): Promise<void> {
  // A merge leaves the version as it is: who wrote that stands elsewhere, and nobody changes such a record any more.
  await sql`
    update projections
    set body = '{"changeId":' || to_json(wrote.id)::text || ',' || substr(projections.body, 2)
    from operations as wrote
    where wrote.branch_no = projections.branch_no and wrote.counter_id = projections.counter_id and wrote.seq = projections.seq
      and (projections.row_key like 'account/%' or projections.row_key like 'record-customer/%') and wrote.kind <> 'customer.merged'`.execute(
    db,
  );
}
