// Area accounts: finding a customer account and seeing everything about it.
import { z } from 'zod';
import { COUNTER_STAFF, call } from './call.ts';
import { accountIdSchema, fenSchema, litresSchema } from './values.ts';

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
});

export const accountSchema = z.strictObject({
  accountId: z.string(),
  accountNo: z.string(),
  customerName: z.string(),
  customerKind: z.enum(['residential', 'commercial']),
  phoneMasked: z.string(),
  address: z.string(),
  status: z.enum(['active', 'suspended', 'closed']),
  householdSize: z.int(),
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
  meters: z.array(
    z.strictObject({
      meterNo: z.string(),
      make: z.string(),
      kind: z.enum(['ic', 'ordinary']),
      loadedSequence: z.int(),
      remainingLitres: litresSchema,
      cumulativeUseLitres: litresSchema,
      faults: z.int(),
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

export const accountsContract = {
  /** First hits over every kind; at most 20, best first. Words separated by spaces must all match. */
  search: call({ access: COUNTER_STAFF })
    .input(z.strictObject({ text: z.string().trim().min(1).max(60) }))
    .output(z.strictObject({ hits: z.array(searchHitSchema), more: z.boolean() })),
  get: call({ access: COUNTER_STAFF, faults: ['ACCOUNT_UNKNOWN', 'TARIFF_MISSING'] })
    .input(z.strictObject({ accountId: accountIdSchema }))
    .output(accountSchema),
};
