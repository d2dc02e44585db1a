// How wide a text stands on receipt paper, counted by its bytes as printers do, and not by the library that has laid it out.
import iconv from 'iconv-lite';

/** Returns the half-width columns of a line: one for a byte of ASCII, two for every other character of GB18030. */
export function columnsOf(line: string): number {
  return [...line].reduce((sum, character) => sum + Math.min(2, iconv.encode(character, 'gb18030').length), 0);
}
