// What the core and the device process say to each other. Plain structured-clone values; the same over fork IPC and MessagePorts.
import { z } from 'zod';
import { BUSES } from '../../../drivers/kit/manifest.ts';
import { meaningSchema } from '../../../drivers/kit/meaning.ts';
import { DEVICE_SLOTS } from '../../shared/contract/devices.ts';
import { deviceCallSchema } from './calls.ts';
import { faultDataSchema } from './results.ts';
import { transportSettingsSchema } from './settings.ts';

export type { DeviceCall } from './calls.ts';

export const deviceSlotSchema = z.enum(DEVICE_SLOTS);

/** Core → device process. */
export const toDeviceSchema = z.discriminatedUnion('type', [
  z.strictObject({
    type: z.literal('configure'),
    settings: z.unknown(),
    driverRoots: z.array(z.string()),
    /** Drivers from outside the program and the keys that may sign them. */
    outside: z.strictObject({ roots: z.array(z.string()), keys: z.array(z.string()) }).optional(),
  }),
  /** Looks at every bus; answered with what `sightingSchema` says. */
  z.strictObject({ type: z.literal('discover'), id: z.int() }),
  z.strictObject({ type: z.literal('reconnect'), id: z.int(), slot: deviceSlotSchema }),
  /** Takes the lease of a slot; answered with done or refused DEVICE_BUSY. It ends with `release`, or `leaseMs` after the last call ended. */
  z.strictObject({ type: z.literal('lease'), id: z.int(), slot: deviceSlotSchema, leaseId: z.string(), leaseMs: z.int() }),
  z.strictObject({ type: z.literal('release'), leaseId: z.string() }),
  z.strictObject({ type: z.literal('call'), id: z.int(), leaseId: z.string(), call: deviceCallSchema }),
  z.strictObject({ type: z.literal('cancel'), id: z.int() }),
  z.strictObject({ type: z.literal('ping'), n: z.int() }),
  /** Close everything and end. */
  z.strictObject({ type: z.literal('stop') }),
]);
export type ToDevice = z.infer<typeof toDeviceSchema>;

export const outcomeSchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('done'), value: z.unknown() }),
  z.strictObject({ kind: z.literal('refused'), fault: faultDataSchema }),
  z.strictObject({ kind: z.literal('unknown'), fault: faultDataSchema }),
]);

export const deviceStateMessageSchema = z.strictObject({
  slot: deviceSlotSchema,
  state: z.enum(['not-configured', 'starting', 'ready', 'degraded', 'down']),
  driverId: z.string(),
  connection: z.string(),
  lastError: faultDataSchema.nullable(),
  lastSeenMs: z.int().nullable(),
  paperNearEnd: z.boolean().nullable(),
  cards: z.array(z.enum(['present', 'absent', 'damaged'])),
  /** Printer: characters per line; 0 elsewhere. */
  columns: z.int(),
  /** What is open or tried; with `auto` the transport of the device that was found. */
  resolved: transportSettingsSchema.nullable(),
});

/** Device process → core. */
export const fromDeviceSchema = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('outcome'), id: z.int(), outcome: outcomeSchema }),
  z.strictObject({
    type: z.literal('progress'),
    id: z.int(),
    doneBytes: z.int(),
    totalBytes: z.int().nullable(),
    fileName: z.string().optional(),
  }),
  z.strictObject({ type: z.literal('state'), state: deviceStateMessageSchema }),
  z.strictObject({ type: z.literal('presence'), cardSlot: z.int(), presence: z.enum(['present', 'absent', 'damaged']) }),
  /** A scanner read a code. */
  z.strictObject({ type: z.literal('code'), text: z.string().min(1), aimIdentifier: z.string().nullable() }),
  /** Heartbeat: the answer to a ping, sent from the loop that also serves calls. */
  z.strictObject({ type: z.literal('pong'), n: z.int() }),
  z.strictObject({
    type: z.literal('trace'),
    slot: deviceSlotSchema,
    atMs: z.number(),
    direction: z.enum(['sent', 'received']),
    hex: z.string(),
    /** What it means, in words that the core can look up in each language. */
    note: meaningSchema,
  }),
]);
export type FromDevice = z.infer<typeof fromDeviceSchema>;

/** The answer to `discover`. */
export const sightingSchema = z.strictObject({
  devices: z.array(
    z.strictObject({
      bus: z.enum(BUSES),
      address: z.string(),
      name: z.string(),
      vendorId: z.int().nullable(),
      productId: z.int().nullable(),
      serialNumber: z.string(),
    }),
  ),
  faults: z.array(faultDataSchema),
});
