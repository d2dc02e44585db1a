// The records of the Countertop card as bytes: pure encoding, decoding and checks. Numbers are high byte first.
import { type ByteRange, type CardIdentity, type CardPurchase, crc16Xmodem, type MeterReturn } from '../kit/index.ts';

export const IMAGE_BYTES = 256;
export const HEADER: ByteRange = { from: 8, to: 32 };
/** Purchase records, written alternately. */
export const PURCHASES: readonly [ByteRange, ByteRange] = [
  { from: 32, to: 55 },
  { from: 64, to: 87 },
];
export const METER_RETURN: ByteRange = { from: 96, to: 126 };

const MAGIC = [0x43, 0x54] as const;
const VERSION = 1;
const PURCHASE_TAG = 0x50;
export const RETURN_TAG = 0x52;
const CRC_BYTES = 2;
const METER_NO_BYTES = 16;
const MAX_SEQUENCE = 0xffff;
const MAX_U32 = 0xffff_ffff;

/** What a record's bytes are: never written, failing their check, or good. */
export type CardRecord<T> = { readonly kind: 'empty' } | { readonly kind: 'broken' } | { readonly kind: 'good'; readonly value: T };

function slice(image: Uint8Array, range: ByteRange): Uint8Array {
  return image.slice(range.from, range.to);
}

function isEmpty(bytes: Uint8Array): boolean {
  return bytes.every((byte) => byte === 0xff) || bytes.every((byte) => byte === 0x00);
}

function sealed(bytes: Uint8Array): Uint8Array {
  const crc = crc16Xmodem(bytes.subarray(0, -CRC_BYTES));
  new DataView(bytes.buffer).setUint16(bytes.length - CRC_BYTES, crc);
  return bytes;
}

function isSealed(bytes: Uint8Array): boolean {
  return crc16Xmodem(bytes.subarray(0, -CRC_BYTES)) === new DataView(bytes.buffer).getUint16(bytes.length - CRC_BYTES);
}

/** Returns digits as BCD, filled with F on the right, so that leading zeros are kept. Throws RangeError on anything but 1 to 2 × `length` digits. */
function packDigits(digits: string, length: number): Uint8Array {
  if (!/^\d+$/.test(digits) || digits.length > length * 2) throw new RangeError(`not 1 to ${length * 2} digits`);
  const padded = digits.padEnd(length * 2, 'F');
  return Uint8Array.from({ length }, (_, index) => Number.parseInt(padded.slice(index * 2, index * 2 + 2), 16));
}

/** Returns the digits, or null when the bytes are no digits. */
function unpackDigits(bytes: Uint8Array): string | null {
  const text = Buffer.from(bytes).toString('hex');
  return /^\d+f*$/.test(text) ? text.replace(/f+$/, '') : null;
}

/** Whether the image bears the magic and version of this layout, whatever else it holds. */
export function isOurs(image: Uint8Array): boolean {
  return image[8] === MAGIC[0] && image[9] === MAGIC[1] && image[10] === VERSION;
}

/** Whether nothing was ever written: all bytes behind the chip's own first eight are FF or all are 00. */
export function isBlank(image: Uint8Array): boolean {
  return isEmpty(image.subarray(HEADER.from));
}

/** Returns the identity of an image, or null when its check fails. */
export function readIdentity(image: Uint8Array): CardIdentity | null {
  const header = slice(image, HEADER);
  const regionCode = String.fromCharCode(...header.subarray(3, 7));
  const cardNo = unpackDigits(header.subarray(7, 15));
  const accountNo = unpackDigits(header.subarray(15, 21));
  if (!isOurs(image) || !isSealed(header) || !/^[0-9A-Z]{4}$/.test(regionCode) || cardNo === null || accountNo === null) return null;
  return { cardNo, regionCode, accountNo };
}

/** Returns the header's bytes. Throws RangeError when the identity does not fit: 16 digits, 4 characters 0–9 A–Z, 12 digits. */
export function encodeIdentity({ cardNo, regionCode, accountNo }: CardIdentity): Uint8Array {
  if (!/^[0-9A-Z]{4}$/.test(regionCode)) throw new RangeError('region code is not 4 characters 0-9 A-Z');
  const header = new Uint8Array(HEADER.to - HEADER.from);
  header.set([...MAGIC, VERSION]);
  header.set(Buffer.from(regionCode, 'latin1'), 3);
  header.set(packDigits(cardNo, 8), 7);
  header.set(packDigits(accountNo, 6), 15);
  return sealed(header);
}

function unsigned(value: number, { name, min, max }: { readonly name: string; readonly min: number; readonly max: number }): number {
  if (!Number.isInteger(value) || value < min || value > max) throw new RangeError(`${name} is not ${min} to ${max}`);
  return value;
}

function isDate(text: string): boolean {
  return /^\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])$/.test(text);
}

/** Returns a purchase record's bytes. Throws RangeError when a value does not fit. */
export function encodePurchase(purchase: CardPurchase): Uint8Array {
  if (!isDate(purchase.date)) throw new RangeError('date is not YYYY-MM-DD');
  const sequence = unsigned(purchase.sequence, { name: 'sequence', min: 1, max: MAX_SEQUENCE });
  const bytes = new Uint8Array(PURCHASES[0].to - PURCHASES[0].from);
  const view = new DataView(bytes.buffer);
  view.setUint8(0, PURCHASE_TAG);
  view.setUint16(1, sequence);
  view.setUint32(3, unsigned(purchase.volumeLitres, { name: 'volume', min: 0, max: MAX_U32 }));
  view.setUint32(7, unsigned(purchase.cumulativeLitres, { name: 'cumulative volume', min: 0, max: MAX_U32 }));
  view.setUint32(11, unsigned(purchase.priceFenPerM3, { name: 'price', min: 0, max: MAX_U32 }));
  bytes.set(packDigits(purchase.date.replaceAll('-', ''), 4), 15);
  // The sequence again: until this is written the record contradicts itself, whatever the old CRC says.
  view.setUint16(19, sequence);
  return sealed(bytes);
}

/** Reads purchase record 0 (A) or 1 (B). */
export function readPurchase(image: Uint8Array, index: 0 | 1): CardRecord<CardPurchase> {
  const bytes = slice(image, PURCHASES[index]);
  if (isEmpty(bytes)) return { kind: 'empty' };
  const view = new DataView(bytes.buffer);
  const sequence = view.getUint16(1);
  const digits = unpackDigits(bytes.subarray(15, 19)) ?? '';
  const date = `${digits.slice(0, 4)}-${digits.slice(4, 6)}-${digits.slice(6, 8)}`;
  const good = bytes[0] === PURCHASE_TAG && sequence > 0 && view.getUint16(19) === sequence && isDate(date) && isSealed(bytes);
  if (!good) return { kind: 'broken' };
  return {
    kind: 'good',
    value: {
      sequence,
      volumeLitres: view.getUint32(3),
      cumulativeLitres: view.getUint32(7),
      priceFenPerM3: view.getUint32(11),
      date,
    },
  };
}

/** Returns the index of the good purchase record with the highest sequence; null when there is none. */
export function latestPurchase(image: Uint8Array): { readonly index: 0 | 1; readonly purchase: CardPurchase } | null {
  const a = readPurchase(image, 0);
  const b = readPurchase(image, 1);
  if (b.kind === 'good' && (a.kind !== 'good' || b.value.sequence > a.value.sequence)) return { index: 1, purchase: b.value };
  return a.kind === 'good' ? { index: 0, purchase: a.value } : null;
}

/** Returns the return record's bytes. Throws RangeError when a value does not fit; a meter number has 1 to 16 printable ASCII characters. */
export function encodeMeterReturn(state: MeterReturn): Uint8Array {
  if (!/^[\x21-\x7e]{1,16}$/.test(state.meterNo)) throw new RangeError('meter number is not 1 to 16 ASCII characters');
  const bytes = new Uint8Array(METER_RETURN.to - METER_RETURN.from);
  const view = new DataView(bytes.buffer);
  view.setUint8(0, RETURN_TAG);
  view.setUint16(1, unsigned(state.loadedSequence, { name: 'loaded sequence', min: 0, max: MAX_SEQUENCE }));
  view.setUint32(3, unsigned(state.remainingLitres, { name: 'remaining volume', min: 0, max: MAX_U32 }));
  view.setUint32(7, unsigned(state.cumulativeUseLitres, { name: 'cumulative use', min: 0, max: MAX_U32 }));
  view.setUint8(11, unsigned(state.faults, { name: 'faults', min: 0, max: 0xff }));
  bytes.set(Buffer.from(state.meterNo, 'latin1'), 12);
  return sealed(bytes);
}

/** Reads what the meter wrote; broken when it was torn off while writing. */
export function readMeterReturn(image: Uint8Array): CardRecord<MeterReturn> {
  const bytes = slice(image, METER_RETURN);
  if (isEmpty(bytes)) return { kind: 'empty' };
  const meterNo = Buffer.from(bytes.subarray(12, 12 + METER_NO_BYTES))
    .toString('latin1')
    .replace(/\0+$/, '');
  if (bytes[0] !== RETURN_TAG || !isSealed(bytes) || !/^[\x21-\x7e]{1,16}$/.test(meterNo)) return { kind: 'broken' };
  const view = new DataView(bytes.buffer);
  return {
    kind: 'good',
    value: {
      loadedSequence: view.getUint16(1),
      remainingLitres: view.getUint32(3),
      cumulativeUseLitres: view.getUint32(7),
      faults: view.getUint8(11),
      meterNo,
    },
  };
}
