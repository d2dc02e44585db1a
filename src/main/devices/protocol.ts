// What the core and the device process say to each other. Plain structured-clone values; the same over fork IPC and MessagePorts.
import { z } from 'zod';
import { DEVICE_SLOTS } from '../../shared/contract/devices.ts';

export type { Channel } from '../processes/channel.ts';

const bytes = z.instanceof(Uint8Array);
const faultData = z.strictObject({
  code: z.string(),
  context: z.record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.null()])),
});

export const deviceSlotSchema = z.enum(DEVICE_SLOTS);

const cardWrite = z.strictObject({ address: z.int().min(0), data: bytes });

/** Calls on a leased device. */
export const deviceCallSchema = z.discriminatedUnion('op', [
  z.strictObject({ op: z.literal('card.read'), cardSlot: z.int().min(1) }),
  z.strictObject({
    op: z.literal('card.write'),
    cardSlot: z.int().min(1),
    expected: bytes,
    writes: z.array(cardWrite),
    psc: bytes,
    allowLastAttempt: z.boolean(),
  }),
  z.strictObject({ op: z.literal('printer.status') }),
  z.strictObject({
    op: z.literal('printer.print'),
    job: z.strictObject({ jobId: z.string(), markup: z.string(), cut: z.boolean(), openDrawer: z.boolean() }),
  }),
  z.strictObject({ op: z.literal('printer.open-drawer') }),
]);
export type DeviceCall = z.infer<typeof deviceCallSchema>;

/** Core → device process. */
export const toDeviceSchema = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('configure'), settings: z.unknown(), driverRoots: z.array(z.string()) }),
  z.strictObject({ type: z.literal('reconnect'), id: z.int(), slot: deviceSlotSchema }),
  /** Takes the lease of a slot; answered with done or refused DEVICE_BUSY. It ends with `release`, or `leaseMs` after the last call ended. */
  z.strictObject({ type: z.literal('lease'), id: z.int(), slot: deviceSlotSchema, leaseId: z.string(), leaseMs: z.int() }),
  z.strictObject({ type: z.literal('release'), leaseId: z.string() }),
  z.strictObject({ type: z.literal('call'), id: z.int(), leaseId: z.string(), call: deviceCallSchema }),
  z.strictObject({ type: z.literal('cancel'), id: z.int() }),
  z.strictObject({ type: z.literal('ping'), n: z.int() }),
]);
export type ToDevice = z.infer<typeof toDeviceSchema>;

export const outcomeSchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('done'), value: z.unknown() }),
  z.strictObject({ kind: z.literal('refused'), fault: faultData }),
  z.strictObject({ kind: z.literal('unknown'), fault: faultData }),
]);

export const deviceStateMessageSchema = z.strictObject({
  slot: deviceSlotSchema,
  state: z.enum(['not-configured', 'starting', 'ready', 'degraded', 'down']),
  driverId: z.string(),
  connection: z.string(),
  lastError: faultData.nullable(),
  lastSeenMs: z.int().nullable(),
  paperNearEnd: z.boolean().nullable(),
  cards: z.array(z.enum(['present', 'absent', 'damaged'])),
  /** Printer: characters per line; 0 elsewhere. */
  columns: z.int(),
});

/** Device process → core. */
export const fromDeviceSchema = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('outcome'), id: z.int(), outcome: outcomeSchema }),
  z.strictObject({ type: z.literal('progress'), id: z.int(), doneBytes: z.int(), totalBytes: z.int() }),
  z.strictObject({ type: z.literal('state'), state: deviceStateMessageSchema }),
  z.strictObject({ type: z.literal('presence'), cardSlot: z.int(), presence: z.enum(['present', 'absent', 'damaged']) }),
  /** Heartbeat: the answer to a ping, sent from the loop that also serves calls. */
  z.strictObject({ type: z.literal('pong'), n: z.int() }),
  z.strictObject({
    type: z.literal('trace'),
    slot: deviceSlotSchema,
    atMs: z.number(),
    direction: z.enum(['sent', 'received']),
    hex: z.string(),
    note: z.string(),
  }),
]);
export type FromDevice = z.infer<typeof fromDeviceSchema>;
