// Area paper: forms and statements in A4, made as PDF, shown page by page, taken away in parts.
import { z } from 'zod';
import { DAY_PAPERS } from '../domain/close-papers.ts';
import { COUNTER_STAFF, call } from './call.ts';
import { accountIdSchema, idSchema } from './values.ts';

/** A part of a PDF is at most this long, bytes. */
export const PAPER_PART_BYTES = 128 * 1024;

const dateSchema = z.iso.date();

/** The papers that a close has. */
const dayPaperSchema = z.enum(DAY_PAPERS);

/** What can be put on paper. Of the days only who oversees the counter. */
const subjectSchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('request'), requestId: idSchema }),
  z.strictObject({ kind: z.literal('account-opening'), accountId: accountIdSchema }),
  z.strictObject({ kind: z.literal('card-task'), taskId: idSchema }),
  z.strictObject({ kind: z.literal('day'), paper: dayPaperSchema, closeId: idSchema }),
  z.strictObject({ kind: z.literal('month'), month: z.string().regex(/^\d{4}-(?:0[1-9]|1[0-2])$/) }),
  /** A shift that has been counted: its report, and every payment in it by tender. */
  z.strictObject({ kind: z.literal('shift-report'), shiftId: idSchema }),
  z.strictObject({ kind: z.literal('tender-list'), shiftId: idSchema }),
  z.strictObject({ kind: z.literal('statement'), accountId: accountIdSchema, from: dateSchema, until: dateSchema }),
]);

/** What is wrong with a template, for the screen to say in its language. */
export const templateProblem = {
  problem: z.enum([
    'no-json',
    'malformed',
    'other-paper',
    'unknown-field',
    'text-summed',
    'no-picture',
    'picture-unprintable',
    'unreadable',
  ]),
  /** The part of the template, dotted; '' for the whole. */
  where: z.string(),
  what: z.string(),
};

export const paperSchema = z.strictObject({
  paperId: z.string(),
  /** Offered for saving. */
  fileName: z.string(),
  title: z.string(),
  pages: z.int(),
  copies: z.int(),
  sizeBytes: z.int(),
  /** Characters that no font has: a box stands in the place of each. */
  missing: z.array(z.strictObject({ character: z.string(), codePoint: z.string(), firstPage: z.int() })),
  /** The company's templates that were not used, and why. */
  warnings: z.array(z.strictObject({ template: z.string(), ...templateProblem })),
});

const at = { x: z.number(), y: z.number() };

export const sheetSchema = z.strictObject({
  widthPt: z.number(),
  heightPt: z.number(),
  texts: z.array(z.strictObject({ ...at, size: z.number(), bold: z.boolean(), width: z.number(), text: z.string() })),
  fills: z.array(z.strictObject({ ...at, width: z.number(), height: z.number(), grey: z.number() })),
  lines: z.array(z.strictObject({ x1: z.number(), y1: z.number(), x2: z.number(), y2: z.number(), thickness: z.number() })),
  pictures: z.array(z.strictObject({ ...at, width: z.number(), height: z.number(), data: z.string() })),
});

export const paperContract = {
  /** Makes a paper and keeps it at hand for the caller. The language is the branch's unless the customer wants another. */
  make: call({
    access: COUNTER_STAFF,
    faults: [
      'PAPER_CANCELLED',
      'PAPER_FAILED',
      'REQUEST_UNKNOWN',
      'ACCOUNT_UNKNOWN',
      'CARD_TASK_UNKNOWN',
      'DAY_CLOSE_UNKNOWN',
      'TARIFF_MISSING',
      'SHIFT_UNKNOWN',
      'SHIFT_NOT_YOURS',
      'SHIFT_NOT_COUNTED',
    ],
  })
    .input(z.strictObject({ paperId: idSchema, language: z.enum(['zh-CN', 'zh-TW', 'en']).optional(), subject: subjectSchema }))
    .output(paperSchema),
  /** How far a paper is that is being made; null where none of this id is. */
  progress: call({ access: COUNTER_STAFF })
    .input(z.strictObject({ paperId: idSchema }))
    .output(z.strictObject({ page: z.int(), pages: z.int() }).nullable()),
  /** Stops a paper that is being made, and forgets one that is done. */
  cancel: call({ access: COUNTER_STAFF })
    .input(z.strictObject({ paperId: idSchema }))
    .output(z.strictObject({})),
  /** A page as it stands on paper, for the screen and its own printing; the first is 1. */
  sheet: call({ access: COUNTER_STAFF, faults: ['PAPER_UNKNOWN', 'PAPER_FAILED'] })
    .input(z.strictObject({ paperId: idSchema, page: z.int().min(1).max(10_000) }))
    .output(sheetSchema),
  /** A part of the PDF, and where the next one begins; null after the last. */
  part: call({ access: COUNTER_STAFF, faults: ['PAPER_UNKNOWN'] })
    .input(z.strictObject({ paperId: idSchema, offset: z.int().min(0).default(0) }))
    .output(z.strictObject({ part: z.base64(), nextOffset: z.int().nullable() })),
};
