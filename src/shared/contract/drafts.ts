// Area drafts: what a clerk has typed and not yet finished, kept over a crash until it is finished, given up, or the day is over.
import { z } from 'zod';
import { COUNTER_STAFF, call } from './call.ts';
import { lineSchema, wordsSchema } from './values.ts';

/** As JSON text; a form is far below it. */
export const MAX_DRAFT_CHARACTERS = 16_384;

const draftKey = {
  accountId: lineSchema(40),
  taskId: wordsSchema(40),
  /** '' where the task is about the account itself. */
  subjectId: lineSchema(64).default(''),
};

export const draftSchema = z.strictObject({
  accountId: z.string(),
  accountNo: z.string(),
  customerName: z.string(),
  taskId: z.string(),
  subjectId: z.string(),
  savedAtMs: z.int(),
});

export const draftsContract = {
  /** Keeps what is typed in a task, in place of what was kept of it before. Private numbers are taken out. */
  save: call({ access: COUNTER_STAFF })
    .input(
      z.strictObject({
        ...draftKey,
        value: z.json().refine((value) => JSON.stringify(value).length <= MAX_DRAFT_CHARACTERS, 'too large'),
      }),
    )
    .output(z.strictObject({})),
  /** The caller's own drafts of the open business date, newest first. */
  list: call({ access: COUNTER_STAFF }).input(z.strictObject({})).output(z.array(draftSchema)),
  /** What was typed; null where nothing is kept. */
  get: call({ access: COUNTER_STAFF })
    .input(z.strictObject(draftKey))
    .output(z.strictObject({ value: z.json().nullable() })),
  drop: call({ access: COUNTER_STAFF }).input(z.strictObject(draftKey)).output(z.strictObject({})),
};
