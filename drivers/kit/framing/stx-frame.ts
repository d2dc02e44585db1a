// Framer for STX | length | text | ETX | BCC with ACK, NAK, ENQ and EOT between the frames; resynchronises without losing a frame behind noise.
import { type FixedFramer, xorOf } from './fixed-frame.ts';
import { createScanFramer } from './scan-frame.ts';
import { ACK, EOT, NAK } from './xmodem.ts';

export const STX = 0x02;
const ETX = 0x03;
export const ENQ = 0x05;

const CONTROLS: ReadonlySet<number> = new Set([ACK, NAK, ENQ, EOT]);
/** STX and the two length bytes. */
const HEAD_BYTES = 3;
/** ETX and BCC. */
const TAIL_BYTES = 2;

/** Returns `text` as a frame: length of the text high byte first, BCC over everything from STX to ETX. Throws RangeError beyond 65535 bytes. */
export function encodeStxFrame(text: Uint8Array): Uint8Array {
  if (text.length > 0xffff) throw new RangeError(`text of ${text.length} bytes`);
  const body = Uint8Array.of(STX, text.length >> 8, text.length & 0xff, ...text, ETX);
  return Uint8Array.of(...body, xorOf(body));
}

/** Returns the text of a whole frame; empty for a control byte. */
export function textOfStxFrame(frame: Uint8Array): Uint8Array {
  return frame.slice(HEAD_BYTES, -TAIL_BYTES);
}

/**
 * Returns a framer whose frames are whole STX frames of at most `maxTextBytes` of text, and single control bytes. Damage is reported once as
 * `bad-sum`, a part that was never completed as `short` on `cut`, with the whole frames it had swallowed behind it.
 */
export function createStxFramer({ maxTextBytes }: { readonly maxTextBytes: number }): FixedFramer {
  return createScanFramer({
    isHead: (byte) => byte === STX,
    isLone: (byte) => CONTROLS.has(byte),
    isFill: () => false,
    lengthOf([, high, low]) {
      if (high === undefined) return 'more';
      if (high << 8 > maxTextBytes) return 'none';
      if (low === undefined) return 'more';
      const textBytes = (high << 8) + low;
      return textBytes > maxTextBytes ? 'none' : HEAD_BYTES + textBytes + TAIL_BYTES;
    },
    isGood: (frame) => frame.at(-2) === ETX && xorOf(frame) === 0,
  });
}
