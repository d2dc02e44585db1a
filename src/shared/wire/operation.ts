// Operations as they travel: schemas that accept exactly the domain's operations and nothing besides.
import { z } from 'zod';
import { GENESIS_HASH, type OperationKind, type OperationPayloads } from '../domain/operation.ts';
import {
  cardTaskPayloadSchemas,
  customerPayloadSchemas,
  documentPayloadSchemas,
  meterPayloadSchemas,
  policyPayloadSchemas,
  queuePayloadSchemas,
  requestPayloadSchemas,
  toolCardPayloadSchemas,
} from './business.ts';
import { chargingPayloadSchemas } from './charging.ts';
import { dayPayloadSchemas } from './days.ts';
import { shiftPayloadSchemas } from './shifts.ts';
import { address, amountFen, count, date, imageHex, key, line, permille, purchase, sha256Hex, tender, text } from './values.ts';

/** Hex SHA-256. */
export const hashSchema = sha256Hex;
export const branchNoSchema = key;
export const counterIdSchema = key;
export const seqSchema = z.int().min(1).max(2_147_483_647);

const tariff = z.strictObject({
  id: key,
  planId: key.optional(),
  name: text,
  supply: z.literal('power').optional(),
  effectiveFrom: date,
  limitsLitres: z.array(count).max(20),
  pricesFenPerM3: z.array(count).max(21),
  extraPerHead: z.strictObject({ above: count, limitsLitres: z.array(count).max(20) }).nullable(),
  vatPermille: permille,
  fixedFenPerMonth: amountFen.optional(),
  minimumFenPerMonth: amountFen.optional(),
});

const accountOpened = z.strictObject({
  accountId: key,
  accountNo: key,
  customerKind: z.enum(['residential', 'commercial']),
  customerName: text,
  phone: text,
  address,
  householdSize: count,
  tariffId: key,
  tierUsedLitres: count,
  suppliedSince: date.optional(),
  customerId: key.optional(),
  meter: z
    .strictObject({
      meterNo: key,
      make: text,
      kind: z.enum(['ic', 'ordinary']),
      billed: z.strictObject({ readingLitres: count, on: date }).optional(),
      supply: z.literal('power').optional(),
    })
    .nullable(),
  card: z.strictObject({ cardNo: key, layoutId: key, sequence: count, cumulativeLitres: count }).nullable(),
});

/** Payload schema by kind. */
export const payloadSchemas = {
  'branch.opened': z.strictObject({ branchNo: branchNoSchema, name: text, regionCode: key, businessDate: date }),
  'tariff.published': z.strictObject({ tariff }),
  'account.opened': accountOpened,
  'topup.paid': z.strictObject({
    topupId: key,
    cardNo: key,
    purchase,
    tenders: z.array(tender).max(20),
    cashTenderedFen: amountFen,
    changeFen: amountFen,
    unloaded: z.strictObject({ litres: count, way: z.enum(['warn', 'add']) }).optional(),
  }),
  'topup.intended': z.strictObject({
    topupId: key,
    layoutId: key,
    cardNo: key,
    sequence: count,
    beforeHex: imageHex,
    afterHex: imageHex,
  }),
  'topup.writing': z.strictObject({ topupId: key, attempt: count, approvedBy: line(64).optional() }),
  'topup.verified': z.strictObject({
    topupId: key,
    proof: z.enum(['written', 'found-complete', 'completed-after-tear', 'taken-by-meter']),
  }),
  'topup.refunded': z.strictObject({ topupId: key, reason: text }),
  'receipt.issued': z.strictObject({
    receiptId: key,
    receiptNo: key,
    topupId: key,
    markup: z.string().max(200_000),
    amountFen: amountFen.optional(),
  }),
  'receipt.printed': z.strictObject({
    receiptId: key,
    copyNo: count,
    jobId: key,
    outcome: z.enum(['printed', 'unverified', 'unknown', 'not-printed']),
    faultCode: text,
  }),
  'meter.reported': z.strictObject({
    cardNo: key,
    meterNo: key,
    loadedSequence: count,
    remainingLitres: z.int(),
    cumulativeUseLitres: z.int(),
    faults: count,
    unloaded: z.strictObject({ sequence: count, volumeLitres: count }).optional(),
  }),
  ...chargingPayloadSchemas,
  ...customerPayloadSchemas,
  ...meterPayloadSchemas,
  ...cardTaskPayloadSchemas,
  ...requestPayloadSchemas,
  ...documentPayloadSchemas,
  ...queuePayloadSchemas,
  ...policyPayloadSchemas,
  ...toolCardPayloadSchemas,
  ...shiftPayloadSchemas,
  ...dayPayloadSchemas,
} satisfies { [K in OperationKind]: z.ZodType<OperationPayloads[K]> };

function operationOf<K extends OperationKind>(kind: K) {
  return z.strictObject({
    id: z.uuidv7(),
    kind: z.literal(kind),
    businessDate: date,
    shiftId: line(64),
    clerk: line(64),
    accountId: line(64),
    recordedAtMs: count,
    payload: payloadSchemas[kind],
    counterId: counterIdSchema,
    seq: seqSchema,
    previousHash: hashSchema,
    hash: hashSchema.refine((hash) => hash !== GENESIS_HASH),
  });
}

/** An operation with its place in the chain; unknown fields and unknown kinds are refused, never dropped, because the hash covers them. */
export const operationSchema = z.discriminatedUnion('kind', [
  operationOf('branch.opened'),
  operationOf('tariff.published'),
  operationOf('account.opened'),
  operationOf('shift.opened'),
  operationOf('topup.paid'),
  operationOf('topup.intended'),
  operationOf('topup.writing'),
  operationOf('topup.verified'),
  operationOf('topup.refunded'),
  operationOf('receipt.issued'),
  operationOf('receipt.printed'),
  operationOf('meter.reported'),
  operationOf('receivable.raised'),
  operationOf('receivable.waived'),
  operationOf('payment.taken'),
  operationOf('payment.reversed'),
  operationOf('deposit.taken'),
  operationOf('deposit.returned'),
  operationOf('deposit.applied'),
  operationOf('volume.credited'),
  operationOf('credit.refunded'),
  operationOf('customer.registered'),
  operationOf('customer.changed'),
  operationOf('customer.merged'),
  operationOf('account.assigned'),
  operationOf('account.corrected'),
  operationOf('account.transferred'),
  operationOf('account.household-changed'),
  operationOf('account.plan-changed'),
  operationOf('account.suspended'),
  operationOf('account.reactivated'),
  operationOf('account.closed'),
  operationOf('account.bank-changed'),
  operationOf('note.added'),
  operationOf('attachment.added'),
  operationOf('number.revealed'),
  operationOf('meter.registered'),
  operationOf('meter.installed'),
  operationOf('meter.exchanged'),
  operationOf('meter.removed'),
  operationOf('meter.reverified'),
  operationOf('meter.read'),
  operationOf('card-task.begun'),
  operationOf('card-task.intended'),
  operationOf('card-task.writing'),
  operationOf('card-task.verified'),
  operationOf('card-task.abandoned'),
  operationOf('topup.reversed'),
  operationOf('topup.carried'),
  operationOf('card.blacklisted'),
  operationOf('card.returned'),
  operationOf('request.opened'),
  operationOf('request.moved'),
  operationOf('segment.assigned'),
  operationOf('invoice.issued'),
  operationOf('invoice.printed'),
  operationOf('invoice.voided'),
  operationOf('ticket.called'),
  operationOf('ticket.finished'),
  operationOf('policy.published'),
  operationOf('tool-card.intended'),
  operationOf('tool-card.writing'),
  operationOf('tool-card.made'),
  operationOf('tool-card.returned'),
  operationOf('shift.paid-in'),
  operationOf('shift.paid-out'),
  operationOf('shift.dropped'),
  operationOf('shift.counted'),
  operationOf('shift.handed-over'),
  operationOf('shift.closed'),
  operationOf('drawer.opened'),
  operationOf('day.closed'),
  operationOf('safe.banked'),
]);
