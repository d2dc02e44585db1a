// What the core and the hall process say to each other.
import { z } from 'zod';
import { deviceSlotSchema } from '../../shared/contract/devices.ts';
import { hallActSchema, hallStateSchema } from '../../shared/contract/hall.ts';
import { faultDataSchema } from '../../shared/contract/values.ts';

const simulatedDeviceSchema = z.strictObject({
  driver: z.string(),
  options: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])),
});
export type SimulatedDevice = z.infer<typeof simulatedDeviceSchema>;

/** Core → hall process. */
export const toHallSchema = z.discriminatedUnion('type', [
  z.strictObject({
    type: z.literal('open'),
    /** The folder with cards.bin and hall.json. */
    folder: z.string(),
    driverRoots: z.array(z.string()),
    /** The devices of the settings, by slot; those whose driver ships a simulator come to life. */
    devices: z.partialRecord(deviceSlotSchema, simulatedDeviceSchema),
    /** Time one byte takes in card memory. */
    byteTimeMs: z.number(),
  }),
  z.strictObject({ type: z.literal('state'), id: z.int() }),
  z.strictObject({ type: z.literal('act'), id: z.int(), act: hallActSchema }),
  z.strictObject({ type: z.literal('ping'), n: z.int() }),
]);
export type ToHall = z.infer<typeof toHallSchema>;

/** Hall process → core. */
export const fromHallSchema = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('answer'), id: z.int(), state: hallStateSchema }),
  z.strictObject({ type: z.literal('refusal'), id: z.int(), fault: faultDataSchema }),
  /** Something changed at the bench. */
  z.strictObject({ type: z.literal('changed'), state: hallStateSchema }),
  z.strictObject({ type: z.literal('pong'), n: z.int() }),
]);
export type FromHall = z.infer<typeof fromHallSchema>;
