// Port to what the counter holds of its branch's other counters: the feed as headquarters orders it.

import type { Entry, ExceptionCase, Heard } from '../../../shared/domain/feed.ts';
import type { OperationKind } from '../../../shared/domain/operation.ts';
import type { StaffRow } from './store.ts';

/** Where the counter stands in the branch's feed. */
export interface FeedEnd {
  readonly position: number;
  readonly hash: string;
}

/**
 * The first load of a new counter: `due` before headquarters has said what there is, `loading` until the feed of its branch is held up to
 * `position`, whose entry has `hash`; null when the counter has its books.
 */
export type FirstLoad = { readonly state: 'due' } | ({ readonly state: 'loading' } & LoadTarget);

export interface LoadTarget extends FeedEnd {
  /** Accounts that the branch then has. */
  readonly accounts: number;
}

/** An operation of this counter that is not simply part of the books everywhere. */
export interface SetAside {
  readonly seq: number;
  readonly id: string;
  readonly kind: OperationKind;
  readonly accountId: string;
  readonly clerk: string;
  readonly recordedAtMs: number;
  readonly verdict: 'conflict' | 'quarantined';
  readonly code: string;
  readonly reason: string;
}

export interface Replica {
  /** The branch that this counter has enrolled in; null before. */
  enrolledBranch(): string | null;
  setEnrolledBranch(branchNo: string): void;
  feedEnd(): FeedEnd;
  /** The hash of the entry at this position; null when it is not held. */
  feedHash(position: number): string | null;
  /**
   * Follows entries that continue the feed, in one transaction. `upToDate` says that no more are known to come: then whatever has to be folded
   * anew in headquarters' order is. Throws HEADQUARTERS_REFUSED, changing nothing, when they do not fit the feed or this counter's journal.
   */
  follow(entries: readonly Entry[], options: { readonly upToDate: boolean }): void;
  firstLoad(): FirstLoad | null;
  /** null forgets what headquarters has said there is: it was restored meanwhile. */
  beginLoad(target: LoadTarget | null): void;
  /** As `follow`, for a first load: nothing is folded anew and nothing can be searched for before `endLoad`. */
  load(entries: readonly Entry[]): void;
  /** Ends the first load: the books can be used. Throws HEADQUARTERS_REFUSED with code FEED_BROKEN when they do not end as was said at its begin. */
  endLoad(): void;
  /** Replaces the staff by what headquarters says; an empty list changes nothing, because then headquarters does not keep them. */
  putStaff(rows: readonly StaffRow[]): void;
  /** Forgets the order after `position`: headquarters was restored and orders anew. The operations stay. */
  forgetOrderAfter(position: number): void;
  /** Own changes that were left out, the last hundred, and what this counter had appended when it heard of it. */
  heard(): Heard;
  /** This counter's operations that were set aside, newest first. */
  setAside(limit: number): { readonly rows: readonly SetAside[]; readonly total: number };
  cases(): readonly ExceptionCase[];
  putCases(cases: readonly ExceptionCase[]): void;
}
