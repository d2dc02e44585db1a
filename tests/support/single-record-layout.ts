// A card layout without a second record, for tests only: its safety must come from the images before and after alone.
import { type ByteRange, diffImages } from '../../src/shared/domain/card-image.ts';
import type { CardContent, CardIdentity, CardLayout, CardPurchase, CardReading, MeterReturn } from '../../src/shared/domain/card-layout.ts';
import { crc16Xmodem } from '../../src/shared/domain/crc.ts';

const IMAGE_BYTES = 256;
const MAGIC = [0x53, 0x52];
const REGION: ByteRange = { from: 2, to: 6 };
const CARD_NO: ByteRange = { from: 6, to: 22 };
const ACCOUNT_NO: ByteRange = { from: 32, to: 44 };
const HEADER_CRC = 44;
const PURCHASE: ByteRange = { from: 64, to: 84 };
const RETURN: ByteRange = { from: 128, to: 158 };
const METER_NO: ByteRange = { from: 140, to: 156 };

function ascii(image: Uint8Array, { from, to }: ByteRange): string {
  return String.fromCharCode(...image.subarray(from, to)).replace(/\0+$/, '');
}

function setAscii(image: Uint8Array, range: ByteRange, text: string): void {
  image.fill(0, range.from, range.to);
  for (let index = 0; index < text.length; index += 1) image[range.from + index] = text.charCodeAt(index);
}

function view(image: Uint8Array): DataView {
  return new DataView(image.buffer, image.byteOffset, image.length);
}

/** The last two bytes of a record are the CRC over the bytes before them. */
function seal(image: Uint8Array, { from, to }: ByteRange): void {
  view(image).setUint16(to - 2, crc16Xmodem(image.subarray(from, to - 2)));
}

function sealed(image: Uint8Array, { from, to }: ByteRange): boolean {
  return view(image).getUint16(to - 2) === crc16Xmodem(image.subarray(from, to - 2));
}

const HEADER: ByteRange = { from: 0, to: HEADER_CRC + 2 };

function dateNumber(date: string): number {
  return Number(date.replaceAll('-', ''));
}

function readPurchase(image: Uint8Array): CardPurchase | null {
  const data = view(image);
  const sequence = data.getUint16(PURCHASE.from);
  if (sequence === 0) return null;
  const day = data.getUint32(PURCHASE.from + 12).toString();
  return {
    sequence,
    volumeLitres: data.getUint32(PURCHASE.from + 2),
    cumulativeLitres: data.getUint32(PURCHASE.from + 6),
    priceFenPerM3: data.getUint16(PURCHASE.from + 10),
    date: `${day.slice(0, 4)}-${day.slice(4, 6)}-${day.slice(6, 8)}`,
  };
}

function readReturn(image: Uint8Array): MeterReturn | null {
  if (!sealed(image, RETURN)) return null;
  const data = view(image);
  return {
    loadedSequence: data.getUint16(RETURN.from),
    remainingLitres: data.getUint32(RETURN.from + 2),
    cumulativeUseLitres: data.getUint32(RETURN.from + 6),
    faults: data.getUint8(RETURN.from + 10),
    meterNo: ascii(image, METER_NO),
  };
}

/** Writes what a meter would: the sequence it has loaded and what it holds. */
export function writeReturn(image: Uint8Array, report: MeterReturn): void {
  const data = view(image);
  data.setUint16(RETURN.from, report.loadedSequence);
  data.setUint32(RETURN.from + 2, report.remainingLitres);
  data.setUint32(RETURN.from + 6, report.cumulativeUseLitres);
  data.setUint8(RETURN.from + 10, report.faults);
  setAscii(image, METER_NO, report.meterNo);
  seal(image, RETURN);
}

export const singleRecordLayout: CardLayout = {
  id: 'test-single-record',
  access: { chip: 'SLE4442' },
  imageBytes: IMAGE_BYTES,
  meterRanges: [RETURN],
  volumeStepLitres: 1,
  maxVolumeLitres: 9_999_000,
  sellWhileLoaded: { byDefault: 'refuse', ways: ['warn', 'add'] },

  read(image, regionCode): CardReading {
    if (image[0] !== MAGIC[0] || image[1] !== MAGIC[1] || !sealed(image, HEADER)) return { kind: 'other-layout' };
    const identity: CardIdentity = { cardNo: ascii(image, CARD_NO), regionCode: ascii(image, REGION), accountNo: ascii(image, ACCOUNT_NO) };
    if (identity.regionCode !== regionCode) return { kind: 'other-region', regionCode: identity.regionCode };
    if (!sealed(image, PURCHASE)) return { kind: 'damaged', identity };
    const purchase = readPurchase(image);
    const meterReturn = readReturn(image);
    const takenByMeter = purchase === null || (meterReturn !== null && meterReturn.loadedSequence >= purchase.sequence);
    const content: CardContent = { ...identity, purchase, meterReturn, takenByMeter, tornRecord: false };
    return { kind: 'content', content };
  },

  planIssue(blank, identity) {
    const image = blank.slice();
    image.set(MAGIC, 0);
    setAscii(image, REGION, identity.regionCode);
    setAscii(image, CARD_NO, identity.cardNo);
    image.fill(0, CARD_NO.to, ACCOUNT_NO.from);
    setAscii(image, ACCOUNT_NO, identity.accountNo);
    seal(image, HEADER);
    image.fill(0, PURCHASE.from, PURCHASE.to);
    seal(image, PURCHASE);
    return image;
  },

  planPurchase(image, purchase) {
    const after = image.slice();
    const data = view(after);
    data.setUint16(PURCHASE.from, purchase.sequence);
    data.setUint32(PURCHASE.from + 2, purchase.volumeLitres);
    data.setUint32(PURCHASE.from + 6, purchase.cumulativeLitres);
    data.setUint16(PURCHASE.from + 10, purchase.priceFenPerM3);
    data.setUint32(PURCHASE.from + 12, dateNumber(purchase.date));
    seal(after, PURCHASE);
    return after;
  },

  orderWrites: (found, after) => diffImages(found, after),
};
