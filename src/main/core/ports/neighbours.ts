// Port to what the counters of a branch hold of each other's journals before headquarters has ordered it.
import type { Neighbour, PeerRun, SignedHead } from '../../../shared/domain/neighbours.ts';

/** The highest seq held of each counter's journal. */
export type HeldJournals = Readonly<Record<string, number>>;

export interface NeighbourStore {
  /** Of this counter's own journal too. */
  held(): HeldJournals;
  /** Signs the end of this counter's journal where it has grown, in steps that an exchange can carry. */
  signHeads(sign: (head: Omit<SignedHead, 'signature'>) => string): void;
  /** Returns what somebody who holds `held` lacks, at most one run for each counter. */
  runsFor(held: HeldJournals): readonly PeerRun[];
  /** Returns what came from other counters themselves and headquarters has not ordered, at most one run for each. */
  unordered(): readonly PeerRun[];
  /**
   * Takes a run in whose head's signature has been checked, in one transaction: its operations are posted and folded where they fit, until
   * headquarters says their order. Returns the accounts it touches; what is held already changes nothing. Throws HEADQUARTERS_REFUSED with a code
   * when the run does not continue what is held or is not what its hashes say; nothing of it is kept then.
   */
  take(run: PeerRun): ReadonlySet<string>;
  /** The branch's counters as headquarters has told last. */
  roster(): readonly Neighbour[];
  putRoster(neighbours: readonly Neighbour[]): void;
}
