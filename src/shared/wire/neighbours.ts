// Between the counters of a branch while headquarters is away: journals that the other does not hold, each up to an end that its writer has signed.
import { z } from 'zod';
import type { PeerRun } from '../domain/neighbours.ts';
import { callerSchema, linkSchema, placeSchema, WIRE_VERSION } from './envelope.ts';
import { counterIdSchema, hashSchema } from './operation.ts';
import { line } from './values.ts';

export const EXCHANGE_PATH = '/neighbour/v1/exchange';
/** Operations of one counter in one exchange. */
export const MAX_RUN_OPERATIONS = 200;
const MAX_RUNS = 50;

/** The highest seq held of each counter's journal; one that is not named is not held at all. */
const heldSchema = z.record(counterIdSchema, placeSchema);

const signedRunSchema = z.strictObject({
  counterId: counterIdSchema,
  /** Continues what the receiver has said it holds and ends at `head`. */
  operations: z.array(linkSchema).min(1).max(MAX_RUN_OPERATIONS),
  head: z.strictObject({ seq: placeSchema, hash: hashSchema, signature: line(128) }),
}) satisfies z.ZodType<PeerRun>;

export const exchangeSchema = z.strictObject({
  ...callerSchema.shape,
  /** Whom it is meant for. */
  to: counterIdSchema,
  /** The answer repeats it: an old answer is no answer. */
  nonce: line(64).min(8),
  held: heldSchema,
  runs: z.array(signedRunSchema).max(MAX_RUNS),
});
export type Exchange = z.infer<typeof exchangeSchema>;

export const exchangeAnswerSchema = z.strictObject({
  version: z.literal(WIRE_VERSION),
  counterId: counterIdSchema,
  nonce: line(64),
  held: heldSchema,
  runs: z.array(signedRunSchema).max(MAX_RUNS),
});
export type ExchangeAnswer = z.infer<typeof exchangeAnswerSchema>;

/**
 * Hands headquarters a piece of another counter's journal that came from the writer itself and that headquarters has not ordered: its writer has no line,
 * or is broken. The answer is that to a batch.
 */
export const RELAY_PATH = '/v1/operations/relayed';
export const relayRequestSchema = z.strictObject({ ...callerSchema.shape, run: signedRunSchema });
export type RelayRequest = z.infer<typeof relayRequestSchema>;

/** Returns the text with which a counter signs the end of its journal. */
export function headText(head: {
  readonly branchNo: string;
  readonly counterId: string;
  readonly seq: number;
  readonly hash: string;
}): string {
  return `countertop/${WIRE_VERSION}/head\n${head.branchNo}\n${head.counterId}\n${head.seq}\n${head.hash}`;
}
