// Schemas of what is typed about people and places. A refusal names its field, and its reason is a word the screens know.
import { z } from 'zod';
import { dayNumber } from '../domain/calendar.ts';
import { IDENTITY_KINDS, isPhone } from '../domain/identity.ts';
import { idSchema, wordsSchema } from './values.ts';

/** Why a field is refused; each has its sentence in the language files. */
export const FIELD_REASONS = [
  'empty',
  'long',
  'phone',
  'form',
  'checksum',
  'date',
  'order',
  'past',
  'early',
  'future',
  'range',
  'same',
  'not-in-store',
  'other-supply',
  'no-customer',
  'not-seen',
  'no-room',
  'taken',
  'used',
] as const;
export type FieldReason = (typeof FIELD_REASONS)[number];

function isDate(text: string): boolean {
  try {
    dayNumber(text);
    return true;
  } catch {
    return false;
  }
}

export const nameSchema = wordsSchema(60);
export const reasonSchema = wordsSchema(200);
export const phoneSchema = z
  .string()
  .trim()
  .min(1, 'empty')
  .refine((text) => isPhone(text), 'phone');
export const dateSchema = z.string().refine(isDate, 'date');
export const addressSchema = z.strictObject({
  district: wordsSchema(40),
  road: wordsSchema(60),
  community: wordsSchema(60),
  unit: wordsSchema(60),
});
export const householdSizeSchema = z.int('range').min(1, 'range').max(30, 'range');
export const customerKindSchema = z.enum(['residential', 'commercial']);

/** The number as typed; spaces and hyphens do not count. */
export const identitySchema = z.strictObject({ kind: z.enum(IDENTITY_KINDS), number: wordsSchema(40) });

/** A customer as a clerk writes one down. */
export const customerInput = {
  customerKind: customerKindSchema,
  name: nameSchema,
  phone: phoneSchema,
  identity: identitySchema.nullable(),
  smsConsent: z.boolean(),
};

/** A record of a customer that may be the same person. */
export const duplicateSchema = z.strictObject({
  /** '' for an account that has no record of its customer. */
  customerId: z.string(),
  name: z.string(),
  phoneMasked: z.string(),
  identityMasked: z.string(),
  /** What is the same. */
  by: z.array(z.enum(['phone', 'identity', 'address'])),
  accounts: z.array(z.strictObject({ accountId: z.string(), accountNo: z.string(), address: z.string() })),
});

export const customerSchema = z.strictObject({
  customerId: z.string(),
  version: z.int(),
  changeId: z.string(),
  customerKind: customerKindSchema,
  name: z.string(),
  phoneMasked: z.string(),
  identity: z.strictObject({ kind: z.enum(IDENTITY_KINDS), masked: z.string() }).nullable(),
  smsConsent: z.boolean(),
  /** The record this one went on as; '' while it stands for itself. */
  mergedInto: z.string(),
  accounts: z.array(
    z.strictObject({
      accountId: z.string(),
      accountNo: z.string(),
      address: z.string(),
      status: z.enum(['active', 'suspended', 'closed']),
    }),
  ),
});

/** Who the customer of an account is: a record that is known, or a new one. */
export const customerChoiceSchema = z.discriminatedUnion('is', [
  z.strictObject({ is: z.literal('known'), customerId: idSchema }),
  z.strictObject({ is: z.literal('new'), customerId: idSchema, ...customerInput }),
]);
