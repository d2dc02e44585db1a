// A price plan's version as it travels.
import { z } from 'zod';
import { amountFen, count, date, key, permille, text } from './values.ts';

export const tariffSchema = z.strictObject({
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
