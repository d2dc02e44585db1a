// Area prints: everything that goes on paper in one list, receipts, invoices and A4, each with what is known of its fate.
import { z } from 'zod';
import { PRINT_JOB_STATES } from '../domain/print-jobs.ts';
import { COUNTER_STAFF, call } from './call.ts';
import { sheetSchema } from './paper.ts';
import { faultDataSchema, idSchema, lineSchema } from './values.ts';

const MOST_ROWS = 200;

/** What goes on paper. */
export const PRINT_ROW_KINDS = ['receipt', 'invoice', 'paper'] as const;

export const printJobSchema = z.strictObject({
  jobId: z.string(),
  state: z.enum(PRINT_JOB_STATES),
  /** The kind of paper. */
  kind: z.string(),
  title: z.string(),
  number: z.string(),
  /** 0 for the original; the count of a reprint. */
  copyNo: z.int(),
  copies: z.int(),
  pages: z.int(),
  landscape: z.boolean(),
  clerk: z.string(),
  queuedAtMs: z.int(),
  changedAtMs: z.int(),
  /** The printer that has it; '' for the dialog of the clerk's page. */
  printer: z.string(),
  /** Whether the counter prints it by itself; else the clerk's page has to. */
  byItself: z.boolean(),
  fault: faultDataSchema.nullable(),
});

/** What stands in the list: a receipt, an invoice or a job of paper in A4. */
export const printRowSchema = z.strictObject({
  what: z.enum(PRINT_ROW_KINDS),
  /** Of the receipt, the invoice or the job. */
  id: z.string(),
  number: z.string(),
  /** Of a paper in A4; '' for the others. */
  title: z.string(),
  accountNo: z.string(),
  customerName: z.string(),
  /** `issued`: a receipt or invoice that no printer has been given; the rest as a job's. */
  state: z.enum([...PRINT_JOB_STATES, 'issued', 'voided']),
  /** How often it has been printed once more; of a job its own count. */
  reprints: z.int(),
  /** '' where it is not at hand any more. */
  clerk: z.string(),
  atMs: z.int(),
  /** Of a paper in A4. */
  job: printJobSchema.nullable(),
});

const jobInput = z.strictObject({ jobId: idSchema });
const ofJob = { access: COUNTER_STAFF, faults: ['PRINT_JOB_UNKNOWN', 'PRINT_JOB_STATE_REFUSES'] } as const;
const printing = { access: COUNTER_STAFF, faults: [...ofJob.faults, 'PRINT_FATE_OPEN', 'PAPER_UNKNOWN'] } as const;

export const printsContract = {
  /**
   * Newest first: of a clerk the own, of who oversees the counter everybody's. `open` leaves out what is on paper or given up, `printed` everything that is
   * not on paper. `day`: by the counter's calendar.
   */
  list: call({ access: COUNTER_STAFF })
    .input(
      z.strictObject({
        which: z.enum(['open', 'printed', 'all']),
        what: z.enum(PRINT_ROW_KINDS).optional(),
        day: z.iso.date().optional(),
        limit: z.int().min(1).max(MOST_ROWS).default(100),
      }),
    )
    .output(z.array(printRowSchema)),
  get: call({ access: COUNTER_STAFF, faults: ['PRINT_JOB_UNKNOWN'] })
    .input(jobInput)
    .output(printJobSchema),
  /**
   * Writes down, once per id, that the paper at hand is to be printed. What says the same as a paper that is out becomes a reprint with its count; while
   * such a paper may still come out it is refused (PRINT_FATE_OPEN).
   */
  send: call(printing)
    .input(z.strictObject({ jobId: idSchema, paperId: idSchema }))
    .output(printJobSchema),
  /** Prints the content of a job that is out once more, marked with its count, once per id. */
  reprint: call(printing)
    .input(z.strictObject({ jobId: idSchema, ofJobId: idSchema }))
    .output(printJobSchema),
  /** Puts a job that did not come out back into the queue. */
  retry: call(ofJob).input(jobInput).output(printJobSchema),
  giveUp: call(ofJob).input(jobInput).output(printJobSchema),
  /** A page of a job as it is printed; the first is 1. */
  sheet: call({ access: COUNTER_STAFF, faults: ['PRINT_JOB_UNKNOWN', 'PAPER_UNKNOWN', 'PAPER_FAILED'] })
    .input(z.strictObject({ jobId: idSchema, page: z.int().min(1).max(10_000) }))
    .output(sheetSchema),
  /** The clerk's page is about to hand the job to the system: whatever happens from here on, it may be on paper. */
  hand: call(ofJob).input(jobInput).output(printJobSchema),
  /** What the system said to the clerk's page. A browser says nothing: `unknown`. */
  report: call(ofJob)
    .input(z.strictObject({ jobId: idSchema, outcome: z.enum(['unverified', 'not-printed', 'unknown']), reason: lineSchema(200) }))
    .output(printJobSchema),
  /** Somebody has looked whether the paper came out. Who cannot tell has it printed `again` under `againId`, marked as a reprint. */
  confirm: call(printing)
    .input(z.strictObject({ jobId: idSchema, answer: z.enum(['yes', 'no', 'again']), againId: idSchema.optional() }))
    .output(printJobSchema),
};
