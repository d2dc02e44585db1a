// Framer for STX | length | text | ETX | BCC with ACK, NAK, ENQ and EOT between the frames; resynchronises without losing a frame behind noise.
import { type FixedFramer, type FrameEvent, xorOf } from './fixed-frame.ts';
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
 * Returns a framer whose frames are whole STX frames of at most `maxTextBytes` of text, and single control bytes. A control byte counts only where no
 * frame can be: in the remains of a damaged frame any byte of data may look like one, so there they mean nothing until a good frame or a silence.
 * Damage is reported once as `bad-sum`, a part that was never completed as `short` on `cut`, with the whole frames it had swallowed behind it.
 */
export function createStxFramer({ maxTextBytes }: { readonly maxTextBytes: number }): FixedFramer {
  let held = new Uint8Array(0);
  let resyncing = false;

  /** Length of the frame at the start of `held`; `more` when it cannot be said yet, `none` when no frame can begin here. */
  function frameLength(): number | 'more' | 'none' {
    const high = held[1];
    const low = held[2];
    if (high === undefined) return 'more';
    if (high << 8 > maxTextBytes) return 'none';
    if (low === undefined) return 'more';
    const text = (high << 8) + low;
    return text > maxTextBytes ? 'none' : HEAD_BYTES + text + TAIL_BYTES;
  }

  function damaged(bytes: Uint8Array, events: FrameEvent[]): void {
    if (!resyncing) events.push({ kind: 'bad-sum', bytes });
    resyncing = true;
  }

  function give(length: number, events: FrameEvent[]): void {
    events.push({ kind: 'frame', bytes: held.slice(0, length) });
    held = held.slice(length);
  }

  function dropToNextHead(from: number): Uint8Array {
    const next = held.findIndex((byte, index) => index >= from && byte === STX);
    const dropped = next < 0 ? held : held.slice(0, next);
    held = held.slice(dropped.length);
    return dropped;
  }

  function scan(events: FrameEvent[]): void {
    while (held.length > 0) {
      const first = held[0] ?? 0;
      if (first !== STX) {
        if (!resyncing && CONTROLS.has(first)) give(1, events);
        else damaged(dropToNextHead(0), events);
        continue;
      }
      const length = frameLength();
      if (length === 'more' || (length !== 'none' && held.length < length)) return;
      const frame = length === 'none' ? null : held.slice(0, length);
      if (frame && frame.at(-2) === ETX && xorOf(frame) === 0) {
        give(frame.length, events);
        resyncing = false;
      } else if (frame) {
        damaged(frame, events);
        dropToNextHead(1);
      } else damaged(dropToNextHead(1), events);
    }
  }

  return {
    /** The remains of a damaged frame count as one byte, so that a silence is waited for. */
    get pending() {
      return held.length || (resyncing ? 1 : 0);
    },
    push(chunk) {
      const events: FrameEvent[] = [];
      const joined = new Uint8Array(held.length + chunk.length);
      joined.set(held);
      joined.set(chunk, held.length);
      held = joined;
      scan(events);
      return events;
    },
    cut() {
      const events: FrameEvent[] = [];
      while (held.length > 0) {
        if (!resyncing) events.push({ kind: 'short', bytes: held.slice() });
        resyncing = true;
        dropToNextHead(1);
        scan(events);
      }
      resyncing = false;
      return events;
    },
  };
}
