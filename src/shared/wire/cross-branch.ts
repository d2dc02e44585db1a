// Looking up an account of another branch: an exact question, and what headquarters says about it, signed and for a while.
import { z } from 'zod';
import type { ReceivableRow } from '../domain/charging.ts';
import type { AccountRow, CardRow, MeterRow } from '../domain/fold.ts';
import type { Tariff } from '../domain/tariff.ts';
import type { LookupQuestion, SignedVisit, Visit } from '../domain/visits.ts';
import { callerSchema, WIRE_VERSION } from './envelope.ts';
import { branchNoSchema } from './operation.ts';
import { count, key, line } from './values.ts';

export const LOOKUP_PATH = '/v1/lookups';
/** A question names one account; a name with a phone number may hold a few. */
export const MAX_FOUND = 5;

const lookupQuestionSchema: z.ZodType<LookupQuestion> = z.discriminatedUnion('by', [
  z.strictObject({ by: z.literal('account'), accountId: key }),
  z.strictObject({ by: z.literal('account-no'), accountNo: key }),
  z.strictObject({ by: z.literal('card'), cardNo: key }),
  z.strictObject({ by: z.literal('phone-and-name'), phone: line(40).min(5), name: line(100).min(2) }),
]);

export const lookupRequestSchema = z.strictObject({ ...callerSchema.shape, clerk: key, question: lookupQuestionSchema });
export type LookupRequest = z.infer<typeof lookupRequestSchema>;

/** Rows of the home branch's projections; what is in them was checked when they were folded. */
const row = <Row>() => z.custom<Row>((value) => typeof value === 'object' && value !== null);

/** What headquarters says about an account of another branch. Names, phone and address are masked. */
export const visitSchema: z.ZodType<Visit> = z.strictObject({
  format: z.literal(1),
  homeBranchNo: branchNoSchema,
  homeBranchName: line(500),
  /** By headquarters' clock, ms since 1970. */
  asOfMs: count,
  /** How long it may be worked with without asking again, ms. */
  validForMs: count,
  account: row<AccountRow>(),
  cards: z.array(row<CardRow>()).max(100),
  meters: z.array(row<MeterRow>()).max(100),
  /** Open ones. */
  receivables: z.array(row<ReceivableRow>()).max(1_000),
  tierUse: z.array(z.strictObject({ year: count, holder: count, litres: z.int() })).max(200),
  /** All versions of the account's plan at home. */
  tariffs: z.array(row<Tariff>()).max(200),
  /** Paid at home and not on a card yet, fen. */
  undeliveredFen: z.int(),
  /** Facts from other branches that are counted in, the last ones. */
  knownIds: z.array(key).max(500),
});

/** A visit as canonical JSON with headquarters' signature over `visitText`. */
const signedVisitSchema: z.ZodType<SignedVisit> = z.strictObject({ json: z.string().max(2_000_000), signature: z.base64().length(88) });

export const lookupAnswerSchema = z.strictObject({
  version: z.literal(WIRE_VERSION),
  found: z.array(signedVisitSchema).max(MAX_FOUND),
  nowMs: count,
});
export type LookupAnswer = z.infer<typeof lookupAnswerSchema>;
