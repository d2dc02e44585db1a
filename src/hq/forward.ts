// Puts what headquarters itself has to say into a branch's feed: facts from other branches, and documents. Each is a chain of one operation under a
// number made of its content, so that a headquarters that was restored says the same again, byte for byte, in whatever order.
import { createHash } from 'node:crypto';
import { canonicalJson, operationPreimage } from '../shared/domain/canonical.ts';
import { HEADQUARTERS_PREFIX, mirroredPayload } from '../shared/domain/cross-branch.ts';
import type { Link } from '../shared/domain/feed.ts';
import { GENESIS_HASH } from '../shared/domain/operation.ts';
import type { Database } from './database.ts';
import { linkOf, type News } from './feed.ts';
import { lockBranch, order } from './ingest.ts';
import { readOperation, type SoundLink } from './verify.ts';

/** Facts carried in one go; the rest follows in the next. */
const AT_ONCE = 200;

type Said = Omit<Link, 'counterId' | 'seq' | 'previousHash' | 'hash'>;

/** Returns the operation with its place: a counter of its own that is made of `origin`. */
function spoken(said: Said, origin: string): SoundLink {
  const counterId = `${HEADQUARTERS_PREFIX}${createHash('sha256').update(origin).digest('hex').slice(0, 32)}`;
  const placed = { ...said, counterId, seq: 1, previousHash: GENESIS_HASH };
  const payloadJson = canonicalJson(said.payload);
  const hash = createHash('sha256').update(operationPreimage(placed, payloadJson)).digest('hex');
  const link = { ...placed, hash };
  return { link, payloadJson, reading: readOperation(link) };
}

/** Puts operations into a branch's feed, each once. Returns how many were new. */
export async function sayTo(
  db: Database,
  to: { readonly branchNo: string; readonly said: readonly { readonly facts: Said; readonly origin: string }[]; readonly nowMs: number },
): Promise<number> {
  const { branchNo, nowMs } = to;
  return db.transaction().execute(async (tx) => {
    let feed = await lockBranch(tx, branchNo);
    let added = 0;
    for (const { facts, origin } of to.said) {
      const sound = spoken(facts, origin);
      const { counterId } = sound.link;
      const held = await tx
        .selectFrom('operations')
        .select('seq')
        .where('branch_no', '=', branchNo)
        .where('counter_id', '=', counterId)
        .executeTakeFirst();
      if (held !== undefined) continue;
      await order(tx, { branchNo, counterId, heard: [], feed, fresh: [sound], receivedAtMs: nowMs });
      feed = await lockBranch(tx, branchNo);
      added += 1;
    }
    return added;
  });
}

/**
 * Carries what waits to the branches that it concerns, and returns how many facts went. Each branch has a transaction of its own: after a crash in
 * between the fact is there already and is only ticked off.
 */
export async function forwardWaiting(
  db: Database,
  { news, nowMs }: { readonly news: News; readonly nowMs: () => number },
): Promise<number> {
  let carried = 0;
  for (;;) {
    const rows = await db
      .selectFrom('forwards as forward')
      .innerJoin('operations as operation', (join) =>
        join
          .onRef('operation.branch_no', '=', 'forward.branch_no')
          .onRef('operation.counter_id', '=', 'forward.counter_id')
          .onRef('operation.seq', '=', 'forward.seq'),
      )
      .selectAll('operation')
      .select('forward.home_branch_no')
      .where('forward.state', '=', 'waiting')
      .orderBy('operation.branch_no')
      .orderBy('operation.counter_id')
      .orderBy('operation.seq')
      .limit(AT_ONCE)
      .execute();
    if (rows.length === 0) return carried;
    for (const homeBranchNo of new Set(rows.map((row) => row.home_branch_no))) {
      const mine = rows.filter((row) => row.home_branch_no === homeBranchNo);
      const said = mine.map((row) => {
        const { counterId, seq: _, previousHash: __, hash: ___, ...facts } = linkOf(row);
        const clerk = `${row.branch_no}/${facts.clerk}`;
        const payload = mirroredPayload(facts, { branchNo: row.branch_no, counterId });
        return { facts: { ...facts, clerk, shiftId: '', payload }, origin: `${row.branch_no}\n${facts.id}` };
      });
      const added = await sayTo(db, { branchNo: homeBranchNo, said, nowMs: nowMs() });
      for (const row of mine) {
        await db
          .updateTable('forwards')
          .set({ state: 'done' })
          .where('branch_no', '=', row.branch_no)
          .where('counter_id', '=', row.counter_id)
          .where('seq', '=', row.seq)
          .execute();
      }
      if (added > 0) news.publish(homeBranchNo);
      carried += mine.length;
    }
  }
}
