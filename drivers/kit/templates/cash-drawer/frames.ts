// Frames of vendor-model: pure encoding and decoding. An example protocol; put your device's in its place.
//
// 9600 8N1, the same shape both ways:
//   0 head D7h · 1 sequence · 2 command, in answers with bit 7 set · 3 in answers 1 where the drawer stands open, else 0 · exclusive or of all before
// An answer repeats sequence and command of its request, so that a late one is never taken for another's.
import { type Meaning, type SaidMeaning, type ScanFrameFormat, say, xorOf } from '../../index.ts';

const HEAD = 0xd7;
const REQUEST_BYTES = 4;
const ANSWER_BYTES = 5;

export const ANSWER_BIT = 0x80;
export const COMMAND = { open: 1, state: 2 } as const;

export interface DrawerFrame {
  readonly sequence: number;
  readonly code: number;
  /** Answers only. */
  readonly isOpen?: boolean;
}

/** How the framer finds a frame, in either direction. */
export const FRAME_FORMAT: ScanFrameFormat = {
  isHead: (byte) => byte === HEAD,
  isFill: () => false,
  lengthOf: ([, , code]) => (code === undefined ? 'more' : (code & ANSWER_BIT) === 0 ? REQUEST_BYTES : ANSWER_BYTES),
  isGood: (frame) => xorOf(frame) === 0,
};

export function encodeFrame({ sequence, code, isOpen }: DrawerFrame): Uint8Array {
  const body = Uint8Array.of(HEAD, sequence, code, ...((code & ANSWER_BIT) === 0 ? [] : [isOpen === true ? 1 : 0]));
  return Uint8Array.of(...body, xorOf(body));
}

/** Returns the fields of bytes that the framer has checked. */
export function decodeFrame(bytes: Uint8Array): DrawerFrame {
  const [, sequence = 0, code = 0, state = 0] = bytes;
  return { sequence, code, ...((code & ANSWER_BIT) === 0 ? {} : { isOpen: state === 1 }) };
}

/** Returns what a frame means, in either direction, for the trace. */
export function describeFrame(bytes: Uint8Array): Meaning {
  const { code, isOpen } = decodeFrame(bytes);
  const command = COMMAND_WORDS.get(code & ~ANSWER_BIT) ?? say('command {code}', { code });
  if (isOpen === undefined) return command;
  return isOpen ? say('{command}: stands open', { command }) : say('{command}: is shut', { command });
}

const COMMAND_WORDS = new Map<number, SaidMeaning>([
  [COMMAND.open, say('open')],
  [COMMAND.state, say('state')],
]);
