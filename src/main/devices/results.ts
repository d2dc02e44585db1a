// The forms of what the device process answers to calls; the core checks every answer.
import { z } from 'zod';
import { CARD_CHIPS } from '../../../drivers/kit/chip-reader.ts';
import type { DockFileIdentity, DockReadiness, DockReceiveResult, DockSendResult } from '../../../drivers/kit/meter-dock.ts';
import type { MeterReading } from '../../../drivers/kit/reading-head.ts';
import type { PrinterStatus, PrintResult } from '../../../drivers/kit/receipt-printer.ts';
import { type FaultData, isFaultCode } from '../../shared/domain/fault.ts';
import type { CardSnapshot, DrawerState } from '../core/ports/devices.ts';
import { bytesSchema } from './call-kind.ts';

/** A fault that crosses the process boundary. A code that is none of ours can only come from a driver from outside. */
export const faultDataSchema = z
  .strictObject({ code: z.string(), context: z.record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.null()])) })
  .transform(({ code, context }): FaultData => (isFaultCode(code) ? { code, context } : { code: 'INTERNAL', context: { reason: code } }));

export const imageSchema = bytesSchema;

export const cardSnapshotSchema: z.ZodType<CardSnapshot> = z.strictObject({
  presence: z.enum(['present', 'absent', 'damaged']),
  chip: z.enum(CARD_CHIPS).nullable(),
  uid: bytesSchema.nullable(),
  layoutId: z.string().nullable(),
  keyVersion: z.int().nullable(),
  image: bytesSchema.nullable(),
  attemptsLeft: z.int().min(0).max(15).nullable(),
});

export const printResultSchema: z.ZodType<PrintResult> = z.strictObject({
  proof: z.enum(['verified', 'unverified']),
  paperNearEnd: z.boolean().nullable(),
});

const said = z.boolean().nullable();
export const printerStatusSchema: z.ZodType<PrinterStatus> = z.strictObject({
  online: z.boolean(),
  paperOut: said,
  paperNearEnd: said,
  coverOpen: said,
  cutterError: said,
  unrecoverableError: said,
});

export const drawerStateSchema: z.ZodType<DrawerState> = z.strictObject({ isOpen: said });

const identity = { name: z.string(), sizeBytes: z.int().min(0), sha256: z.string().regex(/^[0-9a-f]{64}$/) };
export const dockFileIdentitySchema: z.ZodType<DockFileIdentity> = z.strictObject(identity);

export const dockReadinessSchema: z.ZodType<DockReadiness> = z.enum(['ready-to-receive', 'ready-to-send', 'silent']);

export const dockSendResultSchema: z.ZodType<DockSendResult> = z.strictObject({
  files: z.array(z.strictObject({ ...identity, state: z.enum(['acknowledged', 'skipped', 'unknown', 'unsent']) })),
  fault: faultDataSchema.nullable(),
});

export const dockReceiveResultSchema: z.ZodType<DockReceiveResult> = z.strictObject({
  files: z.array(z.strictObject({ ...identity, data: bytesSchema, length: z.enum(['declared', 'stripped']) })),
  repeated: z.array(z.strictObject(identity)),
  brokenOff: z.strictObject({ name: z.string(), receivedBytes: z.int().min(0) }).nullable(),
  fault: faultDataSchema.nullable(),
});

export const meterReadingSchema: z.ZodType<MeterReading> = z.strictObject({
  meterAddress: z.string().nullable(),
  total: z.discriminatedUnion('unit', [
    z.strictObject({ unit: z.literal('litre'), litres: z.int() }),
    z.strictObject({ unit: z.literal('watt-hour'), wattHours: z.int() }),
  ]),
  registers: z.array(z.strictObject({ code: z.string(), value: z.string(), unit: z.string() })),
  clock: z.string().nullable(),
  flags: z.array(z.enum(['battery-low', 'clock-battery-low', 'valve-closed', 'valve-fault'])),
});
