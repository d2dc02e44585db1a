// Area devices: what is plugged where and how it is.
import { z } from 'zod';
import { ALL_STAFF, call } from './call.ts';
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

export const deviceStateSchema = z.strictObject({
  slot: z.enum(DEVICE_SLOTS),
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

export const devicesContract = {
  list: call({ access: ALL_STAFF }).input(z.strictObject({})).output(z.array(deviceStateSchema)),
  /** Closes the device's line and opens it again, re-reading the settings file. */
  reconnect: call({ access: ALL_STAFF, faults: ['DEVICE_NOT_CONFIGURED', 'DEVICE_PROCESS_LOST', 'DEVICE_BUSY', 'SETTINGS_INVALID'] })
    .input(z.strictObject({ slot: z.enum(DEVICE_SLOTS) }))
    .output(deviceStateSchema),
};
