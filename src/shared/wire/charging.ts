// Payloads of charging as they travel.
import { z } from 'zod';
import type { ChargingKind, ChargingPayloads } from '../domain/charging.ts';
import { fen } from '../domain/money.ts';
import { amountFen, awayFromHome, count, date, key, line, permille, tender, text, tierLine, withinLimit } from './values.ts';

const positiveFen = amountFen.min(1);
const creditPart = z.strictObject({ accountId: key, amountFen: positiveFen });
const tenders = z.array(tender).max(20);

const payment = z.strictObject({
  paymentId: key,
  paid: z
    .array(
      z.strictObject({
        receivableId: key,
        accountId: key,
        principalFen: positiveFen,
        lateFeeFen: amountFen,
        lateFeeWaivedFen: amountFen,
        vatPermille: permille,
      }),
    )
    .max(500),
  fromCredit: z.array(creditPart).max(50),
  toCredit: z.array(creditPart).max(50),
  tenders,
  cashTenderedFen: amountFen,
  changeFen: amountFen,
  approvedBy: line(64),
  waiverReason: text.optional(),
  ...awayFromHome,
  ...withinLimit,
});

const handover = z.strictObject({
  handoverId: key,
  amountFen: positiveFen,
  tenders,
  cashTenderedFen: amountFen,
  changeFen: amountFen,
  reason: text,
  approvedBy: line(64),
});

const kind = z.enum(['gas', 'fee']);

const bill = z.strictObject({
  meterNo: key,
  readFrom: date,
  readTo: date,
  fromLitres: count,
  toLitres: count,
  tierHolder: z.int().min(1),
  requestId: line(64),
  parts: z
    .array(
      z.strictObject({
        from: date,
        to: date,
        tariffId: key,
        tierYear: count,
        limitsLitres: z.array(count).max(50),
        usedBeforeLitres: count,
        litres: count,
        lines: z.array(tierLine).max(50),
        amountFen: amountFen.transform(fen),
      }),
    )
    .max(500),
  charges: z
    .array(z.strictObject({ kind: z.enum(['fixed', 'minimum']), tariffId: key, months: count, amountFen: amountFen.transform(fen) }))
    .max(500),
});

/** Payload schema by kind of charging. */
export const chargingPayloadSchemas = {
  'receivable.raised': z.strictObject({
    receivableId: key,
    kind,
    itemCode: key,
    description: text,
    amountFen: positiveFen,
    vatPermille: permille,
    dueDate: date,
    bearsLateFee: z.boolean(),
    bill: bill.optional(),
  }),
  'receivable.waived': z.strictObject({
    receivableId: key,
    kind,
    vatPermille: permille,
    amountFen: positiveFen,
    reason: text,
    approvedBy: line(64),
  }),
  'payment.taken': payment,
  'payment.reversed': z.strictObject({ paymentId: key, payment, refunds: tenders, reason: text, approvedBy: line(64) }),
  'deposit.taken': handover,
  'deposit.returned': handover,
  'deposit.applied': z.strictObject({ amountFen: positiveFen, reason: text }),
  'volume.credited': z.strictObject({
    requestId: key,
    parts: z.array(z.strictObject({ topupId: line(64), litres: count.min(1), amountFen, vatPermille: permille })).max(5_000),
  }),
  'credit.refunded': handover,
} satisfies { [K in ChargingKind]: z.ZodType<ChargingPayloads[K]> };
