// Area invoices: segments of numbers, invoices out of them, their print, and numbers that were spoiled.
import { z } from 'zod';
import { APPROVAL_FAULTS, COUNTER_STAFF, call } from './call.ts';
import { approvalSchema } from './topups.ts';
import { accountIdSchema, faultDataSchema, fenSchema, idSchema, lineSchema, wordsSchema } from './values.ts';

const reasonSchema = wordsSchema(200);
const numberSchema = z.int().min(1).max(999_999_999_999);

export const INVOICE_STATES = ['issued', 'printed', 'unverified', 'unknown', 'not-printed', 'voided'] as const;

export const segmentSchema = z.strictObject({
  segmentId: z.string(),
  /** First and last number as they stand on the forms. */
  firstLabel: z.string(),
  lastLabel: z.string(),
  next: z.int(),
  /** '' when the segment is used up. */
  nextLabel: z.string(),
  left: z.int(),
  /** Few are left: a new segment should be fetched. */
  isEnding: z.boolean(),
  voided: z.array(z.string()),
});

export const invoiceSchema = z.strictObject({
  invoiceId: z.string(),
  segmentId: z.string(),
  number: z.int(),
  label: z.string(),
  subjectId: z.string(),
  accountId: z.string(),
  buyer: z.strictObject({ name: z.string(), taxNo: z.string() }),
  lines: z.array(z.strictObject({ name: z.string(), unit: z.string(), quantity: z.string(), amountFen: fenSchema, vatPermille: z.int() })),
  amountFen: fenSchema,
  vatFen: fenSchema,
  state: z.enum(INVOICE_STATES),
});

export const invoicePrintingSchema = z.strictObject({ invoice: invoiceSchema, fault: faultDataSchema.nullable() });

const shift = { access: COUNTER_STAFF, needsShift: true } as const;

export const invoicesContract = {
  /** The counter's segments, the one in use first. */
  segments: call({ access: [...COUNTER_STAFF, 'it'] })
    .input(z.strictObject({}))
    .output(z.array(segmentSchema)),
  /** Gives the counter a segment of numbers, once per id. */
  assignSegment: call({ access: ['manager', 'it'], faults: ['SEGMENT_OVERLAPS'] })
    .input(
      z.strictObject({
        segmentId: idSchema,
        prefix: z.string().regex(/^[0-9A-Z]{0,12}$/),
        first: numberSchema,
        last: numberSchema,
        digits: z.int().min(1).max(12),
      }),
    )
    .output(segmentSchema),
  /** Payments and delivered top-ups of an account with the invoice that stands for each, newest first. */
  subjects: call({ access: COUNTER_STAFF, faults: ['ACCOUNT_UNKNOWN'] })
    .input(z.strictObject({ accountId: accountIdSchema }))
    .output(
      z.array(
        z.strictObject({
          subjectId: z.string(),
          kind: z.enum(['payment', 'topup']),
          atMs: z.int(),
          amountFen: fenSchema,
          invoice: invoiceSchema.nullable(),
        }),
      ),
    ),
  /** Invoices of an account, newest first. */
  list: call({ access: COUNTER_STAFF, faults: ['ACCOUNT_UNKNOWN'] })
    .input(z.strictObject({ accountId: accountIdSchema }))
    .output(z.array(invoiceSchema)),
  /** Issues an invoice with the next number, once per id; `expectedNumber` is what the clerk sees on the form in the printer. */
  issue: call({
    ...shift,
    faults: ['SEGMENT_MISSING', 'INVOICE_NUMBER_CHANGED', 'INVOICE_SUBJECT_REFUSES', 'INVOICE_STANDS', 'INVOICE_ID_REUSED'],
  })
    .input(
      z.strictObject({
        invoiceId: idSchema,
        subjectId: idSchema,
        expectedNumber: numberSchema,
        buyer: z.strictObject({ name: wordsSchema(100), taxNo: lineSchema(20) }),
      }),
    )
    .output(invoiceSchema),
  /** Prints an invoice that has not come out; refused where it has or may have. */
  print: call({ ...shift, faults: ['INVOICE_UNKNOWN', 'INVOICE_STATE_REFUSES'] })
    .input(z.strictObject({ invoiceId: idSchema }))
    .output(invoicePrintingSchema),
  /** The clerk has looked at the form of a job whose fate was unknown. */
  confirm: call({ ...shift, faults: ['INVOICE_UNKNOWN', 'INVOICE_STATE_REFUSES'] })
    .input(z.strictObject({ invoiceId: idSchema, cameOut: z.boolean() }))
    .output(invoiceSchema),
  /** Voids an issued invoice; its number is never used again. A clerk needs a second person. */
  void: call({ ...shift, faults: ['INVOICE_UNKNOWN', 'INVOICE_STATE_REFUSES', ...APPROVAL_FAULTS] })
    .input(z.strictObject({ invoiceId: idSchema, reason: reasonSchema, approval: approvalSchema.optional() }))
    .output(invoiceSchema),
  /** Voids the next number, whose form was spoiled before anything was printed on it. */
  voidBlank: call({ ...shift, faults: ['SEGMENT_MISSING', 'INVOICE_NUMBER_CHANGED'] })
    .input(z.strictObject({ voidId: idSchema, number: numberSchema, reason: reasonSchema }))
    .output(z.array(segmentSchema)),
};
