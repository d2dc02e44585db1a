// Framer for frames that end in a delimiter, such as lines of text.
import type { FixedFramer, FrameEvent } from './fixed-frame.ts';

export interface DelimiterFormat {
  /** What ends a frame, at least one byte; it cannot occur inside. */
  readonly delimiter: Uint8Array;
  /** Longest frame, its delimiter not counted. */
  readonly maxBytes: number;
  /** Whether a frame's check sum or form is right; by default every one is. */
  isGood?(frame: Uint8Array): boolean;
}

/**
 * Returns a framer whose frames come without their delimiter, empty ones too. A frame that is too long or not good is reported once as `bad-sum` and
 * passed over up to its delimiter; a part without a delimiter is `short` on `cut`.
 */
export function createDelimiterFramer({ delimiter, maxBytes, isGood = () => true }: DelimiterFormat): FixedFramer {
  if (delimiter.length === 0) throw new RangeError('no delimiter');
  const held = new Uint8Array(maxBytes + delimiter.length);
  let length = 0;
  let skipping = false;

  /** Whether the last of the bytes held are the delimiter. */
  const isEnd = () => length >= delimiter.length && delimiter.every((byte, at) => held[length - delimiter.length + at] === byte);

  function take(byte: number, events: FrameEvent[]): void {
    held[length] = byte;
    length += 1;
    if (isEnd()) {
      const bytes = held.slice(0, length - delimiter.length);
      if (!skipping) events.push({ kind: isGood(bytes) ? 'frame' : 'bad-sum', bytes });
      skipping = false;
      length = 0;
    } else if (length === held.length) {
      if (!skipping) events.push({ kind: 'bad-sum', bytes: held.slice() });
      skipping = true;
      // What may still be the beginning of the delimiter stays.
      held.copyWithin(0, length - delimiter.length + 1, length);
      length = delimiter.length - 1;
    }
  }

  return {
    /** What is passed over counts as one byte, so that a silence is waited for. */
    get pending() {
      return length || (skipping ? 1 : 0);
    },
    push(chunk) {
      const events: FrameEvent[] = [];
      for (const byte of chunk) take(byte, events);
      return events;
    },
    cut() {
      const bytes = held.slice(0, length);
      const wasSkipping = skipping;
      length = 0;
      skipping = false;
      return bytes.length > 0 && !wasSkipping ? [{ kind: 'short', bytes }] : [];
    },
  };
}
