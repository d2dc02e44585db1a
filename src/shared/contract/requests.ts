// Area requests: service requests from the form to their effect.
import { z } from 'zod';
import { REQUEST_KINDS, REQUEST_STATES } from '../domain/requests.ts';
import { APPROVAL_FAULTS, CARD_FAULTS, COUNTER_STAFF, call, READER_FAULTS, SHIFT_FAULTS } from './call.ts';
import { otherTendersSchema, receivableSchema, useBillSchema } from './charging.ts';
import { approvalSchema } from './topups.ts';
import {
  accountIdSchema,
  faultDataSchema,
  fenSchema,
  idSchema,
  lineSchema,
  litresSchema,
  seenSchemas,
  slotSchema,
  wordsSchema,
} from './values.ts';

const kindSchema = z.enum(REQUEST_KINDS);
const stateSchema = z.enum(REQUEST_STATES);
const valueSchema = z.union([z.string().max(500), z.number(), z.boolean(), z.null()]);
const formSchema = z.record(z.string().min(1).max(40), valueSchema).refine((form) => Object.keys(form).length <= 40, 'too many fields');

const fieldSchema = z.strictObject({
  name: z.string(),
  type: z.enum(['text', 'phone', 'identity', 'number', 'litres', 'date', 'choice']),
  required: z.boolean(),
  step: stateSchema,
  choices: z.array(z.string()),
  initial: z.union([z.string(), z.number(), z.null()]),
});

const wordSchema = z.strictObject({ code: z.string(), values: z.record(z.string(), z.union([z.string(), z.number()])) });
const fieldProblemSchema = z.strictObject({ field: z.string(), reason: z.string() });

const briefSchema = z.strictObject({
  requestId: z.string(),
  requestNo: z.string(),
  kind: kindSchema,
  state: stateSchema,
  accountId: z.string(),
  accountNo: z.string(),
  customerName: z.string(),
  deadline: z.string(),
  /** Working days left; 0 on the last day, negative when overdue. */
  daysLeft: z.int(),
  openedBy: z.string(),
  openedAtMs: z.int(),
});

export const requestSchema = briefSchema.extend({
  form: z.record(z.string(), valueSchema),
  fields: z.array(fieldSchema),
  /** The states it goes through, in order. */
  path: z.array(stateSchema),
  steps: z.array(z.strictObject({ to: stateSchema, clerk: z.string(), atMs: z.int(), note: z.string(), approvedBy: z.string() })),
  fees: z.array(receivableSchema),
  /** Bills of the use up to the reading that the request took. */
  bills: z.array(receivableSchema),
  /** What stands in the way of completion now; empty when it is over. */
  obstacles: z.array(faultDataSchema),
  words: z.array(wordSchema),
  /** Money that goes back on completion, fen. */
  refundFen: fenSchema,
  /** Whether the card must be in the reader to complete it. */
  needsCard: z.boolean(),
  /** Version of the account that all of this was worked out from, and what wrote it. */
  accountVersion: z.int(),
  accountChangeId: z.string(),
});

/** What the pre-checks can find. */
const obstacleFaults = [
  'ACCOUNT_STATUS_REFUSES',
  'REQUEST_OPEN',
  'ARREARS_OPEN',
  'TOPUP_OPEN_ON_CARD',
  'CARD_TASK_OPEN',
  'VOLUME_OWED',
  'IDENTITY_DIFFERS',
  'READING_BACKWARDS',
  'READING_UNKNOWN',
  'REQUEST_DATES_WRONG',
  'REQUEST_CHANGES_NOTHING',
] as const;
const stepFaults = ['REQUEST_UNKNOWN', 'REQUEST_STATE_REFUSES', 'ACCOUNT_UNKNOWN', 'ACCOUNT_CHANGED'] as const;

const stepInput = {
  requestId: idSchema,
  /** Id of this step, made before it; the same again changes nothing. */
  stepId: idSchema,
  /** The state the clerk saw. */
  from: stateSchema,
  /** The version of the account that the clerk saw. */
  ...seenSchemas,
  note: lineSchema(500).default(''),
};

export const requestsContract = {
  /** What can be asked for the account: the forms, with what stands in them at first. */
  kinds: call({ access: COUNTER_STAFF, faults: ['ACCOUNT_UNKNOWN'] })
    .input(z.strictObject({ accountId: accountIdSchema }))
    .output(z.array(z.strictObject({ kind: kindSchema, fields: z.array(fieldSchema), seenVersion: z.int(), seenChangeId: z.string() }))),
  /** What a form would meet and do, a new one or, with `requestId`, what is typed for its present step; changes nothing. */
  preview: call({ access: COUNTER_STAFF, faults: ['ACCOUNT_UNKNOWN', 'TARIFF_MISSING', 'REQUEST_UNKNOWN'] })
    .input(z.strictObject({ accountId: accountIdSchema, kind: kindSchema, form: formSchema, requestId: idSchema.optional() }))
    .output(
      z.strictObject({
        problems: z.array(fieldProblemSchema),
        obstacles: z.array(faultDataSchema),
        fees: z.array(z.strictObject({ code: z.string(), name: z.string(), amountFen: fenSchema })),
        feeFen: fenSchema,
        /** What the use up to the reading in the form will cost, line by line. */
        bills: z.array(useBillSchema),
        refundFen: fenSchema,
        path: z.array(stateSchema),
        words: z.array(wordSchema),
        deadline: z.string(),
      }),
    ),
  /** Opens a request and charges its fees. The same id again returns it as it stands. */
  open: call({
    access: COUNTER_STAFF,
    faults: ['ACCOUNT_UNKNOWN', 'ACCOUNT_CHANGED', 'REQUEST_ID_REUSED', 'TARIFF_MISSING', ...obstacleFaults],
  })
    .input(
      z.strictObject({
        requestId: idSchema,
        accountId: accountIdSchema,
        kind: kindSchema,
        ...seenSchemas,
        form: formSchema,
      }),
    )
    .output(requestSchema),
  get: call({ access: COUNTER_STAFF, faults: ['REQUEST_UNKNOWN'] })
    .input(z.strictObject({ requestId: idSchema }))
    .output(requestSchema),
  /** The work list: open requests by deadline; with an account, all of its requests, newest first. */
  list: call({ access: COUNTER_STAFF })
    .input(
      z.strictObject({
        accountId: accountIdSchema.optional(),
        kind: kindSchema.optional(),
        state: stateSchema.optional(),
        mine: z.boolean().default(false),
        overdue: z.boolean().default(false),
      }),
    )
    .output(z.array(briefSchema)),
  /** To the next state, with what was filled in here; out of `approval` by a supervisor. */
  advance: call({
    access: COUNTER_STAFF,
    faults: [...stepFaults, ...APPROVAL_FAULTS, 'READING_BACKWARDS', 'READING_UNKNOWN', 'REQUEST_DATES_WRONG', 'TARIFF_MISSING'],
  })
    .input(z.strictObject({ ...stepInput, form: formSchema, approval: approvalSchema.optional() }))
    .output(requestSchema),
  /** What would go back if the request were completed now, with the card that its effect needs read; changes nothing. */
  refund: call({
    access: COUNTER_STAFF,
    faults: ['REQUEST_UNKNOWN', 'ACCOUNT_UNKNOWN', 'TARIFF_MISSING', ...READER_FAULTS, ...CARD_FAULTS, 'CARD_SEQUENCE_AHEAD'],
  })
    .input(z.strictObject({ requestId: idSchema, slot: slotSchema.default(1) }))
    .output(
      z.strictObject({
        totalFen: fenSchema,
        depositFen: fenSchema,
        creditFen: fenSchema,
        /** For gas that was bought and not used. */
        volumeFen: fenSchema,
        /** Of that gas, what the card still carries. */
        cardLitres: litresSchema,
        /** Whether the caller's drawer holds that much; never how much it holds. */
        isInDrawer: z.boolean(),
        /** How the customer paid last by other means than cash; null where nothing is on record. */
        paidBy: z.strictObject({ kind: z.enum(['bank-card', 'wallet']), reference: z.string() }).nullable(),
        /** The account's bank details for refunds; null where there are none. */
        bank: z.strictObject({ bankName: z.string(), holder: z.string(), masked: z.string() }).nullable(),
      }),
    ),
  /** Does the effect, whole or not at all. Money that goes back leaves by the terminal as said and the rest in cash out of the caller's drawer. */
  complete: call({
    access: COUNTER_STAFF,
    faults: [
      ...stepFaults,
      ...obstacleFaults,
      ...APPROVAL_FAULTS,
      ...READER_FAULTS,
      ...CARD_FAULTS,
      'CARD_SEQUENCE_AHEAD',
      'REQUEST_FEE_OPEN',
      'CONTRACT_SCAN_MISSING',
      ...SHIFT_FAULTS,
      'PRICE_CHANGED',
      'DRAWER_SHORT',
      'TENDER_MISMATCH',
      'TARIFF_MISSING',
    ],
  })
    .input(
      z.strictObject({
        ...stepInput,
        form: formSchema,
        slot: slotSchema.default(1),
        /** What the clerk was told goes back (`requests.refund`); another sum is PRICE_CHANGED. Null is refused where anything goes back. */
        expectedRefundFen: fenSchema.nullable().default(null),
        refunds: otherTendersSchema,
        approval: approvalSchema.optional(),
      }),
    )
    .output(requestSchema),
  /** Gives it up: what is left to pay of its fees falls away, nothing else changes. */
  cancel: call({ access: COUNTER_STAFF, faults: ['REQUEST_UNKNOWN', 'REQUEST_STATE_REFUSES', 'ACCOUNT_UNKNOWN', 'ACCOUNT_CHANGED'] })
    .input(z.strictObject({ ...stepInput, note: wordsSchema(500) }))
    .output(requestSchema),
};
