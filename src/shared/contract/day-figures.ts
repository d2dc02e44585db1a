// What a close says, as screens see it.
import { z } from 'zod';
import { BOOKS, DAY_NEXT_STEPS, DIFFERENCE_KINDS } from '../domain/day-close.ts';

const count = z.int();
const seq = z.int();
/** A sum of a whole day, either sign. */
const sumFen = z.int();
/** Numbers passed over that are too many to name. */
const gaps = z.array(z.strictObject({ first: count, last: count })).optional();
const about = {
  ...{ seq, operationId: z.string(), businessDate: z.string(), kind: z.enum(DIFFERENCE_KINDS) },
  ...{ subjectId: z.string(), accountId: z.string(), amountFen: sumFen },
};

export const dayFigures = {
  operations: count,
  business: z.array(
    z.strictObject({
      ...{ clerk: z.string(), kind: z.string(), count, litres: sumFen, wattHours: sumFen.optional() },
      ...{ cashFen: sumFen, bankCardFen: sumFen, walletFen: sumFen },
    }),
  ),
  kinds: z.array(z.strictObject({ kind: z.string(), count, debitFen: sumFen, hash: z.string() })),
  drawers: z.array(
    z.strictObject({
      shiftId: z.string(),
      clerk: z.string(),
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
  ),
  receipts: z.array(
    z.strictObject({ prefix: z.string(), first: count, last: z.int(), issued: count, reprints: count, missing: z.array(z.int()), gaps }),
  ),
  invoices: z.array(
    z.strictObject({
      segmentId: z.string(),
      prefix: z.string(),
      digits: count,
      first: count,
      last: z.int(),
      issued: count,
      voided: z.array(z.int()),
      missing: z.array(z.int()),
      gaps,
    }),
  ),
  cards: z.array(
    z.strictObject({
      layoutId: z.string(),
      what: z.string(),
      commodity: z.enum(['gas', 'power']),
      writes: count,
      litres: sumFen,
      amountFen: sumFen,
    }),
  ),
  banked: z.array(
    z.strictObject({
      ...{ depositId: z.string(), slipNo: z.string(), amountFen: sumFen },
      ...{ bankedOn: z.string().optional(), bankAccount: z.string().optional() },
    }),
  ),
  books: z.array(z.strictObject({ book: z.enum(BOOKS), count, expectedFen: sumFen, foundFen: sumFen, differenceFen: sumFen })),
  differences: z.array(
    z.strictObject({
      ...about,
      book: z.enum(BOOKS),
      effectFen: sumFen,
      state: z.enum(['open', 'settled']),
      nextStep: z.enum(DAY_NEXT_STEPS),
    }),
  ),
  open: z.array(z.strictObject({ ...about, gapFen: sumFen, litres: count, cardNo: z.string(), layoutId: z.string() })),
};

export const receivableMovement = z.strictObject({
  openingFen: sumFen,
  billedFen: sumFen,
  lateFeeFen: sumFen,
  paidFen: sumFen,
  waivedFen: sumFen,
  reversedFen: sumFen,
  othersFen: sumFen,
  closingFen: sumFen,
});

export const lateArrival = z.strictObject({
  counterId: z.string(),
  businessDate: z.string(),
  kind: z.string(),
  fromSeq: seq,
  toSeq: seq,
  count,
  debitFen: sumFen,
});
