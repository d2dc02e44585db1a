// Frames of vendor-model: pure encoding and decoding. An example protocol; put your device's in its place.
//
// 9600 8N1, the same shape both ways:
//   0 head B6h · 1 number n of bytes behind the code · 2 code, in answers with bit 7 set · 3… eight digits of the address in ASCII, 00000000 for any,
//   and in an answer the total in Wh as ten digits and the clock as fourteen, or nothing where there is none · two bytes sum, high byte first
import { hasGoodSum16, type Meaning, type ScanFrameFormat, say, withSum16 } from '../../index.ts';

const HEAD = 0xb6;
const DATA_OFFSET = 3;
const SUM_BYTES = 2;
const ADDRESS_BYTES = 8;
const TOTAL_BYTES = 10;

export const ANSWER_BIT = 0x80;
export const READ = 1;
/** Added to the code of an answer that says no. */
export const REFUSED_BIT = 0x40;
export const ANY = '00000000';

export interface MeterFrame {
  readonly code: number;
  readonly address: string;
  /** Digits behind the address. */
  readonly digits: string;
}

/** How the framer finds a frame, in either direction. */
export const FRAME_FORMAT: ScanFrameFormat = {
  isHead: (byte) => byte === HEAD,
  isFill: () => false,
  lengthOf(held) {
    const dataBytes = held[1];
    if (dataBytes === undefined) return 'more';
    return dataBytes < ADDRESS_BYTES || dataBytes > 32 ? 'none' : DATA_OFFSET + dataBytes + SUM_BYTES;
  },
  isGood: (frame) => hasGoodSum16(frame) && frame.subarray(DATA_OFFSET, -SUM_BYTES).every((byte) => byte >= 0x30 && byte <= 0x39),
};

export function encodeFrame({ code, address, digits }: MeterFrame): Uint8Array {
  const data = Buffer.from(address + digits, 'latin1');
  return withSum16(Uint8Array.of(HEAD, data.length, code, ...data));
}

/** Returns the fields of bytes that the framer has checked. */
export function decodeFrame(bytes: Uint8Array): MeterFrame {
  const text = Buffer.from(bytes.subarray(DATA_OFFSET, -SUM_BYTES)).toString('latin1');
  return { code: bytes[2] ?? 0, address: text.slice(0, ADDRESS_BYTES), digits: text.slice(ADDRESS_BYTES) };
}

/** Returns what a frame means, in either direction, for the trace. */
export function describeFrame(bytes: Uint8Array): Meaning {
  const { code, address, digits } = decodeFrame(bytes);
  if ((code & ANSWER_BIT) === 0) return address === ANY ? say('reads whatever meter is there') : say('reads meter {address}', { address });
  if ((code & REFUSED_BIT) !== 0) return say('meter {address} refuses', { address });
  return say('meter {address} answers {count} digits', { address, count: digits.length });
}

/** Returns the digits of an answer. */
export function digitsOf({ wattHours, clock }: { readonly wattHours: number; readonly clock: string | null }): string {
  return `${wattHours}`.padStart(TOTAL_BYTES, '0') + (clock ?? '').replaceAll(/\D/g, '');
}

/** Returns what the digits of an answer say; null when they are not as many as there must be. */
export function readingOf(digits: string): { readonly wattHours: number; readonly clock: string | null } | null {
  const [, total, ...clock] = /^(\d{10})(?:(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d))?$/.exec(digits) ?? [];
  if (total === undefined) return null;
  const [year, month, day, hours, minutes, seconds] = clock;
  return { wattHours: Number(total), clock: year === undefined ? null : `${year}-${month}-${day}T${hours}:${minutes}:${seconds}` };
}
