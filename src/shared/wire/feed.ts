// A branch's feed: what headquarters has ordered, in that order, for every counter of the branch to follow.
import { z } from 'zod';
import { type Entry, type ExceptionCase, VERDICTS } from '../domain/feed.ts';
import { callerSchema, codeSchema, heardSchema, linkSchema, placeSchema, WIRE_VERSION } from './envelope.ts';
import { counterIdSchema, hashSchema } from './operation.ts';
import { count, key, line } from './values.ts';

export const FEED_PATH = '/v1/feed';
export const MAX_FEED_ENTRIES = 500;
/** How long headquarters holds a question open that it has no news for, ms. */
export const MAX_FEED_WAIT_MS = 25_000;

/** Asks for what follows `position`, whose entry has `hash`. */
export const feedRequestSchema = z.strictObject({
  ...callerSchema.shape,
  position: placeSchema,
  hash: hashSchema,
  heard: heardSchema,
  waitMs: z.int().min(0).max(MAX_FEED_WAIT_MS),
});
export type FeedRequest = z.infer<typeof feedRequestSchema>;

/** What the hash of an entry covers, besides the hash of the entry before. */
const orderedSchema = z.strictObject({
  counterId: counterIdSchema,
  seq: placeSchema,
  /** Hash of the operation. */
  operationHash: hashSchema,
  verdict: z.enum(VERDICTS),
  /** '' where it was applied. */
  code: z.union([codeSchema, z.literal('')]),
});

export const entrySchema = z.strictObject({
  ...orderedSchema.shape,
  position: placeSchema,
  hash: hashSchema,
  reason: z.string().max(500),
  /** Left out of a counter's own operations, and of those in quarantine. */
  operation: linkSchema.optional(),
}) satisfies z.ZodType<Entry>;

/** What an operator or headquarters must look at: two sides that cannot both be right. */
export const caseSchema = z.strictObject({
  caseId: key,
  code: codeSchema,
  state: z.enum(['open', 'settled']),
  accountId: line(64),
  openedAtMs: count,
  /** The later operation, which lost. */
  later: z.strictObject({ counterId: counterIdSchema, seq: placeSchema, kind: line(64), clerk: line(64), recordedAtMs: count }),
  /** The one that came first; null where it is not known. */
  earlier: z
    .strictObject({ counterId: counterIdSchema, seq: placeSchema, kind: line(64), clerk: line(64), recordedAtMs: count })
    .nullable(),
  /** How it was settled; '' while it is open. */
  note: z.string().max(500),
}) satisfies z.ZodType<ExceptionCase>;

/** A page of the feed. */
export const pageSchema = z.strictObject({
  version: z.literal(WIRE_VERSION),
  entries: z.array(entrySchema).max(MAX_FEED_ENTRIES),
  /** Where the feed ends. */
  lastPosition: placeSchema,
  nowMs: count,
  /** Cases of the branch that are open, and those settled lately. */
  cases: z.array(caseSchema).max(1_000),
});
export type Page = z.infer<typeof pageSchema>;

/** Asks whether headquarters still has the entry: a counter finds by halving where a headquarters that was restored left its feed. */
export const FEED_CHECK_PATH = '/v1/feed/check';
export const feedCheckSchema = z.strictObject({ ...callerSchema.shape, position: placeSchema, hash: hashSchema });
export type FeedCheck = z.infer<typeof feedCheckSchema>;
export const feedCheckAnswerSchema = z.strictObject({ version: z.literal(WIRE_VERSION), same: z.boolean() });
