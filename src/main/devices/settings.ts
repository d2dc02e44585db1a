// The settings file of a counter: which device slot is bound to which driver over which line.
import { z } from 'zod';
import { serialSettingsSchema } from '../../../drivers/kit/manifest.ts';

const factory = serialSettingsSchema.shape;
/** What differs from the driver's manifest. No defaults here: what is left out comes from the manifest. */
const lineOverridesSchema = z
  .strictObject({
    baudRate: factory.baudRate,
    dataBits: factory.dataBits.unwrap(),
    parity: factory.parity.unwrap(),
    stopBits: factory.stopBits.unwrap(),
  })
  .partial();

export const transportSettingsSchema = z.discriminatedUnion('kind', [
  /** The device that the driver's fingerprints find, whatever port it has today. */
  z.strictObject({ kind: z.literal('auto'), line: lineOverridesSchema.optional() }),
  z.strictObject({ kind: z.literal('serial'), path: z.string().min(1), line: lineOverridesSchema.optional() }),
  z.strictObject({ kind: z.literal('tcp'), host: z.string().min(1), port: z.int().min(1).max(65_535) }),
  z.strictObject({
    kind: z.literal('hid'),
    vendorId: z.int().min(0).max(65_535),
    productId: z.int().min(0).max(65_535),
    serialNumber: z.string().optional(),
  }),
  /** `reader`: part of the name that the system gives it; empty takes the first. */
  z.strictObject({ kind: z.literal('pcsc'), reader: z.string().default('') }),
  /** USB printer class: /dev/usb/lp0, or the device path that Windows gives it. */
  z.strictObject({ kind: z.literal('usb-printer'), path: z.string().min(1) }),
  z.strictObject({ kind: z.literal('folder'), path: z.string().min(1) }),
  /** `com` and `baud` are handed to the maker's library, which opens the port itself. */
  z.strictObject({ kind: z.literal('dll'), file: z.string().min(1), com: z.int().min(0).max(255), baud: z.int().min(300).max(921_600) }),
]);
export type TransportSettings = z.infer<typeof transportSettingsSchema>;

const deviceBindingSchema = z.strictObject({
  driver: z.string().min(1),
  transport: transportSettingsSchema,
  options: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])).default({}),
});
export type DeviceBinding = z.infer<typeof deviceBindingSchema>;

/** What a counter can have at hand, one of each. */
const deviceBindings = {
  reader: deviceBindingSchema.optional(),
  printer: deviceBindingSchema.optional(),
  'form-printer': deviceBindingSchema.optional(),
  /** A drawer with a line of its own; without it the receipt printer's is meant. */
  drawer: deviceBindingSchema.optional(),
  dock: deviceBindingSchema.optional(),
  'reading-head': deviceBindingSchema.optional(),
  scanner: deviceBindingSchema.optional(),
  display: deviceBindingSchema.optional(),
  keypad: deviceBindingSchema.optional(),
};

/** `<data>/settings.json`. */
export const settingsSchema = z.strictObject({
  devices: z.strictObject(deviceBindings).default({}),
  headquarters: z.strictObject({ url: z.url() }).optional(),
  demo: z.boolean().default(false),
});
export type Settings = z.infer<typeof settingsSchema>;
