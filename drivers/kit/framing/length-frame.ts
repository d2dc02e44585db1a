// Framer for frames that begin with their length: [head bytes] length of one or two bytes, the rest.
import type { FixedFramer } from './fixed-frame.ts';
import { createScanFramer } from './scan-frame.ts';

export interface LengthFormat {
  /** What stands before the length and tells where a frame begins; without it a lost byte is noticed by the check sum alone. */
  readonly head: Uint8Array;
  /** Two bytes are high byte first. */
  readonly lengthBytes: 1 | 2;
  /** Bytes of a frame that the length does not count: head, length field and, where so, the check sum. */
  readonly overheadBytes: number;
  /** Longest whole frame. */
  readonly maxBytes: number;
  /** Whether a whole frame's check sum and closing bytes are right. */
  isGood(frame: Uint8Array): boolean;
}

/** Returns a framer; damage, noise and parts are reported as createScanFramer does. */
export function createLengthFramer({ head, lengthBytes, overheadBytes, maxBytes, isGood }: LengthFormat): FixedFramer {
  const [first] = head;
  return createScanFramer({
    isHead: (byte) => first === undefined || byte === first,
    isFill: () => false,
    lengthOf(held) {
      const known = Math.min(head.length, held.length);
      if (head.subarray(0, known).some((byte, at) => byte !== held[at])) return 'none';
      if (held.length < head.length + lengthBytes) return 'more';
      const field = held.subarray(head.length, head.length + lengthBytes);
      const length = overheadBytes + field.reduce((value, byte) => (value << 8) + byte, 0);
      return length > maxBytes || length < head.length + lengthBytes ? 'none' : length;
    },
    isGood,
  });
}
