// Framer for frames that say themselves how long they are, with resynchronisation and without losing a frame behind noise.
import type { FixedFramer, FrameEvent } from './framer.ts';

export interface ScanFrameFormat {
  /** Whether a byte can open a frame. */
  isHead(byte: number): boolean;
  /**
   * Whether a byte between frames is a frame by itself, such as ACK. In the remains of a damaged frame any byte of data may look like one, so there
   * it means nothing until a good frame or a silence.
   */
  isLone?(byte: number): boolean;
  /** Whether a byte outside frames means nothing, such as a wake-up preamble; other bytes there are reported as noise. */
  isFill(byte: number): boolean;
  /** Length of the frame that begins with the first of these bytes; `more` when that cannot be said yet, `none` when no frame begins here. */
  lengthOf(held: Uint8Array): number | 'more' | 'none';
  /** Whether a whole frame's check sum and closing bytes are right. */
  isGood(frame: Uint8Array): boolean;
}

/**
 * Returns a framer. A damaged frame and a run of noise are each reported once as `bad-sum`; then the next head is looked for inside the
 * bytes held. On `cut` a part that was never completed is reported as `short`, and whole frames that it had swallowed are given out.
 */
export function createScanFramer({ isHead, isLone = () => false, isFill, lengthOf, isGood }: ScanFrameFormat): FixedFramer {
  let held = new Uint8Array(0);
  let resyncing = false;

  function skipTo(next: number, events: FrameEvent[]): void {
    const skipped = held.slice(0, next);
    held = held.subarray(next);
    if (resyncing || skipped.every(isFill)) return;
    events.push({ kind: 'bad-sum', bytes: skipped });
    resyncing = true;
  }

  function nextHead(from: number): number {
    const next = held.findIndex((byte, index) => index >= from && (isHead(byte) || (!resyncing && isLone(byte))));
    return next < 0 ? held.length : next;
  }

  function scan(events: FrameEvent[]): void {
    for (;;) {
      const first = nextHead(0);
      if (first > 0) skipTo(first, events);
      const [byte] = held;
      if (byte === undefined) return;
      if (first > 0 && resyncing && !isHead(byte)) continue;
      if (!resyncing && isLone(byte)) {
        events.push({ kind: 'frame', bytes: held.slice(0, 1) });
        held = held.subarray(1);
        continue;
      }
      const length = lengthOf(held);
      if (length === 'more' || (length !== 'none' && held.length < length)) return;
      const frame = length === 'none' ? null : held.slice(0, length);
      if (frame && isGood(frame)) {
        events.push({ kind: 'frame', bytes: frame });
        held = held.subarray(frame.length);
        resyncing = false;
      } else {
        if (frame && !resyncing) {
          events.push({ kind: 'bad-sum', bytes: frame });
          resyncing = true;
        }
        skipTo(nextHead(1), events);
      }
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
        held = held.subarray(nextHead(1));
        scan(events);
      }
      resyncing = false;
      return events;
    },
  };
}
