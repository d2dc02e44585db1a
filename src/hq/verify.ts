// Verification of a batch against what is held: schema, chain, hashes and postings. Pure but for SHA-256.
import { createHash } from 'node:crypto';
import { canonicalJson, operationPreimage } from '../shared/domain/canonical.ts';
import { Fault } from '../shared/domain/fault.ts';
import type { Posting } from '../shared/domain/ledger.ts';
import type { Operation, OperationPayloads } from '../shared/domain/operation.ts';
import { postingsOf } from '../shared/domain/postings.ts';
import type { Batch, RefusalCode } from '../shared/wire/envelope.ts';
import { operationSchema } from '../shared/wire/operation.ts';

/** A chain's end: the last operation held without a gap. */
export interface Held {
  readonly seq: number;
  readonly hash: string;
}

export interface VerifiedOperation {
  readonly operation: Operation;
  /** Canonical JSON, as hashed. */
  readonly payloadJson: string;
}

export interface Refusal {
  readonly seq: number;
  readonly code: RefusalCode;
  readonly reason: string;
}

/**
 * Returns the operations of a batch from the front that are well formed, belong to the batch's counter and branch, form a chain and carry
 * their true hash, and the refusal of the first that does not. Whether the first one continues what is held is for `continueHeld`.
 */
export function verifyChain(batch: Batch): { readonly verified: readonly VerifiedOperation[]; readonly refused?: Refusal } {
  const verified: VerifiedOperation[] = [];
  let previousHash: string | null = null;
  for (const [index, value] of batch.operations.entries()) {
    const seq = batch.fromSeq + index;
    const refuse = (code: RefusalCode, reason: string) => ({ verified, refused: { seq, code, reason } });
    const parsed = operationSchema.safeParse(value);
    if (!parsed.success) {
      const issue = parsed.error.issues[0];
      return refuse('OPERATION_INVALID', `${issue?.path.join('.') ?? ''}: ${issue?.message ?? ''}`.slice(0, 500));
    }
    const operation = parsed.data;
    if (operation.seq !== seq) return refuse('OPERATION_INVALID', `seq is ${operation.seq}`);
    if (operation.counterId !== batch.counterId) return refuse('OPERATION_INVALID', 'of another counter');
    if (operation.kind === 'branch.opened' && operation.payload.branchNo !== batch.branchNo) {
      return refuse('BRANCH_WRONG', 'the journal opens another branch than the batch names');
    }
    if (previousHash !== null && operation.previousHash !== previousHash) {
      return refuse('CHAIN_BROKEN', 'previousHash is not the hash of the operation before');
    }
    const payloadJson = canonicalJson(operation.payload);
    const hash = createHash('sha256').update(operationPreimage(operation, payloadJson)).digest('hex');
    if (hash !== operation.hash) return refuse('HASH_WRONG', 'the content does not give the hash');
    previousHash = hash;
    verified.push({ operation, payloadJson });
  }
  return { verified };
}

/**
 * Returns the operations beyond what is held, or the refusal: SEQUENCE_FORK where a seq that is held comes again with another
 * hash, CHAIN_BROKEN where the first new one does not continue the chain. `heldHashes` are the hashes of the held ones by seq.
 */
export function continueHeld(input: {
  readonly verified: readonly VerifiedOperation[];
  readonly held: Held;
  readonly heldHashes: ReadonlyMap<number, string>;
}): { readonly fresh: readonly VerifiedOperation[]; readonly refused?: Refusal } {
  const { held } = input;
  for (const { operation } of input.verified) {
    if (operation.seq <= held.seq && input.heldHashes.get(operation.seq) !== operation.hash) {
      return { fresh: [], refused: { seq: operation.seq, code: 'SEQUENCE_FORK', reason: 'another operation is held under this seq' } };
    }
  }
  const fresh = input.verified.filter(({ operation }) => operation.seq > held.seq);
  const first = fresh[0]?.operation;
  if (first !== undefined && first.previousHash !== held.hash) {
    return { fresh: [], refused: { seq: first.seq, code: 'CHAIN_BROKEN', reason: 'does not continue what is held' } };
  }
  return { fresh };
}

/** Returns the operation's postings, or why headquarters cannot make them. */
export function verifyPostings(
  operation: Operation,
  payment: (topupId: string) => OperationPayloads['topup.paid'] | undefined,
): { readonly postings: readonly Posting[] } | { readonly refused: Refusal } {
  const refuse = (code: RefusalCode, reason: string) => ({ refused: { seq: operation.seq, code, reason } });
  try {
    const postings = postingsOf(operation, (topupId) => {
      const paid = payment(topupId);
      if (paid === undefined) throw new Fault('TOPUP_UNKNOWN', { topupId });
      return paid;
    });
    return { postings };
  } catch (error) {
    if (error instanceof Fault && error.code === 'TOPUP_UNKNOWN') return refuse('TOPUP_UNKNOWN', 'no payment of this top-up is held');
    if (error instanceof Fault && error.code === 'POSTINGS_UNBALANCED') return refuse('POSTINGS_UNBALANCED', error.message);
    if (error instanceof RangeError) return refuse('OPERATION_INVALID', error.message);
    throw error;
  }
}
