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
  z.strictObject({ kind: z.literal('serial'), path: z.string().min(1), line: lineOverridesSchema.optional() }),
  z.strictObject({ kind: z.literal('tcp'), host: z.string().min(1), port: z.int().min(1).max(65_535) }),
  z.strictObject({
    kind: z.literal('hid'),
    vendorId: z.int().min(0).max(65_535),
    productId: z.int().min(0).max(65_535),
    serialNumber: z.string().optional(),
  }),
]);
export type TransportSettings = z.infer<typeof transportSettingsSchema>;

const deviceBindingSchema = z.strictObject({
  driver: z.string().min(1),
  transport: transportSettingsSchema,
  options: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])).default({}),
});
export type DeviceBinding = z.infer<typeof deviceBindingSchema>;

/** `<data>/settings.json`. */
export const settingsSchema = z.strictObject({
  devices: z.strictObject({ reader: deviceBindingSchema.optional(), printer: deviceBindingSchema.optional() }).default({}),
  headquarters: z.strictObject({ url: z.url() }).optional(),
  demo: z.boolean().default(false),
});
export type Settings = z.infer<typeof settingsSchema>;
