// Sums per branch, business date and ledger account that follow each branch's feed, so that nobody who looks has to wait for a scan of all postings.
import { sql, type Transaction } from 'kysely';
import { HEADQUARTERS_PREFIX } from '../shared/domain/cross-branch.ts';
import { GENESIS_HASH } from '../shared/domain/operation.ts';
import type { Database } from './database.ts';
import type { Tables } from './tables.ts';

/** Entries that one transaction adds. */
const ENTRIES_AT_ONCE = 20_000;

/**
 * Brings the sums up to the ends of the feeds. Returns whether they are; `entries` is about how many are added at most before others have their turn.
 * Every statement that writes names one branch. May run in several processes at once.
 */
export async function sumUp(db: Database, { entries = Number.POSITIVE_INFINITY } = {}): Promise<boolean> {
  const behind = await db
    .selectFrom('branches as branch')
    .leftJoin('day_total_ends as sums', 'sums.branch_no', 'branch.branch_no')
    .select('branch.branch_no')
    .where((eb) => eb.or([eb('sums.hash', 'is', null), eb('sums.hash', '<>', eb.ref('branch.feed_hash'))]))
    .where('branch.last_position', '>', 0)
    .orderBy('branch.branch_no')
    .execute();
  let left = entries;
  for (const { branch_no: branchNo } of behind) {
    for (let rest = true; rest; ) {
      if (left <= 0) return false;
      const done = await db.transaction().execute((tx) => addNext(tx, branchNo));
      left -= done.added;
      rest = done.rest;
    }
  }
  return true;
}

/** Adds the next entries of a branch. */
async function addNext(tx: Transaction<Tables>, branchNo: string): Promise<{ readonly added: number; readonly rest: boolean }> {
  await tx
    .insertInto('day_total_ends')
    .values({ branch_no: branchNo, position: 0, hash: GENESIS_HASH })
    .onConflict((conflict) => conflict.column('branch_no').doNothing())
    .execute();
  const end = await tx.selectFrom('day_total_ends').selectAll().where('branch_no', '=', branchNo).forUpdate().executeTakeFirstOrThrow();
  const feed = await tx.selectFrom('branches').selectAll().where('branch_no', '=', branchNo).executeTakeFirst();
  const hashAt = async (position: number): Promise<string | undefined> => {
    if (position === 0) return GENESIS_HASH;
    const entry = tx.selectFrom('entries').select('hash').where('branch_no', '=', branchNo).where('position', '=', position);
    return (await entry.executeTakeFirst())?.hash;
  };
  let from = end.position;
  if ((await hashAt(from)) !== end.hash) {
    // Parts of a database were restored, or the order was told anew: what was summed is of another feed.
    await tx.deleteFrom('day_totals').where('branch_no', '=', branchNo).execute();
    from = 0;
  }
  const last = feed?.last_position ?? 0;
  const until = Math.min(last, from + ENTRIES_AT_ONCE);
  // A verdict that comes after a quarantine has an entry of its own, and its postings with it.
  await sql`
    insert into day_totals (branch_no, business_date, ledger_account, dimension, is_told, amount_fen)
    select ${branchNo}, operation.business_date, posting.ledger_account,
      case when posting.ledger_account = 'inter-branch-clearing' then posting.dimension else '' end as of_dimension,
      posting.counter_id like ${`${HEADQUARTERS_PREFIX}%`} as told,
      sum(posting.amount_fen)
    from entries as entry
      join operations as operation on operation.branch_no = ${branchNo} and operation.counter_id = entry.counter_id and operation.seq = entry.seq
      join postings as posting on posting.branch_no = ${branchNo} and posting.counter_id = entry.counter_id and posting.seq = entry.seq
    where entry.branch_no = ${branchNo} and entry.position > ${from} and entry.position <= ${until} and entry.verdict <> 'quarantined'
    group by operation.business_date, posting.ledger_account, of_dimension, told
    on conflict (branch_no, business_date, ledger_account, dimension, is_told)
      do update set amount_fen = day_totals.amount_fen + excluded.amount_fen`.execute(tx);
  const hash = (await hashAt(until)) ?? GENESIS_HASH;
  await tx.updateTable('day_total_ends').set({ position: until, hash }).where('branch_no', '=', branchNo).execute();
  return { added: until - from, rest: until < last };
}
