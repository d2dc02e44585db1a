// Framer for frames of one fixed length that end in a 16-bit sum, with resynchronisation.
import type { FixedFramer } from './framer.ts';
import { createScanFramer } from './scan-frame.ts';

export type { FixedFramer, FrameEvent } from './framer.ts';

export interface FixedFrameFormat {
  /** Whole length, the two sum bytes included. */
  readonly frameBytes: number;
  /** Whether a byte can open a frame; where the framer looks on after a bad one. */
  isHead(byte: number): boolean;
}

/** Returns the sum of the bytes modulo 10000h. */
export function sum16(bytes: Uint8Array): number {
  let sum = 0;
  for (const byte of bytes) sum = (sum + byte) & 0xffff;
  return sum;
}

/** Returns the sum of the bytes modulo 100h. */
export function sum8(bytes: Uint8Array): number {
  return bytes.reduce((sum, byte) => (sum + byte) & 0xff, 0);
}

/** Returns the exclusive or of the bytes. */
export function xorOf(bytes: Uint8Array): number {
  return bytes.reduce((xor, byte) => xor ^ byte, 0);
}

/** Returns `body` with its 16-bit sum behind it, high byte first. */
export function withSum16(body: Uint8Array): Uint8Array {
  const sum = sum16(body);
  const frame = new Uint8Array(body.length + 2);
  frame.set(body);
  frame[body.length] = sum >> 8;
  frame[body.length + 1] = sum & 0xff;
  return frame;
}

/** Whether the last two bytes are the sum of all the others. */
export function hasGoodSum16(frame: Uint8Array): boolean {
  const body = frame.length - 2;
  return body >= 0 && sum16(frame.subarray(0, body)) === ((frame[body] ?? 0) << 8) + (frame[body + 1] ?? 0);
}

/** Returns a framer; a lost or added byte costs one frame and not the ones behind it. Damage, noise and parts are reported as createScanFramer does. */
export function createFixedFramer({ frameBytes, isHead }: FixedFrameFormat): FixedFramer {
  return createScanFramer({ isHead, isFill: () => false, lengthOf: () => frameBytes, isGood: hasGoodSum16 });
}
