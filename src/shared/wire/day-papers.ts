// The papers of a close on their way to headquarters: one PDF in parts, known by its close and its SHA-256, and what headquarters has of it.
import { z } from 'zod';
import { DAY_PAPERS } from '../domain/close-papers.ts';
import { callerSchema, WIRE_VERSION } from './envelope.ts';
import { hashSchema } from './operation.ts';
import { line } from './values.ts';

export const DAY_PAPERS_PATH = '/v1/day/papers';
export const DAY_PAPER_PART_PATH = '/v1/day/papers/part';
/** A paper of a close is at most this long, bytes: some fifty thousand rows. */
export const MAX_DAY_PAPER_BYTES = 16 * 1024 * 1024;
/** A part is at most this long, bytes before base64: it passes a slow line within the time limit of a request. */
export const DAY_PAPER_PART_BYTES = 256 * 1024;

const byteCount = z.int().min(0).max(2_147_483_647);
const paper = z.enum(DAY_PAPERS);
const closeId = line(64).min(1);

/**
 * One part of a paper. An empty part asks how far headquarters is with it. Parts come in order; one that does not begin where headquarters has got to is
 * left aside, and the answer says where to go on.
 */
export const dayPaperPartSchema = z.strictObject({
  ...callerSchema.shape,
  closeId,
  paper,
  /** Of the whole PDF. */
  sha256: hashSchema,
  sizeBytes: byteCount.min(1),
  fromByte: byteCount,
  /** Base64. */
  part: z.base64().max(Math.ceil(DAY_PAPER_PART_BYTES / 3) * 4),
});
export type DayPaperPart = z.infer<typeof dayPaperPartSchema>;

export const dayPaperPartAnswerSchema = z.strictObject({
  version: z.literal(WIRE_VERSION),
  /** What headquarters has of the paper from its beginning, bytes. */
  receivedBytes: byteCount,
  /** The paper is whole, is what its hash says, and is kept. */
  isHeld: z.boolean(),
});
export type DayPaperPartAnswer = z.infer<typeof dayPaperPartAnswerSchema>;

/** Asks which papers of a close headquarters holds whole. */
export const dayPapersRequestSchema = z.strictObject({ ...callerSchema.shape, closeId });
export type DayPapersRequest = z.infer<typeof dayPapersRequestSchema>;

export const dayPapersAnswerSchema = z.strictObject({
  version: z.literal(WIRE_VERSION),
  held: z.array(z.strictObject({ paper, sha256: hashSchema, sizeBytes: byteCount })).max(DAY_PAPERS.length),
});
export type DayPapersAnswer = z.infer<typeof dayPapersAnswerSchema>;
