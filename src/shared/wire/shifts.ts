// Payloads of shifts: the drawer's movements, counts, hand-over and close.
import { z } from 'zod';
import { DRAWER_REASONS, MOVEMENT_ACCOUNTS, PENDING_KINDS, type ShiftKind, type ShiftPayloads, SLIP_TENDERS } from '../domain/shifts.ts';
import { amountFen, count, key, line, text } from './values.ts';

const approvedBy = line(64);
const signedFen = z.int().min(-1_000_000_000).max(1_000_000_000);

const moved = z.strictObject({
  movementId: key,
  shiftId: key,
  category: line(64),
  reason: text,
  amountFen,
  against: z.enum(MOVEMENT_ACCOUNTS),
  approvedBy,
});

const lines = z.array(z.strictObject({ denominationFen: count.max(1_000_000), count: count.max(1_000_000) })).max(50);
const slips = z.array(z.strictObject({ kind: z.enum(SLIP_TENDERS), count: count.max(1_000_000), amountFen: signedFen })).max(10);

const pending = z.array(z.strictObject({ kind: z.enum(PENDING_KINDS), subjectId: line(100), accountId: line(64), amountFen })).max(1_000);

/** What a policy says about drawers. */
export const shiftPolicySchema = z.strictObject({
  categories: z
    .array(z.strictObject({ code: key, name: text.min(1), direction: z.enum(['in', 'out']), against: z.enum(MOVEMENT_ACCOUNTS) }))
    .max(100),
  dropNeedsWitness: z.boolean(),
  noSaleRole: z.enum(['clerk', 'supervisor', 'manager']),
  recounts: count.max(9),
  signedFromFen: amountFen,
  closeForbids: z.array(z.enum(PENDING_KINDS)).max(PENDING_KINDS.length),
  drawersPerCounter: count.min(1).max(9),
});

export const shiftPayloadSchemas = {
  'shift.opened': z.strictObject({
    shiftId: key,
    floatFen: amountFen,
    carried: z.strictObject({ shiftId: key, amountFen }).optional(),
    approvedBy: approvedBy.optional(),
  }),
  'shift.paid-in': moved,
  'shift.paid-out': moved,
  'shift.dropped': z.strictObject({ movementId: key, shiftId: key, lines, amountFen, bagNo: line(64), approvedBy }),
  'shift.counted': z.strictObject({
    shiftId: key,
    countId: key,
    countedBy: line(64),
    lines,
    cashFen: amountFen,
    slips,
    expected: z.strictObject({ cashFen: signedFen, slips }),
  }),
  'shift.handed-over': z.strictObject({
    shiftId: key,
    newShiftId: key,
    toClerk: key,
    countId: key,
    expectedFen: signedFen,
    countedFen: amountFen,
    pending,
    reason: text,
    approvedBy,
  }),
  'shift.closed': z.strictObject({
    shiftId: key,
    countId: key,
    expectedFen: signedFen,
    countedFen: amountFen,
    carriedFen: amountFen,
    bagNo: line(64),
    pending,
    reason: text,
    approvedBy,
    forced: z.boolean(),
  }),
  'drawer.opened': z.strictObject({
    openingId: key,
    shiftId: line(64),
    why: z.enum(DRAWER_REASONS),
    subjectId: line(100),
    reason: text,
    approvedBy,
  }),
} satisfies { [K in ShiftKind]: z.ZodType<ShiftPayloads[K]> };
