// Frames of vendor-model: pure encoding and decoding. An example protocol; put your device's in its place.
//
// 9600 8N1, the same shape both ways:
//   0 head A5h · 1 number n of data bytes · 2 sequence · 3 command, in answers with bit 7 set · 4… n data bytes · two bytes sum of all before, high byte first
// An answer repeats sequence and command of its request; its data is one byte of FLAG and the number of the form that was fed out last, 0 after power on.
// A request with the sequence of the one before is answered again and not carried out again, so that a request whose answer was lost may be repeated.
// Places and lengths are in 0.1 mm, high byte first.
import {
  encodeFormText,
  hasGoodSum16,
  type Meaning,
  type PlacedField,
  type SaidMeaning,
  type ScanFrameFormat,
  say,
  sayAll,
  withSum16,
} from '../../index.ts';

const HEAD = 0xa5;
const DATA_OFFSET = 4;
const SUM_BYTES = 2;
const TEXT_OFFSET = 6;

/** Data bytes in one frame, and of these the most that a text can have. */
const MAX_DATA = 255;
export const MAX_TEXT_BYTES = MAX_DATA - TEXT_OFFSET;
export const ANSWER_BIT = 0x80;
/** What the printer counts places in, per inch. */
export const STEPS_PER_INCH = 254;
/** `text` is answered when the printer has it in its buffer. `feed` ends the form: the next one's upper edge comes under the head. */
export const COMMAND = { status: 1, text: 2, feed: 3 } as const;
export const FLAG = { paperOut: 1, offline: 2 } as const;
const DOUBLE_WIDTH = 1;

export interface FormFrame {
  readonly sequence: number;
  readonly code: number;
  readonly data: Uint8Array;
}

/** How the framer finds a frame, in either direction. */
export const FRAME_FORMAT: ScanFrameFormat = {
  isHead: (byte) => byte === HEAD,
  isFill: () => false,
  lengthOf: ([, dataBytes]) => (dataBytes === undefined ? 'more' : DATA_OFFSET + dataBytes + SUM_BYTES),
  isGood: hasGoodSum16,
};

/** Returns the bytes of a frame. Throws RangeError when there is too much data. */
export function encodeFrame({ sequence, code, data }: FormFrame): Uint8Array {
  if (data.length > MAX_DATA) throw new RangeError(`more than ${MAX_DATA} data bytes`);
  return withSum16(Uint8Array.of(HEAD, data.length, sequence, code, ...data));
}

/** Returns the fields of bytes that the framer has checked. */
export function decodeFrame(bytes: Uint8Array): FormFrame {
  const [, , sequence = 0, code = 0] = bytes;
  return { sequence, code, data: bytes.slice(DATA_OFFSET, bytes.length - SUM_BYTES) };
}

const word = (value: number) => [value >> 8, value & 0xff];
const wordAt = (data: Uint8Array, at: number) => ((data[at] ?? 0) << 8) + (data[at + 1] ?? 0);

/** Returns the data of `text`. */
export function encodeText({ field, right, down }: PlacedField): Uint8Array {
  const { text, pitch = 10, doubleWidth } = field;
  return Uint8Array.of(...word(right), ...word(down), pitch, doubleWidth ? DOUBLE_WIDTH : 0, ...encodeFormText(text));
}

/** Returns what stands in the data of `text`; the text itself as GB18030. */
export function decodeText(data: Uint8Array) {
  const pitch = data[4] === 15 ? 15 : data[4] === 12 ? 12 : 10;
  const doubleWidth = data[5] === DOUBLE_WIDTH;
  return { right: wordAt(data, 0), down: wordAt(data, 2), pitch, doubleWidth, bytes: data.slice(TEXT_OFFSET) } as const;
}

/** Data of `feed`: which form this is, 1 to 255, and how long it is. */
export function encodeFeed({ form, lengthSteps }: { readonly form: number; readonly lengthSteps: number }): Uint8Array {
  return Uint8Array.of(form, ...word(lengthSteps));
}

export function decodeFeed(data: Uint8Array) {
  return { form: data[0] ?? 0, lengthSteps: wordAt(data, 1) };
}

/** Returns what a frame means, in either direction, for the trace. */
export function describeFrame(bytes: Uint8Array): Meaning {
  const { code, data } = decodeFrame(bytes);
  const command = COMMAND_WORDS.get(code & ~ANSWER_BIT) ?? say('command {code}', { code });
  if ((code & ANSWER_BIT) === 0) return data.length === 0 ? command : say('{command}, {count} bytes', { command, count: data.length });
  const flags = FLAG_WORDS.filter(([flag]) => ((data[0] ?? 0) & flag) !== 0).map(([, words]) => words);
  const status = flags.length === 0 ? say('well') : sayAll(flags);
  return say('{command}: {status}, last form {form}', { command, status, form: data[1] ?? 0 });
}

const COMMAND_WORDS = new Map<number, SaidMeaning>([
  [COMMAND.status, say('status')],
  [COMMAND.text, say('text')],
  [COMMAND.feed, say('feed')],
]);
const FLAG_WORDS: readonly (readonly [number, SaidMeaning])[] = [
  [FLAG.paperOut, say('paperOut')],
  [FLAG.offline, say('offline')],
];
