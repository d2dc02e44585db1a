// Verification of a batch against what is held: the chain with its hashes, before anybody asks what the operations mean. Pure but for SHA-256.

import { hash } from 'node:crypto';
import { canonicalJson, operationPreimage } from '../shared/domain/canonical.ts';
import type { Link } from '../shared/domain/feed.ts';
import type { Operation } from '../shared/domain/operation.ts';
import { type Batch, linkSchema, type QuarantineCode, type RefusalCode } from '../shared/wire/envelope.ts';
import { isOperation } from '../shared/wire/is-operation.ts';
import { operationSchema } from '../shared/wire/operation.ts';

/** A chain's end: the last operation held without a gap. */
export interface Held {
  readonly seq: number;
  readonly hash: string;
}

/** An operation whose place in the chain is sound, whatever it says. */
export interface SoundLink {
  readonly link: Link;
  /** Canonical JSON, as hashed. */
  readonly payloadJson: string;
  readonly reading: Reading;
}

/** An operation as its schema reads it, or why nobody looks at what it says: the first thing that the schema does not take, or what `code` says. */
export type Reading = { readonly operation: Operation } | { readonly unreadable: string; readonly code?: QuarantineCode };

/**
 * Reads an operation as it came, unknown fields among it. What the schema takes it would give back unchanged: the copy that it makes is not kept,
 * because a batch's operations stay in memory until they are stored.
 */
export function readOperation(raw: unknown): Reading {
  if (isOperation(raw)) return { operation: raw };
  const parsed = operationSchema.safeParse(raw);
  if (parsed.success) return { operation: raw as Operation };
  const issue = parsed.error.issues[0];
  return { unreadable: `${issue?.path.join('.') ?? ''}: ${issue?.message ?? ''}` };
}

export interface Refusal {
  readonly seq: number;
  readonly code: RefusalCode;
  readonly reason: string;
}

/**
 * Returns the operations of a batch from the front that belong to the batch's counter and branch, form a chain and carry their true hash,
 * and the refusal of the first that does not. Whether the first one continues what is held is for `continueHeld`.
 */
export function verifyChain(batch: Batch): { readonly sound: readonly SoundLink[]; readonly refused?: Refusal } {
  const sound: SoundLink[] = [];
  let previousHash: string | null = null;
  for (let index = 0; index < batch.operations.length; index += 1) {
    const raw = batch.operations[index];
    const seq = batch.fromSeq + index;
    const refuse = (code: RefusalCode, reason: string) => ({ sound, refused: { seq, code, reason } });
    const reading = readOperation(raw);
    const parsed = 'operation' in reading ? null : linkSchema.safeParse(raw);
    if (parsed?.success === false) {
      const issue = parsed.error.issues[0];
      return refuse('CHAIN_BROKEN', `${issue?.path.join('.') ?? ''}: ${issue?.message ?? ''}`.slice(0, 500));
    }
    // What the strict schema of operations takes has all fields of a link, in narrower forms, and no others.
    const link = parsed?.data ?? (raw as Link);
    if (link.seq !== seq) return refuse('CHAIN_BROKEN', `seq is ${link.seq}`);
    if (link.counterId !== batch.counterId) return refuse('CHAIN_BROKEN', 'of another counter');
    if (link.kind === 'branch.opened' && (link.payload as { branchNo?: unknown } | null)?.branchNo !== batch.branchNo) {
      return refuse('BRANCH_WRONG', 'the journal opens another branch than the batch names');
    }
    if (previousHash !== null && link.previousHash !== previousHash) {
      return refuse('CHAIN_BROKEN', 'previousHash is not the hash of the operation before');
    }
    const payloadJson = canonicalOrNull(link.payload);
    if (payloadJson === null) return refuse('HASH_WRONG', 'the payload has no canonical form');
    if (hash('sha256', operationPreimage(link, payloadJson), 'hex') !== link.hash) {
      return refuse('HASH_WRONG', 'the content does not give the hash');
    }
    previousHash = link.hash;
    sound.push({ link, payloadJson, reading });
  }
  return { sound };
}

function canonicalOrNull(payload: unknown): string | null {
  try {
    return canonicalJson(payload);
  } catch (error) {
    if (error instanceof RangeError) return null;
    throw error;
  }
}

/**
 * Returns the operations beyond what is held, or the refusal: SEQUENCE_FORK where a seq that is held comes again with another
 * hash, CHAIN_BROKEN where the first new one does not continue the chain. `heldHashes` are the hashes of the held ones by seq.
 */
export function continueHeld(input: {
  readonly sound: readonly SoundLink[];
  readonly held: Held;
  readonly heldHashes: ReadonlyMap<number, string>;
}): { readonly fresh: readonly SoundLink[]; readonly refused?: Refusal } {
  const { held } = input;
  for (const { link } of input.sound) {
    if (link.seq <= held.seq && input.heldHashes.get(link.seq) !== link.hash) {
      return { fresh: [], refused: { seq: link.seq, code: 'SEQUENCE_FORK', reason: 'another operation is held under this seq' } };
    }
  }
  const fresh = input.sound.filter(({ link }) => link.seq > held.seq);
  const first = fresh[0]?.link;
  if (first !== undefined && first.previousHash !== held.hash) {
    return { fresh: [], refused: { seq: first.seq, code: 'CHAIN_BROKEN', reason: 'does not continue what is held' } };
  }
  return { fresh };
}
