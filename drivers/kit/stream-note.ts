// What a printer job says, in words for a trace: its commands by name, its text by length. A parser of the language finds where each of them ends.

import { type JoinedMeaning, type SaidMeaning, say, sayAll } from './meaning.ts';

/** The part of a printer language's parser that is needed: it says by `pending` how many bytes it has not carried out. */
interface StreamParser {
  push(bytes: Uint8Array): void;
  next(): unknown;
  readonly pending: number;
}

/** So much is handed to a parser at once: it may copy what it holds with every character. */
const PUSHED_BYTES = 256;

/**
 * Returns for instance `initialise, text 312 bytes, cut`. `nameOf` gets one command's bytes and returns its name, or null for one that only shapes
 * the text. The text itself is not in it: it names people.
 */
export function describeStream(
  bytes: Uint8Array,
  { parser, nameOf }: { readonly parser: StreamParser; nameOf(command: Uint8Array): SaidMeaning | null },
): SaidMeaning | JoinedMeaning {
  const parts: SaidMeaning[] = [];
  let textBytes = 0;
  const endText = () => {
    if (textBytes > 0) parts.push(say('text {count} bytes', { count: textBytes }));
    textBytes = 0;
  };
  let at = 0;
  for (let pushed = 0; pushed < bytes.length; pushed += PUSHED_BYTES) {
    parser.push(bytes.subarray(pushed, pushed + PUSHED_BYTES));
    for (let before = parser.pending; parser.next() !== null; before = parser.pending) {
      const item = bytes.subarray(at, at + before - parser.pending);
      at += item.length;
      if ((item[0] ?? 0) >= 0x20) textBytes += item.length;
      else {
        const name = nameOf(item);
        if (name === null) continue;
        endText();
        parts.push(name);
      }
    }
  }
  endText();
  if (at < bytes.length) parts.push(say('{count} bytes of an unfinished command', { count: bytes.length - at }));
  return parts.length === 0 ? say('shape of the text') : sayAll(parts);
}
