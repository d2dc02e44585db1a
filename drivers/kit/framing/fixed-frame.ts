// Framer for frames of one fixed length that end in a 16-bit sum, with resynchronisation.
import { createScanFramer } from './scan-frame.ts';

export type FrameEvent =
  | { readonly kind: 'frame'; readonly bytes: Uint8Array }
  /** A whole frame's worth of bytes whose head or sum is wrong. */
  | { readonly kind: 'bad-sum'; readonly bytes: Uint8Array }
  /** The line fell silent inside a frame. */
  | { readonly kind: 'short'; readonly bytes: Uint8Array };

export interface FixedFrameFormat {
  /** Whole length, the two sum bytes included. */
  readonly frameBytes: number;
  /** Whether a byte can open a frame; where the framer looks on after a bad one. */
  isHead(byte: number): boolean;
}

export interface FixedFramer {
  /** Takes what has arrived; returns what it completed, in order. */
  push(chunk: Uint8Array): FrameEvent[];
  /** The line has been silent for longer than a frame may pause: returns the part that will never be completed, and forgets it. */
  cut(): FrameEvent[];
  /** Bytes held that are not a whole frame yet. */
  readonly pending: number;
}

/** Returns the sum of the bytes modulo 10000h. */
export function sum16(bytes: Uint8Array): number {
  let sum = 0;
  for (const byte of bytes) sum = (sum + byte) & 0xffff;
  return sum;
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
