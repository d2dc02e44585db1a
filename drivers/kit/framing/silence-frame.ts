// Framer for frames that end when the line falls silent, as on a bus whose frames have neither length nor end mark.
import type { FixedFramer } from './fixed-frame.ts';

/**
 * Returns a framer that keeps what arrives until `cut`, which whoever holds the line calls after the longest pause inside a frame (the exchange line
 * does). What is not good, or longer than `maxBytes`, is `bad-sum`.
 */
export function createSilenceFramer({ maxBytes, isGood }: { readonly maxBytes: number; isGood(frame: Uint8Array): boolean }): FixedFramer {
  const held = new Uint8Array(maxBytes);
  let length = 0;
  let tooLong = false;
  return {
    get pending() {
      return length;
    },
    push(chunk) {
      const room = chunk.subarray(0, maxBytes - length);
      held.set(room, length);
      length += room.length;
      tooLong ||= room.length < chunk.length;
      return [];
    },
    cut() {
      if (length === 0) return [];
      const bytes = held.slice(0, length);
      const kind = !tooLong && isGood(bytes) ? 'frame' : 'bad-sum';
      length = 0;
      tooLong = false;
      return [{ kind, bytes }];
    },
  };
}
