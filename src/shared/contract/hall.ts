// Area hall: the demo hall's bench. Refused with HALL_UNAVAILABLE on a real counter.
import { z } from 'zod';
import { ALL_STAFF, call } from './call.ts';
import { deviceSlotSchema } from './devices.ts';
import { commoditySchema, slotSchema } from './values.ts';

const PAPER = ['ok', 'near-end', 'out'] as const;
/** What is wrong with a receipt printer besides its paper. */
export const PRINTER_TROUBLES = ['none', 'cover-open', 'cutter', 'unrecoverable'] as const;
export const METER_TROUBLES = ['none', 'silent', 'wrong-sum', 'cut', 'other-address', 'rejects'] as const;
const plugged = z.boolean();

/** A simulated device as a person at the bench sees it. */
export const hallDeviceSchema = z.discriminatedUnion('slot', [
  z.strictObject({ slot: z.literal('reader'), plugged }),
  z.strictObject({
    slot: z.literal('printer'),
    plugged,
    paper: z.enum(PAPER),
    silent: z.boolean(),
    trouble: z.enum(PRINTER_TROUBLES),
    pulses: z.int(),
    /** The last receipts that came out, newest first, as text lines. */
    papers: z.array(z.array(z.string())),
  }),
  z.strictObject({
    slot: z.literal('form-printer'),
    plugged,
    paper: z.enum(['ok', 'out']),
    online: z.boolean(),
    silent: z.boolean(),
    /** The last forms that came out, newest first, as text lines. */
    forms: z.array(z.array(z.string())),
  }),
  z.strictObject({ slot: z.literal('drawer'), plugged, open: z.boolean(), silent: z.boolean(), pulses: z.int() }),
  z.strictObject({
    slot: z.literal('dock'),
    plugged,
    handheldIn: z.boolean(),
    running: z.enum(['idle', 'sending', 'receiving']),
    /** How the last transfer ended: '' for none yet, 'complete', or its fault code. */
    lastResult: z.string(),
    files: z.array(z.strictObject({ name: z.string(), sizeBytes: z.int() })),
  }),
  z.strictObject({
    slot: z.literal('reading-head'),
    plugged,
    trouble: z.enum(METER_TROUBLES),
    meters: z.array(z.strictObject({ meterAddress: z.string(), atHead: z.boolean(), total: z.string() })),
  }),
  z.strictObject({ slot: z.literal('scanner'), plugged }),
  z.strictObject({ slot: z.literal('display'), plugged, upper: z.string(), lower: z.string() }),
  z.strictObject({ slot: z.literal('keypad'), plugged, asking: z.boolean(), silent: z.boolean() }),
]);

export const hallStateSchema = z.strictObject({
  cards: z.array(
    z.strictObject({
      cardNo: z.string(),
      customerName: z.string(),
      accountNo: z.string(),
      /** Where the card lies: in a reader slot, in the customer's hand, or in the meter. */
      place: z.string(),
      /** Cards made to cause trouble are labelled: 'blank', 'foreign-region', 'other-layout', 'damaged', 'locked', 'last-attempt', 'tool'; '' for ordinary ones. */
      flaw: z.string(),
    }),
  ),
  /** The devices that are simulated, in the order of the slots. */
  devices: z.array(hallDeviceSchema),
  headquartersOnline: z.boolean(),
  /** The last receipts that came out of the printer, newest first, as text lines. */
  paper: z.array(z.array(z.string())),
  /** Pulses that opened the drawer, behind the printer or by itself. */
  drawerPulses: z.int(),
  meters: z.array(
    z.strictObject({
      meterNo: z.string(),
      layoutId: z.string(),
      /** '' on a spare meter. */
      accountNo: z.string(),
      /** The card that it had last. */
      cardNo: z.string(),
      commodity: commoditySchema,
      loadedSequence: z.int(),
      remainingLitres: z.int(),
      cumulativeUseLitres: z.int(),
      /** First day of the prices that a price-set card has brought; '' before the first one. */
      pricesFrom: z.string(),
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
  /**
   * The account's meter takes the card. `meterNo` names a spare one instead: it is hung up in place of the account's. A tool card goes to whichever meter is
   * named.
   */
  z.strictObject({ act: z.literal('meter-takes-card'), cardNo: z.string().max(40), meterNo: z.string().max(16).optional() }),
  /** The customer burns gas. */
  z.strictObject({ act: z.literal('meter-uses'), cardNo: z.string().max(40), litres: z.int().min(1).max(10_000_000) }),
  /** Pulls a device's plug, or puts it in again. */
  z.strictObject({ act: z.literal('plug'), device: deviceSlotSchema, plugged: z.boolean() }),
  z.strictObject({ act: z.literal('paper'), state: z.enum(PAPER) }),
  z.strictObject({ act: z.literal('printer-silent'), silent: z.boolean() }),
  z.strictObject({ act: z.literal('printer-trouble'), trouble: z.enum(PRINTER_TROUBLES) }),
  /** The paper ends after so many more lines, in the middle of a receipt if need be. */
  z.strictObject({ act: z.literal('paper-ends'), afterLines: z.int().min(0).max(1_000) }),
  z.strictObject({ act: z.literal('form-paper'), state: z.enum(['ok', 'out']) }),
  z.strictObject({ act: z.literal('form-online'), online: z.boolean() }),
  z.strictObject({ act: z.literal('form-silent'), silent: z.boolean() }),
  z.strictObject({ act: z.literal('drawer-shut') }),
  z.strictObject({ act: z.literal('drawer-silent'), silent: z.boolean() }),
  /** A key of the handheld. */
  z.strictObject({ act: z.literal('dock-key'), key: z.enum(['send', 'receive', 'cancel']) }),
  z.strictObject({ act: z.literal('dock-file'), name: z.string().min(1).max(60), text: z.string().max(100_000) }),
  z.strictObject({ act: z.literal('dock-handheld'), inDock: z.boolean() }),
  /** Takes the handheld out after it has sent so many more bytes. */
  z.strictObject({ act: z.literal('dock-take-out'), afterBytes: z.int().min(0).max(1_000_000) }),
  /** Holds the head to a meter, or takes it away. */
  z.strictObject({ act: z.literal('head-meter'), meterAddress: z.string().max(32), atHead: z.boolean() }),
  z.strictObject({ act: z.literal('head-trouble'), trouble: z.enum(METER_TROUBLES) }),
  /** Scans a code; `half` breaks off in its middle. */
  z.strictObject({ act: z.literal('scan'), text: z.string().min(1).max(120), half: z.boolean().default(false) }),
  z.strictObject({ act: z.literal('keypad-press'), key: z.int().min(1).max(5) }),
  z.strictObject({ act: z.literal('keypad-silent'), silent: z.boolean() }),
  z.strictObject({ act: z.literal('headquarters'), online: z.boolean() }),
]);

export const hallContract = {
  state: call({ access: ALL_STAFF, faults: acts }).input(z.strictObject({})).output(hallStateSchema),
  act: call({ access: ALL_STAFF, faults: acts }).input(hallActSchema).output(hallStateSchema),
};
