// The counters of a branch to each other: who they are, where, and pieces of their journals.
import type { Link } from './feed.ts';

/** The end of a journal, signed by the counter that wrote it; base64. */
export interface SignedHead {
  readonly seq: number;
  readonly hash: string;
  readonly signature: string;
}

/** A piece of one counter's journal without a gap, whose last operation is `head`. */
export interface PeerRun {
  readonly counterId: string;
  readonly operations: readonly Link[];
  readonly head: SignedHead;
}

/** A counter of the branch as headquarters has told. */
export interface Neighbour {
  readonly counterId: string;
  /** Base64 of the 32 bytes of its Ed25519 key. */
  readonly publicKey: string;
  /** null where it does not listen. */
  readonly place: { readonly addresses: readonly string[]; readonly port: number } | null;
}
