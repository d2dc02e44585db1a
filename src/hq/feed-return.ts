// A headquarters that was restored takes back what it had ordered: entries of its own feed, proved by its own signature, from a counter that followed.
import { hash as digest } from 'node:crypto';
import type { Transaction } from 'kysely';
import { canonicalJson, operationPreimage } from '../shared/domain/canonical.ts';
import { isOfHeadquarters } from '../shared/domain/cross-branch.ts';
import { type Entry, entryPreimage, type Link } from '../shared/domain/feed.ts';
import { GENESIS_HASH } from '../shared/domain/operation.ts';
import type { RefusalCode } from '../shared/wire/envelope.ts';
import { type FeedReturn, feedText } from '../shared/wire/feed-return.ts';
import type { Authority } from './authority.ts';
import type { Database } from './database.ts';
import { insertCounter, isSignedBy } from './enrolment.ts';
import { hasEntry } from './feed.ts';
import { lockBranch, order } from './ingest.ts';
import type { Judged } from './judge.ts';
import type { Tables } from './tables.ts';
import { type Held, readOperation, type SoundLink } from './verify.ts';

type Refused = { readonly refused: { readonly code: RefusalCode; readonly reason: string } };

/**
 * Orders once more what is not held any more, in the order it had, and returns the verdicts and whether the feed now has the last entry in its old place:
 * it has where nothing else was ordered since the restore. A counter whose enrolment is forgotten too is kept without a key until it enrols again.
 */
export async function takeReturned(
  db: Database,
  { request, authority, nowMs }: { readonly request: FeedReturn; readonly authority: Authority; readonly nowMs: number },
): Promise<{ readonly judged: readonly Judged[]; readonly same: boolean } | Refused> {
  const { branchNo, entries } = request;
  const fault = proofFault(request, authority);
  if (fault !== null) return { refused: fault };
  const judged = await db.transaction().execute(async (tx) => {
    await lockBranch(tx, branchNo);
    const all: Judged[] = [];
    const held = new Map<string, Held>();
    // What was in quarantine when it was said may have its content where it was accepted.
    const contents = new Map(entries.flatMap(({ operation }) => (operation === undefined ? [] : [[operation.hash, operation] as const])));
    for (const run of runsOf(entries)) {
      const counterId = run[0]?.counterId ?? '';
      const fresh: SoundLink[] = [];
      let end = held.get(counterId) ?? (await heldOf(tx, { branchNo, counterId, nowMs }));
      for (const { seq, operationHash } of run) {
        const sound = soundOf(contents.get(operationHash));
        // What it held of this journal, or what stands behind something that nobody has any more: the writer itself sends that.
        if (sound === null || seq !== end.seq + 1 || sound.link.previousHash !== end.hash) continue;
        fresh.push(sound);
        end = { seq, hash: operationHash };
      }
      held.set(counterId, end);
      if (fresh.length === 0) continue;
      // Whether its writer had heard of what was left out shows in the order itself.
      const heard = run.filter(({ verdict }) => verdict === 'conflict').map(({ seq }) => ({ seq, atSeq: seq }));
      const feed = await lockBranch(tx, branchNo);
      all.push(...(await order(tx, { branchNo, counterId, heard, feed, fresh, receivedAtMs: nowMs })));
      await tx
        .updateTable('counters')
        .set({ held_seq: end.seq, held_hash: end.hash })
        .where('branch_no', '=', branchNo)
        .where('counter_id', '=', counterId)
        .execute();
    }
    return all;
  });
  const last = entries.at(-1);
  const same = last !== undefined && (await hasEntry(db, { ...request, position: last.position, hash: last.hash }));
  return { judged, same };
}

/** Returns why these are not entries that headquarters has said; null when they are. */
function proofFault({ branchNo, afterHash, entries, signature }: FeedReturn, authority: Authority): Refused['refused'] | null {
  let before: { readonly position: number; readonly hash: string } | null = null;
  for (const entry of entries) {
    const isNext = before === null || entry.position === before.position + 1;
    const hash = digest('sha256', entryPreimage(before?.hash ?? afterHash, entry), 'hex');
    const isItsOwn = entry.operation === undefined || isContentOf(entry, entry.operation);
    if (!isNext || hash !== entry.hash || !isItsOwn) return { code: 'CHAIN_BROKEN', reason: `entry ${entry.position} is not of this feed` };
    before = entry;
  }
  const text = before === null ? '' : feedText({ branchNo, position: before.position, hash: before.hash });
  const isOurs = isSignedBy({ publicKey: authority.publicKey, text, signature });
  return isOurs ? null : { code: 'SIGNATURE_WRONG', reason: 'headquarters has not said this' };
}

const isContentOf = (entry: Entry, { counterId, seq, hash }: Link) =>
  entry.counterId === counterId && entry.seq === seq && entry.operationHash === hash;

/** Entries of one counter that follow each other, as its batches had come. */
function runsOf(entries: readonly Entry[]): Entry[][] {
  const runs: Entry[][] = [];
  for (const entry of entries) {
    const run = runs.at(-1);
    if (run?.[0]?.counterId === entry.counterId) run.push(entry);
    else runs.push([entry]);
  }
  return runs;
}

function soundOf(link: Link | undefined): SoundLink | null {
  if (link === undefined) return null;
  const payloadJson = canonicalJson(link.payload);
  if (digest('sha256', operationPreimage(link, payloadJson), 'hex') !== link.hash) return null;
  return { link, payloadJson, reading: readOperation(link) };
}

/** What is held of a journal; a counter that is not known is kept, so that what was its can be. */
async function heldOf(
  tx: Transaction<Tables>,
  { branchNo, counterId, nowMs }: { readonly branchNo: string; readonly counterId: string; readonly nowMs: number },
): Promise<Held> {
  const place = { branch_no: branchNo, counter_id: counterId };
  // What headquarters says itself are chains of one, of no counter.
  if (isOfHeadquarters(counterId)) {
    const said = await tx
      .selectFrom('operations')
      .select(['seq', 'hash'])
      .where((eb) => eb.and(place))
      .executeTakeFirst();
    return said ?? { seq: 0, hash: GENESIS_HASH };
  }
  const row = await tx
    .selectFrom('counters')
    .select(['held_seq', 'held_hash'])
    .where((eb) => eb.and(place))
    .executeTakeFirst();
  if (row !== undefined) return { seq: row.held_seq, hash: row.held_hash };
  await insertCounter(tx, { branchNo, counterId, publicKey: '', nowMs });
  return { seq: 0, hash: GENESIS_HASH };
}
