// The settings file of a counter: which device slot is bound to which driver over which line.
import { join, resolve } from 'node:path';
import { z } from 'zod';
import { driverOptionsSchema, transportSettingsSchema } from '../../shared/contract/devices.ts';
import type { OutsideDrivers } from '../processes/driver-trust.ts';

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
  /** Drivers that did not come with the program: where they lie besides `<data>/drivers`, and whose signatures are good. */
  drivers: z
    .strictObject({
      folders: z.array(z.string().min(1)).default([]),
      /** Public Ed25519 keys as `npm run sign:driver` prints them. */
      keys: z.array(z.string().regex(/^[\w-]{43}$/, '43 characters of base64url')).default([]),
    })
    .optional(),
  headquarters: z
    .strictObject({
      url: z.url(),
      /** The branch's own network, for when headquarters is away: the port to listen on (0 takes any), and who relays where IT decides that. */
      neighbours: z
        .strictObject({ port: z.int().min(0).max(65_535).default(47_110), relay: z.string().min(1).max(64).optional() })
        .optional(),
    })
    .optional(),
  /** The printer for paper in A4 that the counter drives itself; left out where the clerk prints by the system's dialog. */
  paperPrinter: z
    .discriminatedUnion('kind', [
      /** A folder from where something else prints; a relative one lies in the data folder. */
      z.strictObject({ kind: z.literal('folder'), path: z.string().min(1) }),
      /** A program that takes a PDF: on its standard input, or where `{file}` stands; `{title}` and `{copies}` are the job's. */
      z.strictObject({ kind: z.literal('program'), command: z.tuple([z.string().min(1)], z.string()) }),
    ])
    .optional(),
  /** Of what is printed in A4 for the customer. */
  language: z.enum(['zh-CN', 'zh-TW', 'en']).optional(),
  demo: z.boolean().default(false),
});
export type Settings = z.infer<typeof settingsSchema>;

/**
 * Returns where drivers from outside lie (the folders of the settings, relative ones from the data folder, and `<data>/drivers`) and whose signatures are
 * good: the settings' keys and those that headquarters allows.
 */
export function outsideDriversOf(
  { drivers }: Settings,
  from: { readonly dataDir: string; readonly allowedKeys: readonly string[] },
): OutsideDrivers {
  const folders = drivers?.folders ?? [];
  return {
    roots: [...folders.map((folder) => resolve(from.dataDir, folder)), join(from.dataDir, 'drivers')],
    keys: [...(drivers?.keys ?? []), ...from.allowedKeys],
  };
}
