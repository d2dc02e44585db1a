// Payloads of the day close as they travel.
import { z } from 'zod';
import { BOOKS, DAY_NEXT_STEPS, type DayKind, type DayPayloads, DIFFERENCE_KINDS } from '../domain/day-close.ts';
import { amountFen, count, date, key, line, sha256Hex, text } from './values.ts';

/** A sum of a whole day, either sign. */
const sumFen = z.int();
const seq = z.int().min(0).max(2_147_483_647);
const numbers = z.array(count).max(10_000);
/** Numbers passed over, by their ends; of closes since there were such. */
const gaps = z
  .array(z.strictObject({ first: count, last: count }))
  .max(10_000)
  .optional();
const origin = { seq, operationId: key, businessDate: date };
const differenceKind = z.enum(DIFFERENCE_KINDS);
const about = { ...origin, kind: differenceKind, subjectId: line(128), accountId: line(64), amountFen: sumFen };

/** What a day can list one by one: more would be no day that people can look through. */
const MANY = 10_000;

export const kindTotal = z.strictObject({ kind: key, count, debitFen: sumFen, hash: sha256Hex });

const dayFigures = {
  operations: count,
  business: z
    .array(
      z.strictObject({
        ...{ clerk: key, kind: key, count, litres: sumFen, wattHours: sumFen.optional() },
        ...{ cashFen: sumFen, bankCardFen: sumFen, walletFen: sumFen },
      }),
    )
    .max(MANY),
  kinds: z.array(kindTotal).max(500),
  drawers: z
    .array(
      z.strictObject({
        shiftId: key,
        clerk: key,
        seq,
        openedAtMs: count,
        endedAtMs: count,
        state: z.enum(['open', 'counted', 'closed', 'handed-over']),
        floatFen: sumFen,
        cashFen: sumFen,
        movedFen: sumFen,
        droppedFen: sumFen,
        expectedFen: sumFen,
        countedFen: sumFen,
        carriedFen: sumFen,
      }),
    )
    .max(MANY),
  receipts: z
    .array(z.strictObject({ prefix: line(64), first: count, last: z.int(), issued: count, reprints: count, missing: numbers, gaps }))
    .max(100),
  invoices: z
    .array(
      z.strictObject({
        segmentId: key,
        prefix: line(64),
        digits: count,
        first: count,
        last: z.int(),
        issued: count,
        voided: numbers,
        missing: numbers,
        gaps,
      }),
    )
    .max(1_000),
  cards: z
    .array(
      z.strictObject({
        layoutId: line(64),
        what: key,
        commodity: z.enum(['gas', 'power']),
        writes: count,
        litres: sumFen,
        amountFen: sumFen,
      }),
    )
    .max(1_000),
  banked: z
    .array(z.strictObject({ depositId: key, slipNo: text, amountFen, bankedOn: date.optional(), bankAccount: text.optional() }))
    .max(MANY),
  books: z
    .array(z.strictObject({ book: z.enum(BOOKS), count, expectedFen: sumFen, foundFen: sumFen, differenceFen: sumFen }))
    .max(BOOKS.length),
  differences: z
    .array(
      z.strictObject({
        ...about,
        book: z.enum(BOOKS),
        effectFen: sumFen,
        state: z.enum(['open', 'settled']),
        nextStep: z.enum(DAY_NEXT_STEPS),
      }),
    )
    .max(MANY),
  open: z.array(z.strictObject({ ...about, gapFen: sumFen, litres: count, cardNo: line(64), layoutId: line(64) })).max(MANY),
  nextNumbers: z.array(z.strictObject({ key: line(64), next: count, prefix: line(64), digits: count })).max(1_000),
};

const receivableMovement = z.strictObject({
  openingFen: sumFen,
  billedFen: sumFen,
  lateFeeFen: sumFen,
  paidFen: sumFen,
  waivedFen: sumFen,
  reversedFen: sumFen,
  othersFen: sumFen,
  closingFen: sumFen,
});

const lateArrival = z.strictObject({
  counterId: key,
  businessDate: date,
  kind: key,
  fromSeq: seq,
  toSeq: seq,
  count,
  debitFen: sumFen,
});

/** Payload schema by kind. */
export const dayPayloadSchemas = {
  'day.closed': z.strictObject({
    ...dayFigures,
    closeId: key,
    closeNo: count.min(1),
    closedDate: date,
    nextDate: date,
    fromSeq: seq.min(1),
    toSeq: seq,
    toHash: sha256Hex,
    receivable: receivableMovement,
    late: z.array(lateArrival).max(MANY),
    feedPosition: seq,
    approvedBy: line(64),
  }),
  'safe.banked': z.strictObject({
    ...{ depositId: key, amountFen: amountFen.min(1), slipNo: text, approvedBy: line(64) },
    ...{ bankedOn: date.optional(), bankAccount: text.optional() },
  }),
} satisfies { [K in DayKind]: z.ZodType<DayPayloads[K]> };
