// Headquarters' word on what it has ordered, and the way back: a headquarters that was restored takes what it had ordered from a counter that followed.
import { z } from 'zod';
import { enrolRequestSchema } from './enrolment.ts';
import { callerSchema, WIRE_VERSION } from './envelope.ts';
import { entrySchema, feedCheckSchema } from './feed.ts';
import { hashSchema } from './operation.ts';
import { line } from './values.ts';

/** Ed25519 signature, base64. */
const signatureSchema = line(128);

/** Asks headquarters to sign that its feed has this entry under this position. */
export const FEED_WORD_PATH = '/v1/feed/word';
export const feedWordRequestSchema = feedCheckSchema;
export const feedWordAnswerSchema = z.strictObject({
  version: z.literal(WIRE_VERSION),
  /** Over `feedText`. */
  signature: signatureSchema,
  /** Over `enrolmentText` of the asker. */
  enrolment: signatureSchema,
});
export type FeedWordAnswer = z.infer<typeof feedWordAnswerSchema>;

export const MAX_RETURNED_ENTRIES = 1_000;

/**
 * Gives entries back that headquarters has said and no longer holds. They are chained from `afterHash`, which the receiver need not know; the last one
 * bears headquarters' own signature, so that nobody can return what was never said. Of entries in quarantine the operation may be missing.
 */
export const FEED_RETURN_PATH = '/v1/feed/return';
export const feedReturnSchema = z.strictObject({
  ...callerSchema.shape,
  afterHash: hashSchema,
  entries: z.array(entrySchema).min(1).max(MAX_RETURNED_ENTRIES),
  signature: signatureSchema,
});
export type FeedReturn = z.infer<typeof feedReturnSchema>;
/** `same`: the feed now has the last of the entries under its position. */
export const feedReturnAnswerSchema = z.strictObject({ version: z.literal(WIRE_VERSION), same: z.boolean() });

/** Enrols once more, without a code, at a headquarters that has forgotten its own enrolment; signed by the counter's key. */
export const ENROL_AGAIN_PATH = '/v1/enrol/again';
export const enrolAgainSchema = z.strictObject({
  ...callerSchema.shape,
  publicKey: enrolRequestSchema.shape.publicKey,
  /** Headquarters' own, over `enrolmentText`. */
  enrolment: signatureSchema,
});
export type EnrolAgainRequest = z.infer<typeof enrolAgainSchema>;

/** Returns the text with which headquarters signs an entry of its feed. */
export function feedText(entry: { readonly branchNo: string; readonly position: number; readonly hash: string }): string {
  return `countertop/${WIRE_VERSION}/feed\n${entry.branchNo}\n${entry.position}\n${entry.hash}`;
}

/** Returns the text with which headquarters signs that a counter is enrolled. */
export function enrolmentText(counter: { readonly branchNo: string; readonly counterId: string; readonly publicKey: string }): string {
  return `countertop/${WIRE_VERSION}/enrolment\n${counter.branchNo}\n${counter.counterId}\n${counter.publicKey}`;
}
