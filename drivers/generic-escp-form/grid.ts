// The calibration grid: crosses every centimetre, numbered along the upper and the left edge.
import type { FormField, FormSize } from '../kit/index.ts';
import { GLYPH_TENTH_MM, widthOf } from './page.ts';

const CM = 100;
const PITCH = 15;
/** From the edge to the numbers, 0.1 mm. */
const EDGE = 15;

/** Returns the field whose text has its middle at this place; null where it does not fit on the form. */
function centred(text: string, { x, y }: { readonly x: number; readonly y: number }, size: FormSize): FormField | null {
  const width = widthOf({ text, pitch: PITCH });
  const field: FormField = { xTenthMm: x - width / 2, yTenthMm: y - GLYPH_TENTH_MM / 2, text, pitch: PITCH };
  const fits =
    field.xTenthMm >= 0 &&
    field.yTenthMm >= 0 &&
    field.xTenthMm + width <= size.widthTenthMm &&
    field.yTenthMm + GLYPH_TENTH_MM <= size.heightTenthMm;
  return fits ? field : null;
}

/**
 * Returns the fields of the grid. The middle of each cross lies at whole centimetres from the form's left and upper edge: what a ruler shows them to be
 * off is the offset, with its sign turned.
 */
export function gridFields(size: FormSize): readonly FormField[] {
  const columns = Array.from({ length: Math.floor(size.widthTenthMm / CM) }, (_, index) => index + 1);
  const rows = Array.from({ length: Math.floor(size.heightTenthMm / CM) }, (_, index) => index + 1);
  const numbers = GLYPH_TENTH_MM / 2 + EDGE;
  return [
    ...columns.map((column) => centred(String(column), { x: column * CM, y: numbers }, size)),
    ...rows.map((row) => centred(String(row), { x: numbers, y: row * CM }, size)),
    ...rows.flatMap((row) => columns.map((column) => centred('+', { x: column * CM, y: row * CM }, size))),
  ].filter((field) => field !== null);
}
