// Port to replication: the core only asks how it stands. And what replication needs to prove who this counter is.

import type { z } from 'zod';
import type { loadProgressSchema, neighbourStateSchema, syncStateSchema } from '../../../shared/contract/sync.ts';
import type { DayPaperName } from '../../../shared/domain/close-papers.ts';
import type { KindTotal } from '../../../shared/domain/day-close.ts';
import type { ExceptionCase } from '../../../shared/domain/feed.ts';
import type { MasterDataPublished } from '../../../shared/domain/master-data.ts';
import type { Operation } from '../../../shared/domain/operation.ts';
import type { CounterRenewed } from '../../../shared/domain/settling.ts';
import type { Renewal, Replica, SetAside } from './replica.ts';
import type { LookUp } from './visits.ts';

export type SyncState = z.infer<typeof syncStateSchema>;

/** The branch's counters among themselves. */
export type NeighbourState = z.infer<typeof neighbourStateSchema>;

/** How far a first load is. */
export type LoadProgress = z.infer<typeof loadProgressSchema>;

export interface Sync {
  state(): SyncState;
  /** Something was appended; send soon. */
  nudge(): void;
  /** What waits, oldest first, what was set aside, and the branch's exception cases, newest first; at most `limit` of each. */
  details(limit: number): {
    readonly queue: readonly Operation[];
    readonly setAside: readonly SetAside[];
    readonly cases: readonly ExceptionCase[];
  };
  /**
   * Asks headquarters for its own sums over a run of this counter's operations. Rejects with HEADQUARTERS_UNREACHABLE, HEADQUARTERS_REFUSED; also where
   * the counter has no headquarters, or asks about another counter.
   */
  sumsOf(run: { readonly counterId: string; readonly fromSeq: number; readonly toSeq: number }): Promise<{
    readonly heldSeq: number;
    readonly kinds: readonly KindTotal[];
  }>;
  /** The papers of this counter's closes. */
  readonly papers: {
    /** One more waits; it goes soon. */
    nudge(): void;
    /** Asks which papers of a close headquarters holds. Rejects with HEADQUARTERS_UNREACHABLE, HEADQUARTERS_REFUSED. */
    heldOf(closeId: string): Promise<readonly { readonly paper: DayPaperName; readonly sha256: string }[]>;
  };
  /** Documents of the feed that headquarters has not signed: kept, without effect. */
  refusedDocuments(): readonly MasterDataPublished[];
  /** Looks an account of another branch up. Rejects with HEADQUARTERS_UNREACHABLE, HEADQUARTERS_REFUSED. */
  readonly lookUp: LookUp;
  /** Makes the counter known at headquarters with a one-time code. Rejects with HEADQUARTERS_UNREACHABLE, HEADQUARTERS_REFUSED. */
  enrol(code: string): Promise<void>;
  /**
   * Goes on under another number after headquarters knows this counter's journal otherwise; `operation` makes the first operation of the new journal.
   * Rejects with RENEWAL_NOT_NEEDED, HEADQUARTERS_UNREACHABLE, HEADQUARTERS_REFUSED; the counter is then as it was.
   */
  renew(code: string, operation: Renewal['operation']): Promise<CounterRenewed>;
  /** See `Replica`: what the counter holds of its branch, for settling. */
  readonly replica: Pick<Replica, 'cases' | 'setAside' | 'operation' | 'operationById' | 'leaveOut'>;
}

/** Where card keys from headquarters go: the counter's vault. No key leaves it here. */
export interface CardKeyInbox {
  /** Keys that need not be sent: of these versions no other is taken. */
  held(): readonly { readonly version: number; readonly fingerprint: string }[];
  /** Begins one delivery: what it is to be sealed to, and what opens it and keeps what is in it. */
  begin(): {
    /** X25519, base64 of the 32 bytes. */
    readonly sealTo: string;
    /** Returns versions. The caller has checked the signature. Throws KEY_VAULT_FAILED, and nothing was kept then. */
    take(delivery: { readonly header: string; readonly publicKey: string; readonly sealed: string }): {
      readonly taken: readonly number[];
      /** Cards were made here with another key of this version. */
      readonly refused: readonly number[];
    };
  };
}

/** The counter's own Ed25519 key. */
export interface CounterKey {
  /** Base64 of the 32 bytes. */
  readonly publicKey: string;
  /** Returns the signature over the UTF-8 of `text`, base64. */
  sign(text: string): string;
}
