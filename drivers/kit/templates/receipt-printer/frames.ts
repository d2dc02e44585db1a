// Frames of vendor-model: pure encoding and decoding. An example protocol; put your device's in its place.
//
// 9600 8N1, the same shape both ways:
//   0 head A5h · 1 number n of data bytes · 2 sequence · 3 command, in answers with bit 7 set · 4… n data bytes · two bytes sum of all before, high byte first
// An answer repeats sequence and command of its request, so that a late one is never taken for another's; its data is one byte of FLAG.
import {
  hasGoodSum16,
  type Meaning,
  type PrinterStatus,
  type SaidMeaning,
  type ScanFrameFormat,
  say,
  sayAll,
  withSum16,
} from '../../index.ts';

const HEAD = 0xa5;
const DATA_OFFSET = 4;
const SUM_BYTES = 2;

/** Data bytes in one frame. */
const MAX_DATA = 255;
export const ANSWER_BIT = 0x80;
/** The printer answers a line (GB18030) and a cut when it has them in its buffer, not when they are on paper. */
export const COMMAND = { status: 1, line: 2, cut: 3, drawer: 4 } as const;
export const FLAG = { paperOut: 1, paperNearEnd: 2, coverOpen: 4, cutter: 8, fatal: 16, printing: 32 } as const;

export interface PrinterFrame {
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
export function encodeFrame({ sequence, code, data }: PrinterFrame): Uint8Array {
  if (data.length > MAX_DATA) throw new RangeError(`more than ${MAX_DATA} data bytes`);
  return withSum16(Uint8Array.of(HEAD, data.length, sequence, code, ...data));
}

/** Returns the fields of bytes that the framer has checked. */
export function decodeFrame(bytes: Uint8Array): PrinterFrame {
  const [, , sequence = 0, code = 0] = bytes;
  return { sequence, code, data: bytes.slice(DATA_OFFSET, bytes.length - SUM_BYTES) };
}

/** Returns what a frame means, in either direction, for the trace. */
export function describeFrame(bytes: Uint8Array): Meaning {
  const { code, data } = decodeFrame(bytes);
  const command = COMMAND_WORDS.get(code & ~ANSWER_BIT) ?? say('command {code}', { code });
  if ((code & ANSWER_BIT) === 0) return data.length === 0 ? command : say('{command}, {count} bytes', { command, count: data.length });
  const flags = FLAG_WORDS.filter(([flag]) => ((data[0] ?? 0) & flag) !== 0).map(([, words]) => words);
  const status = flags.length === 0 ? say('well') : sayAll(flags);
  return say('{command}: {status}', { command, status });
}

const COMMAND_WORDS = new Map<number, SaidMeaning>([
  [COMMAND.status, say('status')],
  [COMMAND.line, say('line')],
  [COMMAND.cut, say('cut')],
  [COMMAND.drawer, say('drawer')],
]);
const FLAG_WORDS: readonly (readonly [number, SaidMeaning])[] = [
  [FLAG.paperOut, say('paperOut')],
  [FLAG.paperNearEnd, say('paperNearEnd')],
  [FLAG.coverOpen, say('coverOpen')],
  [FLAG.cutter, say('cutter')],
  [FLAG.fatal, say('fatal')],
  [FLAG.printing, say('printing')],
];

/** Returns what the flags say. Printing is no trouble. */
export function statusOf(flags: number): PrinterStatus {
  const has = (flag: number) => (flags & flag) !== 0;
  return {
    online: !has(FLAG.paperOut | FLAG.coverOpen | FLAG.cutter | FLAG.fatal),
    paperOut: has(FLAG.paperOut),
    paperNearEnd: has(FLAG.paperNearEnd),
    coverOpen: has(FLAG.coverOpen),
    cutterError: has(FLAG.cutter),
    unrecoverableError: has(FLAG.fatal),
  };
}
