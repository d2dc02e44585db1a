// Text in the columns of a customer display: a Chinese character takes two.
import iconv from 'iconv-lite';

const SPACE = 0x20;

/** Characters that have a two-column or ASCII form in the display's font but not under their own code. */
const SUBSTITUTES: ReadonlyMap<string, string> = new Map([
  ['¥', '￥'],
  ['²', '2'],
  ['³', '3'],
  ['\u00a0', ' '],
  ['\t', ' '],
  ['\n', ' '],
]);

/** Returns the bytes of one character, one per column; `?` for what needs four bytes in GB18030 or is no character. */
function bytesOfCharacter(character: string): Uint8Array {
  const bytes = iconv.encode(SUBSTITUTES.get(character) ?? character, 'gb18030');
  const first = bytes[0] ?? 0;
  const isShown = bytes.length === 1 ? first >= SPACE && first < 0x7f : bytes.length === 2;
  return isShown ? bytes : Uint8Array.of(0x3f);
}

/** Returns exactly `columns` bytes: the text in GB18030, cut between two characters or filled with spaces. Never contains a command. */
export function lineBytes(text: string, columns: number): Uint8Array {
  const line = new Uint8Array(columns).fill(SPACE);
  let at = 0;
  for (const character of text.normalize('NFC')) {
    const bytes = bytesOfCharacter(character);
    if (at + bytes.length > columns) break;
    line.set(bytes, at);
    at += bytes.length;
  }
  return line;
}
