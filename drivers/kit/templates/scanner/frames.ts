// Frames of vendor-model: what the scanner sends. An example protocol; put your device's in its place.
//
// 9600 8N1: the code in UTF-8, two hexadecimal digits of the exclusive or of its bytes, CR. The scanner listens to nothing.
import { xorOf } from '../../index.ts';

export const DELIMITER = Uint8Array.of(0x0d);
const CHECK_BYTES = 2;

function checkOf(code: Uint8Array): Uint8Array {
  return Buffer.from(xorOf(code).toString(16).toUpperCase().padStart(CHECK_BYTES, '0'));
}

/** Whether the last two bytes are the check over all before them. */
export function isGood(frame: Uint8Array): boolean {
  const check = checkOf(frame.subarray(0, -CHECK_BYTES));
  return frame.length > CHECK_BYTES && check.every((byte, at) => byte === frame[frame.length - CHECK_BYTES + at]);
}

/** Returns the code of a frame that the framer has checked; null when it is no text that can stand on paper. */
export function decodeCode(frame: Uint8Array): string | null {
  const text = Buffer.from(frame.subarray(0, -CHECK_BYTES)).toString('utf8');
  return /\p{Cc}|\ufffd/u.test(text) ? null : text;
}

export function encodeCode(text: string): Uint8Array {
  const code = Buffer.from(text, 'utf8');
  return Uint8Array.from([...code, ...checkOf(code), ...DELIMITER]);
}
