// ESC/P-K command bytes: what a 24-pin printer with Chinese characters understands. Vertical steps are 1/180 inch.
export const ESC = 0x1b;
export const FS = 0x1c;
export const CR = 0x0d;
export const FF = 0x0c;

/** Vertical steps per inch: the distance of the pins. */
export const STEPS_PER_INCH = 180;
/** ESC $ counts 1/60 inch, unless ESC ( U has said otherwise. */
export const COARSE_PER_INCH = 60;

export type Pitch = 10 | 12 | 15;

const low = (value: number) => value & 0xff;
const high = (value: number) => (value >> 8) & 0xff;

/** ESC @: forget what an earlier job has set. The place under the head becomes the form's upper edge. */
export const INITIALISE: readonly number[] = [ESC, 0x40];
/** ESC O: print down to the lower edge, without leaving a margin at the perforation. */
export const NO_MARGIN: readonly number[] = [ESC, 0x4f];
/** FS &, FS .: two and four byte codes of GB18030 between them. */
export const CHINESE_ON: readonly number[] = [FS, 0x26];
export const CHINESE_OFF: readonly number[] = [FS, 0x2e];

/** ESC x: 1 letter quality, in which ESC \ counts 1/180 inch; 0 draft, in which it counts 1/120. */
export function quality(letter: boolean): readonly number[] {
  return [ESC, 0x78, letter ? 1 : 0];
}

/** ESC 3 n: lines are n/180 inch apart. */
export function lineSpacing(steps: number): readonly number[] {
  return [ESC, 0x33, steps];
}

/** ESC C n: the form is n lines long. */
export function formLines(lines: number): readonly number[] {
  return [ESC, 0x43, lines];
}

/** ESC C NUL n: the form is n inches long. */
export function formInches(inches: number): readonly number[] {
  return [ESC, 0x43, 0, inches];
}

/** ESC ( U: ESC ( C, ESC $ and ESC \ count 1/180 inch; ESC ( C: the form is so many of them long. For models of the second generation (ESC/P 2). */
export function formSteps(steps: number): readonly number[] {
  return [ESC, 0x28, 0x55, 1, 0, 20, ESC, 0x28, 0x43, 2, 0, low(steps), high(steps)];
}

/** ESC J n, repeated: feeds by so many steps, the carriage staying where it is. */
export function feed(steps: number): readonly number[] {
  const bytes: number[] = [];
  for (let left = steps; left > 0; left -= 255) bytes.push(ESC, 0x4a, Math.min(left, 255));
  return bytes;
}

/** ESC $: to so many units from the left edge. */
export function moveTo(units: number): readonly number[] {
  return [ESC, 0x24, low(units), high(units)];
}

/** ESC \: to the right by so many units of the print quality. */
export function moveRight(units: number): readonly number[] {
  return [ESC, 0x5c, low(units), high(units)];
}

/** ESC P, ESC M, ESC g: half-width characters per inch; FS S: as much room to the right of a full-width character that it takes two of them. */
export function pitch(perInch: Pitch): readonly number[] {
  const command = { 10: 0x50, 12: 0x4d, 15: 0x67 }[perInch];
  return [ESC, command, FS, 0x53, 0, (2 * STEPS_PER_INCH) / perInch - GLYPH_STEPS];
}

/** A full-width character is 24 dots of 1/180 inch wide and high. */
const GLYPH_STEPS = 24;

/** ESC W: double width on or off, for half-width and full-width characters. */
export function doubleWidth(on: boolean): readonly number[] {
  return [ESC, 0x57, on ? 1 : 0];
}
