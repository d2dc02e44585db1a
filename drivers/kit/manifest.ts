// The manifest of a driver folder: what it is, what it can do, how it is reached.
import { z } from 'zod';

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
  'reading-head',
  'meter-dock',
  'scanner',
  'customer-display',
  'satisfaction-keypad',
] as const;
export type Capability = (typeof CAPABILITIES)[number];

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
    })
    .refine((transports) => Object.keys(transports).length > 0, 'at least one transport'),
  /** Kit version the driver was built against. */
  kit: z.literal(1),
  /** Whether the demo hall takes this driver's simulator where several have the capability. */
  demo: z.boolean().default(false),
  /** Options of the model with their defaults; a device slot's settings may override them by name. */
  options: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])).default({}),
});

const layoutManifestSchema = z.strictObject({
  kind: z.literal('layout'),
  id: z.string().regex(/^[a-z0-9]+(-[a-z0-9]+)+$/),
  vendor: z.string().min(1),
  chip: z.enum(['SLE4442']),
  kit: z.literal(1),
});

export const manifestSchema = z.discriminatedUnion('kind', [driverManifestSchema, layoutManifestSchema]);
export type Manifest = z.infer<typeof manifestSchema>;
export type DriverManifest = z.infer<typeof driverManifestSchema>;
