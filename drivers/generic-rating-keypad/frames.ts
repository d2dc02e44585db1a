// Frames between counter and satisfaction keypad. There is no public standard for these keypads; this is a frame of our own.
//
//   STX  number  code  XOR  ETX        five bytes, XOR = number ^ code
//
// number  1 to 255, chosen by the counter for each question and withdrawal; 0 in a probe and in a press that nobody asked for.
// code    counter to keypad: ask ('A'), withdraw ('C'), probe ('P'). Keypad to counter: ACK, or a key ('1' is the best, '2', …).
//
// The keypad acknowledges each whole frame with its number and ACK. Asked, it lights up and sends the first key pressed, once, with the
// number of the question; then it is dark. The same question asked again is acknowledged and, if answered, its key is sent again, so that the
// counter may repeat a question whose ACK was lost. A new number replaces the question before; a withdrawal, whatever its number, makes the
// keypad forget it, answered or not. The bytes are options: see `keypadBytesOf`.
import { type DriverContext, Fault, integerOption, type Meaning, type ScanFrameFormat, say } from '../kit/index.ts';

const FRAME_BYTES = 5;

export interface KeypadBytes {
  readonly keys: number;
  readonly stx: number;
  readonly etx: number;
  readonly ack: number;
  readonly ask: number;
  readonly withdraw: number;
  readonly probe: number;
  /** The code of key 1; the others follow it. */
  readonly firstKey: number;
}

export interface KeypadMessage {
  readonly number: number;
  readonly code: number;
}

/** Returns the protocol's bytes; throws SETTINGS_INVALID naming the field that is no byte or that another field uses already. */
export function keypadBytesOf(options: DriverContext['options']): KeypadBytes {
  const integer = (name: string, range: { readonly min: number; readonly max: number }) => {
    const value = integerOption(options, name, range);
    if (value > range.max) throw new Fault('SETTINGS_INVALID', { field: `options.${name}`, reason: String(value) });
    return value;
  };
  const keys = integer('keys', { min: 3, max: 5 });
  const byte = (name: string) => integer(name, { min: 0, max: 0xff });
  const bytes = {
    keys,
    stx: byte('stxByte'),
    etx: byte('etxByte'),
    ack: byte('ackByte'),
    ask: byte('askByte'),
    withdraw: byte('withdrawByte'),
    probe: byte('probeByte'),
    firstKey: integer('firstKeyByte', { min: 0, max: 0x100 - keys }),
  };
  const used = new Set(Array.from({ length: keys }, (_, index) => bytes.firstKey + index));
  for (const name of ['ack', 'ask', 'withdraw', 'probe'] as const) {
    if (used.has(bytes[name])) throw new Fault('SETTINGS_INVALID', { field: `options.${name}Byte`, reason: 'used twice' });
    used.add(bytes[name]);
  }
  if (bytes.stx === bytes.etx) throw new Fault('SETTINGS_INVALID', { field: 'options.etxByte', reason: 'used twice' });
  return bytes;
}

export function encodeMessage({ number, code }: KeypadMessage, { stx, etx }: KeypadBytes): Uint8Array {
  return Uint8Array.of(stx, number, code, number ^ code, etx);
}

/** Returns the fields of a frame that the framer has found good. */
export function decodeMessage(frame: Uint8Array): KeypadMessage {
  return { number: frame[1] ?? 0, code: frame[2] ?? 0 };
}

/** Returns the key, 1 to `keys`, that a code stands for; null when it is no key. */
export function keyOf(code: number, { firstKey, keys }: KeypadBytes): number | null {
  const key = code - firstKey + 1;
  return key >= 1 && key <= keys ? key : null;
}

/** Returns in words what a frame says, in either direction. */
export function describeMessage(frame: Uint8Array, bytes: KeypadBytes): Meaning {
  const { number, code } = decodeMessage(frame);
  const key = keyOf(code, bytes);
  if (key !== null) return say('question {number}: key {key}', { number, key });
  if (code === bytes.ack) return say('ACK of {number}', { number });
  if (code === bytes.ask) return say('question {number}: asks', { number });
  if (code === bytes.withdraw) return say('{number}: withdraws whatever is asked', { number });
  return code === bytes.probe ? say('sign of life?') : say('unknown code {code}', { code });
}

export function frameFormat({ stx, etx }: KeypadBytes): ScanFrameFormat {
  return {
    isHead: (byte) => byte === stx,
    isFill: () => false,
    lengthOf: () => FRAME_BYTES,
    isGood: (frame) => frame[4] === etx && frame[3] === ((frame[1] ?? 0) ^ (frame[2] ?? 0)),
  };
}
