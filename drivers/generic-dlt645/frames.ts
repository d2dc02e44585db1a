// Frames of DL/T 645-2007, the protocol of power meters: 68 A0…A5 68 C L DATA CS 16.
//
// Rules from DL/T 645-2007, chapter 5 (frame), 7 (control codes) and annex A (data identifiers): the address and all values are packed decimal
// with the low byte first, each data byte travels with 33h added, CS is the sum of all bytes from the first 68h, FE bytes may go before a frame to
// wake the receiver.
import { bcdOfDigits, clockOfDigits, digitsOfBcd, type Meaning, type ScanFrameFormat, say, sum8, toHex } from '../kit/index.ts';

const HEAD = 0x68;
const TAIL = 0x16;
const FILL = 0xfe;
/** Added to each data byte so that a 68h or 16h is rarer inside. */
const OFFSET = 0x33;
const ADDRESS_BYTES = 6;
/** 68, address, 68, C, L. */
const OPENING_BYTES = 10;
/** Most data bytes of a read answer. */
const DATA_LIMIT = 200;

export const CONTROL = { read: 0x11, readAddress: 0x13 } as const;
/** Set in an answer. */
const ANSWER_BIT = 0x80;
/** Set in an answer in which the meter refuses. */
const ERROR_BIT = 0x40;

/** Takes the place of digits that do not matter: any meter feels asked. */
export const WILDCARD = 'AAAAAAAAAAAA';

/** Data identifiers, DI3 first. */
export const IDENTIFIER = { date: '04000101', time: '04000102', statusWord1: '04000501' } as const;

export interface Dlt645Frame {
  /** 12 digits, high digit first as printed on the meter; `A` for any. */
  readonly address: string;
  readonly control: number;
  /** Without the 33h. */
  readonly data: Uint8Array;
}

/** Returns the frame's bytes, without a preamble. Throws RangeError for an address or a length that does not fit. */
export function encodeFrame({ address, control, data }: Dlt645Frame): Uint8Array {
  const addressBytes = bcdOfDigits(address);
  if (addressBytes.length !== ADDRESS_BYTES || data.length > DATA_LIMIT) throw new RangeError('address or length');
  const body = Uint8Array.from([HEAD, ...addressBytes, HEAD, control, data.length, ...data.map((byte) => (byte + OFFSET) & 0xff)]);
  return Uint8Array.from([...body, sum8(body), TAIL]);
}

/** Returns the bytes with the four FE before them that wake a sleeping receiver. */
export function withPreamble(frame: Uint8Array): Uint8Array {
  return Uint8Array.from([FILL, FILL, FILL, FILL, ...frame]);
}

/** Returns the fields of a frame that the framer has found good. Digits of the address that are none come out as A to F. */
export function decodeFrame(bytes: Uint8Array): Dlt645Frame {
  const address = Array.from(bytes.subarray(1, 1 + ADDRESS_BYTES), (byte) => byte.toString(16).padStart(2, '0')).reverse();
  return {
    address: address.join('').toUpperCase(),
    control: bytes[8] ?? 0,
    data: bytes.slice(OPENING_BYTES, -2).map((byte) => (byte - OFFSET) & 0xff),
  };
}

/** Returns in words what a frame says, in either direction, with or without its preamble. */
export function describeFrame(bytes: Uint8Array): Meaning {
  const { address, control, data } = decodeFrame(bytes.subarray(bytes.indexOf(HEAD)));
  const hex = (byte: number) => byte.toString(16).padStart(2, '0');
  if ((control & ERROR_BIT) !== 0) return say('meter {address} refuses: error word {word}', { address, word: hex(data[0] ?? 0) });
  const isAnswer = (control & ANSWER_BIT) !== 0;
  const identifier = toHex(data.slice(0, 4).reverse()).toUpperCase();
  switch (control & ~ANSWER_BIT) {
    case CONTROL.read:
      return isAnswer
        ? say('meter {address} answers {identifier}: {count} bytes', { address, identifier, count: data.length - 4 })
        : say('reads {identifier} of meter {address}', { identifier, address });
    case CONTROL.readAddress:
      return isAnswer ? say('meter {address} says its address', { address }) : say('asks whatever meter is there for its address');
    default:
      return say('meter {address}: control code {code}', { address, code: control.toString(16).padStart(2, '0') });
  }
}

export const FRAME_FORMAT: ScanFrameFormat = {
  isHead: (byte) => byte === HEAD,
  isFill: (byte) => byte === FILL,
  lengthOf(held) {
    if (held.length > 7 && held[7] !== HEAD) return 'none';
    const length = held[9];
    if (length === undefined) return 'more';
    return length > DATA_LIMIT ? 'none' : OPENING_BYTES + length + 2;
  },
  isGood: (frame) => frame.at(-1) === TAIL && frame.at(-2) === sum8(frame.subarray(0, -2)),
};

/** Returns the four bytes of a data identifier given as 8 hexadecimal digits, DI3 first; DI0 travels first. */
export function identifierBytes(identifier: string): Uint8Array {
  return Uint8Array.from(identifier.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16)).reverse();
}

/** The parts of a read answer that belong to this question; `values` is how many bytes must follow the identifier. */
export interface Question {
  readonly address: string;
  readonly identifier: string;
  readonly values: number;
}

/**
 * Returns the value bytes of the answer, or the meter's error word (annex C: bit 1 no such data, bit 2 password wrong …); null when the frame
 * is not the answer to this question.
 */
export function answerTo(question: Question, frame: Dlt645Frame): { readonly values: Uint8Array } | { readonly meterCode: number } | null {
  if (frame.address !== question.address) return null;
  if (frame.control === (CONTROL.read | ANSWER_BIT | ERROR_BIT) && frame.data.length === 1) return { meterCode: frame.data[0] ?? 0 };
  const isAnswer =
    frame.control === (CONTROL.read | ANSWER_BIT) &&
    frame.data.length === 4 + question.values &&
    identifierBytes(question.identifier).every((byte, index) => byte === frame.data[index]);
  return isAnswer ? { values: frame.data.slice(4) } : null;
}

/** Returns the address in the answer to 'read address'; null when the frame is none, or contradicts itself. */
export function addressIn(frame: Dlt645Frame): string | null {
  if (frame.control !== (CONTROL.readAddress | ANSWER_BIT) || frame.data.length !== ADDRESS_BYTES) return null;
  const digits = digitsOfBcd(frame.data);
  return digits === frame.address ? digits : null;
}

/**
 * Returns watt-hours of the four bytes XXXXXX.XX kWh of an energy register, exactly; null when they are no digits. The highest bit of the
 * combined registers (DI2 = 00) is a sign (annex A, table A.1, note on combined energy).
 */
export function wattHoursOf(bytes: Uint8Array, { signed }: { readonly signed: boolean }): number | null {
  const negative = signed && ((bytes[3] ?? 0) & 0x80) !== 0;
  const digits = digitsOfBcd(bytes.map((byte, index) => (negative && index === 3 ? byte & 0x7f : byte)));
  if (digits === null || bytes.length !== 4) return null;
  const wattHours = Number(digits) * 10;
  return negative && wattHours > 0 ? -wattHours : wattHours;
}

/** Returns the clock of the values of date (weekday, day, month, year) and time (second, minute, hour); null when it was never set. */
export function clockOf({ date, time }: { readonly date: Uint8Array; readonly time: Uint8Array }): string | null {
  const digits = digitsOfBcd(Uint8Array.from([...time, ...date.subarray(1)]));
  return clockOfDigits(digits === null ? null : `20${digits}`);
}
