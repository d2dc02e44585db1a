// Area receipts: preview, printing with a known fate, reprint.
import { z } from 'zod';
import { COUNTER_STAFF, call } from './call.ts';
import { templateProblem } from './paper.ts';
import { receiptStateSchema } from './topups.ts';
import { faultDataSchema, idSchema } from './values.ts';

export const receiptSchema = z.strictObject({
  receiptId: z.string(),
  receiptNo: z.string(),
  /** Of what it is a receipt for: a top-up, a payment, a deposit, a refund; `reversal:` before it for a reversal. */
  topupId: z.string(),
  state: receiptStateSchema,
  reprints: z.int(),
});

export const printingSchema = z.strictObject({ receipt: receiptSchema, fault: faultDataSchema.nullable() });

export const receiptsContract = {
  /** The receipt as a picture of the paper, exactly what is printed. */
  preview: call({ access: COUNTER_STAFF, faults: ['RECEIPT_UNKNOWN'] })
    .input(z.strictObject({ receiptId: idSchema }))
    .output(
      z.strictObject({
        receiptNo: z.string(),
        svg: z.string(),
        /** The company's own template is broken, and receipts are made by the built-in one; null where all is well. */
        templateWarning: z.strictObject({ template: z.string(), ...templateProblem }).nullable(),
      }),
    ),
  /** Prints an issued receipt that has not come out; refused where it has or may have (RECEIPT_STATE_REFUSES). */
  print: call({ access: COUNTER_STAFF, needsShift: true, faults: ['RECEIPT_UNKNOWN', 'RECEIPT_STATE_REFUSES'] })
    .input(z.strictObject({ receiptId: idSchema }))
    .output(printingSchema),
  /**
   * Asks the printer itself about a job whose fate is unknown: where it proves that the paper came out, the receipt is printed and nobody is asked.
   * Prints nothing; the fault is what keeps the printer from answering.
   */
  check: call({ access: COUNTER_STAFF, needsShift: true, faults: ['RECEIPT_UNKNOWN'] })
    .input(z.strictObject({ receiptId: idSchema }))
    .output(printingSchema),
  /** The clerk has looked at the paper of a job whose fate was unknown. */
  confirm: call({ access: COUNTER_STAFF, needsShift: true, faults: ['RECEIPT_UNKNOWN', 'RECEIPT_STATE_REFUSES'] })
    .input(z.strictObject({ receiptId: idSchema, cameOut: z.boolean() }))
    .output(receiptSchema),
  /** Prints the same content once more, marked with its count. */
  reprint: call({ access: COUNTER_STAFF, needsShift: true, faults: ['RECEIPT_UNKNOWN', 'RECEIPT_STATE_REFUSES'] })
    .input(z.strictObject({ receiptId: idSchema }))
    .output(printingSchema),
};
