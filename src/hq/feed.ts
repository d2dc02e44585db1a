// The feed of a branch, page by page, held open for a while when there is no news.
import type { Entry, ExceptionCase, Link } from '../shared/domain/feed.ts';
import { GENESIS_HASH } from '../shared/domain/operation.ts';
import { type FeedCheck, type FeedRequest, MAX_FEED_ENTRIES, type Page } from '../shared/wire/feed.ts';
import type { Database } from './database.ts';
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
  /** Resolves with the next news of the branch, after `waitMs`, or when `signal` is aborted. */
  wait(branchNo: string, waitMs: number, signal: AbortSignal): Promise<void>;
}

/** Returns news within this process. `recheckMs` ends every wait early where other processes order as well: then the database must be asked. */
export function createNews(recheckMs: number | null = null): News {
  const waiting = new Map<string, Set<() => void>>();
  return {
    publish(branchNo) {
      const wakes = [...(waiting.get(branchNo) ?? [])];
      for (const wake of wakes) wake();
    },
    wait(branchNo, waitMs, signal) {
      return new Promise((resolve) => {
        const wakes = waiting.get(branchNo) ?? new Set();
        waiting.set(branchNo, wakes);
        const wake = () => {
          clearTimeout(timer);
          signal.removeEventListener('abort', wake);
          wakes.delete(wake);
          if (wakes.size === 0) waiting.delete(branchNo);
          resolve();
        };
        const timer = setTimeout(wake, Math.min(waitMs, recheckMs ?? waitMs));
        signal.addEventListener('abort', wake);
        wakes.add(wake);
        if (signal.aborted) wake();
      });
    },
  };
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
  if (!(await hasEntry(db, request))) return null;
  await markSeen(db, request, nowMs());
  const waitUntilMs = nowMs() + request.waitMs;
  let end = await feedEnd(db, branchNo);
  while (end.position <= position && !signal.aborted) {
    const waitMs = waitUntilMs - nowMs();
    if (waitMs <= 0) break;
    await news.wait(branchNo, waitMs, signal);
    end = await feedEnd(db, branchNo);
  }
  return {
    version: request.version,
    entries:
      end.position <= position
        ? []
        : await entriesAfter(db, { ...request, ownId: request.counterId, maxEntries: MAX_FEED_ENTRIES, maxLength: MAX_PAGE_LENGTH }),
    lastPosition: end.position,
    nowMs: nowMs(),
    cases: await branchCases(db, branchNo),
  };
}

/** Remembers how far the counter follows. */
async function markSeen(db: Database, request: FeedRequest, nowMs: number): Promise<void> {
  const { branchNo, counterId, position } = request;
  await db
    .updateTable('counters')
    .set({ seen_position: position, last_contact_ms: nowMs })
    .where('branch_no', '=', branchNo)
    .where('counter_id', '=', counterId)
    .execute();
}

interface Cut {
  readonly branchNo: string;
  readonly position: number;
  /** The last position that may be among them. */
  readonly until?: number;
  /** Whose operations are left out, because it has them; null for a counter that has nothing. */
  readonly ownId: string | null;
  readonly maxEntries: number;
  /** Characters of payloads. */
  readonly maxLength: number;
}

/** Returns the entries after a position, at least one if there is any. */
export async function entriesAfter(db: Database, cut: Cut): Promise<Entry[]> {
  const { branchNo, position, ownId, maxEntries, maxLength } = cut;
  const rows = await db
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
    .where('entry.position', '<=', cut.until ?? MAX_POSITION)
    .orderBy('entry.position')
    .limit(maxEntries)
    .execute();
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
