// Area hall: the demo hall's bench. Refused with HALL_UNAVAILABLE on a real counter.
import { z } from 'zod';
import { ALL_STAFF, call } from './call.ts';
import { slotSchema } from './values.ts';

export const hallStateSchema = z.strictObject({
  cards: z.array(
    z.strictObject({
      cardNo: z.string(),
      customerName: z.string(),
      accountNo: z.string(),
      /** Where the card lies: in a reader slot, in the customer's hand, or in the meter. */
      place: z.string(),
      /** Cards made to cause trouble are labelled: 'blank', 'foreign-region', 'other-layout', 'damaged', 'locked', 'last-attempt'; '' for ordinary ones. */
      flaw: z.string(),
    }),
  ),
  readerPlugged: z.boolean(),
  printerPaper: z.enum(['ok', 'near-end', 'out']),
  printerSilent: z.boolean(),
  headquartersOnline: z.boolean(),
  /** The last receipts that came out of the printer, newest first, as text lines. */
  paper: z.array(z.array(z.string())),
  drawerPulses: z.int(),
  meters: z.array(
    z.strictObject({
      meterNo: z.string(),
      cardNo: z.string(),
      loadedSequence: z.int(),
      remainingLitres: z.int(),
      cumulativeUseLitres: z.int(),
      lastResult: z.string(),
    }),
  ),
});

const acts = ['HALL_UNAVAILABLE', 'HALL_REFUSED'] as const;

/** What a hand at the bench can do. */
export const hallActSchema = z.discriminatedUnion('act', [
  z.strictObject({ act: z.literal('insert'), slot: slotSchema.default(1), cardNo: z.string().max(40) }),
  z.strictObject({ act: z.literal('remove'), slot: slotSchema.default(1) }),
  /** Pulls the card out after so many more bytes of card memory have been written. */
  z.strictObject({ act: z.literal('remove-during-write'), slot: slotSchema.default(1), afterBytes: z.int().min(0).max(600) }),
  z.strictObject({ act: z.literal('meter-takes-card'), cardNo: z.string().max(40) }),
  /** The customer burns gas. */
  z.strictObject({ act: z.literal('meter-uses'), cardNo: z.string().max(40), litres: z.int().min(1).max(10_000_000) }),
  z.strictObject({ act: z.literal('paper'), state: z.enum(['ok', 'near-end', 'out']) }),
  z.strictObject({ act: z.literal('printer-silent'), silent: z.boolean() }),
  z.strictObject({ act: z.literal('reader-plug'), plugged: z.boolean() }),
  z.strictObject({ act: z.literal('headquarters'), online: z.boolean() }),
]);

export const hallContract = {
  state: call({ access: ALL_STAFF, faults: acts }).input(z.strictObject({})).output(hallStateSchema),
  act: call({ access: ALL_STAFF, faults: acts }).input(hallActSchema).output(hallStateSchema),
};
