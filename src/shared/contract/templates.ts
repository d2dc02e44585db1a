// Area templates: the company's own templates of its papers, as IT changes and tries them out.
import { z } from 'zod';
import { call } from './call.ts';
import { sheetSchema, templateProblem } from './paper.ts';

/** Papers that have a template. */
export const TEMPLATE_NAMES = [
  'service-form',
  'customer-statement',
  'daily-reconciliation',
  'shift-report',
  'tender-list',
  'receipt-register',
  'card-register',
  'exceptions',
  'monthly-summary',
] as const;
const paperSchema = z.enum(TEMPLATE_NAMES);
/** Papers in A4, and the receipts. */
const nameSchema = z.enum([...TEMPLATE_NAMES, 'receipt']);
/** What a receipt can be for. */
export const RECEIPT_KINDS = [
  'topup',
  'payment',
  'payment-reversal',
  'topup-reversal',
  'deposit',
  'deposit-return',
  'credit-refund',
] as const;
/** The built-in ones have some 4,000 characters. */
const textSchema = z.string().max(60_000);
/** A picture is drawn on every copy: a mark, not a photograph. */
export const TEMPLATE_PICTURE_BYTES = 128 * 1024;

const problemSchema = z.strictObject(templateProblem).nullable();

const stateSchema = z.strictObject({
  name: nameSchema,
  /** `broken`: the company's own is there and cannot be used; papers are made by the built-in one. */
  state: z.enum(['built-in', 'own', 'broken']),
  problem: problemSchema,
});

const kindSchema = z.enum(['text', 'money', 'litres', 'count']);

export const templatesContract = {
  list: call({ access: ['it'] })
    .input(z.strictObject({}))
    .output(
      z.strictObject({
        templates: z.array(stateSchema),
        pictures: z.array(z.strictObject({ file: z.string(), sizeBytes: z.int() })),
      }),
    ),
  /** A template's texts, and the fields that it may name. */
  get: call({ access: ['it'] })
    .input(z.strictObject({ name: nameSchema }))
    .output(
      z.strictObject({
        own: z.string().nullable(),
        builtIn: z.string(),
        facts: z.record(z.string(), kindSchema),
        lists: z.record(z.string(), z.record(z.string(), kindSchema)),
      }),
    ),
  /** What is wrong with a text; null when it can be used. Nothing is kept. */
  check: call({ access: ['it'] })
    .input(z.strictObject({ name: nameSchema, text: textSchema }))
    .output(z.strictObject({ problem: problemSchema })),
  /** The first page that the text makes, each field standing for itself. */
  preview: call({ access: ['it'], faults: ['TEMPLATE_INVALID', 'PAPER_FAILED', 'PAPER_CANCELLED'] })
    .input(z.strictObject({ name: paperSchema, text: textSchema, language: z.enum(['zh-CN', 'zh-TW', 'en']) }))
    .output(z.strictObject({ sheet: sheetSchema, pages: z.int(), copies: z.int() })),
  /** A made-up receipt that the text makes, exactly as a printer of so many columns prints it. */
  previewReceipt: call({ access: ['it'], faults: ['TEMPLATE_INVALID'] })
    .input(z.strictObject({ text: textSchema, kind: z.enum(RECEIPT_KINDS), columns: z.literal([32, 42, 48]) }))
    .output(z.strictObject({ svg: z.string(), copies: z.int() })),
  /** Keeps the text as the company's own, from the next paper on; null goes back to the built-in one. */
  save: call({ access: ['it'], faults: ['TEMPLATE_INVALID', 'TEMPLATE_NOT_SAVED'] })
    .input(z.strictObject({ name: nameSchema, text: textSchema.nullable() }))
    .output(stateSchema),
  savePicture: call({ access: ['it'], faults: ['TEMPLATE_PICTURE_UNREADABLE', 'TEMPLATE_NOT_SAVED'] })
    .input(z.strictObject({ file: z.string().max(48), content: z.base64().max(Math.ceil((TEMPLATE_PICTURE_BYTES * 4) / 3) + 4) }))
    .output(z.strictObject({})),
};
