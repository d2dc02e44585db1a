// The envelope between a counter and headquarters, version 1: a batch of operations and the answer to it.
import { z } from 'zod';
import { branchNoSchema, counterIdSchema, hashSchema } from './operation.ts';

export const WIRE_VERSION = 1;
export const OPERATIONS_PATH = '/v1/operations';
export const MAX_BATCH_OPERATIONS = 500;
/** What a sender puts into one batch, bytes of JSON; a single larger operation travels alone. */
export const MAX_BATCH_BYTES = 512 * 1024;
/** What headquarters reads at most, bytes of JSON after decompression. */
export const MAX_BODY_BYTES = 2 * 1024 * 1024;

/** A place in a counter's journal; 0 is before the first operation. */
const placeSchema = z.int().min(0).max(2_147_483_647);

/**
 * A batch as received. Its operations are validated one by one with `operationSchema`, so that a bad one is named by its seq
 * and those before it still count. Without operations it only asks what headquarters holds: `toSeq` is then `fromSeq − 1`.
 */
export const batchSchema = z
  .strictObject({
    version: z.literal(WIRE_VERSION),
    branchNo: branchNoSchema,
    counterId: counterIdSchema,
    fromSeq: placeSchema.min(1),
    toSeq: placeSchema,
    operations: z.array(z.unknown()).max(MAX_BATCH_OPERATIONS),
  })
  .refine((batch) => batch.toSeq - batch.fromSeq + 1 === batch.operations.length, { error: 'range and operations differ' });
export type Batch = z.infer<typeof batchSchema>;

/** Why headquarters refuses a batch or an operation of it; a code is never reused for another meaning. */
export const REFUSAL_CODES = [
  'VERSION_UNSUPPORTED',
  'BATCH_INVALID',
  'BATCH_TOO_LARGE',
  'OPERATION_INVALID',
  'OPERATION_ID_REUSED',
  'BRANCH_WRONG',
  'HASH_WRONG',
  'CHAIN_BROKEN',
  'SEQUENCE_FORK',
  'POSTINGS_UNBALANCED',
  'TOPUP_UNKNOWN',
  'TOPUP_ID_REUSED',
  'INTERNAL',
] as const;
export type RefusalCode = (typeof REFUSAL_CODES)[number];

/** Open to codes that a newer headquarters may know. */
const codeSchema = z.string().regex(/^[A-Z_]{1,60}$/);

/** What headquarters holds of the counter after the batch, whatever became of it (HTTP 200). */
export const answerSchema = z.strictObject({
  version: z.literal(WIRE_VERSION),
  counterId: counterIdSchema,
  /** The last operation held without a gap; 0 for none. The counter continues after it. */
  heldSeq: placeSchema,
  /** Its hash; GENESIS_HASH for none. */
  heldHash: hashSchema,
  /** The first operation that was refused; nothing from it on was kept. */
  refused: z.strictObject({ seq: placeSchema, code: codeSchema, reason: z.string().max(500) }).optional(),
});
export type Answer = z.infer<typeof answerSchema>;

/** The body of any answer but 200: the batch as a whole was not looked at. */
export const rejectionSchema = z.strictObject({ code: codeSchema, reason: z.string().max(500) });
export type Rejection = z.infer<typeof rejectionSchema>;
