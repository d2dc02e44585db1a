// The feed of a branch, page by page, held open for a while when there is no news.
import type { ExpressionBuilder } from 'kysely';
import type { Entry, ExceptionCase, Link } from '../shared/domain/feed.ts';
import { GENESIS_HASH } from '../shared/domain/operation.ts';
import { type FeedCheck, type FeedRequest, MAX_FEED_ENTRIES, type Page } from '../shared/wire/feed.ts';
import type { Database } from './database.ts';
import { anyOf } from './insert-rows.ts';
import type { Tables } from './tables.ts';

/** What a page may hold of payloads, characters; a single larger operation travels alone. */
const MAX_PAGE_LENGTH = 1024 * 1024;
/** Above any position; PostgreSQL's integer ends there. */
const MAX_POSITION = 2_147_483_647;
/** Cases told with a page; a branch with more has other troubles. */
const CASE_LIMIT = 200;

/** Those who wait for news of a branch. */
export interface News {
  /** Something was ordered. */
  publish(branchNo: string): void;
  /** How often there was news of the branch. Whoever asks this before the database misses nothing in between. */
  count(branchNo: string): number;
  /** Resolves with the first news of the branch after `count` has said `since`, after `waitMs`, or when `signal` is aborted. */
  wait(branchNo: string, until: NewsWait): Promise<void>;
  /** Asks the database once for all who ask the same while the answer is under way: those whom one piece of news has woken. */
  together<T>(question: string, ask: () => Promise<T>): Promise<T>;
}

interface NewsWait {
  readonly since: number;
  /** Where the feed ended. */
  readonly position: number;
  readonly waitMs: number;
  readonly signal: AbortSignal;
}

/** How processes that serve one database hear of each other. */
export interface SharedNews {
  readonly recheckMs: number;
  /** Returns the positions with which the feeds of these branches end. */
  ends(branchNos: readonly string[]): Promise<ReadonlyMap<string, number>>;
}

/**
 * Returns news within this process; with `shared`, of what other processes have ordered as well: one question for all who wait, however many, and
 * only those are woken for whom there is something.
 */
export function createNews(shared: SharedNews | null = null): News {
  const waiting = new Map<string, Set<{ readonly position: number; wake(): void }>>();
  const counts = new Map<string, number>();
  const underWay = new Map<string, Promise<unknown>>();
  let isAsking = false;

  async function recheck({ ends }: SharedNews): Promise<void> {
    const found = await ends([...waiting.keys()]).catch(() => null);
    for (const [branchNo, waits] of waiting) {
      // Where the database does not answer, each learns it by itself.
      const end = found === null ? Number.POSITIVE_INFINITY : (found.get(branchNo) ?? 0);
      for (const { position, wake } of [...waits]) if (position < end) wake();
    }
  }
  function askLater(how: SharedNews): void {
    isAsking = waiting.size > 0;
    if (isAsking) setTimeout(() => void recheck(how).then(() => askLater(how)), how.recheckMs);
  }

  return {
    publish(branchNo) {
      counts.set(branchNo, (counts.get(branchNo) ?? 0) + 1);
      for (const { wake } of [...(waiting.get(branchNo) ?? [])]) wake();
    },
    count: (branchNo) => counts.get(branchNo) ?? 0,
    together<T>(question: string, ask: () => Promise<T>): Promise<T> {
      const before = underWay.get(question);
      if (before !== undefined) return before as Promise<T>;
      const asked = ask().finally(() => underWay.delete(question));
      underWay.set(question, asked);
      return asked;
    },
    wait(branchNo, { since, position, waitMs, signal }) {
      return new Promise((resolve) => {
        const waits = waiting.get(branchNo) ?? new Set();
        waiting.set(branchNo, waits);
        const wake = () => {
          clearTimeout(timer);
          signal.removeEventListener('abort', wake);
          waits.delete(own);
          if (waits.size === 0 && waiting.get(branchNo) === waits) waiting.delete(branchNo);
          resolve();
        };
        const own = { position, wake };
        const timer = setTimeout(wake, waitMs);
        signal.addEventListener('abort', wake);
        waits.add(own);
        if (signal.aborted || (counts.get(branchNo) ?? 0) !== since) wake();
        else if (shared !== null && !isAsking) askLater(shared);
      });
    },
  };
}

/** Returns the positions with which the feeds of these branches end; for processes that hear of each other by the database. */
export async function feedEnds(db: Database, branchNos: readonly string[]): Promise<ReadonlyMap<string, number>> {
  const rows = await db.selectFrom('branches').select(['branch_no', 'last_position']).where('branch_no', '=', anyOf(branchNos)).execute();
  return new Map(rows.map((row) => [row.branch_no, row.last_position]));
}

/** Returns the position and hash that a branch's feed ends with. */
export async function feedEnd(db: Database, branchNo: string): Promise<{ readonly position: number; readonly hash: string }> {
  const row = await db.selectFrom('branches').selectAll().where('branch_no', '=', branchNo).executeTakeFirst();
  return { position: row?.last_position ?? 0, hash: row?.feed_hash ?? GENESIS_HASH };
}

/** Whether headquarters has this entry under this position. */
export async function hasEntry(db: Database, { branchNo, position, hash }: FeedCheck): Promise<boolean> {
  if (position === 0) return hash === GENESIS_HASH;
  const row = await db
    .selectFrom('entries')
    .select('hash')
    .where('branch_no', '=', branchNo)
    .where('position', '=', position)
    .executeTakeFirst();
  return row?.hash === hash;
}

/** Returns what follows the asked position, waiting for news when there is nothing; null when the feed does not hold that position. */
export async function readFeed(
  db: Database,
  ask: { readonly request: FeedRequest; readonly news: News; readonly nowMs: () => number; readonly signal: AbortSignal },
): Promise<Page | null> {
  const { request, news, nowMs, signal } = ask;
  const { branchNo, position } = request;
  if (!(await markSeen(db, request, nowMs())) && !(await hasEntry(db, request))) return null;
  const waitUntilMs = nowMs() + request.waitMs;
  let since = news.count(branchNo);
  // An answer that was asked for before the last news is nobody's who waits for it.
  const endNow = () => news.together(`end ${since} ${branchNo}`, () => feedEnd(db, branchNo));
  let end = await endNow();
  while (end.position <= position && !signal.aborted) {
    const waitMs = waitUntilMs - nowMs();
    if (waitMs <= 0) break;
    await news.wait(branchNo, { since, position: end.position, waitMs, signal });
    since = news.count(branchNo);
    end = await endNow();
  }
  const rows =
    end.position <= position
      ? []
      : await news.together(`after ${position} until ${end.hash} ${branchNo}`, () =>
          rowsAfter(db, { branchNo, position, maxEntries: MAX_FEED_ENTRIES }),
        );
  return {
    version: request.version,
    entries: entriesOf(rows, { ownId: request.counterId, maxLength: MAX_PAGE_LENGTH }),
    lastPosition: end.position,
    nowMs: nowMs(),
    // They change with the feed only.
    cases: await news.together(`cases ${end.hash} ${branchNo}`, () => branchCases(db, branchNo)),
  };
}

/** Remembers how far the counter follows; false where the feed does not have that entry, or the counter is not known. */
async function markSeen(db: Database, { branchNo, counterId, position, hash }: FeedRequest, nowMs: number): Promise<boolean> {
  if (position === 0 && hash !== GENESIS_HASH) return false;
  const isThere = (eb: ExpressionBuilder<Tables, 'counters'>) =>
    eb.exists(
      eb
        .selectFrom('entries')
        .select('position')
        .where('branch_no', '=', branchNo)
        .where('position', '=', position)
        .where('hash', '=', hash),
    );
  const { numUpdatedRows } = await db
    .updateTable('counters')
    .set({ seen_position: position, last_contact_ms: nowMs })
    .where('branch_no', '=', branchNo)
    .where('counter_id', '=', counterId)
    .where((eb) => (position === 0 ? eb.lit(true) : isThere(eb)))
    .executeTakeFirstOrThrow();
  return numUpdatedRows > 0n;
}

interface Cut {
  readonly branchNo: string;
  readonly position: number;
  /** The last position that may be among them. */
  readonly until?: number;
  readonly maxEntries: number;
}

interface Reader {
  /** Whose operations are left out, because it has them; null for a counter that has nothing. */
  readonly ownId: string | null;
  /** Characters of payloads. */
  readonly maxLength: number;
}

/** Returns the entries after a position, at least one if there is any. */
export async function entriesAfter(db: Database, cut: Cut & Reader): Promise<Entry[]> {
  return entriesOf(await rowsAfter(db, cut), cut);
}

type EntryRow = Awaited<ReturnType<typeof rowsAfter>>[number];

function rowsAfter(db: Database, { branchNo, position, until = MAX_POSITION, maxEntries }: Cut) {
  return db
    .selectFrom('entries as entry')
    .innerJoin('operations as operation', (join) =>
      join
        .onRef('operation.branch_no', '=', 'entry.branch_no')
        .onRef('operation.counter_id', '=', 'entry.counter_id')
        .onRef('operation.seq', '=', 'entry.seq'),
    )
    .selectAll('operation')
    .select(['entry.position', 'entry.hash as entry_hash', 'entry.verdict as entry_verdict', 'entry.code as entry_code'])
    .select('entry.reason as entry_reason')
    .where('entry.branch_no', '=', branchNo)
    .where('entry.position', '>', position)
    .where('entry.position', '<=', until)
    .orderBy('entry.position')
    .limit(maxEntries)
    .execute();
}

function entriesOf(rows: readonly EntryRow[], { ownId, maxLength }: Reader): Entry[] {
  const entries: Entry[] = [];
  let length = 0;
  for (const row of rows) {
    const isOwn = row.counter_id === ownId;
    if (!isOwn) length += row.payload_json.length;
    if (entries.length > 0 && length > maxLength) break;
    entries.push({
      position: row.position,
      hash: row.entry_hash,
      counterId: row.counter_id,
      seq: row.seq,
      operationHash: row.hash,
      verdict: row.entry_verdict,
      code: row.entry_code,
      reason: row.entry_reason,
      ...(isOwn || row.entry_verdict === 'quarantined' ? {} : { operation: linkOf(row) }),
    });
  }
  return entries;
}

/** Returns an operation as it came. */
export function linkOf(row: Tables['operations']): Link {
  return {
    id: row.id,
    kind: row.kind,
    businessDate: row.business_date,
    shiftId: row.shift_id,
    clerk: row.clerk,
    accountId: row.account_id,
    // PostgreSQL's bigint comes as text.
    recordedAtMs: Number(row.recorded_at_ms),
    payload: JSON.parse(row.payload_json) as unknown,
    counterId: row.counter_id,
    seq: row.seq,
    previousHash: row.previous_hash,
    hash: row.hash,
  };
}

/** Returns the branch's exception cases: those that are open, then the last that were settled. */
export async function branchCases(db: Database, branchNo: string): Promise<ExceptionCase[]> {
  const rows = await db
    .selectFrom('cases')
    .selectAll()
    .where('branch_no', '=', branchNo)
    .orderBy('state')
    .orderBy('opened_at_ms', 'desc')
    .orderBy('case_id')
    .limit(CASE_LIMIT)
    .execute();
  return rows.map((row) => ({
    caseId: row.case_id,
    code: row.code,
    state: row.state,
    accountId: row.account_id,
    openedAtMs: Number(row.opened_at_ms),
    later: JSON.parse(row.later_json) as ExceptionCase['later'],
    earlier: row.earlier_json === '' ? null : (JSON.parse(row.earlier_json) as ExceptionCase['earlier']),
    note: row.note,
  }));
}
