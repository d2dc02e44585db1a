// Values of the wire's schemas that several payloads share.
import { z } from 'zod';
import { fen, litres } from '../domain/money.ts';

/**
 * One line of text in a generic field. Control characters are refused because the hashed form separates fields by line
 * breaks, lone surrogates because UTF-8 cannot carry them.
 */
export const line = (maxLength: number) =>
  z
    .string()
    .max(maxLength)
    .regex(/^[^\p{Cc}\p{Cs}]*$/u);
export const key = line(64).min(1);
export const text = z.string().max(500);
export const date = z.string().regex(/^\d{4}-\d{2}-\d{2}$/);
export const count = z.int().min(0);
/** Integer fen, 0 to ten million yuan, so that no sum of a payload leaves the safe integers. */
export const amountFen = z.int().min(0).max(1_000_000_000);
export const permille = z.int().min(0).max(1000);
export const imageHex = z
  .string()
  .max(65_536)
  .regex(/^(?:[0-9A-Fa-f]{2})*$/);

export const tender = z.strictObject({ kind: z.enum(['cash', 'bank-card', 'wallet']), amountFen, reference: text });

/** Hex SHA-256, or a keyed digest of that size. */
export const sha256Hex = z.string().regex(/^[0-9a-f]{64}$/);
export const address = z.strictObject({ district: text, road: text, community: text, unit: text });

export const tierLine = z.strictObject({
  tier: z.int().min(1),
  litres: count.transform(litres),
  priceFenPerM3: count,
  amountFen: amountFen.transform(fen),
});

/** Of an account that is served away from home. */
export const awayFromHome = {
  homeBranchNo: key.optional(),
  servedBy: z.strictObject({ branchNo: key, counterId: key }).optional(),
};
/** Of what was done without the line. */
export const withinLimit = { offlineLimitId: line(140).min(1).optional() };

/** Terms of a purchase of gas. */
export const purchase = z.strictObject({
  litres: count,
  amountFen,
  lines: z.array(tierLine).max(50),
  tariffId: key,
  vatPermille: permille,
  tierYear: count,
  usedBeforeLitres: count,
  tierHolder: z.int().min(1).optional(),
});
