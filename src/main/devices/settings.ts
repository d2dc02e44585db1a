// The settings file of a counter: which device slot is bound to which driver over which line.
import { z } from 'zod';
import { driverOptionsSchema, transportSettingsSchema } from '../../shared/contract/devices.ts';

export { transportSettingsSchema };
export type TransportSettings = z.infer<typeof transportSettingsSchema>;

const deviceBindingSchema = z.strictObject({
  driver: z.string().min(1),
  transport: transportSettingsSchema,
  options: driverOptionsSchema.default({}),
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
