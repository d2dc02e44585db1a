// Payloads of the counter's business beside money: customers, meters, card tasks, requests, documents, queue, policy.
import { z } from 'zod';
import { LOADED_SALES, TOOL_KINDS } from '../domain/card-layout.ts';
import { CARD_TASK_PURPOSES, type CardTaskKind, type CardTaskPayloads } from '../domain/card-tasks.ts';
import { type CustomerKind, type CustomerPayloads, REVEALED_NUMBERS } from '../domain/customers.ts';
import type { DocumentKind, DocumentPayloads } from '../domain/documents.ts';
import { IDENTITY_KINDS } from '../domain/identity.ts';
import { METER_GOES, type MeterKind, type MeterPayloads } from '../domain/meters.ts';
import type { PolicyKind, PolicyPayloads } from '../domain/policy.ts';
import type { QueueKind, QueuePayloads } from '../domain/queue.ts';
import { REQUEST_KINDS, REQUEST_STATES, type RequestOperationKind, type RequestPayloads } from '../domain/requests.ts';
import { SETTLEMENTS, type SettlingKind, type SettlingPayloads } from '../domain/settling.ts';
import { TOOL_CARD_ENDS, type ToolCardKind, type ToolCardPayloads } from '../domain/tool-cards.ts';
import { shiftPolicySchema } from './shifts.ts';
import { address, amountFen, count, date, imageHex, key, line, permille, purchase, sha256Hex, tender, text } from './values.ts';

const optionalKey = line(64);
const customerKind = z.enum(['residential', 'commercial']);
const privateNumber = { masked: line(64), digest: sha256Hex };
const seen = { seenVersion: z.int().min(1), seenChangeId: key.optional() };
const reading = count.nullable();

const customerFacts = {
  customerId: key,
  customerKind,
  name: text.min(1),
  phone: line(32),
  identity: z.strictObject({ kind: z.enum(IDENTITY_KINDS), ...privateNumber }).nullable(),
  smsConsent: z.boolean(),
};

export const customerPayloadSchemas = {
  'customer.registered': z.strictObject(customerFacts),
  'customer.changed': z.strictObject({
    ...{ ...customerFacts, seenVersion: z.int().min(1).optional(), seenChangeId: key.optional() },
    ...{ reason: text.optional(), approvedBy: line(32).optional() },
  }),
  'customer.merged': z.strictObject({ keptId: key, mergedId: key, reason: text }),
  'account.assigned': z.strictObject({ ...seen, customerId: key, reason: text.optional(), approvedBy: line(32).optional() }),
  'account.corrected': z.strictObject({ ...seen, customerName: text, phone: text, address, reason: text, requestId: optionalKey }),
  'account.transferred': z.strictObject({
    ...seen,
    requestId: key,
    from: z.strictObject({ customerId: optionalKey, customerName: text }),
    to: z.strictObject({ customerId: optionalKey, customerKind, customerName: text, phone: text, householdSize: count }),
    since: date,
    readingLitres: reading,
    contractNo: line(64),
  }),
  'account.household-changed': z.strictObject({ ...seen, size: count, from: date, until: date.nullable(), proof: text }),
  'account.plan-changed': z.strictObject({ ...seen, tariffId: key, from: date }),
  'account.suspended': z.strictObject({
    ...seen,
    requestId: key,
    from: date,
    until: date.nullable(),
    sealNo: line(64),
    readingLitres: reading,
  }),
  'account.reactivated': z.strictObject({ ...seen, requestId: key, on: date, inspectionNo: line(64) }),
  'account.closed': z.strictObject({ ...seen, requestId: key, on: date, readingLitres: reading }),
  'account.bank-changed': z.strictObject({
    ...seen,
    bank: z.strictObject({ bankName: text, holder: text, ...privateNumber }).nullable(),
    approvedBy: optionalKey.optional(),
  }),
  'note.added': z.strictObject({ noteId: key, text: z.string().min(1).max(2_000) }),
  'attachment.added': z.strictObject({
    attachmentId: key,
    requestId: optionalKey,
    name: text.min(1),
    mediaType: line(100),
    sizeBytes: count,
    sha256: sha256Hex,
  }),
  'number.revealed': z.strictObject({ what: z.enum(REVEALED_NUMBERS), masked: line(64), reason: text.min(1) }),
} satisfies { [K in CustomerKind]: z.ZodType<CustomerPayloads[K]> };

const goes = z.enum(METER_GOES);

export const meterPayloadSchemas = {
  'meter.registered': z.strictObject({
    meterNo: key,
    make: text,
    model: text,
    kind: z.enum(['ic', 'ordinary']),
    layoutId: optionalKey,
    verifiedUntil: z.union([date, z.literal('')]),
    supply: z.literal('power').optional(),
  }),
  'meter.installed': z.strictObject({ meterNo: key, readingLitres: count, on: date, requestId: optionalKey }),
  'meter.exchanged': z.strictObject({
    oldMeterNo: key,
    finalReadingLitres: count,
    carriedLitres: count,
    newMeterNo: key,
    firstReadingLitres: count,
    on: date,
    reason: text,
    oldMeterGoes: goes,
    requestId: optionalKey,
    approvedBy: line(64).optional(),
  }),
  'meter.removed': z.strictObject({ meterNo: key, finalReadingLitres: count, on: date, goes, requestId: optionalKey }),
  'meter.reverified': z.strictObject({ meterNo: key, verifiedUntil: date, intoStore: z.boolean().optional() }),
  'meter.read': z.strictObject({ meterNo: key, readingLitres: count, on: date, billed: z.boolean(), requestId: optionalKey }),
} satisfies { [K in MeterKind]: z.ZodType<MeterPayloads[K]> };

export const cardTaskPayloadSchemas = {
  'card-task.begun': z.strictObject({
    taskId: key,
    purpose: z.enum(CARD_TASK_PURPOSES),
    cardNo: key,
    layoutId: key,
    oldCardNo: optionalKey,
    volumeLitres: count,
    topupId: optionalKey,
    requestId: optionalKey,
    reason: text,
    approvedBy: line(64),
  }),
  'card-task.intended': z.strictObject({
    taskId: key,
    sequence: count,
    cumulativeLitres: count,
    beforeHex: imageHex,
    afterHex: imageHex,
  }),
  'card-task.writing': z.strictObject({ taskId: key, attempt: count, approvedBy: line(64).optional() }),
  'card-task.verified': z.strictObject({ taskId: key, proof: z.enum(['written', 'found-complete', 'completed-after-tear']) }),
  'card-task.abandoned': z.strictObject({ taskId: key, reason: text }),
  'topup.carried': z.strictObject({ topupId: key, taskId: key, cardNo: key, purchase }),
  'topup.reversed': z.strictObject({
    topupId: key,
    taskId: key,
    purchase,
    refunds: z.array(tender).max(20),
    toCreditFen: amountFen,
    reason: text,
    approvedBy: line(64),
  }),
  'card.blacklisted': z.strictObject({ cardNo: key, reason: text }),
  'card.returned': z.strictObject({ cardNo: key, reason: text }),
} satisfies { [K in CardTaskKind]: z.ZodType<CardTaskPayloads[K]> };

const form = z
  .record(line(64), z.union([z.string().max(2_000), z.number(), z.boolean(), z.null()]))
  .refine((fields) => Object.keys(fields).length <= 100, 'too many fields');
const requestState = z.enum(REQUEST_STATES);

export const requestPayloadSchemas = {
  'request.opened': z.strictObject({
    requestId: key,
    requestNo: key,
    requestKind: z.enum(REQUEST_KINDS),
    form,
    deadline: date,
    branchNo: key,
  }),
  'request.moved': z.strictObject({
    requestId: key,
    from: requestState,
    to: requestState,
    form,
    note: z.string().max(2_000),
    approvedBy: line(64),
  }),
} satisfies { [K in RequestOperationKind]: z.ZodType<RequestPayloads[K]> };

const documentPrintOutcome = z.enum(['printed', 'unverified', 'unknown', 'not-printed']);

export const documentPayloadSchemas = {
  'segment.assigned': z.strictObject({
    segmentId: key,
    prefix: line(20),
    first: z.int().min(1),
    last: z.int().min(1),
    digits: z.int().min(1).max(20),
  }),
  'invoice.issued': z.strictObject({
    invoiceId: key,
    segmentId: key,
    number: z.int().min(1),
    subjectId: key,
    buyer: z.strictObject({ name: text, taxNo: line(64) }),
    lines: z.array(z.strictObject({ name: text, unit: line(20), quantity: line(40), amountFen: z.int(), vatPermille: permille })).max(100),
    amountFen,
    vatFen: amountFen,
  }),
  'invoice.printed': z.strictObject({ invoiceId: key, jobId: key, outcome: documentPrintOutcome, faultCode: text }),
  'invoice.voided': z.strictObject({
    segmentId: key,
    number: z.int().min(1),
    invoiceId: optionalKey,
    reason: text,
    approvedBy: line(64),
  }),
} satisfies { [K in DocumentKind]: z.ZodType<DocumentPayloads[K]> };

export const queuePayloadSchemas = {
  'ticket.called': z.strictObject({ ticketId: key, ticketNo: key, ticketKind: key }),
  'ticket.finished': z.strictObject({
    ticketId: key,
    outcome: z.enum(['served', 'absent']),
    done: z.array(key).max(200),
    handlingMs: count,
    rating: z.int().min(1).max(5).nullable(),
  }),
} satisfies { [K in QueueKind]: z.ZodType<QueuePayloads[K]> };

const limits = z.strictObject({
  reversalFen: amountFen,
  waiverFen: amountFen,
  refundFen: amountFen,
  correctionLitres: count,
  payInFen: amountFen.optional(),
  payOutFen: amountFen.optional(),
});

export const policyPayloadSchemas = {
  'policy.published': z.strictObject({
    policyId: key,
    effectiveFrom: date,
    policy: z.strictObject({
      fees: z
        .array(
          z.strictObject({
            code: key,
            name: text,
            amountFen,
            vatPermille: permille,
            waiver: z.enum(['clerk', 'supervisor', 'manager']).nullable(),
          }),
        )
        .max(500),
      lateFee: z.strictObject({
        perDayPpm: count,
        graceDays: count,
        chargesGrace: z.boolean(),
        countsPaymentDay: z.boolean(),
        capPermille: count,
      }),
      limits: z.strictObject({ clerk: limits, supervisor: limits, manager: limits }),
      requestDays: z.record(line(64), count),
      billDueDays: count.max(366).optional(),
      formOffset: z.strictObject({ xTenthMm: z.int(), yTenthMm: z.int() }).optional(),
      sellWhileLoaded: z.record(line(64), z.enum(LOADED_SALES)).optional(),
      shift: shiftPolicySchema.partial().optional(),
      closeSignatures: z.union([z.literal(1), z.literal(2)]).optional(),
    }),
  }),
} satisfies { [K in PolicyKind]: z.ZodType<PolicyPayloads[K]> };

export const toolCardPayloadSchemas = {
  'tool-card.intended': z.strictObject({
    toolId: key,
    toolNo: key,
    tool: z.enum(TOOL_KINDS),
    layoutId: key,
    forWhat: text.min(1),
    reason: text.min(1),
    formerNo: optionalKey,
    keyVersion: count,
    approvedBy: key,
    prices: z
      .strictObject({
        versionId: key,
        effectiveFrom: date,
        supply: z.literal('power').optional(),
        limitsLitres: z.array(count).max(16),
        pricesFenPerM3: z.array(count).min(1).max(17),
      })
      .optional(),
    beforeHex: imageHex,
    afterHex: imageHex,
  }),
  'tool-card.writing': z.strictObject({ toolId: key, attempt: count, approvedBy: key }),
  'tool-card.made': z.strictObject({ toolId: key, proof: z.enum(['written', 'found-complete', 'completed-after-tear']) }),
  'tool-card.returned': z.strictObject({ toolId: key, state: z.enum(TOOL_CARD_ENDS), note: text.min(1), approvedBy: line(64) }),
} satisfies { [K in ToolCardKind]: z.ZodType<ToolCardPayloads[K]> };

export const settlingPayloadSchemas = {
  'case.settled': z.strictObject({
    caseId: key,
    code: z.string().regex(/^[A-Z_]{1,60}$/),
    way: z.enum(SETTLEMENTS),
    newId: line(64),
    reason: text.min(1),
    approvedBy: line(64),
  }),
  'counter.renewed': z.strictObject({
    formerId: key,
    commonSeq: count,
    formerSeq: count,
    heldSeq: count,
    carried: count,
    numbers: z
      .array(z.strictObject({ what: z.enum(['receipt', 'invoice', 'account', 'request']), first: text, last: text, count }))
      .max(100),
    reason: text.min(1),
    approvedBy: key,
  }),
} satisfies { [K in SettlingKind]: z.ZodType<SettlingPayloads[K]> };
