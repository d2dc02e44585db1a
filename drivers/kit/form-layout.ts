// Where the fields of a form stand, in the steps of any mechanism, and the calibration grid.
import iconv from 'iconv-lite';
import { Fault } from '../../src/shared/domain/fault.ts';
import type { FormField, FormJob, FormSize } from './form-printer.ts';

const TENTH_MM_PER_INCH = 254;
/** Height of a character of a 24-pin printer, 0.1 mm: 24 pins of 1/180 inch. */
const GLYPH_TENTH_MM = (24 * TENTH_MM_PER_INCH) / 180;

/** Characters that would be commands, and halves of characters that are none. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is looked for
const UNPRINTABLE = /[\u0000-\u001f\u007f-\u009f\u2028\u2029\p{Surrogate}]/u;

/** Whether every character of the text can be printed as a character of GB18030. */
function isPrintable(text: string): boolean {
  return !UNPRINTABLE.test(text) && iconv.decode(iconv.encode(text, 'gb18030'), 'gb18030') === text;
}

/** Whether a character takes one column; all others take two. */
export const isHalfWidth = (character: string) => character >= ' ' && character <= '~';

/** Returns the width of a field's text, 0.1 mm, not rounded. */
export function fieldWidthTenthMm({ text, pitch = 10, doubleWidth }: Pick<FormField, 'text' | 'pitch' | 'doubleWidth'>): number {
  const columns = Array.from(text).reduce((sum, character) => sum + (isHalfWidth(character) ? 1 : 2), 0);
  return (columns * (doubleWidth ? 2 : 1) * TENTH_MM_PER_INCH) / pitch;
}

/** Returns a text's bytes as printers have them. U+00A5 has a four-byte code that no printer's font holds; the sign that they hold is the full-width one. */
export function encodeFormText(text: string): Uint8Array {
  return Uint8Array.from(iconv.encode(text.replaceAll('\u00a5', '\uffe5'), 'gb18030'));
}

/** A mechanism's steps per inch. */
export interface FormSteps {
  readonly rightPerInch: number;
  readonly downPerInch: number;
}

export interface PlacedField {
  readonly field: FormField;
  /** Steps from the form's upper edge to the text's, the offset added. */
  readonly down: number;
  /** Steps from the form's left edge to the text's, the offset added. */
  readonly right: number;
}

export interface PlacedForm {
  /** From top to bottom and from left to right; fields without text are left out. */
  readonly fields: readonly PlacedField[];
  /** The form's length in steps. */
  readonly lengthSteps: number;
}

/** Lays a form out; every place is off by at most half a step. Throws INPUT_INVALID for what cannot be printed on this form. */
export function placeFields(job: Pick<FormJob, 'size' | 'offset' | 'fields'>, { rightPerInch, downPerInch }: FormSteps): PlacedForm {
  const { size, offset } = job;
  const glyphSteps = (GLYPH_TENTH_MM * downPerInch) / TENTH_MM_PER_INCH;
  const lengthSteps = Math.round((size.heightTenthMm * downPerInch) / TENTH_MM_PER_INCH);
  if (!(lengthSteps >= glyphSteps)) throw new Fault('INPUT_INVALID', { field: 'size.heightTenthMm' });
  const outside = (index: number, reason: string) => new Fault('INPUT_INVALID', { field: `fields.${index}`, reason });
  const fields = job.fields.map((field, index) => {
    if (!isPrintable(field.text)) throw outside(index, 'control character');
    const width = fieldWidthTenthMm(field);
    const x = field.align === 'right' ? field.xTenthMm - width : field.xTenthMm;
    const y = field.yTenthMm;
    const fits = x >= 0 && y >= 0 && x + width <= size.widthTenthMm && y + GLYPH_TENTH_MM <= size.heightTenthMm;
    if (!fits) throw outside(index, 'outside the form');
    const right = Math.round(((x + offset.xTenthMm) * rightPerInch) / TENTH_MM_PER_INCH);
    const down = Math.round(((y + offset.yTenthMm) * downPerInch) / TENTH_MM_PER_INCH);
    const reachable = right >= 0 && down >= 0 && down + glyphSteps <= lengthSteps;
    if (!reachable) throw outside(index, 'the offset moves it off the form');
    return { field, down, right };
  });
  return {
    fields: fields.filter(({ field }) => field.text !== '').sort((one, other) => one.down - other.down || one.right - other.right),
    lengthSteps,
  };
}

const CM = 100;
const GRID_PITCH = 15;
/** From the edge to the numbers, 0.1 mm. */
const GRID_EDGE = 15;

/** Returns the field whose text has its middle at this place; null where it does not fit on the form. */
function centred(text: string, { x, y }: { readonly x: number; readonly y: number }, size: FormSize): FormField | null {
  const width = fieldWidthTenthMm({ text, pitch: GRID_PITCH });
  const field: FormField = { xTenthMm: x - width / 2, yTenthMm: y - GLYPH_TENTH_MM / 2, text, pitch: GRID_PITCH };
  const fits =
    field.xTenthMm >= 0 &&
    field.yTenthMm >= 0 &&
    field.xTenthMm + width <= size.widthTenthMm &&
    field.yTenthMm + GLYPH_TENTH_MM <= size.heightTenthMm;
  return fits ? field : null;
}

/**
 * Returns the calibration grid: crosses every centimetre, numbered along the upper and the left edge. The middle of each cross lies at whole
 * centimetres from these edges: what a ruler shows them to be off is the offset, with its sign turned.
 */
export function gridFields(size: FormSize): readonly FormField[] {
  const columns = Array.from({ length: Math.floor(size.widthTenthMm / CM) }, (_, index) => index + 1);
  const rows = Array.from({ length: Math.floor(size.heightTenthMm / CM) }, (_, index) => index + 1);
  const numbers = GLYPH_TENTH_MM / 2 + GRID_EDGE;
  return [
    ...columns.map((column) => centred(String(column), { x: column * CM, y: numbers }, size)),
    ...rows.map((row) => centred(String(row), { x: numbers, y: row * CM }, size)),
    ...rows.flatMap((row) => columns.map((column) => centred('+', { x: column * CM, y: row * CM }, size))),
  ].filter((field) => field !== null);
}
