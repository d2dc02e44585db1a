// Area cards: what lies in the reader, in readable form, against the ledger.
import { z } from 'zod';
import { TOOL_KINDS } from '../domain/card-layout.ts';
import { COUNTER_STAFF, call, READER_FAULTS } from './call.ts';
import { commoditySchema, slotSchema, unloadedSaleSchema } from './values.ts';

export const cardContentSchema = z.strictObject({
  cardNo: z.string(),
  regionCode: z.string(),
  accountNo: z.string(),
  purchase: z
    .strictObject({
      sequence: z.int(),
      volumeLitres: z.int(),
      cumulativeLitres: z.int(),
      priceFenPerM3: z.int(),
      date: z.string(),
    })
    .nullable(),
  meterReturn: z
    .strictObject({
      loadedSequence: z.int(),
      remainingLitres: z.int(),
      cumulativeUseLitres: z.int(),
      faults: z.int(),
      meterNo: z.string(),
    })
    .nullable(),
  takenByMeter: z.boolean(),
  tornRecord: z.boolean(),
});

/** A difference between card and ledger in words of the language files. */
export const CARD_DIFFERENCES = [
  /** Card and ledger agree. */
  'none',
  /** The ledger knows a later purchase than the card: an older state of the card. */
  'card-behind',
  /** The card holds a purchase the ledger does not know. */
  'card-ahead',
  /** A purchase of ours is open: decided by the images. */
  'purchase-open',
] as const;

export const cardViewSchema = z.strictObject({
  slot: z.int(),
  presence: z.enum(['present', 'absent', 'damaged']),
  kind: z.enum(['content', 'blank', 'other-layout', 'other-region', 'tool', 'damaged', 'none']),
  /** What a tool card does and the number by which it is kept; null for every other card. */
  tool: z.strictObject({ tool: z.enum(TOOL_KINDS), toolNo: z.string() }).nullable(),
  layoutId: z.string(),
  /** What the card buys; where it does not say, what its account is supplied with. */
  commodity: commoditySchema,
  content: cardContentSchema.nullable(),
  attemptsLeft: z.int().nullable(),
  /** The account the ledger binds the card to; null when unknown. */
  accountId: z.string().nullable(),
  customerName: z.string(),
  ledger: z
    .strictObject({ sequence: z.int(), cumulativeLitres: z.int(), status: z.enum(['active', 'blacklisted', 'returned']) })
    .nullable(),
  difference: z.enum(CARD_DIFFERENCES),
  /** The open top-up of this card, and what its images say; null when there is none. */
  open: z
    .strictObject({ topupId: z.string(), verdict: z.enum(['no-intent', 'before', 'after', 'mixture', 'other', 'taken-by-meter']) })
    .nullable(),
  /** What the meter has not taken of it, and what a sale does with that; null where there is nothing, or nothing may be sold then. */
  unloaded: unloadedSaleSchema.nullable(),
  /** Why no purchase can be sold to this card now; null when it can. A fault code. */
  obstacle: z.string().nullable(),
});

export const cardsContract = {
  /** Reads the card in the slot without presenting a secret. An empty slot is an answer, not a fault. */
  read: call({ access: COUNTER_STAFF, faults: READER_FAULTS })
    .input(z.strictObject({ slot: slotSchema.default(1) }))
    .output(cardViewSchema),
};
