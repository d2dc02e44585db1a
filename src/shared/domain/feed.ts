// A branch's feed as its counters follow it: what headquarters has ordered, with a verdict on each operation.

/**
 * `applied`: part of the books and of the projections. `conflict`: its money stands in the books, its change of state came after another one and
 * is left out everywhere; an exception case has both sides. `quarantined`: headquarters cannot make sense of it; its place in the chain is kept.
 */
export const VERDICTS = ['applied', 'conflict', 'quarantined'] as const;
export type Verdict = (typeof VERDICTS)[number];

/** What of an operation the chain needs, whatever its kind and payload. */
export interface Link {
  readonly id: string;
  readonly kind: string;
  readonly businessDate: string;
  readonly shiftId: string;
  readonly clerk: string;
  readonly accountId: string;
  readonly recordedAtMs: number;
  readonly payload: unknown;
  readonly counterId: string;
  readonly seq: number;
  readonly previousHash: string;
  readonly hash: string;
}

/** What the hash of an entry covers, besides the hash of the entry before. */
export interface Ordered {
  readonly counterId: string;
  readonly seq: number;
  /** Hash of the operation. */
  readonly operationHash: string;
  readonly verdict: Verdict;
  /** '' where it was applied. */
  readonly code: string;
}

export interface Entry extends Ordered {
  readonly position: number;
  readonly hash: string;
  readonly reason: string;
  /** Left out of a counter's own operations, and of those in quarantine. */
  readonly operation?: Link | undefined;
}

/** One side of an exception case. */
export interface CaseSide {
  readonly counterId: string;
  readonly seq: number;
  readonly kind: string;
  readonly clerk: string;
  readonly recordedAtMs: number;
}

/** What people must look at: two sides that cannot both be right. */
export interface ExceptionCase {
  readonly caseId: string;
  readonly code: string;
  readonly state: 'open' | 'settled';
  readonly accountId: string;
  readonly openedAtMs: number;
  /** The later operation. */
  readonly later: CaseSide;
  /** The one that came first; null where it is not known. */
  readonly earlier: CaseSide | null;
  /** How it was settled; '' while it is open. */
  readonly note: string;
}

/**
 * Own operations whose change was left out, as far as the counter has heard of it: `seq`, heard of when its journal stood at `atSeq`. What it
 * appended later was made knowing.
 */
export type Heard = readonly { readonly seq: number; readonly atSeq: number }[];

/** Returns the text that the hash of an entry covers. */
export function entryPreimage(previousHash: string, entry: Ordered): string {
  const { counterId, seq, operationHash, verdict, code } = entry;
  return `${previousHash}\n${counterId}\n${seq}\n${operationHash}\n${verdict}\n${code}`;
}
