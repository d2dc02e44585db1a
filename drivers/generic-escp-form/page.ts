// Lays the fields of a form out in the printer's steps and renders the bytes of one form.
import { encodeFormText, Fault, type FormJob, isHalfWidth, placeFields } from '../kit/index.ts';
import {
  CHINESE_OFF,
  CHINESE_ON,
  COARSE_PER_INCH,
  CR,
  doubleWidth,
  FF,
  feed,
  formInches,
  formLines,
  formSteps,
  INITIALISE,
  lineSpacing,
  moveRight,
  moveTo,
  NO_MARGIN,
  pitch,
  quality,
  STEPS_PER_INCH,
} from './commands.ts';

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

/** Returns a text's bytes, Chinese mode being off before and after it: half-width characters as they are, all others as GB18030 in Chinese mode. */
function encodeText(text: string): readonly number[] {
  return (text.match(/[ -~]+|[^ -~]+/g) ?? []).flatMap((run) =>
    isHalfWidth(run.charAt(0)) ? [...encodeFormText(run)] : [...CHINESE_ON, ...encodeFormText(run), ...CHINESE_OFF],
  );
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
  const { fields, lengthSteps: steps } = placeFields(job, { rightPerInch: finePerInch, downPerInch: STEPS_PER_INCH });
  if (steps > MAX_INCHES * STEPS_PER_INCH) throw new Fault('INPUT_INVALID', { field: 'size.heightTenthMm' });
  const length = tellLength(steps, options.pageLength);
  const finePerCoarse = hasUnits ? 1 : finePerInch / COARSE_PER_INCH;
  const bytes = [...INITIALISE, ...NO_MARGIN, ...quality(finePerInch !== 120), ...length.command];
  let at = 0;
  for (const { field, down, right } of fields) {
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
