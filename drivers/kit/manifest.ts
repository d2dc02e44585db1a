// The manifest of a driver folder: what it is, what it can do, how it is reached.
import { z } from 'zod';
import { CARD_CHIPS } from './chip-reader.ts';

export const serialSettingsSchema = z.strictObject({
  baudRate: z.int().min(110).max(921_600),
  dataBits: z.union([z.literal(5), z.literal(6), z.literal(7), z.literal(8)]).default(8),
  parity: z.enum(['none', 'even', 'odd', 'mark', 'space']).default('none'),
  stopBits: z.union([z.literal(1), z.literal(1.5), z.literal(2)]).default(1),
});
export type SerialSettings = z.infer<typeof serialSettingsSchema>;

export const CAPABILITIES = [
  'card-reader',
  'receipt-printer',
  'form-printer',
  'cash-drawer',
  'reading-head',
  'meter-dock',
  'scanner',
  'customer-display',
  'satisfaction-keypad',
] as const;

/** Buses on which devices announce themselves. */
export const BUSES = ['serial', 'hid', 'pcsc', 'usb-printer'] as const;
export type Bus = (typeof BUSES)[number];

/** Goes up when something that a driver takes from the kit, or gives to it, changes its meaning or goes away; what is only added leaves it. */
export const KIT_VERSION = 1;

const kitVersion = z.int().min(1);
/** The versions of the kit that a folder works with: one, or a range with both ends. Refused unless this program's is among them. */
const kitVersionsSchema = z
  .union([kitVersion, z.strictObject({ from: kitVersion, to: kitVersion })], { error: 'is a version, or { from, to }' })
  .transform((versions) => (typeof versions === 'number' ? { from: versions, to: versions } : versions))
  .refine(({ from, to }) => from <= KIT_VERSION && KIT_VERSION <= to, {
    error: ({ input }) => {
      const { from, to } = input as { readonly from: number; readonly to: number };
      return `needs kit ${from === to ? from : `${from} to ${to}`}, this program has kit ${KIT_VERSION}`;
    },
  });

const usbId = z.int().min(0).max(0xffff);

/** Names that say no more than which bus a device is on: as a fingerprint they would claim every device there. */
const SAYS_NOTHING =
  /^(usb|hid|ccid|serial|uart|rs-?(232|485)|tty|acm|com|lpt?|to|port|device|communications?|converter|adapter|bridge|controller|printer|smart|card|reader|generic|standard|[\W\d_])*$/i;

/**
 * How a device of this driver announces itself. All that is given must be as found; a fingerprint without anything but the bus is refused, so that
 * no driver claims any serial device. Where several drivers match, the highest score is proposed.
 */
const fingerprintSchema = z
  .strictObject({
    bus: z.enum(BUSES),
    vendorId: usbId.optional(),
    productId: usbId.optional(),
    /** Part of what the device or the system calls it, in any case. */
    name: z.string().min(3).optional(),
    /** 1 to 100: a chip maker's id that many devices share scores low, a model's own pair of ids high. */
    score: z.int().min(1).max(100),
    /** Where the ids stand, so that the next reader need not believe them. */
    source: z.string().min(1).optional(),
  })
  .refine(
    ({ vendorId, productId, name }) => (vendorId !== undefined && productId !== undefined) || name !== undefined,
    'needs vendorId and productId, or a name',
  )
  .refine(({ name }) => name === undefined || !SAYS_NOTHING.test(name), 'its name fits any device of the bus');
export type Fingerprint = z.infer<typeof fingerprintSchema>;

const driverManifestSchema = z.strictObject({
  kind: z.literal('driver'),
  /** The folder's name: vendor-model. */
  id: z.string().regex(/^[a-z0-9]+(-[a-z0-9]+)+$/),
  vendor: z.string().min(1),
  models: z.array(z.string().min(1)).min(1),
  capabilities: z.array(z.enum(CAPABILITIES)).min(1),
  transports: z
    .strictObject({
      serial: serialSettingsSchema.optional(),
      tcp: z.strictObject({ port: z.int() }).optional(),
      hid: z.strictObject({}).optional(),
      pcsc: z.strictObject({}).optional(),
      'usb-printer': z.strictObject({}).optional(),
      folder: z.strictObject({}).optional(),
      dll: z.strictObject({}).optional(),
    })
    .refine((transports) => Object.keys(transports).length > 0, 'at least one transport'),
  fingerprints: z.array(fingerprintSchema).default([]),
  kit: kitVersionsSchema,
  /** Languages of the names and notes in this folder. */
  languages: z.array(z.enum(['zh-CN', 'zh-TW', 'en'])).default(['en']),
  /** Whether it can take its process down (a maker's library): it gets a process of its own. */
  risky: z.boolean().default(false),
  /** Whether the demo hall takes this driver's simulator where several have the capability. */
  demo: z.boolean().default(false),
  /** Options of the model with their defaults; a device slot's settings may override them by name. */
  options: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])).default({}),
});

const layoutManifestSchema = z.strictObject({
  kind: z.literal('layout'),
  id: z.string().regex(/^[a-z0-9]+(-[a-z0-9]+)+$/),
  vendor: z.string().min(1),
  chip: z.enum(CARD_CHIPS),
  kit: kitVersionsSchema,
});

export const manifestSchema = z.discriminatedUnion('kind', [driverManifestSchema, layoutManifestSchema]);
export type Manifest = z.infer<typeof manifestSchema>;
export type DriverManifest = z.infer<typeof driverManifestSchema>;
export type LayoutManifest = z.infer<typeof layoutManifestSchema>;
