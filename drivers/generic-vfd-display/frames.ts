// Commands of two-line customer displays with the CD5220 command set, and text in columns.
//
// Source: user's manual of the CD5220/CD6220 customer display, chapter "CD5220 standard mode command list" (the same list stands in the manuals
// of compatible displays): CLR 0C clears the screen and ends string mode, ESC @ 1B 40 initialises, ESC Q A 1B 51 41 [n]x20 0D and ESC Q B
// 1B 51 42 [n]x20 0D write the upper and the lower line. After ESC Q A or ESC Q B no command but these two and CLR or CAN is obeyed. The
// manual's character sets are one byte each; GB18030 is what the compatible displays with a Chinese font take in the same commands.
import { type CustomerText, lineBytes } from '../kit/index.ts';

export const CLEAR = Uint8Array.of(0x0c);
/** CLR first: a display that an earlier program left in string mode would not obey ESC @. */
export const INITIALISE = Uint8Array.of(0x0c, 0x1b, 0x40);
export const UPPER_LINE = Uint8Array.of(0x1b, 0x51, 0x41);
export const LOWER_LINE = Uint8Array.of(0x1b, 0x51, 0x42);
export const LINE_END = 0x0d;

/**
 * Returns the bytes that replace both lines. The carriage return in front ends a line of which the line lost the end; it would swallow this
 * text. By itself it moves a cursor that nothing is written at.
 */
export function encodeText({ upper, lower }: CustomerText, columns: number): Uint8Array {
  return Uint8Array.from([
    LINE_END,
    ...UPPER_LINE,
    ...lineBytes(upper, columns),
    LINE_END,
    ...LOWER_LINE,
    ...lineBytes(lower, columns),
    LINE_END,
  ]);
}
