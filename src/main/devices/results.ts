// Checks of what the device process answers to a call.
import { z } from 'zod';
import type { PrintResult } from '../../../drivers/kit/receipt-printer.ts';
import type { CardSnapshot } from '../core/ports/devices.ts';

/** Copies into a plain array of its own memory: what arrives may be a Buffer over a larger pool. */
const image = z.instanceof(Uint8Array).transform((bytes) => Uint8Array.from(bytes));

const cardSnapshotSchema = z.strictObject({
  presence: z.enum(['present', 'absent', 'damaged']),
  image: image.nullable(),
  attemptsLeft: z.int().min(0).max(3).nullable(),
});

const printResultSchema = z.strictObject({ proof: z.enum(['verified', 'unverified']), paperNearEnd: z.boolean().nullable() });

export function parseCardSnapshot(value: unknown): CardSnapshot {
  return cardSnapshotSchema.parse(value);
}

export function parseImage(value: unknown): Uint8Array {
  return image.parse(value);
}

export function parsePrintResult(value: unknown): PrintResult {
  return printResultSchema.parse(value);
}
