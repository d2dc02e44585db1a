// Text as the printer takes it: half-width characters as they are, all others as GB18030 in Chinese mode.
import iconv from 'iconv-lite';
import { CHINESE_OFF, CHINESE_ON } from './commands.ts';

/** Characters that would be commands, and halves of characters that are none. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is looked for
const UNPRINTABLE = /[\u0000-\u001f\u007f-\u009f\u2028\u2029\p{Surrogate}]/u;

/** Whether every character of the text can be printed as a character. */
export function isPrintable(text: string): boolean {
  return !UNPRINTABLE.test(text) && iconv.decode(iconv.encode(text, 'gb18030'), 'gb18030') === text;
}

/** U+00A5 has a four-byte code that no printer's font holds; the sign that they hold is the full-width one. */
const printable = (text: string) => text.replaceAll('\u00a5', '\uffe5');

const isHalfWidth = (character: string) => character >= ' ' && character <= '~';

/** Returns the width in half-width columns. */
export function columnsOf(text: string): number {
  return Array.from(text).reduce((columns, character) => columns + (isHalfWidth(character) ? 1 : 2), 0);
}

/** Returns the bytes of a text, Chinese mode being off before and after it. */
export function encodeText(text: string): readonly number[] {
  return (printable(text).match(/[ -~]+|[^ -~]+/g) ?? []).flatMap((run) =>
    isHalfWidth(run.charAt(0)) ? [...Buffer.from(run, 'latin1')] : [...CHINESE_ON, ...iconv.encode(run, 'gb18030'), ...CHINESE_OFF],
  );
}
