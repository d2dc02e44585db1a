// SLIP (RFC 1055): packets between END bytes, with END and ESC inside them escaped.
import { createDelimiterFramer } from './delimiter-frame.ts';
import type { FixedFramer, FrameEvent } from './fixed-frame.ts';

const END = 0xc0;
const ESC = 0xdb;
const ESC_END = 0xdc;
const ESC_ESC = 0xdd;

/** Returns END | packet, escaped | END. The END in front ends whatever noise the line has gathered. */
export function encodeSlip(packet: Uint8Array): Uint8Array {
  const escaped = [...packet].flatMap((byte) => (byte === END ? [ESC, ESC_END] : byte === ESC ? [ESC, ESC_ESC] : [byte]));
  return Uint8Array.of(END, ...escaped, END);
}

/** Returns the packet of escaped bytes; null when an ESC stands before anything but its two partners. */
function packetOf(bytes: Uint8Array): Uint8Array | null {
  const packet = [];
  for (let at = 0; at < bytes.length; at += 1) {
    const byte = bytes[at] ?? 0;
    if (byte !== ESC) {
      packet.push(byte);
      continue;
    }
    at += 1;
    if (bytes[at] !== ESC_END && bytes[at] !== ESC_ESC) return null;
    packet.push(bytes[at] === ESC_END ? END : ESC);
  }
  return Uint8Array.from(packet);
}

/**
 * Returns a framer whose frames are packets of at most `maxBytes`, unescaped; empty ones are no packets. Noise before an END looks like a packet:
 * `isGood` tells them apart, and what it refuses, wrong escapes and what is too long are `bad-sum`.
 */
export function createSlipFramer({
  maxBytes,
  isGood = () => true,
}: {
  readonly maxBytes: number;
  isGood?(packet: Uint8Array): boolean;
}): FixedFramer {
  // Each byte may be escaped.
  const parts = createDelimiterFramer({ delimiter: Uint8Array.of(END), maxBytes: 2 * maxBytes });
  return {
    get pending() {
      return parts.pending;
    },
    push(chunk) {
      return parts.push(chunk).flatMap((event): FrameEvent[] => {
        if (event.kind !== 'frame') return [event];
        if (event.bytes.length === 0) return [];
        const packet = packetOf(event.bytes);
        if (packet !== null && packet.length <= maxBytes && isGood(packet)) return [{ kind: 'frame', bytes: packet }];
        return [{ kind: 'bad-sum', bytes: event.bytes }];
      });
    },
    cut: () => parts.cut(),
  };
}
