// Locks on counters: a stolen or scrapped one is locked out by its number and by its key, until IT ends it; what neighbours hand in of it waits for people.
import { type ExpressionBuilder, type ExpressionWrapper, type SqlBool, sql } from 'kysely';
import type { Database } from './database.ts';
import type { News } from './feed.ts';
import { forwardWaiting } from './forward.ts';
import { lockBranch, order } from './ingest.ts';
import type { Judged } from './judge.ts';
import type { Tables } from './tables.ts';

/** Taken in at once by `acceptHeld`; ordering tries no more with one batch either. */
const ACCEPTED_AT_ONCE = 1_000;
const MAX_REASON = 200;

/** What was asked for makes no sense; the message is for IT. */
export class LockRefused extends Error {}

export interface CounterPlace {
  readonly branchNo: string;
  readonly counterId: string;
}

/** A counter as people name it: the branch only where several have this number. */
export interface NamedCounter {
  readonly counterId: string;
  readonly branchNo: string | null;
}

/** Returns why a counter is locked out; null where it is not. `publicKey` is '' where none is known. */
export async function lockOn(
  db: Pick<Database, 'selectFrom'>,
  { branchNo, counterId, publicKey }: CounterPlace & { readonly publicKey: string },
): Promise<string | null> {
  const row = await db
    .selectFrom('counter_locks')
    .select('reason')
    .where('branch_no', '=', branchNo)
    .where('ended_at_ms', '=', 0)
    .where((eb) => eb.or([eb('counter_id', '=', counterId), eb.and([eb('public_key', '=', publicKey), eb('public_key', '<>', '')])]))
    .executeTakeFirst();
  return row?.reason ?? null;
}

/** A condition on rows of `counters`: locked out, under this number or by the key that it shares with a former one. */
export function isLocked(
  eb: Pick<ExpressionBuilder<Tables, 'counters'>, 'exists' | 'selectFrom'>,
): ExpressionWrapper<Tables, 'counters', SqlBool> {
  return eb.exists(
    eb
      .selectFrom('counter_locks as lock')
      .select('lock.counter_id')
      .whereRef('lock.branch_no', '=', 'counters.branch_no')
      .where('lock.ended_at_ms', '=', 0)
      .where((of) =>
        of.or([
          of('lock.counter_id', '=', of.ref('counters.counter_id')),
          of.and([of('lock.public_key', '=', of.ref('counters.public_key')), of('lock.public_key', '<>', '')]),
        ]),
      ),
  );
}

/** Returns the numbers of the branch's counters that are locked out. */
export async function lockedCounters(db: Database, branchNo: string): Promise<ReadonlySet<string>> {
  const rows = await db.selectFrom('counters').select('counter_id').where('branch_no', '=', branchNo).where(isLocked).execute();
  return new Set(rows.map((row) => row.counter_id));
}

/** Returns how many locks hold. */
export async function countLocks(db: Database): Promise<number> {
  const row = await db
    .selectFrom('counter_locks')
    .select((eb) => eb.fn.countAll<string>().as('locks'))
    .where('ended_at_ms', '=', 0)
    .executeTakeFirst();
  return Number(row?.locks ?? 0);
}

export interface LockLine extends CounterPlace {
  readonly reason: string;
  readonly lockedAtMs: number;
  /** null while it holds. */
  readonly endedAtMs: number | null;
  readonly endReason: string;
  /** Operations that neighbours have handed in and that wait for people. */
  readonly held: number;
}

/** Returns the locks that hold, then those that have ended, newest first; at most `limit`. */
export async function listLocks(db: Database, limit: number): Promise<readonly LockLine[]> {
  const rows = await db
    .selectFrom('counter_locks')
    .selectAll()
    .select((eb) =>
      eb
        .selectFrom('operations')
        .select((of) => of.fn.countAll<string>().as('held'))
        .whereRef('operations.branch_no', '=', 'counter_locks.branch_no')
        .whereRef('operations.counter_id', '=', 'counter_locks.counter_id')
        // As the index of what is in quarantine says it.
        .where('operations.verdict', '=', sql.lit('quarantined'))
        .where('operations.code', '=', 'COUNTER_LOCKED')
        .as('held'),
    )
    .orderBy(sql`ended_at_ms > 0`)
    .orderBy('locked_at_ms', 'desc')
    .limit(limit)
    .execute();
  return rows.map((row) => ({
    ...{ branchNo: row.branch_no, counterId: row.counter_id, reason: row.reason, lockedAtMs: Number(row.locked_at_ms) },
    ...{ endedAtMs: Number(row.ended_at_ms) === 0 ? null : Number(row.ended_at_ms), endReason: row.end_reason },
    held: Number(row.ended_at_ms) === 0 ? Number(row.held ?? 0) : 0,
  }));
}

/**
 * Locks a counter out from now on, by its number and by its key; one that is locked already stays as it is. Returns which. Throws LockRefused without
 * a reason, for a number that no branch has, or that several have. Where the branch is named it need not know the number: a restored headquarters may not.
 */
export async function lockOut(
  db: Database,
  { named, reason, nowMs }: { readonly named: NamedCounter; readonly reason: string; readonly nowMs: number },
): Promise<CounterPlace> {
  const said = reasonOf(reason);
  const place = await placeOf(db, named);
  await db.transaction().execute(async (tx) => {
    const counter = await tx
      .selectFrom('counters')
      .select('public_key')
      .where('branch_no', '=', place.branchNo)
      .where('counter_id', '=', place.counterId)
      .executeTakeFirst();
    const publicKey = counter?.public_key ?? '';
    const before = await tx
      .selectFrom('counter_locks')
      .select('reason')
      .where((eb) => eb.and(ofCounter(place)))
      .where('ended_at_ms', '=', 0)
      .execute();
    if (before.length > 0) return;
    await tx
      .insertInto('counter_locks')
      .values({
        ...{ branch_no: place.branchNo, counter_id: place.counterId, locked_at_ms: nowMs, public_key: publicKey, reason: said },
        ...{ ended_at_ms: 0, end_reason: '' },
      })
      .execute();
  });
  return place;
}

/**
 * Ends a counter's lock and takes in what neighbours have handed in of it. Returns which counter and the verdicts. Throws LockRefused without a reason
 * and where it is not locked.
 */
export async function unlock(
  db: Database,
  from: { readonly named: NamedCounter; readonly reason: string; readonly news: News; readonly nowMs: () => number },
): Promise<CounterPlace & { readonly judged: readonly Judged[] }> {
  const endReason = reasonOf(from.reason);
  const place = await placeOf(db, from.named);
  const { numUpdatedRows } = await db
    .updateTable('counter_locks')
    .set({ ended_at_ms: from.nowMs(), end_reason: endReason })
    .where((eb) => eb.and(ofCounter(place)))
    .where('ended_at_ms', '=', 0)
    .executeTakeFirstOrThrow();
  if (numUpdatedRows === 0n) throw new LockRefused(`Counter ${place.counterId} of branch ${place.branchNo} is not locked.`);
  return { ...place, judged: await takeHeld(db, { ...from, place }) };
}

/**
 * Lets count what neighbours have handed in of a locked counter so far; it stays locked, and what is handed in later waits again. Returns which counter
 * and the verdicts. Throws LockRefused for a number that no branch has, or that several have.
 */
export async function acceptHeld(
  db: Database,
  from: { readonly named: NamedCounter; readonly news: News; readonly nowMs: () => number },
): Promise<CounterPlace & { readonly judged: readonly Judged[] }> {
  const place = await placeOf(db, from.named);
  return { ...place, judged: await takeHeld(db, { ...from, place }) };
}

/** Judges what waits under a lock as if it had come now; what still waits for something else is tried with every batch from now on. */
async function takeHeld(
  db: Database,
  { place, news, nowMs }: { readonly place: CounterPlace; readonly news: News; readonly nowMs: () => number },
): Promise<readonly Judged[]> {
  const { branchNo, counterId } = place;
  const all: Judged[] = [];
  for (;;) {
    const { taken, judged } = await db.transaction().execute(async (tx) => {
      const feed = await lockBranch(tx, branchNo);
      const some = tx
        .selectFrom('operations')
        .select('seq')
        .where((eb) => eb.and(ofCounter(place)))
        .where('verdict', '=', 'quarantined')
        .where('code', '=', 'COUNTER_LOCKED')
        .orderBy('seq')
        .limit(ACCEPTED_AT_ONCE);
      const { numUpdatedRows } = await tx
        .updateTable('operations')
        .set({ code: 'REFERENCE_UNKNOWN', reason: 'let in after a lock' })
        .where((eb) => eb.and(ofCounter(place)))
        .where('seq', 'in', some)
        .executeTakeFirstOrThrow();
      if (numUpdatedRows === 0n) return { taken: false, judged: [] };
      return { taken: true, judged: await order(tx, { branchNo, counterId, heard: [], feed, fresh: [], receivedAtMs: nowMs() }) };
    });
    if (!taken) break;
    all.push(...judged);
  }
  if (all.length > 0) {
    news.publish(branchNo);
    await forwardWaiting(db, { news, nowMs });
  }
  return all;
}

const ofCounter = ({ branchNo, counterId }: CounterPlace) => ({ branch_no: branchNo, counter_id: counterId });

async function placeOf(db: Database, { counterId, branchNo }: NamedCounter): Promise<CounterPlace> {
  if (branchNo !== null) return { branchNo, counterId };
  const rows = await db.selectFrom('counters').select('branch_no').where('counter_id', '=', counterId).limit(3).execute();
  const [only] = rows;
  if (only === undefined) throw new LockRefused(`No branch has a counter ${counterId}.`);
  if (rows.length > 1) throw new LockRefused(`Several branches have a counter ${counterId}: name the branch with --branch.`);
  return { branchNo: only.branch_no, counterId };
}

function reasonOf(text: string): string {
  const reason = text.trim();
  if (reason === '' || reason.length > MAX_REASON) throw new LockRefused(`Say why with --reason, in at most ${MAX_REASON} characters.`);
  return reason;
}
