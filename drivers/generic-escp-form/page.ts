// Lays the fields of a form out in the printer's steps and renders the bytes of one form.
import { Fault, type FormField, type FormJob, type FormSize } from '../kit/index.ts';
import {
  COARSE_PER_INCH,
  CR,
  doubleWidth,
  FF,
  feed,
  formInches,
  formLines,
  formSteps,
  GLYPH_STEPS,
  INITIALISE,
  lineSpacing,
  moveRight,
  moveTo,
  NO_MARGIN,
  pitch,
  quality,
  STEPS_PER_INCH,
} from './commands.ts';
import { columnsOf, encodeText, isPrintable } from './text.ts';

const TENTH_MM_PER_INCH = 254;
/** Height of a character, 0.1 mm. */
export const GLYPH_TENTH_MM = (GLYPH_STEPS * TENTH_MM_PER_INCH) / STEPS_PER_INCH;
/** What ESC 3 and ESC C take at most. */
const MAX_SPACING = 255;
const MAX_LINES = 127;
const MAX_INCHES = 22;

export interface PageOptions {
  /** How the model is told a form's length: by lines or whole inches, or in units of its own (ESC/P 2). */
  readonly pageLength: 'lines' | 'units';
  /** Units of ESC \ per inch, a multiple of 60; 60 where the model has no fine movement. With a length in units of its own the model counts all in 1/180. */
  readonly finePerInch: number;
}

/** Returns the width of a field's text, 0.1 mm. */
export function widthOf(field: Pick<FormField, 'text' | 'pitch' | 'doubleWidth'>): number {
  return (columnsOf(field.text) * (field.doubleWidth ? 2 : 1) * TENTH_MM_PER_INCH) / (field.pitch ?? 10);
}

interface Placed {
  readonly field: FormField;
  /** Steps of 1/180 inch from the upper edge. */
  readonly down: number;
  /** Fine units from the left edge. */
  readonly right: number;
}

function outside(index: number, reason: string): Fault {
  return new Fault('INPUT_INVALID', { field: `fields.${index}`, reason });
}

/** Returns the fields with their places, from top to bottom and from left to right. Throws INPUT_INVALID for what cannot be printed on this form. */
function place(job: Pick<FormJob, 'size' | 'offset' | 'fields'>, finePerInch: number): readonly Placed[] {
  const { size, offset } = job;
  return job.fields
    .map((field, index) => {
      if (!isPrintable(field.text)) throw outside(index, 'control character');
      const width = widthOf(field);
      const x = field.align === 'right' ? field.xTenthMm - width : field.xTenthMm;
      const y = field.yTenthMm;
      const fits = x >= 0 && y >= 0 && x + width <= size.widthTenthMm && y + GLYPH_TENTH_MM <= size.heightTenthMm;
      if (!fits) throw outside(index, 'outside the form');
      const right = Math.round(((x + offset.xTenthMm) * finePerInch) / TENTH_MM_PER_INCH);
      const down = Math.round(((y + offset.yTenthMm) * STEPS_PER_INCH) / TENTH_MM_PER_INCH);
      const reachable = right >= 0 && down >= 0 && down + GLYPH_STEPS <= stepsOf(size);
      if (!reachable) throw outside(index, 'the offset moves it off the form');
      return { field, down, right };
    })
    .filter(({ field }) => field.text !== '')
    .sort((one, other) => one.down - other.down || one.right - other.right);
}

/** Returns a form's length in steps. Throws INPUT_INVALID when no form is that long. */
function stepsOf(size: FormSize): number {
  const steps = Math.round((size.heightTenthMm * STEPS_PER_INCH) / TENTH_MM_PER_INCH);
  if (!(steps >= GLYPH_STEPS && steps <= MAX_INCHES * STEPS_PER_INCH)) throw new Fault('INPUT_INVALID', { field: 'size.heightTenthMm' });
  return steps;
}

interface PageLength {
  readonly command: readonly number[];
  /** Whether the printer's own form feed ends exactly at the next form. */
  readonly exact: boolean;
}

/** Tells the printer the length of a form. Not every length is a number of lines of equal height: then it is told the nearest. */
function tellLength(steps: number, how: PageOptions['pageLength']): PageLength {
  if (how === 'units') return { command: formSteps(steps), exact: true };
  if (steps % STEPS_PER_INCH === 0) return { command: formInches(steps / STEPS_PER_INCH), exact: true };
  let best = { spacing: 1, lines: 1, error: Number.POSITIVE_INFINITY };
  for (let lines = 1; lines <= MAX_LINES; lines += 1) {
    // Rather too short than too long: the printer's own idea of the form is over when the form is.
    const spacing = Math.min(MAX_SPACING, Math.floor(steps / lines));
    const error = steps - spacing * lines;
    if (spacing > 0 && error < best.error) best = { spacing, lines, error };
  }
  return { command: [...lineSpacing(best.spacing), ...formLines(best.lines)], exact: best.error === 0 };
}

/**
 * Returns the bytes of one form: initialise, its length, the fields, and the feed to the next form's upper edge. Throws INPUT_INVALID.
 * Every place is off by at most half a step: 0.07 mm down, and to the right half of 1/finePerInch inch.
 */
export function renderForm(job: Pick<FormJob, 'size' | 'offset' | 'fields'>, options: PageOptions): Uint8Array {
  const hasUnits = options.pageLength === 'units';
  const finePerInch = hasUnits ? STEPS_PER_INCH : options.finePerInch;
  const placed = place(job, finePerInch);
  const steps = stepsOf(job.size);
  const length = tellLength(steps, options.pageLength);
  const finePerCoarse = hasUnits ? 1 : finePerInch / COARSE_PER_INCH;
  const bytes = [...INITIALISE, ...NO_MARGIN, ...quality(finePerInch !== 120), ...length.command];
  let at = 0;
  for (const { field, down, right } of placed) {
    bytes.push(CR, ...feed(down - at));
    at = down;
    const rest = right % finePerCoarse;
    bytes.push(...pitch(field.pitch ?? 10), ...doubleWidth(field.doubleWidth === true), ...moveTo((right - rest) / finePerCoarse));
    if (rest > 0) bytes.push(...moveRight(rest));
    bytes.push(...encodeText(field.text));
  }
  bytes.push(CR, ...doubleWidth(false));
  // A form feed by a length that is a step off would move every following form further.
  bytes.push(...(length.exact ? [FF] : feed(steps - at)));
  return Uint8Array.from(bytes);
}
