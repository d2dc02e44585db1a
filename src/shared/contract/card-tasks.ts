// Area cardTasks: cards made, corrected and taken back: every write to a card that is not a top-up.
import { z } from 'zod';
import { CARD_TASK_PURPOSES } from '../domain/card-tasks.ts';
import { APPROVAL_FAULTS, CARD_FAULTS, COUNTER_STAFF, call, READER_FAULTS } from './call.ts';
import { otherTendersSchema } from './charging.ts';
import { approvalSchema } from './topups.ts';
import {
  accountIdSchema,
  commoditySchema,
  faultDataSchema,
  fenSchema,
  idSchema,
  lineSchema,
  litresSchema,
  slotSchema,
  tenderKindSchema,
  wordsSchema,
} from './values.ts';

const reasonSchema = wordsSchema(200);
const cardNoSchema = z.string().regex(/^\d{1,16}$/);

export const cardTaskSchema = z.strictObject({
  taskId: z.string(),
  purpose: z.enum(CARD_TASK_PURPOSES),
  state: z.enum(['begun', 'intent', 'writing', 'verified', 'abandoned']),
  accountId: z.string(),
  accountNo: z.string(),
  customerName: z.string(),
  commodity: commoditySchema,
  cardNo: z.string(),
  layoutId: z.string(),
  oldCardNo: z.string(),
  /** Goes on the card without money. */
  volumeLitres: litresSchema,
  topupId: z.string(),
  /** Money of the top-up that is reversed; 0 for every other purpose. */
  amountFen: fenSchema,
  /** How it went back; empty until then. */
  refunds: z.array(z.strictObject({ kind: tenderKindSchema, amountFen: fenSchema, reference: z.string() })),
  toCreditFen: fenSchema,
  reason: z.string(),
  approvedBy: z.string(),
  attempts: z.int(),
  clerk: z.string(),
  begunAtMs: z.int(),
});

/** How a task stands after a try: the task, and the fault that stopped it, if any. */
export const cardTaskResultSchema = z.strictObject({ task: cardTaskSchema, fault: faultDataSchema.nullable() });

/** How the money of a reversal goes back; what the parts leave is cash. */
const giveBackSchema = z.strictObject({ refunds: otherTendersSchema, toCreditFen: fenSchema });

const beginFaults = ['ACCOUNT_UNKNOWN', 'ACCOUNT_NOT_ACTIVE', 'CARD_TASK_OPEN', 'CARD_TASK_ID_REUSED', 'TOPUP_OPEN_ON_CARD'] as const;
const onCardFaults = [
  ...beginFaults,
  ...APPROVAL_FAULTS,
  ...CARD_FAULTS,
  ...READER_FAULTS,
  'CARD_LOCKED',
  'CARD_BLACKLISTED',
  'CARD_RETURNED',
  'CARD_STILL_LOADED',
  'CARD_SEQUENCE_AHEAD',
] as const;
const shift = { access: COUNTER_STAFF, needsShift: true } as const;
const task = { taskId: idSchema, accountId: accountIdSchema, slot: slotSchema.default(1), reason: reasonSchema };

export const cardTasksContract = {
  /**
   * Makes a card for an account out of the blank one in the slot. `issue`: the account has none. `reissue`: the old one is lost and blacklisted at once.
   * `replace`: the old one is damaged and taken in. Volume owed goes on it, and what the meter has not loaded of the old card. The same id again goes on.
   */
  make: call({
    ...shift,
    faults: [
      ...beginFaults,
      ...APPROVAL_FAULTS,
      'ACCOUNT_HAS_CARD',
      'ACCOUNT_HAS_NO_CARD',
      'CARD_OTHER_LAYOUT',
      'CARD_CHIP_UNSUPPORTED',
      'METER_UNKNOWN',
      'CARD_NOT_IN_LEDGER',
      'TOPUP_MAY_BE_ON_CARD',
    ],
  })
    .input(
      z.strictObject({
        ...task,
        purpose: z.enum(['issue', 'reissue', 'replace']),
        /** '' for a first card. */
        oldCardNo: z.union([z.literal(''), cardNoSchema]),
        /** The number printed on the blank card; '' lets the counter choose one. */
        cardNo: z.union([z.literal(''), cardNoSchema]).default(''),
        /** What the meter's display says where the old card cannot be read; needs a second person within the limits. */
        meterFigures: z
          .strictObject({
            loadedSequence: z.int().min(0).max(65_535),
            remainingLitres: litresSchema,
          })
          .nullable()
          .default(null),
        /** What becomes of a purchase that was paid for the old card and is not on it yet: it goes on the new card, or its money goes back. */
        openTopup: z.enum(['carry', 'refund']).default('carry'),
        requestId: lineSchema(64).default(''),
        approval: approvalSchema.optional(),
      }),
    )
    .output(cardTaskResultSchema),
  /** Puts volume on the card without money. `carry` takes what is owed to the account, `correct` what is typed, within the limits of the roles. */
  load: call({ ...shift, faults: [...onCardFaults, 'VOLUME_OWED_NONE', 'AMOUNT_OUT_OF_RANGE', 'CARD_LAST_ATTEMPT', 'CARD_TASK_OPEN'] })
    .input(
      z.strictObject({
        ...task,
        purpose: z.enum(['correct', 'carry']),
        /** For `correct`; what is owed is known. */
        volumeLitres: litresSchema.default(0),
        approval: approvalSchema.optional(),
      }),
    )
    .output(cardTaskResultSchema),
  /** Takes the last purchase off its card, and gives the money back once the card was read back. */
  reverse: call({
    ...shift,
    faults: [
      ...onCardFaults,
      'TOPUP_UNKNOWN',
      'TOPUP_STATE_REFUSES',
      'REVERSAL_NOT_LAST',
      'REVERSAL_TAKEN',
      'REVERSAL_OTHER_HOLDER',
      'INVOICE_STANDS',
      'DRAWER_SHORT',
      'TENDER_MISMATCH',
    ],
  })
    .input(z.strictObject({ ...task, topupId: idSchema, giveBack: giveBackSchema, approval: approvalSchema.optional() }))
    .output(cardTaskResultSchema),
  /** Goes on with a task from whatever state it was left in. Safe at any time and any number of times. */
  continue: call({
    ...shift,
    faults: ['CARD_TASK_UNKNOWN', 'CARD_TASK_STATE_REFUSES', ...APPROVAL_FAULTS],
  })
    .input(
      z.strictObject({
        taskId: idSchema,
        slot: slotSchema.default(1),
        /** For a reversal; cash when left out. */
        giveBack: giveBackSchema.default({ refunds: [], toCreditFen: 0 }),
        approval: approvalSchema.optional(),
      }),
    )
    .output(cardTaskResultSchema),
  /**
   * Gives a task up: by looking at the card, which is put back as it was. A blank card that was spoilt while it was made is thrown away instead, with a
   * second person as witness.
   */
  abandon: call({
    ...shift,
    faults: ['CARD_TASK_UNKNOWN', 'CARD_TASK_STATE_REFUSES', ...APPROVAL_FAULTS],
  })
    .input(z.strictObject({ taskId: idSchema, slot: slotSchema.default(1), reason: reasonSchema, approval: approvalSchema.optional() }))
    .output(cardTaskResultSchema),
  /** Blacklists a card at once: reported lost, or misused. */
  blacklist: call({ access: COUNTER_STAFF, faults: ['CARD_NOT_IN_LEDGER', 'CARD_RETURNED', 'CARD_TASK_OPEN'] })
    .input(z.strictObject({ cardNo: cardNoSchema, reason: reasonSchema }))
    .output(z.strictObject({ cardNo: z.string(), status: z.enum(['active', 'blacklisted', 'returned']) })),
  get: call({ access: COUNTER_STAFF, faults: ['CARD_TASK_UNKNOWN'] })
    .input(z.strictObject({ taskId: idSchema }))
    .output(cardTaskSchema),
  /** Every task whose effect on its card is open, oldest first, at most 200. */
  open: call({ access: COUNTER_STAFF }).input(z.strictObject({})).output(z.array(cardTaskSchema)),
  /** What can be done with the cards of an account. */
  ofAccount: call({ access: COUNTER_STAFF, faults: ['ACCOUNT_UNKNOWN'] })
    .input(z.strictObject({ accountId: accountIdSchema }))
    .output(
      z.strictObject({
        accountId: z.string(),
        cards: z.array(z.strictObject({ cardNo: z.string(), layoutId: z.string(), status: z.string(), sequence: z.int() })),
        /** Layout of the next card, from the account's meter; '' where it has no card meter. */
        layoutId: z.string(),
        /** Whether the next card's number is printed on it and must be typed. */
        numberPrinted: z.boolean(),
        volumeOwedLitres: litresSchema,
        /** Of the present card: what the meter has not loaded as far as the ledger knows. */
        unusedLitres: litresSchema,
        openTask: cardTaskSchema.nullable(),
        /** Paid for the account's card and not known to be on it; `mayBeOnCard`: a write was planned, so its money cannot go back without the card. */
        undelivered: z
          .strictObject({ topupId: z.string(), cardNo: z.string(), litres: litresSchema, amountFen: fenSchema, mayBeOnCard: z.boolean() })
          .nullable(),
        /** The last purchase on the card; `refusal` says why it cannot be reversed if the ledger knows that without the card. */
        lastTopup: z
          .strictObject({
            ...{ topupId: z.string(), cardNo: z.string(), litres: litresSchema, amountFen: fenSchema },
            refusal: faultDataSchema.nullable(),
          })
          .nullable(),
      }),
    ),
};
