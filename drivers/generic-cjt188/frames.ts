// Frames of CJ/T 188-2004 and 2018, the protocol of gas, water and heat meters: 68 T A0…A6 C L DATA CS 16.
//
// Rules from CJ/T 188-2004, chapter 6 (frame, control codes) and 8 (data): address and values are packed decimal with the low byte first, CS is the
// sum of all bytes from 68h, two to four FE go before a frame. Real meters and published samples disagree on the order of the data identifier's two
// bytes (90 1F or 1F 90), so it is an option of the model.
import {
  bcdOfDigits,
  clockOfDigits,
  digitsOfBcd,
  type Meaning,
  type MeterFlag,
  type ScanFrameFormat,
  say,
  sum8,
  toHex,
} from '../kit/index.ts';

const HEAD = 0x68;
const TAIL = 0x16;
const FILL = 0xfe;
const ADDRESS_BYTES = 7;
/** 68, T, address, C, L. */
const OPENING_BYTES = 11;
/** Most data bytes of a read answer. */
const DATA_LIMIT = 0x64;
/** Meter types: 10h to 19h water, 20h to 29h heat, 30h to 39h gas, 40h to 49h others. */
const TYPES = { first: 0x10, last: 0x49 } as const;

export const CONTROL = { read: 0x01, readAddress: 0x03 } as const;
export const ANSWER_BIT = 0x80;
export const ERROR_BIT = 0x40;

/** Any meter feels asked. */
export const WILDCARD = 'AAAAAAAAAAAAAA';

/** Current and settlement-day volume, clock, status. */
export const CURRENT_DATA = 0x901f;
/** The address itself. */
export const ADDRESS_DATA = 0x810a;
export type IdentifierOrder = 'high-first' | 'low-first';

/** Bytes behind identifier and serial number in the answer to CURRENT_DATA: two volumes of 4 with a unit each, 7 of clock, 2 of status. */
const CURRENT_VALUES = 19;

export interface Cjt188Frame {
  /** T. */
  readonly meterType: number;
  /** 14 digits, high digit first, the maker's four in front; `A` for any. */
  readonly address: string;
  readonly control: number;
  readonly data: Uint8Array;
}

/** Returns the frame's bytes, without a preamble. Throws RangeError for a type, an address or a length that does not fit. */
export function encodeFrame({ meterType, address, control, data }: Cjt188Frame): Uint8Array {
  const addressBytes = bcdOfDigits(address);
  const fits = addressBytes.length === ADDRESS_BYTES && data.length <= DATA_LIMIT && meterType >= TYPES.first && meterType <= TYPES.last;
  if (!fits) throw new RangeError('type, address or length');
  const body = Uint8Array.from([HEAD, meterType, ...addressBytes, control, data.length, ...data]);
  return Uint8Array.from([...body, sum8(body), TAIL]);
}

/** Returns the bytes with the FE before them that wake a sleeping receiver. */
export function withPreamble(frame: Uint8Array): Uint8Array {
  return Uint8Array.from([FILL, FILL, FILL, FILL, ...frame]);
}

/** Returns the fields of a frame that the framer has found good. Digits of the address that are none come out as A to F. */
export function decodeFrame(bytes: Uint8Array): Cjt188Frame {
  const address = Array.from(bytes.subarray(2, 2 + ADDRESS_BYTES), (byte) => byte.toString(16).padStart(2, '0')).reverse();
  return {
    meterType: bytes[1] ?? 0,
    address: address.join('').toUpperCase(),
    control: bytes[9] ?? 0,
    data: bytes.slice(OPENING_BYTES, -2),
  };
}

/** Returns in words what a frame says, in either direction, with or without its preamble. */
export function describeFrame(bytes: Uint8Array): Meaning {
  const { address, control, data } = decodeFrame(bytes.subarray(bytes.indexOf(HEAD)));
  if ((control & ERROR_BIT) !== 0)
    return say('meter {address} refuses: status {status}', { address, status: toHex(data.slice(1)).toUpperCase() });
  const isAnswer = (control & ANSWER_BIT) !== 0;
  const identifier = toHex(data.slice(0, 2)).toUpperCase();
  switch (control & ~ANSWER_BIT) {
    case CONTROL.read:
      return isAnswer
        ? say('meter {address} answers {identifier}: {count} bytes', { address, identifier, count: data.length - 3 })
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
    const meterType = held[1];
    if (meterType !== undefined && (meterType < TYPES.first || meterType > TYPES.last)) return 'none';
    const length = held[10];
    if (length === undefined) return 'more';
    return length > DATA_LIMIT ? 'none' : OPENING_BYTES + length + 2;
  },
  isGood: (frame) => frame.at(-1) === TAIL && frame.at(-2) === sum8(frame.subarray(0, -2)),
};

/** Returns the two bytes of a data identifier in the order of the model. */
export function identifierBytes(identifier: number, order: IdentifierOrder): Uint8Array {
  const bytes = [identifier >> 8, identifier & 0xff];
  return Uint8Array.from(order === 'high-first' ? bytes : bytes.reverse());
}

/** What was asked; the meter repeats all of it in its answer. */
export interface Question {
  readonly meterType: number;
  readonly address: string;
  readonly identifier: number;
  readonly order: IdentifierOrder;
  /** SER, 0 to 255: counts the questions, so that a late answer is known for what it is. */
  readonly serial: number;
}

/** Returns the request frame of a question, with its preamble. */
export function requestOf({ meterType, address, identifier, order, serial }: Question): Uint8Array {
  const control = identifier === ADDRESS_DATA ? CONTROL.readAddress : CONTROL.read;
  return withPreamble(encodeFrame({ meterType, address, control, data: Uint8Array.from([...identifierBytes(identifier, order), serial]) }));
}

/**
 * Returns the value bytes of the answer, or the meter's status word when it refuses; null when the frame is not the answer to this question. A
 * question to any meter is answered under the meter's own address.
 */
export function answerTo(question: Question, frame: Cjt188Frame): { readonly values: Uint8Array } | { readonly meterCode: number } | null {
  const { identifier, order, serial } = question;
  const isForAny = identifier === ADDRESS_DATA && question.address === WILDCARD;
  const isFromAsked =
    frame.meterType === question.meterType && (isForAny ? /^\d+$/.test(frame.address) : frame.address === question.address);
  if (!isFromAsked) return null;
  const control = (identifier === ADDRESS_DATA ? CONTROL.readAddress : CONTROL.read) | ANSWER_BIT;
  if (frame.control === (control | ERROR_BIT)) {
    const [answered, low, high] = frame.data;
    return frame.data.length === 3 && answered === serial ? { meterCode: ((high ?? 0) << 8) + (low ?? 0) } : null;
  }
  const values = identifier === ADDRESS_DATA ? 0 : CURRENT_VALUES;
  const opening = [...identifierBytes(identifier, order), serial];
  const isAnswer =
    frame.control === control && frame.data.length === opening.length + values && opening.every((byte, at) => byte === frame.data[at]);
  return isAnswer ? { values: frame.data.slice(opening.length) } : null;
}

/**
 * Units of volume and the litres each stands for. CJ/T 188-2004 (table of unit codes) took L = 29h and m³ = 2Ch from the unit codes of M-Bus
 * (EN 1434-3, fixed data structure), where the codes between are their tenfold and hundredfold.
 */
const LITRES_PER_UNIT: ReadonlyMap<number, number> = new Map([
  [0x29, 1],
  [0x2a, 10],
  [0x2b, 100],
  [0x2c, 1_000],
  [0x2d, 10_000],
  [0x2e, 100_000],
]);

/** A volume XXXXXX.XX as the meter sends it: 8 digits with two decimals, and the code of its unit. */
export interface Volume {
  readonly digits: string;
  readonly unitCode: number;
  /** Whole litres that have passed; a started one does not count. */
  readonly litres: number;
}

/** Returns the volume of five bytes; null when they are no digits or no unit of volume. */
export function volumeOf(bytes: Uint8Array): Volume | null {
  const digits = digitsOfBcd(bytes.subarray(0, 4));
  const unitCode = bytes[4] ?? 0;
  const perUnit = LITRES_PER_UNIT.get(unitCode);
  if (bytes.length !== 5 || digits === null || perUnit === undefined) return null;
  return { digits, unitCode, litres: Math.floor((Number(digits) * perUnit) / 100) };
}

export interface CurrentData {
  readonly current: Volume;
  /** Volume at the last settlement day; null when the meter keeps none. */
  readonly settled: Volume | null;
  readonly clock: string | null;
  readonly status: number;
  readonly flags: readonly MeterFlag[];
}

/** Returns the content of the 19 value bytes of CURRENT_DATA; null when the current volume is no number. */
export function currentDataOf(values: Uint8Array): CurrentData | null {
  const current = volumeOf(values.subarray(0, 5));
  if (current === null) return null;
  const status = (values[17] ?? 0) + ((values[18] ?? 0) << 8);
  return {
    current,
    settled: volumeOf(values.subarray(5, 10)),
    clock: clockOfDigits(digitsOfBcd(values.subarray(10, 17))),
    status,
    flags: flagsOf(status),
  };
}

/** Status word, low byte (CJ/T 188-2004, status ST): bits 1 and 0 valve 00 open, 01 closed, 11 out of order; bit 2 battery low. */
function flagsOf(status: number): MeterFlag[] {
  const valve = status & 0x03;
  const flags: MeterFlag[] = [];
  if (valve === 0x01) flags.push('valve-closed');
  if (valve === 0x03) flags.push('valve-fault');
  if ((status & 0x04) !== 0) flags.push('battery-low');
  return flags;
}
