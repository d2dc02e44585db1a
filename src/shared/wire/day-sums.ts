// The sums of a run of a counter's operations, as headquarters has them: what a day close is held against.
import { z } from 'zod';
import { kindTotal } from './days.ts';
import { callerSchema, placeSchema, WIRE_VERSION } from './envelope.ts';

export const DAY_SUMS_PATH = '/v1/day/sums';

/** `counterId` of the caller asks about its own operations only. */
export const daySumsRequestSchema = z.strictObject({ ...callerSchema.shape, fromSeq: placeSchema.min(1), toSeq: placeSchema });
export type DaySumsRequest = z.infer<typeof daySumsRequestSchema>;

export const daySumsAnswerSchema = z.strictObject({
  version: z.literal(WIRE_VERSION),
  /** The last operation of the counter that is held. */
  heldSeq: placeSchema,
  kinds: z.array(kindTotal).max(500),
});
export type DaySumsAnswer = z.infer<typeof daySumsAnswerSchema>;
