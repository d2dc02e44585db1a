// The envelope between a counter and headquarters, version 1: a signed batch of operations and the answer to it.
import { z } from 'zod';
import type { Link } from '../domain/feed.ts';
import { branchNoSchema, counterIdSchema, hashSchema } from './operation.ts';
import { count, line } from './values.ts';

export const WIRE_VERSION = 1;
export const OPERATIONS_PATH = '/v1/operations';
export const MAX_BATCH_OPERATIONS = 500;
/** What a sender puts into one batch, bytes of JSON; a single larger operation travels alone. */
export const MAX_BATCH_BYTES = 512 * 1024;
/** What headquarters reads at most, bytes of JSON after decompression. */
export const MAX_BODY_BYTES = 2 * 1024 * 1024;

/** A place in a counter's journal or in a branch's feed; 0 is before the first. */
export const placeSchema = z.int().min(0).max(2_147_483_647);

/** Who asks. Every request that is signed begins with these. */
export const callerSchema = z.strictObject({ version: z.literal(WIRE_VERSION), branchNo: branchNoSchema, counterId: counterIdSchema });

/**
 * Own operations whose change was left out, as far as the counter has heard of it: `seq`, heard of when its journal stood at `atSeq`. What it
 * appended later was made knowing. The last hundred.
 */
export const heardSchema = z.array(z.strictObject({ seq: placeSchema, atSeq: placeSchema })).max(100);

/**
 * A batch as received. Its operations are validated one by one, so that a bad one is named by its seq and those beside it still
 * count. Without operations it only asks what headquarters holds: `toSeq` is then `fromSeq − 1`.
 */
export const batchSchema = z
  .strictObject({
    ...callerSchema.shape,
    fromSeq: placeSchema.min(1),
    toSeq: placeSchema,
    heard: heardSchema,
    operations: z.array(z.unknown()).max(MAX_BATCH_OPERATIONS),
  })
  .refine((batch) => batch.toSeq - batch.fromSeq + 1 === batch.operations.length, { error: 'range and operations differ' });
export type Batch = z.infer<typeof batchSchema>;

/**
 * What of an operation the chain needs, whatever its kind and payload: with these its hash can be checked and its place kept, even where
 * headquarters cannot make sense of the rest.
 */
export const linkSchema = z.object({
  id: line(64),
  kind: line(64),
  businessDate: line(64),
  shiftId: line(64),
  clerk: line(64),
  accountId: line(64),
  recordedAtMs: count,
  payload: z.unknown(),
  counterId: counterIdSchema,
  seq: placeSchema,
  previousHash: hashSchema,
  hash: hashSchema,
}) satisfies z.ZodType<Link>;

/**
 * Asks whether headquarters holds this operation under this seq of the counter: one whose journal headquarters knows otherwise finds by halving how
 * far both are the same.
 */
export const CHAIN_CHECK_PATH = '/v1/operations/check';
export const chainCheckSchema = z.strictObject({ ...callerSchema.shape, seq: placeSchema, hash: hashSchema });
export type ChainCheck = z.infer<typeof chainCheckSchema>;
export const chainCheckAnswerSchema = z.strictObject({ version: z.literal(WIRE_VERSION), same: z.boolean() });

/** Why headquarters turns a request away or stops at an operation: nothing from it on is kept. A code is never reused for another meaning. */
export const REFUSAL_CODES = [
  'VERSION_UNSUPPORTED',
  'BATCH_INVALID',
  'BATCH_TOO_LARGE',
  'REQUEST_TOO_SLOW',
  'COUNTER_UNKNOWN',
  'SIGNATURE_WRONG',
  /** IT has locked this counter out; the reason is theirs. */
  'COUNTER_LOCKED',
  'ENROLMENT_REFUSED',
  'BRANCH_WRONG',
  'HASH_WRONG',
  'CHAIN_BROKEN',
  'SEQUENCE_FORK',
  'FEED_UNKNOWN',
  /** More questions about accounts of other branches than a hall ever has: somebody tries numbers. */
  'LOOKUPS_TOO_MANY',
  /** A paper of a close that is not held (yet). */
  'CLOSE_UNKNOWN',
  /** What came is no PDF. */
  'PAPER_INVALID',
  /** Another paper of the same name is held for this close. */
  'PAPER_DIFFERS',
  'INTERNAL',
] as const;
export type RefusalCode = (typeof REFUSAL_CODES)[number];

/** Why one operation of a sound chain is put in quarantine; those behind it go on. */
export const QUARANTINE_CODES = [
  'OPERATION_INVALID',
  'OPERATION_ID_REUSED',
  /** The same operation, held already from another journal: nothing to do. */
  'OPERATION_HELD',
  'POSTINGS_UNBALANCED',
  'TOPUP_UNKNOWN',
  'TOPUP_ID_REUSED',
  'REFERENCE_UNKNOWN',
  /** Handed in by a neighbour after its counter was locked out: people must say that it counts. */
  'COUNTER_LOCKED',
] as const;
export type QuarantineCode = (typeof QUARANTINE_CODES)[number];

/** Open to codes that a newer headquarters may know. */
export const codeSchema = z.string().regex(/^[A-Z_]{1,60}$/);

/** What headquarters holds of the counter after the batch, whatever became of it (HTTP 200). */
export const answerSchema = z.strictObject({
  version: z.literal(WIRE_VERSION),
  counterId: counterIdSchema,
  /** The last operation held without a gap, quarantined ones among them; 0 for none. The counter continues after it. */
  heldSeq: placeSchema,
  /** Its hash; GENESIS_HASH for none. */
  heldHash: hashSchema,
  /** Headquarters' clock, ms since 1970: to be compared, never to be trusted. */
  nowMs: count,
  /** The first operation that was refused; nothing from it on was kept. */
  refused: z.strictObject({ seq: placeSchema, code: codeSchema, reason: z.string().max(500) }).optional(),
});
export type Answer = z.infer<typeof answerSchema>;

/** The body of any answer but 200: the request as a whole was not looked at. */
export const rejectionSchema = z.strictObject({ code: codeSchema, reason: z.string().max(500) });
export type Rejection = z.infer<typeof rejectionSchema>;
