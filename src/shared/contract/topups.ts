// Area topups: price, payment, delivery to the card, refund, and what is undelivered.
import { z } from 'zod';
import { APPROVAL_FAULTS, CARD_FAULTS, COUNTER_STAFF, call, READER_FAULTS, VISIT_FAULTS } from './call.ts';
import { credentialsSchema } from './session.ts';
import {
  accountIdSchema,
  commoditySchema,
  faultDataSchema,
  fenSchema,
  idSchema,
  litresSchema,
  slotSchema,
  tenderKindSchema,
  tierLineSchema,
  unloadedSaleSchema,
  wordsSchema,
} from './values.ts';

export const purchaseBySchema = z.discriminatedUnion('by', [
  z.strictObject({ by: z.literal('money'), amountFen: fenSchema.min(1) }),
  z.strictObject({ by: z.literal('volume'), litres: litresSchema.min(1) }),
]);

export const quoteSchema = z.strictObject({
  accountId: z.string(),
  litres: litresSchema,
  amountFen: fenSchema,
  lines: z.array(tierLineSchema),
  /** Rounding given (+) or taken (−), thousandths of a fen. */
  roundingMilliFen: z.int(),
  vatFen: fenSchema,
  tariffId: z.string(),
  tariffName: z.string(),
  usedBeforeLitres: litresSchema,
  /** Money asked for that buys nothing more; 0 with litre steps. */
  remainderFen: fenSchema,
});

export const TOPUP_STATES = ['paid', 'intent', 'writing', 'verified', 'receipted', 'replicated', 'refunded', 'reversed'] as const;

export const receiptStateSchema = z.enum(['none', 'issued', 'printed', 'unverified', 'unknown', 'not-printed']);

/** A receipt as the screens show it beside what it is for. */
export const receiptBriefSchema = z.strictObject({
  receiptId: z.string(),
  receiptNo: z.string(),
  state: receiptStateSchema,
  reprints: z.int(),
});

export const topupSchema = z.strictObject({
  topupId: z.string(),
  accountId: z.string(),
  accountNo: z.string(),
  customerName: z.string(),
  cardNo: z.string(),
  state: z.enum(TOPUP_STATES),
  commodity: commoditySchema,
  litres: litresSchema,
  amountFen: fenSchema,
  lines: z.array(tierLineSchema),
  tenders: z.array(z.strictObject({ kind: tenderKindSchema, amountFen: fenSchema, reference: z.string() })),
  cashTenderedFen: fenSchema,
  changeFen: fenSchema,
  paidAtMs: z.int(),
  businessDate: z.string(),
  clerk: z.string(),
  attempts: z.int(),
  receipt: receiptBriefSchema.nullable(),
  nextStep: z.enum(['insert-card', 'check-paper', 'print-receipt', 'none']),
});

/** How a delivery ended: the top-up as it now stands, and the fault that stopped it, if any. */
export const deliverySchema = z.strictObject({
  topup: topupSchema,
  fault: faultDataSchema.nullable(),
});

/** A second person for one act: by their own sign-in at this counter, or by what they have decided on their own screen. */
export const approvalSchema = z.union([credentialsSchema, z.strictObject({ approvalId: idSchema })]);
export type Approval = z.infer<typeof approvalSchema>;

export const topupsContract = {
  /** Shows the customer what is due, on the display that faces them; null darkens it. Nothing happens where there is none. */
  show: call({ access: COUNTER_STAFF })
    .input(
      z.strictObject({
        due: z.strictObject({ amountFen: fenSchema, litres: litresSchema, commodity: commoditySchema.default('gas') }).nullable(),
      }),
    )
    .output(z.strictObject({})),
  /** What a purchase would cost now. Changes nothing. */
  quote: call({ access: COUNTER_STAFF, faults: ['ACCOUNT_UNKNOWN', 'ACCOUNT_NOT_ACTIVE', 'TARIFF_MISSING', 'AMOUNT_OUT_OF_RANGE'] })
    .input(z.strictObject({ accountId: accountIdSchema, purchase: purchaseBySchema }))
    .output(quoteSchema),
  /**
   * Records the money, after reading the card in the slot once more. The same topupId again returns the top-up as it stands.
   * `expectedAmountFen` is what the clerk saw; another price is PRICE_CHANGED and no money is recorded.
   */
  pay: call({
    access: COUNTER_STAFF,
    needsShift: true,
    faults: [
      'ACCOUNT_UNKNOWN',
      'ACCOUNT_NOT_ACTIVE',
      'ACCOUNT_HAS_NO_CARD',
      'TARIFF_MISSING',
      'AMOUNT_OUT_OF_RANGE',
      'PRICE_CHANGED',
      'TENDER_SHORT',
      'TENDER_MISMATCH',
      'TOPUP_ID_REUSED',
      'TOPUP_OPEN_ON_CARD',
      'CARD_LOCKED',
      'CARD_LAST_ATTEMPT',
      'CARD_BLACKLISTED',
      'CARD_RETURNED',
      'CARD_TASK_OPEN',
      'CARD_STILL_LOADED',
      'CARD_SEQUENCE_AHEAD',
      ...VISIT_FAULTS,
      ...CARD_FAULTS,
      ...READER_FAULTS,
    ],
  })
    .input(
      z.strictObject({
        topupId: idSchema,
        accountId: accountIdSchema,
        slot: slotSchema.default(1),
        purchase: purchaseBySchema,
        expectedAmountFen: fenSchema,
        /** Non-cash parts; what they leave is paid in cash. */
        tenders: z
          .array(
            z.strictObject({
              kind: z.enum(['bank-card', 'wallet']),
              amountFen: fenSchema.min(1),
              reference: wordsSchema(64),
            }),
          )
          .max(4),
        /** Cash put on the counter, before change. */
        cashTenderedFen: fenSchema,
        /** What the card still holds and what becomes of it, as the clerk saw it; a card that holds something else is CARD_STILL_LOADED. */
        unloaded: unloadedSaleSchema.optional(),
      }),
    )
    .output(topupSchema),
  /**
   * Brings an undelivered top-up to the card in the slot, or finds that it is there already; then prints the receipt.
   * Safe at any time and any number of times. A stop on the way is part of the answer, because the top-up has a state.
   */
  deliver: call({
    access: COUNTER_STAFF,
    needsShift: true,
    faults: ['TOPUP_UNKNOWN', 'TOPUP_STATE_REFUSES', ...APPROVAL_FAULTS],
  })
    .input(z.strictObject({ topupId: idSchema, slot: slotSchema.default(1), approval: approvalSchema.optional() }))
    .output(deliverySchema),
  /** Gives the money back; only while nothing of the purchase is on the card, which must be in the slot once a write was tried. */
  refund: call({
    access: COUNTER_STAFF,
    needsShift: true,
    faults: ['TOPUP_UNKNOWN', 'TOPUP_STATE_REFUSES', 'TOPUP_ALREADY_ON_CARD', 'CARD_TASK_OPEN', ...CARD_FAULTS, ...READER_FAULTS],
  })
    .input(z.strictObject({ topupId: idSchema, slot: slotSchema.default(1), reason: wordsSchema(200) }))
    .output(topupSchema),
  get: call({ access: COUNTER_STAFF, faults: ['TOPUP_UNKNOWN'] })
    .input(z.strictObject({ topupId: idSchema }))
    .output(topupSchema),
  /** Everything with a next step: money taken and the effect open, or the receipt open. Oldest first, at most 200. */
  open: call({ access: COUNTER_STAFF })
    .input(z.strictObject({}))
    .output(z.strictObject({ topups: z.array(topupSchema), total: z.int() })),
};
