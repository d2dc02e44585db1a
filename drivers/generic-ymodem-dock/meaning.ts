// What passes between dock and handheld, in words for the trace.
import { ACK, blockLength, CAN, EOT, NAK, START_CRC } from '../kit/index.ts';

const NAMES = new Map<number, string>([
  [ACK, 'ACK'],
  [NAK, 'NAK'],
  [CAN, 'CAN'],
  [EOT, 'end of file'],
  [START_CRC, 'C: ready for blocks with CRC'],
]);

/** Returns what a chunk says: its control characters, its whole blocks by number, and how many bytes of anything else. */
export function describeChunk(chunk: Uint8Array): string {
  const words: string[] = [];
  let rest = 0;
  const endRest = () => {
    if (rest > 0) words.push(`${rest} bytes of a block or of noise`);
    rest = 0;
  };
  let at = 0;
  while (at < chunk.length) {
    const first = chunk[at] ?? 0;
    const length = blockLength(first);
    const isBlock = length !== null && at + length <= chunk.length && (chunk[at + 1] ?? 0) + (chunk[at + 2] ?? 0) === 0xff;
    // Inside a block that came in pieces any byte may look like a control character.
    const name = rest === 0 ? NAMES.get(first) : undefined;
    if (isBlock || name !== undefined) {
      endRest();
      words.push(isBlock ? `block ${chunk[at + 1]} of ${length - 5} bytes` : (name ?? ''));
      at += isBlock ? length : 1;
    } else {
      rest += 1;
      at += 1;
    }
  }
  endRest();
  return words.join(', ');
}
