// Area accounts: finding a customer account and seeing everything about it.
import { z } from 'zod';
import { CARD_TASK_PURPOSES } from '../domain/card-tasks.ts';
import { REVEALED_NUMBERS } from '../domain/customers.ts';
import { REQUEST_KINDS, REQUEST_STATES } from '../domain/requests.ts';
import { APPROVAL_FAULTS, COUNTER_STAFF, call } from './call.ts';
import {
  addressSchema,
  customerChoiceSchema,
  customerKindSchema,
  customerSchema,
  dateSchema,
  householdSizeSchema,
  nameSchema,
  phoneSchema,
  reasonSchema,
} from './people.ts';
import { approvalSchema } from './topups.ts';
import {
  accountIdSchema,
  commoditySchema,
  fenSchema,
  idSchema,
  lineSchema,
  linesSchema,
  litresSchema,
  seenSchemas,
  wordsSchema,
} from './values.ts';

export const SEARCH_KINDS = ['account', 'name', 'pinyin', 'phone', 'address', 'meter', 'card'] as const;

export const searchHitSchema = z.strictObject({
  accountId: z.string(),
  accountNo: z.string(),
  customerName: z.string(),
  phoneMasked: z.string(),
  address: z.string(),
  status: z.enum(['active', 'suspended', 'closed']),
  /** What the hit matched. */
  matched: z.enum(SEARCH_KINDS),
});

export const timelineEntrySchema = z.strictObject({
  operationId: z.string(),
  seq: z.int(),
  kind: z.string(),
  businessDate: z.string(),
  recordedAtMs: z.int(),
  clerk: z.string(),
  /** Amount of the entry where it has one. */
  amountFen: z.int().nullable(),
  litres: z.int().nullable(),
  /** Top-up or receipt the entry belongs to; '' for others. */
  reference: z.string(),
  /** A detail word such as the proof, the tender kinds or the print outcome. */
  detail: z.string(),
  /** What else the entry says, by the names that its sentence in the language files uses. */
  facts: z.record(z.string(), z.union([z.string(), z.number()])),
});

/** What a clerk should see before anything else, the most urgent first. */
export const ATTENTION_KINDS = [
  'undelivered',
  'card-task',
  'arrears',
  'volume-owed',
  'request',
  'meter-fault',
  'verification-past',
  'household-expiring',
  'suspended',
] as const;

const attentionSchema = z.strictObject({
  kind: z.enum(ATTENTION_KINDS),
  /** How many of them; 1 where it can be only one. */
  count: z.int(),
  amountFen: z.int().nullable(),
  litres: z.int().nullable(),
  /** A date or a number of it; '' where it has none. */
  detail: z.string(),
});

const noteSchema = z.strictObject({ noteId: z.string(), text: z.string(), clerk: z.string(), addedAtMs: z.int() });

export const attachmentSchema = z.strictObject({
  attachmentId: z.string(),
  requestId: z.string(),
  name: z.string(),
  mediaType: z.string(),
  sizeBytes: z.int(),
  clerk: z.string(),
  addedAtMs: z.int(),
});

/** Largest file that may be attached, and of a part of it, in bytes: a part in base64 stays below the limit of a call. */
export const MAX_ATTACHMENT_BYTES = 10 * 1024 * 1024;
export const ATTACHMENT_PART_BYTES = 128 * 1024;

export const accountSchema = z.strictObject({
  accountId: z.string(),
  accountNo: z.string(),
  customerName: z.string(),
  customerKind: customerKindSchema,
  commodity: commoditySchema,
  phoneMasked: z.string(),
  address: z.string(),
  addressParts: z.strictObject({ district: z.string(), road: z.string(), community: z.string(), unit: z.string() }),
  status: z.enum(['active', 'suspended', 'closed']),
  /** A change must say that it has seen this one, and what wrote it. */
  version: z.int(),
  changeId: z.string(),
  suppliedSince: z.string(),
  closedOn: z.string(),
  suspension: z.strictObject({ from: z.string(), until: z.string().nullable(), sealNo: z.string() }).nullable(),
  /** Null for an account from before customers had records. */
  customer: customerSchema.nullable(),
  bank: z.strictObject({ bankName: z.string(), holder: z.string(), masked: z.string() }).nullable(),
  householdSize: z.int(),
  /** As proved, the latest last. */
  households: z.array(z.strictObject({ size: z.int(), from: z.string(), until: z.string().nullable(), proof: z.string() })),
  tariff: z.strictObject({
    id: z.string(),
    name: z.string(),
    limitsLitres: z.array(litresSchema),
    pricesFenPerM3: z.array(z.int()),
  }),
  tierYear: z.int(),
  tierUsedLitres: litresSchema,
  /** Money the customer has with us: paid and not yet delivered. */
  undeliveredFen: fenSchema,
  creditFen: fenSchema,
  depositFen: fenSchema,
  /** What is owed and due with its late fees of today. */
  dueFen: fenSchema,
  volumeOwedLitres: litresSchema,
  attention: z.array(attentionSchema),
  /** Open ones. */
  requests: z.array(
    z.strictObject({
      requestId: z.string(),
      requestNo: z.string(),
      requestKind: z.enum(REQUEST_KINDS),
      state: z.enum(REQUEST_STATES),
      deadline: z.string(),
    }),
  ),
  /** Open ones. */
  cardTasks: z.array(z.strictObject({ taskId: z.string(), purpose: z.enum(CARD_TASK_PURPOSES), cardNo: z.string() })),
  notes: z.array(noteSchema),
  attachments: z.array(attachmentSchema),
  meters: z.array(
    z.strictObject({
      meterNo: z.string(),
      make: z.string(),
      kind: z.enum(['ic', 'ordinary']),
      loadedSequence: z.int(),
      remainingLitres: litresSchema,
      cumulativeUseLitres: litresSchema,
      faults: z.int(),
      model: z.string(),
      /** '' when not known. */
      verifiedUntil: z.string(),
    }),
  ),
  cards: z.array(
    z.strictObject({
      cardNo: z.string(),
      layoutId: z.string(),
      status: z.enum(['active', 'blacklisted', 'returned']),
      sequence: z.int(),
      cumulativeLitres: litresSchema,
    }),
  ),
  timeline: z.array(timelineEntrySchema),
});

/** What every change of an account brings: its own id, and the version that was on the screen. */
const change = { changeId: idSchema, accountId: accountIdSchema, ...seenSchemas };
const changedSchema = z.strictObject({ accountId: z.string(), version: z.int() });
const changeFaults = ['ACCOUNT_UNKNOWN', 'ACCOUNT_NOT_ACTIVE', 'ACCOUNT_CHANGED'] as const;

export const accountsContract = {
  /** First hits over every kind; at most 20, best first. Words separated by spaces must all match. */
  search: call({ access: COUNTER_STAFF })
    .input(z.strictObject({ text: z.string().trim().min(1).max(60) }))
    .output(z.strictObject({ hits: z.array(searchHitSchema), more: z.boolean() })),
  get: call({ access: COUNTER_STAFF, faults: ['ACCOUNT_UNKNOWN', 'TARIFF_MISSING'] })
    .input(z.strictObject({ accountId: accountIdSchema }))
    .output(accountSchema),
  /** The price plans that hold today. */
  plans: call({ access: COUNTER_STAFF })
    .input(z.strictObject({}))
    .output(
      z.array(
        z.strictObject({
          id: z.string(),
          name: z.string(),
          commodity: commoditySchema,
          limitsLitres: z.array(litresSchema),
          pricesFenPerM3: z.array(z.int()),
        }),
      ),
    ),
  /** Opens an account, with its customer and, where one is named, a meter out of the store. The same id again returns it as it stands. */
  open: call({
    access: COUNTER_STAFF,
    faults: ['TARIFF_MISSING', 'CUSTOMER_UNKNOWN', 'CUSTOMER_MERGED', 'DUPLICATES_FOUND', 'KEY_VAULT_FAILED', 'METER_OTHER_SUPPLY'],
  })
    .input(
      z.strictObject({
        accountId: idSchema,
        customer: customerChoiceSchema,
        address: addressSchema,
        householdSize: householdSizeSchema,
        tariffId: z.string().min(1).max(64),
        suppliedSince: dateSchema,
        meter: z.strictObject({ meterNo: wordsSchema(40), readingLitres: litresSchema }).nullable(),
        /** The possible duplicates were shown and are somebody else. */
        acceptDuplicates: z.boolean().default(false),
      }),
    )
    .output(z.strictObject({ accountId: z.string(), accountNo: z.string(), customerId: z.string() })),
  /** Another telephone number to reach the holder. Name and address change by a service request (`correction`). */
  changePhone: call({ access: COUNTER_STAFF, faults: changeFaults })
    .input(z.strictObject({ ...change, phone: phoneSchema, reason: reasonSchema }))
    .output(changedSchema),
  /** Says which customer holds the account: another party to the contract, so it takes a reason and a supervisor. */
  assign: call({ access: COUNTER_STAFF, faults: [...changeFaults, 'CUSTOMER_UNKNOWN', 'CUSTOMER_MERGED', ...APPROVAL_FAULTS] })
    .input(z.strictObject({ ...change, customerId: idSchema, reason: reasonSchema, approval: approvalSchema.optional() }))
    .output(changedSchema),
  /** Another price plan from today on. */
  changePlan: call({ access: COUNTER_STAFF, faults: [...changeFaults, 'TARIFF_MISSING'] })
    .input(z.strictObject({ ...change, tariffId: z.string().min(1, 'empty').max(64) }))
    .output(changedSchema),
  /** Where refunds go; null for nowhere. Bank details that are there become others before a supervisor only. */
  changeBank: call({ access: COUNTER_STAFF, faults: [...changeFaults, 'KEY_VAULT_FAILED', ...APPROVAL_FAULTS] })
    .input(
      z.strictObject({
        ...change,
        bank: z.strictObject({ bankName: nameSchema, holder: nameSchema, number: wordsSchema(40) }).nullable(),
        approval: approvalSchema.optional(),
      }),
    )
    .output(changedSchema),
  addNote: call({ access: COUNTER_STAFF, faults: ['ACCOUNT_UNKNOWN'] })
    .input(
      z.strictObject({
        noteId: idSchema,
        accountId: accountIdSchema,
        text: linesSchema(2_000),
      }),
    )
    .output(noteSchema),
  /** Takes the next part of a file; with the last one the file is attached. The same part again changes nothing. */
  attach: call({
    access: COUNTER_STAFF,
    faults: ['ACCOUNT_UNKNOWN', 'ATTACHMENT_PART_WRONG', 'ATTACHMENT_TYPE_REFUSED', 'ATTACHMENT_DAMAGED'],
  })
    .input(
      z.strictObject({
        attachmentId: idSchema,
        accountId: accountIdSchema,
        requestId: lineSchema(64).default(''),
        name: wordsSchema(200).regex(/^[^/\\]*$/, 'form'),
        sizeBytes: z.int().min(1, 'empty').max(MAX_ATTACHMENT_BYTES, 'long'),
        sha256: z.string().regex(/^[0-9a-f]{64}$/, 'form'),
        offset: z.int().min(0),
        /** At most ATTACHMENT_PART_BYTES. */
        part: z.base64().max(Math.ceil(ATTACHMENT_PART_BYTES / 3) * 4),
      }),
    )
    .output(z.strictObject({ receivedBytes: z.int(), attachment: attachmentSchema.nullable() })),
  /** A part of an attached file, and where the next one begins; null after the last. */
  attachment: call({ access: COUNTER_STAFF, faults: ['ATTACHMENT_UNKNOWN'] })
    .input(z.strictObject({ attachmentId: idSchema, offset: z.int().min(0).default(0) }))
    .output(z.strictObject({ mediaType: z.string(), sizeBytes: z.int(), part: z.base64(), nextOffset: z.int().nullable() })),
  /** A number that is hidden otherwise, to somebody who says why; the journal keeps who and why. A document's or bank's takes a supervisor. */
  reveal: call({ access: COUNTER_STAFF, faults: ['ACCOUNT_UNKNOWN', 'NUMBER_NOT_KEPT', 'KEY_VAULT_FAILED'] })
    .input(z.strictObject({ accountId: accountIdSchema, what: z.enum(REVEALED_NUMBERS), reason: reasonSchema }))
    .output(z.strictObject({ number: z.string() })),
};
