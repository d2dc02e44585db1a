// The first load of a new counter: what its branch holds at headquarters, and that feed in large pieces, each with its checksum.
import { z } from 'zod';
import { callerSchema, placeSchema, WIRE_VERSION } from './envelope.ts';
import { entrySchema } from './feed.ts';
import { hashSchema } from './operation.ts';
import { count } from './values.ts';

export const LOAD_PATH = '/v1/load';
export const LOAD_PIECE_PATH = '/v1/load/piece';
/** Header of a piece: hex SHA-256 of its JSON before compression. */
export const BODY_SHA256_HEADER = 'countertop-sha256';
export const MAX_PIECE_ENTRIES = 2_000;
/** What a piece holds of payloads, characters; a single larger operation travels alone. */
export const MAX_PIECE_LENGTH = 2 * 1024 * 1024;

/** Asks what there is to load. */
export const loadRequestSchema = z.strictObject(callerSchema.shape);
export type LoadRequest = z.infer<typeof loadRequestSchema>;

/** The feed as it ends now; what is ordered later follows as it always does. */
export const loadAnswerSchema = z.strictObject({
  version: z.literal(WIRE_VERSION),
  position: placeSchema,
  hash: hashSchema,
  /** Accounts of the branch. */
  accounts: count,
});
export type LoadAnswer = z.infer<typeof loadAnswerSchema>;

/** Asks for what follows `position`, whose entry has `hash`, up to `until`. */
export const pieceRequestSchema = z.strictObject({
  ...callerSchema.shape,
  position: placeSchema,
  hash: hashSchema,
  until: placeSchema,
  maxEntries: z.int().min(1).max(MAX_PIECE_ENTRIES),
});
export type PieceRequest = z.infer<typeof pieceRequestSchema>;

/** Entries with their operations, the counter's own among them; never empty. */
export const pieceSchema = z.strictObject({
  version: z.literal(WIRE_VERSION),
  entries: z.array(entrySchema).min(1).max(MAX_PIECE_ENTRIES),
});
export type Piece = z.infer<typeof pieceSchema>;
