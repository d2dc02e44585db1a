// What passes between dock and handheld, in words for the trace.
import { ACK, blockLength, CAN, EOT, type JoinedMeaning, NAK, type SaidMeaning, START_CRC, say, sayAll } from '../kit/index.ts';

const NAMES = new Map<number, SaidMeaning>([
  [ACK, say('ACK')],
  [NAK, say('NAK')],
  [CAN, say('CAN')],
  [EOT, say('end of file')],
  [START_CRC, say('C: ready for blocks with CRC')],
]);

/** Returns what a chunk says: its control characters, its whole blocks by number, and how many bytes of anything else. */
export function describeChunk(chunk: Uint8Array): SaidMeaning | JoinedMeaning {
  const words: SaidMeaning[] = [];
  let rest = 0;
  const endRest = () => {
    if (rest > 0) words.push(say('{count} bytes of a block or of noise', { count: rest }));
    rest = 0;
  };
  let at = 0;
  while (at < chunk.length) {
    const first = chunk[at] ?? 0;
    const length = blockLength(first);
    const isBlock = length !== null && at + length <= chunk.length && (chunk[at + 1] ?? 0) + (chunk[at + 2] ?? 0) === 0xff;
    // Inside a block that came in pieces any byte may look like a control character.
    const name = rest === 0 ? NAMES.get(first) : undefined;
    if (isBlock) {
      endRest();
      words.push(say('block {number} of {count} bytes', { number: chunk[at + 1] ?? 0, count: length - 5 }));
      at += length;
    } else if (name !== undefined) {
      endRest();
      words.push(name);
      at += 1;
    } else {
      rest += 1;
      at += 1;
    }
  }
  endRest();
  return sayAll(words);
}
