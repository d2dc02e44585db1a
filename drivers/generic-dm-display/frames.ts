// Commands of two-line customer displays with the ESC/POS command set of the DM-D series.
//
// Source: the "EPSON ESC/POS mode" command lists in the manuals of compatible displays (CLR 0C, CR 0D, ESC @ 1B 40, US MD1 1F 01 overwrite mode,
// US C n 1F 43 n cursor, US $ x y 1F 24 x y cursor to column x and line y, both counted from 1). Text is written where the cursor stands.
import { type CustomerText, lineBytes } from '../kit/index.ts';

export const CLR = 0x0c;
export const CR = 0x0d;
export const ESC = 0x1b;
export const US = 0x1f;
/** Behind US. */
export const COMMAND = { overwrite: 0x01, verticalScroll: 0x02, horizontalScroll: 0x03, moveTo: 0x24, cursor: 0x43 } as const;
export const INITIALISE_BYTE = 0x40;

/** Two parameters at most may be missing from a command that the line has cut: CR is none of any, and by itself only moves the cursor. */
const END_OF_CUT_COMMAND = [CR, CR] as const;
/** A damaged command may have left the display in another mode. */
const OVERWRITE = [US, COMMAND.overwrite] as const;

export const CLEAR = Uint8Array.of(...END_OF_CUT_COMMAND, CLR);
export const INITIALISE = Uint8Array.of(...END_OF_CUT_COMMAND, ESC, INITIALISE_BYTE, ...OVERWRITE, US, COMMAND.cursor, 0);

/** Returns the bytes that replace both lines. */
export function encodeText({ upper, lower }: CustomerText, columns: number): Uint8Array {
  const line = (row: number, text: string) => [US, COMMAND.moveTo, 1, row, ...lineBytes(text, columns)];
  return Uint8Array.from([...END_OF_CUT_COMMAND, ...OVERWRITE, ...line(1, upper), ...line(2, lower)]);
}
