// Ports of cross-branch service: what headquarters has said about accounts of other branches, and how its word is known.
import type { LookupQuestion, SignedVisit, Visit } from '../../../shared/domain/visits.ts';
import type { Store } from './store.ts';

/** A visit as it was kept. */
export interface KeptVisit extends SignedVisit {
  readonly receivedAtMs: number;
}

/** The cache of visits in the branch's database. */
export interface VisitTable {
  get(accountId: string): KeptVisit | null;
  /** The account of a card that a visit names. */
  accountOfCard(cardNo: string): string | null;
  put(visit: KeptVisit & { readonly accountId: string; readonly cardNos: readonly string[] }): void;
}

/** Headquarters' word: its keys as this counter has learnt them when it enrolled. */
export interface Authority {
  /** Whether `signature` (base64) over `text` is by a key of headquarters. */
  isSigned(text: string, signature: string): boolean;
  learn(publicKey: string): void;
}

/** Asks headquarters. Rejects with HEADQUARTERS_UNREACHABLE, HEADQUARTERS_REFUSED. */
export type LookUp = (question: LookupQuestion, clerk: string) => Promise<readonly SignedVisit[]>;

/** What is left of headquarters' limit for one clerk with one account, of the tightest of its three bounds. */
export interface OfflineLeft {
  readonly limitId: string;
  readonly validUntil: string;
  readonly leftFen: number;
  readonly leftCount: number;
}

export interface VisitNote {
  readonly homeBranchNo: string;
  readonly homeBranchName: string;
  /** By this counter's clock. */
  readonly asOfMs: number;
  readonly expiresAtMs: number;
}

export interface Visits {
  /** The store with the visited accounts in it. */
  readonly store: Store;
  /** Asks headquarters and keeps what it says; returns the visits found. Rejects with HEADQUARTERS_UNREACHABLE, HEADQUARTERS_REFUSED. */
  find(question: LookupQuestion, clerk: string): Promise<readonly Visit[]>;
  /**
   * Before money is taken for the account: asks headquarters about it anew where it belongs to another branch, and learns whether there is a line.
   * Does nothing for an account of this branch.
   */
  prepare(accountId: string, clerk: string): Promise<void>;
  /** Whose the account is and how old what is known of it; null for one of this branch. */
  note(accountId: string): VisitNote | null;
  /** What may still be done without the line today; null where nothing may. */
  left(at: { readonly clerk: string; readonly accountId: string }): OfflineLeft | null;
  /** Whether own cards are sold within the limit now: the line is away and the limit says so. */
  boundsOwnCards(): boolean;
}
