// Port to what the counter holds of its branch's other counters: the feed as headquarters orders it.

import type { Entry, ExceptionCase, Heard } from '../../../shared/domain/feed.ts';
import type { MasterDataPublished } from '../../../shared/domain/master-data.ts';
import type { NewOperation, Operation, OperationKind } from '../../../shared/domain/operation.ts';
import type { CounterRenewed } from '../../../shared/domain/settling.ts';
import type { NeighbourStore } from './neighbours.ts';
import type { StaffRow, WriteTx } from './store.ts';

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

/** How a counter goes on. */
export interface Renewal {
  /** The number that headquarters has given. */
  readonly counterId: string;
  /** The last operation that both have. */
  readonly commonSeq: number;
  /** How far headquarters holds the old journal. */
  readonly heldSeq: number;
  /** Makes the first operation of the new journal. */
  readonly operation: (facts: Omit<CounterRenewed, 'reason' | 'approvedBy'>) => NewOperation & { readonly kind: 'counter.renewed' };
}

/** Headquarters' signature under an entry of its feed, base64. */
export interface FeedWord extends FeedEnd {
  readonly signature: string;
}

/** A piece of the feed as headquarters had said it, from the entry after `afterHash` to one that it has signed. */
export interface SaidPiece {
  readonly afterHash: string;
  /** With their operations, this counter's own among them, where it holds them. */
  readonly entries: readonly Entry[];
  readonly signature: string;
}

export interface Replica {
  /** Journals of the branch's counters as they came from themselves, before headquarters has ordered them. */
  readonly neighbours: NeighbourStore;
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
  /** The last entry that headquarters has signed; null before the first. */
  feedWord(): FeedWord | null;
  /** Keeps headquarters' word on the feed, and that this counter is enrolled. */
  putFeedWord(word: FeedWord & { readonly enrolment: string }): void;
  /** Headquarters' signature that this counter is enrolled; null before it was asked. */
  enrolmentWord(): string | null;
  /** What headquarters has said after `position`, up to a word of its own; null where it has given none, or there is too much in between. */
  saidAfter(position: number): SaidPiece | null;
  /** Own changes that were left out, the last hundred, and what this counter had appended when it heard of it. */
  heard(): Heard;
  /** This counter's operations that were set aside, newest first. */
  setAside(limit: number): { readonly rows: readonly SetAside[]; readonly total: number };
  /** Cases as headquarters tells them; what was settled here is settled. */
  /** Documents that came by the feed and were not folded. */
  refusedDocuments(): readonly MasterDataPublished[];
  cases(): readonly ExceptionCase[];
  /** The operation at its place in a journal; null where this counter does not hold it. */
  operation(place: { readonly counterId: string; readonly seq: number }): Operation | null;
  operationById(id: string): Operation | null;
  /**
   * Leaves an own operation in quarantine out for good, and appends another in its place where there is one, in one transaction: `act` appends
   * the settlement and says which. Throws INPUT_INVALID with the field when the new one would not be understood either.
   */
  leaveOut(act: (tx: WriteTx) => { readonly operationId: string; readonly again: NewOperation | null }): void;
  /**
   * Goes on under another number after headquarters knows this counter's journal otherwise: what both have becomes that of a former counter, what
   * came after is appended again under its own ids. One transaction: it happens whole or not at all.
   */
  renew(renewal: Renewal): CounterRenewed;
  putCases(cases: readonly ExceptionCase[]): void;
}
