// The records of Countertop's own card layouts as bytes, wherever a layout puts them: pure encoding, decoding and checks.
//
// Numbers are high byte first; every record ends with CRC-16/XMODEM over all its bytes in front of it.
//
//     identity, 24 bytes   0 magic (2) · 2 version, with bit 6 on a card for power · 3 region code, 4 ASCII · 7 card number, 16 BCD digits, F-filled · 15 account number, 12 BCD
//                          digits, F-filled · 21 version of the branch's keys · 22 CRC
//     tool card, 24 bytes  in place of the identity: 0 magic (2) · 2 version with bit 7 · 3 region code, 4 ASCII · 7 number, 16 BCD digits, F-filled ·
//                          15 kind: 1 clear, 2 check, 3 transfer, 4 price-set · 16 zeros · 22 CRC
//     price table, 29 bytes, on a price-set card, from the place of its last purchase record on: 0 tag 54 · 1 tiers (1 to 4), with bit 7 for power ·
//                          2 first day YYYYMMDD BCD · 6 four prices, fen per m³ or kWh (3 each) · 18 three yearly limits, m³ or kWh (3 each) · 27 CRC
//     purchase, 23 bytes   0 tag 50 · 1 sequence (2) · 3 litres, or watt-hours on a card for power (4) · 7 cumulative litres (4) · 11 fen per m³ (4) · 15 date YYYYMMDD BCD ·
//                          19 sequence again (2) · 21 CRC
//     return, 30 bytes     0 tag 52 · 1 loaded sequence (2) · 3 remaining litres (4) · 7 cumulative use litres (4) · 11 faults (1) · 12 meter number,
//                          16 ASCII, 00-filled · 28 CRC; written by the meter alone
//
// A record that is all FF or all 00 was never written.
import {
  type CardIdentity,
  type CardPurchase,
  type MeterReturn,
  type PriceTable,
  TOOL_KINDS,
  type ToolCard,
} from '../../../src/shared/domain/card-layout.ts';
import { crc16Xmodem } from '../../../src/shared/domain/crc.ts';

export const IDENTITY_BYTES = 24;
export const PURCHASE_BYTES = 23;
export const METER_RETURN_BYTES = 30;
export const PRICE_TABLE_BYTES = 29;

/** Where a layout puts its records in the image, and by what its cards are known. */
export interface RecordMap {
  readonly magic: readonly [number, number];
  readonly version: number;
  /** Address of the identity. What lies before it is the chip's own. */
  readonly identity: number;
  /** Address of the purchase record, or of two that are written alternately. */
  readonly purchases: readonly [number] | readonly [number, number];
  /** Address of the return record. */
  readonly meterReturn: number;
}

const PURCHASE_TAG = 0x50;
export const RETURN_TAG = 0x52;
const PRICE_TAG = 0x54;
const MOST_TIERS = 4;
const AT_PRICES = 6;
const AT_LIMITS = 18;
const MAX_U24 = 0xff_ffff;
const LITRES_PER_M3 = 1000;
const CRC_BYTES = 2;
const METER_NO_BYTES = 16;
const MAX_SEQUENCE = 0xffff;
const MAX_U32 = 0xffff_ffff;
const AT_KEY_VERSION = 21;
/** In the version of a card for power. A meter or program that does not know of it takes the card for one of another layout, and leaves it alone. */
const POWER_FLAG = 0x40;
/** In the version of a tool card. */
const TOOL_FLAG = 0x80;
const AT_TOOL = 15;
const REGION_CODE = /^[0-9A-Z]{4}$/;

/** What a record's bytes are: never written, failing their check, or good. */
export type CardRecord<T> = { readonly kind: 'empty' } | { readonly kind: 'broken' } | { readonly kind: 'good'; readonly value: T };

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

/** Whether the image bears the magic and version of this layout, for gas or for power, whatever else it holds. */
export function isOurs(map: RecordMap, image: Uint8Array): boolean {
  const [first, second, version] = image.subarray(map.identity);
  return first === map.magic[0] && second === map.magic[1] && ((version ?? 0) & ~POWER_FLAG) === map.version;
}

/** Reads a tool card of this layout; null when the image is none, or its check fails. A price-set card without a good table has no prices. */
export function readTool(map: RecordMap, image: Uint8Array): ToolCard | null {
  const record = identityBytes(map, image);
  const [first, second, version] = record;
  if (first !== map.magic[0] || second !== map.magic[1] || version !== (map.version | TOOL_FLAG) || !isSealed(record)) return null;
  const tool = TOOL_KINDS[(record[AT_TOOL] ?? 0) - 1];
  const regionCode = String.fromCharCode(...record.subarray(3, 7));
  const toolNo = unpackDigits(record.subarray(7, 15));
  if (tool === undefined || toolNo === null || !REGION_CODE.test(regionCode)) return null;
  const prices = tool === 'price' ? readPriceTable(image, priceTableAt(map)) : null;
  return { tool, toolNo, regionCode, ...(prices === null ? {} : { prices }) };
}

/** Address of the price table of a price-set card, which holds no purchase. */
export function priceTableAt({ purchases }: RecordMap): number {
  return purchases[1] ?? purchases[0];
}

/** Whether the table fits the record: 1 to 4 tiers, limits in whole m³ or kWh, prices of three bytes. */
export function fitsPriceTable({ effectiveFrom, limitsLitres, pricesFenPerM3 }: PriceTable): boolean {
  const tiers = pricesFenPerM3.length;
  const fits = (value: number): boolean => Number.isInteger(value) && value >= 0 && value <= MAX_U24;
  return (
    tiers >= 1 &&
    tiers <= MOST_TIERS &&
    limitsLitres.length === tiers - 1 &&
    pricesFenPerM3.every(fits) &&
    limitsLitres.every((limit) => fits(limit / LITRES_PER_M3)) &&
    isDate(effectiveFrom)
  );
}

/** Returns the bytes of a price table. Throws RangeError when it does not fit. */
export function encodePriceTable(prices: PriceTable): Uint8Array {
  if (!fitsPriceTable(prices)) throw new RangeError('price table does not fit its record');
  const { effectiveFrom, limitsLitres, pricesFenPerM3, supply } = prices;
  const bytes = new Uint8Array(PRICE_TABLE_BYTES);
  const putU24 = (at: number, value: number): void => bytes.set([value >> 16, (value >> 8) & 0xff, value & 0xff], at);
  bytes.set([PRICE_TAG, pricesFenPerM3.length | (supply === 'power' ? 0x80 : 0)]);
  bytes.set(packDigits(effectiveFrom.replaceAll('-', ''), 4), 2);
  for (const [tier, price] of pricesFenPerM3.entries()) putU24(AT_PRICES + 3 * tier, price);
  for (const [tier, limit] of limitsLitres.entries()) putU24(AT_LIMITS + 3 * tier, limit / LITRES_PER_M3);
  return sealed(bytes);
}

/** Reads the price table at an address of the image; null when its check fails. */
function readPriceTable(image: Uint8Array, address: number): PriceTable | null {
  const bytes = image.slice(address, address + PRICE_TABLE_BYTES);
  const u24 = (at: number): number => ((bytes[at] ?? 0) << 16) | ((bytes[at + 1] ?? 0) << 8) | (bytes[at + 2] ?? 0);
  const [tag, head = 0] = bytes;
  const tiers = head & 0x7f;
  const digits = unpackDigits(bytes.subarray(2, 6)) ?? '';
  if (tag !== PRICE_TAG || tiers < 1 || tiers > MOST_TIERS || !isSealed(bytes)) return null;
  const table: PriceTable = {
    effectiveFrom: `${digits.slice(0, 4)}-${digits.slice(4, 6)}-${digits.slice(6, 8)}`,
    pricesFenPerM3: Array.from({ length: tiers }, (_, tier) => u24(AT_PRICES + 3 * tier)),
    limitsLitres: Array.from({ length: tiers - 1 }, (_, tier) => u24(AT_LIMITS + 3 * tier) * LITRES_PER_M3),
    ...((head & 0x80) === 0 ? {} : { supply: 'power' }),
  };
  return isDate(table.effectiveFrom) ? table : null;
}

/** Returns the record of a tool card. Throws RangeError when it does not fit: 16 digits, 4 characters 0–9 A–Z. */
export function encodeTool(map: RecordMap, card: ToolCard): Uint8Array {
  if (!REGION_CODE.test(card.regionCode)) throw new RangeError('region code is not 4 characters 0-9 A-Z');
  const record = new Uint8Array(IDENTITY_BYTES);
  record.set([...map.magic, map.version | TOOL_FLAG]);
  record.set(Buffer.from(card.regionCode, 'latin1'), 3);
  record.set(packDigits(card.toolNo, 8), 7);
  record[AT_TOOL] = TOOL_KINDS.indexOf(card.tool) + 1;
  return sealed(record);
}

/** Whether nothing was ever written: all bytes behind the chip's own are FF or all are 00. */
export function isBlank(map: RecordMap, image: Uint8Array): boolean {
  return isEmpty(image.subarray(map.identity));
}

function identityBytes(map: RecordMap, image: Uint8Array): Uint8Array {
  return image.slice(map.identity, map.identity + IDENTITY_BYTES);
}

/** Returns the identity of an image, or null when its check fails. */
export function readIdentity(map: RecordMap, image: Uint8Array): CardIdentity | null {
  const record = identityBytes(map, image);
  const regionCode = String.fromCharCode(...record.subarray(3, 7));
  const cardNo = unpackDigits(record.subarray(7, 15));
  const accountNo = unpackDigits(record.subarray(15, 21));
  const good = isOurs(map, image) && isSealed(record) && REGION_CODE.test(regionCode);
  if (!good || cardNo === null || accountNo === null) return null;
  return { cardNo, regionCode, accountNo, ...(record[2] === map.version ? {} : { supply: 'power' }) };
}

/** Returns the version of the branch's keys that the card was made with; 0 on cards from before versions were counted. */
export function readKeyVersion(map: RecordMap, image: Uint8Array): number {
  return identityBytes(map, image)[AT_KEY_VERSION] ?? 0;
}

/** Returns the identity's bytes. Throws RangeError when it does not fit: 16 digits, 4 characters 0–9 A–Z, 12 digits, a key version of 0 to 254. */
export function encodeIdentity(map: RecordMap, identity: CardIdentity & { readonly keyVersion?: number }): Uint8Array {
  const { cardNo, regionCode, accountNo, supply, keyVersion = 0 } = identity;
  if (!REGION_CODE.test(regionCode)) throw new RangeError('region code is not 4 characters 0-9 A-Z');
  const record = new Uint8Array(IDENTITY_BYTES);
  record.set([...map.magic, supply === 'power' ? map.version | POWER_FLAG : map.version]);
  record.set(Buffer.from(regionCode, 'latin1'), 3);
  record.set(packDigits(cardNo, 8), 7);
  record.set(packDigits(accountNo, 6), 15);
  record[AT_KEY_VERSION] = unsigned(keyVersion, { name: 'key version', min: 0, max: 254 });
  return sealed(record);
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
  const bytes = new Uint8Array(PURCHASE_BYTES);
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

/** Reads the purchase record at an address of the image. */
export function readPurchaseAt(image: Uint8Array, address: number): CardRecord<CardPurchase> {
  const bytes = image.slice(address, address + PURCHASE_BYTES);
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

/** Returns the good purchase record with the highest sequence and its place among the layout's; null when there is none. */
export function latestPurchase(map: RecordMap, image: Uint8Array): { readonly index: number; readonly purchase: CardPurchase } | null {
  let latest: { readonly index: number; readonly purchase: CardPurchase } | null = null;
  for (const [index, address] of map.purchases.entries()) {
    const record = readPurchaseAt(image, address);
    if (record.kind === 'good' && (latest === null || record.value.sequence > latest.purchase.sequence)) {
      latest = { index, purchase: record.value };
    }
  }
  return latest;
}

/** Returns the return record's bytes. Throws RangeError when a value does not fit; a meter number has 1 to 16 printable ASCII characters. */
export function encodeMeterReturn(state: MeterReturn): Uint8Array {
  if (!/^[\x21-\x7e]{1,16}$/.test(state.meterNo)) throw new RangeError('meter number is not 1 to 16 ASCII characters');
  const bytes = new Uint8Array(METER_RETURN_BYTES);
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
export function readMeterReturn(map: RecordMap, image: Uint8Array): CardRecord<MeterReturn> {
  const bytes = image.slice(map.meterReturn, map.meterReturn + METER_RETURN_BYTES);
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
