// Countertop's own card layout on SLE4442: two purchase records written alternately, so that a torn write leaves the older one intact.
//
// Byte map (numbers high byte first, CRC-16/XMODEM over all bytes of the record in front of it):
//
//     0–7    the chip's own (ATR A2 13 10 91 and manufacturer's bytes); never written
//     8–31   identity, all of it protectable:
//              8 magic "CT" · 10 version 01 · 11 region code, 4 ASCII · 15 card number, 16 BCD digits, F-filled · 23 account number,
//              12 BCD digits, F-filled · 29 reserve 00 · 30 CRC
//    32–54   purchase record A        64–86   purchase record B
//              0 tag 50 · 1 sequence (2) · 3 litres (4) · 7 cumulative litres (4) · 11 fen per m³ (4) · 15 date YYYYMMDD BCD · 19 sequence again (2) · 21 CRC
//    96–125  return record, written by the meter alone:
//              0 tag 52 · 1 loaded sequence (2) · 3 remaining litres (4) · 7 cumulative use litres (4) · 11 faults (1) · 12 meter number, 16 ASCII, 00-filled · 28 CRC
//    the rest is free and stays as it is.
//
// A record that is all FF or all 00 was never written. A purchase goes into the record that does not hold the latest good one. It is written in
// rising order, its sequence first, its sequence again and its CRC last: until the second sequence stands, the record contradicts itself, so
// no prefix of a write can pass for a purchase by the chance of a 16-bit CRC. A return record that fails its check counts as none: the card is then
// taken as still loaded, and the meter mends it on the next insertion.
import type { ByteRange, CardContent, CardLayout, CardReading, CardWrite } from '../kit/index.ts';
import { diffImages } from '../kit/index.ts';
import {
  encodeIdentity,
  encodePurchase,
  HEADER,
  IMAGE_BYTES,
  isBlank,
  isOurs,
  latestPurchase,
  METER_RETURN,
  PURCHASES,
  readIdentity,
  readMeterReturn,
  readPurchase,
} from './records.ts';

function requireImage(image: Uint8Array): void {
  if (image.length !== IMAGE_BYTES) throw new RangeError(`image of ${image.length} bytes`);
}

function read(image: Uint8Array, regionCode: string): CardReading {
  requireImage(image);
  if (isBlank(image)) return { kind: 'blank' };
  if (!isOurs(image)) return { kind: 'other-layout' };
  const identity = readIdentity(image);
  if (!identity) return { kind: 'damaged', identity: null };
  if (identity.regionCode !== regionCode) return { kind: 'other-region', regionCode: identity.regionCode };
  const records = [readPurchase(image, 0), readPurchase(image, 1)];
  // One torn write breaks one record. With none good and none unwritten beside it, what the customer has bought is gone from the card.
  if (records.every((record) => record.kind === 'broken')) return { kind: 'damaged', identity };
  const purchase = latestPurchase(image)?.purchase ?? null;
  const returned = readMeterReturn(image);
  const meterReturn = returned.kind === 'good' ? returned.value : null;
  const content: CardContent = {
    ...identity,
    purchase,
    meterReturn,
    takenByMeter: purchase === null || (meterReturn !== null && meterReturn.loadedSequence >= purchase.sequence),
    tornRecord: records.some((record) => record.kind === 'broken'),
  };
  return { kind: 'content', content };
}

/** The parts of the image in the order in which they are written: the record that holds the latest good purchase as late as can be, identity last. */
function writingOrder(found: Uint8Array, issuing: boolean): readonly ByteRange[] {
  const latest = latestPurchase(found)?.index ?? 1;
  const [a, b] = PURCHASES;
  const records = latest === 0 ? [b, a] : [a, b];
  const gaps: readonly ByteRange[] = [
    { from: 0, to: HEADER.from },
    { from: a.to, to: b.from },
    { from: b.to, to: METER_RETURN.from },
    { from: METER_RETURN.to, to: IMAGE_BYTES },
  ];
  return issuing ? [...gaps, ...records, METER_RETURN, HEADER] : [...gaps, ...records];
}

const layout: CardLayout = {
  id: 'countertop-card',
  imageBytes: IMAGE_BYTES,
  meterRanges: [METER_RETURN],
  volumeStepLitres: 1,
  maxVolumeLitres: 9_999_000,
  sellWhileLoaded: false,
  read,
  planIssue(blank, identity) {
    requireImage(blank);
    const image = blank.slice();
    image.set(encodeIdentity(identity), HEADER.from);
    if (!isBlank(blank)) for (const range of [...PURCHASES, METER_RETURN]) image.fill(0xff, range.from, range.to);
    return image;
  },
  planPurchase(image, purchase) {
    requireImage(image);
    if (!readIdentity(image)) throw new RangeError('not a card of this layout');
    const record = encodePurchase(purchase);
    const after = image.slice();
    after.set(record, PURCHASES[latestPurchase(image)?.index === 0 ? 1 : 0].from);
    return after;
  },
  orderWrites(found, after): readonly CardWrite[] {
    requireImage(found);
    requireImage(after);
    const issuing = diffImages(found, after, HEADER).length > 0;
    return writingOrder(found, issuing).flatMap((range) => diffImages(found, after, range));
  },
};

export default layout;
