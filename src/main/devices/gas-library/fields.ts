// What a library has read, checked field by field: nothing of it is believed because it was returned.
import { z } from 'zod';
import { emptyGasCard, encodeGasCard } from '../../../../drivers/kit/gas-card-image.ts';
import type { GasCardFields } from '../../../../drivers/kit/gas-card-library.ts';
import { Fault } from '../../../shared/domain/fault.ts';

/** -1 stands for "not supported" everywhere. */
const upTo = (max: number) => z.int().min(-1).max(max);
const MOST = 0x7fff_ffff;
/** Printable, and no replacement character of a failed decoding. */
const text = z.string().regex(/^[^\p{Cc}\uFFFD]*$/u);
const date = z.string().regex(/^(\d{8})?$/);

const fieldsSchema = z.strictObject({
  kh: text.min(1),
  dqdm: z.string().regex(/^9A[0-9A-HJ-NP-Z]{2}$/),
  yhh: text,
  tm: text,
  kmm: text,
  klx: z.int().min(-1).max(32_767),
  kzt: upTo(1),
  ql: upTo(MOST),
  cs: upTo(9_999),
  ljgql: upTo(MOST),
  bkcs: upTo(255),
  ljyql: upTo(MOST),
  // A meter that lends has less than nothing left.
  syql: z.int().min(-MOST).max(MOST),
  bjql: upTo(MOST),
  czsx: upTo(MOST),
  tzed: upTo(MOST),
  sqrq: date,
  oldprice: upTo(MOST),
  newprice: upTo(MOST),
  sxrq: date,
  sxbj: upTo(1),
});

/** Returns the fields if each is of the contract's form; throws LIBRARY_FAILED naming the field, never its value. */
export function checkFields(read: Partial<GasCardFields>): GasCardFields {
  const parsed = fieldsSchema.safeParse({ ...emptyGasCard(), ...read });
  if (!parsed.success) {
    const field = String(parsed.error.issues[0]?.path[0] ?? '');
    throw new Fault('LIBRARY_FAILED', { function: 'ReadGasCard', field, reason: 'not of the form of the contract' });
  }
  // Throws where a text has no room in the image of the card.
  encodeGasCard({ kind: 'content', fields: parsed.data });
  return parsed.data;
}
