// Commands of vendor-model. An example protocol; put your device's in its place.
//
// 9600 8N1: STX, line 1 or 2, exactly the columns of a line in GB18030, ETX. STX always begins a line anew; DC4 darkens both. It answers nothing.
import { type CustomerText, lineBytes } from '../../index.ts';

export const STX = 0x02;
export const ETX = 0x03;
export const DC4 = 0x14;

export const CLEAR = Uint8Array.of(DC4);
export const INITIALISE = CLEAR;

/** Returns the bytes that replace both lines. */
export function encodeText({ upper, lower }: CustomerText, columns: number): Uint8Array {
  return Uint8Array.from([STX, 0x31, ...lineBytes(upper, columns), ETX, STX, 0x32, ...lineBytes(lower, columns), ETX]);
}
