// Frames of vendor-model: pure encoding and decoding. An example protocol; put your device's in its place.
//
// 9600 8N1, the same shape both ways:
//   0 head A5h · 1 number n of data bytes · 2 sequence 1–255, 0 when the reader speaks by itself · 3 command, in answers with bit 7 set ·
//   4 slot · 5 address · 6 result, 0 in requests · 7… n data bytes · two bytes sum of all before, high byte first
// An answer repeats sequence, command, slot and address of its request, so that a late one is never taken for another's.
import { hasGoodSum16, type Meaning, type SaidMeaning, type ScanFrameFormat, say, withSum16 } from '../../index.ts';

const HEAD = 0xa5;
const DATA_OFFSET = 7;
const SUM_BYTES = 2;

/** Data bytes in one frame. */
export const MAX_DATA = 32;
export const ANSWER_BIT = 0x80;
/** status; read (data: how many bytes); error counter; present the PSC (data: it); write (data: the bytes); put another PSC in its place (data: it). */
export const COMMAND = { status: 1, read: 2, errorCounter: 3, psc: 4, write: 5, changePsc: 6 } as const;
/** Sent by the reader itself when a card is put in or pulled out. */
export const PRESENCE_EVENT = 0x8f;
export const RESULT = { ok: 0, noCard: 1, damaged: 2, pscNotVerified: 3, pscRefused: 4 } as const;

export interface ReaderFrame {
  readonly sequence: number;
  readonly code: number;
  readonly slot: number;
  readonly address: number;
  readonly result: number;
  readonly data: Uint8Array;
}

/** How the framer finds a frame, in either direction. */
export const FRAME_FORMAT: ScanFrameFormat = {
  isHead: (byte) => byte === HEAD,
  isFill: () => false,
  lengthOf(held) {
    const dataBytes = held[1];
    if (dataBytes === undefined) return 'more';
    return dataBytes > MAX_DATA ? 'none' : DATA_OFFSET + dataBytes + SUM_BYTES;
  },
  isGood: hasGoodSum16,
};

/** Returns the bytes of a frame. Throws RangeError when there is too much data. */
export function encodeFrame({ sequence, code, slot, address, result, data }: ReaderFrame): Uint8Array {
  if (data.length > MAX_DATA) throw new RangeError(`more than ${MAX_DATA} data bytes`);
  return withSum16(Uint8Array.of(HEAD, data.length, sequence, code, slot, address, result, ...data));
}

/** Returns the fields of bytes that the framer has checked. */
export function decodeFrame(bytes: Uint8Array): ReaderFrame {
  const [, , sequence = 0, code = 0, slot = 0, address = 0, result = 0] = bytes;
  return { sequence, code, slot, address, result, data: bytes.slice(DATA_OFFSET, bytes.length - SUM_BYTES) };
}

const COMMAND_WORDS = new Map<number, SaidMeaning>([
  [COMMAND.status, say('status')],
  [COMMAND.read, say('read')],
  [COMMAND.errorCounter, say('errorCounter')],
  [COMMAND.psc, say('psc')],
  [COMMAND.write, say('write')],
  [COMMAND.changePsc, say('changePsc')],
]);
const RESULT_WORDS = new Map<number, SaidMeaning>([
  [RESULT.ok, say('ok')],
  [RESULT.noCard, say('noCard')],
  [RESULT.damaged, say('damaged')],
  [RESULT.pscNotVerified, say('pscNotVerified')],
  [RESULT.pscRefused, say('pscRefused')],
]);
const unknown = (code: number) => say('unknown code {code}', { code });

/** Returns what a frame means, in either direction, for the trace. Nothing of its data. */
export function describeFrame(bytes: Uint8Array): Meaning {
  const frame = decodeFrame(bytes);
  const { slot, address } = frame;
  const result = RESULT_WORDS.get(frame.result) ?? unknown(frame.result);
  if (frame.code === PRESENCE_EVENT) return say('slot {slot}: {result}', { slot, result });
  const code = frame.code & ~ANSWER_BIT;
  const command = COMMAND_WORDS.get(code) ?? unknown(code);
  return frame.code === code
    ? say('slot {slot}: {command} at {address}', { slot, command, address })
    : say('slot {slot}: {command} at {address}: {result}', { slot, command, address, result });
}

/** Returns the frame as it may stand in a trace: the PSC is 00, its sum too. */
export function maskSecrets(bytes: Uint8Array): Uint8Array {
  const command = decodeFrame(bytes).code & ~ANSWER_BIT;
  return command === COMMAND.psc || command === COMMAND.changePsc ? bytes.slice().fill(0, DATA_OFFSET) : bytes;
}
