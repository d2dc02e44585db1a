// Area devices: what is plugged where and how it is, what a technician tries on it, and what support is sent.
import { z } from 'zod';
import { ALL_STAFF, call, READER_FAULTS, type Role } from './call.ts';
import { faultDataSchema } from './values.ts';

/** Places for a device at the counter; the same names in the settings file. */
export const DEVICE_SLOTS = [
  'reader',
  'printer',
  'form-printer',
  'drawer',
  'dock',
  'reading-head',
  'scanner',
  'display',
  'keypad',
] as const;
export const deviceSlotSchema = z.enum(DEVICE_SLOTS);
type Slot = (typeof DEVICE_SLOTS)[number];

/** What a driver must be able to do to serve a slot, as its manifest says it. */
export const SLOT_CAPABILITIES = {
  reader: 'card-reader',
  printer: 'receipt-printer',
  'form-printer': 'form-printer',
  drawer: 'cash-drawer',
  dock: 'meter-dock',
  'reading-head': 'reading-head',
  scanner: 'scanner',
  display: 'customer-display',
  keypad: 'satisfaction-keypad',
} as const satisfies Readonly<Record<Slot, string>>;

export const deviceStateSchema = z.strictObject({
  slot: deviceSlotSchema,
  state: z.enum(['not-configured', 'starting', 'ready', 'degraded', 'down']),
  driverId: z.string(),
  /** How it is reached, for people: "serial COM3 19200 8N1". */
  connection: z.string(),
  lastError: faultDataSchema.nullable(),
  lastSeenMs: z.int().nullable(),
  /** Printer only; null elsewhere or unknown. */
  paperNearEnd: z.boolean().nullable(),
  /** Reader only: presence per card slot. */
  cards: z.array(z.enum(['present', 'absent', 'damaged'])),
});

const lineSchema = z
  .strictObject({
    baudRate: z.int().min(110).max(921_600),
    dataBits: z.union([z.literal(5), z.literal(6), z.literal(7), z.literal(8)]),
    parity: z.enum(['none', 'even', 'odd', 'mark', 'space']),
    stopBits: z.union([z.literal(1), z.literal(1.5), z.literal(2)]),
  })
  .partial();

/** How a device is reached, as the settings file says it. What is left out of `line` comes from the driver's manifest. */
export const transportSettingsSchema = z.discriminatedUnion('kind', [
  /** The device that the driver's fingerprints find, whatever port it has today. */
  z.strictObject({ kind: z.literal('auto'), line: lineSchema.optional() }),
  z.strictObject({ kind: z.literal('serial'), path: z.string().min(1).max(300), line: lineSchema.optional() }),
  z.strictObject({ kind: z.literal('tcp'), host: z.string().min(1).max(253), port: z.int().min(1).max(65_535) }),
  z.strictObject({
    kind: z.literal('hid'),
    vendorId: z.int().min(0).max(65_535),
    productId: z.int().min(0).max(65_535),
    serialNumber: z.string().max(200).optional(),
  }),
  /** `reader`: part of the name that the system gives it; empty takes the first. */
  z.strictObject({ kind: z.literal('pcsc'), reader: z.string().max(200).default('') }),
  /** USB printer class: /dev/usb/lp0, or the device path that Windows gives it. */
  z.strictObject({ kind: z.literal('usb-printer'), path: z.string().min(1).max(300) }),
  z.strictObject({ kind: z.literal('folder'), path: z.string().min(1).max(300) }),
  /** `com` and `baud` are handed to the maker's library, which opens the port itself. */
  z.strictObject({
    kind: z.literal('dll'),
    file: z.string().min(1).max(300),
    com: z.int().min(0).max(255),
    baud: z.int().min(300).max(921_600),
  }),
]);

export const driverOptionsSchema = z.record(z.string().max(60), z.union([z.string().max(300), z.number(), z.boolean()]));

/** What the settings file says about a slot. */
export const bindingSchema = z.strictObject({
  driver: z.string().min(1).max(60),
  transport: transportSettingsSchema,
  options: driverOptionsSchema.default({}),
});

/** A driver that this counter has. */
export const driverSummarySchema = z.strictObject({
  id: z.string(),
  vendor: z.string(),
  models: z.array(z.string()),
  capabilities: z.array(z.string()),
  /** Kinds of transport that it speaks over. */
  transports: z.array(z.string()),
  options: driverOptionsSchema,
});

/** A test that changes nothing but paper and a drawer. Reading a card presents no secret. */
export const deviceTestSchema = z.discriminatedUnion('test', [
  z.strictObject({ test: z.literal('probe') }),
  z.strictObject({ test: z.literal('read-card'), cardSlot: z.int().min(1).max(8).default(1) }),
  /** A page that the core writes in this language. */
  z.strictObject({ test: z.literal('print-page'), language: z.enum(['zh-CN', 'zh-TW', 'en']) }),
  z.strictObject({ test: z.literal('print-grid') }),
  z.strictObject({ test: z.literal('open-drawer') }),
  z.strictObject({ test: z.literal('dock-handshake') }),
  z.strictObject({ test: z.literal('read-meter'), meterAddress: z.string().min(1).max(32) }),
  z.strictObject({ test: z.literal('show-text'), upper: z.string().max(40), lower: z.string().max(40) }),
  z.strictObject({ test: z.literal('ask-rating') }),
  /** Waits for a code; until it has come no scan opens an account. */
  z.strictObject({ test: z.literal('scan-code') }),
]);
export type DeviceTestName = z.infer<typeof deviceTestSchema>['test'];

/** The tests that each slot has, the harmless look first. */
export const SLOT_TESTS = {
  reader: ['probe', 'read-card'],
  printer: ['probe', 'print-page', 'open-drawer'],
  'form-printer': ['probe', 'print-grid'],
  drawer: ['probe', 'open-drawer'],
  dock: ['probe', 'dock-handshake'],
  'reading-head': ['probe', 'read-meter'],
  scanner: ['probe', 'scan-code'],
  display: ['probe', 'show-text'],
  keypad: ['probe', 'ask-rating'],
} as const satisfies Readonly<Record<Slot, readonly DeviceTestName[]>>;

/**
 * What the values of a test's result are called; the screens have words for each. A value that stands in `FACT_WORDS` is worded too, as is each
 * of several with commas between; any other is shown as it is (figures, hex, names).
 */
export const FACT_LABELS = [
  'line',
  'answer',
  'answer-ms',
  'card',
  'card-slot',
  'chip',
  'answer-to-reset',
  'attempts-left',
  'bytes',
  'paper',
  'cover',
  'proof',
  'drawer',
  'handheld',
  'files',
  'meter',
  'total',
  'clock',
  'flags',
  'columns',
  'keys',
  'rating',
  'shown',
  'code',
] as const;
export const FACT_WORDS = [
  'yes',
  'no',
  'unknown',
  'none',
  'present',
  'absent',
  'damaged',
  'ok',
  'near-end',
  'out',
  'open',
  'closed',
  'verified',
  'unverified',
  'sent',
  'ready-to-receive',
  'ready-to-send',
  'silent',
  'says-nothing',
  'battery-low',
  'clock-battery-low',
  'valve-closed',
  'valve-fault',
] as const;

/** In which it can be told what a frame means. */
export const TRACE_LANGUAGES = ['zh-CN', 'zh-TW', 'en'] as const;

export const traceFrameSchema = z.strictObject({
  atMs: z.number(),
  direction: z.enum(['sent', 'received']),
  hex: z.string(),
  /** The frame in words of its protocol; secrets are masked. */
  note: z.string(),
});

export const foundDeviceSchema = z.strictObject({
  bus: z.string(),
  address: z.string(),
  name: z.string(),
  vendorId: z.int().nullable(),
  productId: z.int().nullable(),
  serialNumber: z.string(),
  matches: z.array(z.strictObject({ driverId: z.string(), score: z.int() })),
  slot: deviceSlotSchema.nullable(),
});

/** Who looks at bytes and sends them away. */
const SUPPORTING = ['supervisor', 'manager', 'it'] as const satisfies readonly Role[];

export const devicesContract = {
  list: call({ access: ALL_STAFF }).input(z.strictObject({})).output(z.array(deviceStateSchema)),
  /** Closes the device's line and opens it again, re-reading the settings file. */
  reconnect: call({ access: ALL_STAFF, faults: ['DEVICE_NOT_CONFIGURED', 'DEVICE_PROCESS_LOST', 'DEVICE_BUSY', 'SETTINGS_INVALID'] })
    .input(z.strictObject({ slot: deviceSlotSchema }))
    .output(deviceStateSchema),
  /** Looks at every bus now. What could not be searched is in `faults`, beside what was found. */
  discover: call({ access: ALL_STAFF, faults: ['DEVICE_PROCESS_LOST', 'DISCOVERY_UNAVAILABLE', 'DEVICE_TIMEOUT', 'DEVICE_BUSY'] })
    .input(z.strictObject({}))
    .output(z.strictObject({ devices: z.array(foundDeviceSchema), faults: z.array(faultDataSchema) })),
  /** The drivers that are here, what is wrong with those that cannot be used, and what each slot is bound to. */
  drivers: call({ access: ALL_STAFF, faults: ['DEVICE_PROCESS_LOST'] })
    .input(z.strictObject({}))
    .output(
      z.strictObject({
        drivers: z.array(driverSummarySchema),
        broken: z.array(z.strictObject({ folder: z.string(), reason: z.string() })),
        bound: z.partialRecord(deviceSlotSchema, bindingSchema),
      }),
    ),
  /** Tries the device: refused with INPUT_INVALID where the slot has no such test. */
  test: call({
    access: ALL_STAFF,
    faults: [
      ...READER_FAULTS,
      'CARD_ABSENT',
      'CARD_DAMAGED',
      'PRINTER_PAPER_OUT',
      'PRINTER_OFFLINE',
      'PRINTER_COVER_OPEN',
      'PRINTER_CUTTER',
      'PRINTER_FAILED',
      'PRINTER_NO_ANSWER',
      'DRIVER_UNKNOWN',
      'DRIVER_UNTRUSTED',
      'SETTINGS_INVALID',
    ],
  })
    .input(z.strictObject({ slot: deviceSlotSchema, test: deviceTestSchema }))
    .output(z.strictObject({ facts: z.array(z.strictObject({ label: z.string(), value: z.string() })) })),
  /** The last frames of the slot's line, oldest first; their notes in `language`, or in English where it is left out or their driver has no words in it. */
  trace: call({ access: SUPPORTING, faults: ['DEVICE_PROCESS_LOST'] })
    .input(z.strictObject({ slot: deviceSlotSchema, language: z.enum(TRACE_LANGUAGES).optional() }))
    .output(z.array(traceFrameSchema)),
  /** Writes the slot into the settings file, or takes it out with `binding` null, and opens the device. Refused with SETTINGS_INVALID { field, reason }. */
  assign: call({ access: ['it'], faults: ['SETTINGS_INVALID', 'DRIVER_UNKNOWN', 'DEVICE_PROCESS_LOST', 'DEVICE_BUSY'] })
    .input(
      z.strictObject({
        slot: deviceSlotSchema,
        binding: bindingSchema.nullable(),
      }),
    )
    .output(deviceStateSchema),
  /** Everything support needs to understand this counter's devices, without secrets and personal data: a file to be saved. */
  supportBundle: call({ access: SUPPORTING, faults: ['DEVICE_PROCESS_LOST'] })
    .input(z.strictObject({}))
    .output(z.strictObject({ fileName: z.string(), content: z.string() })),
};
