// A card layout made of Countertop's own records: one purchase record, safe through the images alone, or two that are written alternately.
//
// With two records a purchase goes into the one that does not hold the latest good one, so that a torn write leaves that one intact. A record is written
// in rising order, its sequence first, its sequence again and its CRC last: until the second sequence stands, the record contradicts itself, so no prefix
// of a write can pass for a purchase by the chance of a 16-bit CRC. A return record that fails its check counts as none: the card is then taken as still
// loaded, and the meter mends it on the next insertion.
//
// Records lie at the borders of the chip's units (pages, blocks), each unit in one record only: a unit that is torn inside spoils no other record.
import { type CardAccess, tearUnitBytes } from '../../../src/shared/domain/card-access.ts';
import { type ByteRange, type CardWrite, diffImages } from '../../../src/shared/domain/card-image.ts';
import { type CardContent, type CardLayout, type CardReading, TOOL_KINDS } from '../../../src/shared/domain/card-layout.ts';
import {
  encodeIdentity,
  encodePriceTable,
  encodePurchase,
  encodeTool,
  fitsPriceTable,
  IDENTITY_BYTES,
  isBlank,
  isOurs,
  latestPurchase,
  METER_RETURN_BYTES,
  PRICE_TABLE_BYTES,
  PURCHASE_BYTES,
  priceTableAt,
  type RecordMap,
  readIdentity,
  readKeyVersion,
  readMeterReturn,
  readPurchaseAt,
  readTool,
} from './records.ts';

export interface RecordLayoutOptions {
  readonly id: string;
  readonly access: CardAccess;
  readonly imageBytes: number;
  /** The last purchase record has room for a price table up to what follows it. */
  readonly map: RecordMap;
}

/** Returns the layout. A purchase is sold only on a card whose last one the meter has taken. */
export function createRecordLayout({ id, access, imageBytes, map }: RecordLayoutOptions): CardLayout {
  const unit = tearUnitBytes(access);
  /** The record with the rest of its last unit: what is written and torn together. */
  const unitsOf = (from: number, bytes: number): ByteRange => ({ from, to: from + Math.ceil(bytes / unit) * unit });
  const header = unitsOf(map.identity, IDENTITY_BYTES);
  const purchases = map.purchases.map((address) => unitsOf(address, PURCHASE_BYTES));
  const meterReturn = unitsOf(map.meterReturn, METER_RETURN_BYTES);
  const gaps = gapsBetween([header, ...purchases, meterReturn], imageBytes);

  function requireImage(image: Uint8Array): void {
    if (image.length !== imageBytes) throw new RangeError(`image of ${image.length} bytes`);
  }

  function read(image: Uint8Array, regionCode: string): CardReading {
    requireImage(image);
    if (isBlank(map, image)) return { kind: 'blank' };
    const tool = readTool(map, image);
    if (tool?.tool === 'price' && tool.prices === undefined) return { kind: 'damaged', identity: null };
    if (tool !== null) return { kind: 'tool', ...tool };
    if (!isOurs(map, image)) return { kind: 'other-layout' };
    const identity = readIdentity(map, image);
    if (!identity) return { kind: 'damaged', identity: null };
    if (identity.regionCode !== regionCode) return { kind: 'other-region', regionCode: identity.regionCode };
    const records = map.purchases.map((address) => readPurchaseAt(image, address));
    // With none good and none unwritten, what the customer has bought is gone from the card; of two records one torn write breaks one only.
    if (records.every((record) => record.kind === 'broken')) return { kind: 'damaged', identity };
    const purchase = latestPurchase(map, image)?.purchase ?? null;
    const returned = readMeterReturn(map, image);
    const back = returned.kind === 'good' ? returned.value : null;
    const content: CardContent = {
      ...identity,
      purchase,
      meterReturn: back,
      takenByMeter: purchase === null || (back !== null && back.loadedSequence >= purchase.sequence),
      tornRecord: records.some((record) => record.kind === 'broken'),
    };
    return { kind: 'content', content };
  }

  /** The parts of the image in the order in which they are written: the record that holds the latest good purchase as late as can be, identity last. */
  function writingOrder(found: Uint8Array, issuing: boolean): readonly ByteRange[] {
    const latest = latestPurchase(map, found)?.index ?? purchases.length - 1;
    const records = [...purchases.filter((_, index) => index !== latest), ...purchases.filter((_, index) => index === latest)];
    return issuing ? [...gaps, ...records, meterReturn, header] : [...gaps, ...records];
  }

  return {
    id,
    access,
    imageBytes,
    ...(access.chip === 'CPU' ? { numberPrinted: true } : {}),
    meterRanges: [meterReturn],
    commodities: ['gas', 'power'],
    volumeStepLitres: 1,
    maxVolumeLitres: 9_999_000,
    read,
    keyVersionOf: (image) => readKeyVersion(map, image),
    planIssue(blank, identity) {
      requireImage(blank);
      const image = blank.slice();
      image.set(encodeIdentity(map, identity), map.identity);
      if (!isBlank(map, blank)) {
        for (const address of map.purchases) image.fill(0xff, address, address + PURCHASE_BYTES);
        image.fill(0xff, map.meterReturn, map.meterReturn + METER_RETURN_BYTES);
      }
      return image;
    },
    tools: TOOL_KINDS,
    planTool(blank, card) {
      requireImage(blank);
      const image = blank.slice();
      image.set(encodeTool(map, card), map.identity);
      if (card.prices !== undefined) image.set(encodePriceTable(card.prices), priceTableAt(map));
      // One that came back and carried prices.
      else if (readTool(map, blank)?.tool === 'price') image.fill(0xff, priceTableAt(map), priceTableAt(map) + PRICE_TABLE_BYTES);
      return image;
    },
    holdsPrices: fitsPriceTable,
    planPurchase(image, purchase) {
      requireImage(image);
      if (!readIdentity(map, image)) throw new RangeError('not a card of this layout');
      const record = encodePurchase(purchase);
      const after = image.slice();
      const latest = latestPurchase(map, image)?.index ?? map.purchases.length - 1;
      after.set(record, map.purchases[(latest + 1) % map.purchases.length]);
      return after;
    },
    orderWrites(found, after): readonly CardWrite[] {
      requireImage(found);
      requireImage(after);
      const issuing = diffImages(found, after, header).length > 0;
      return writingOrder(found, issuing).flatMap((range) => diffImages(found, after, range));
    },
  };
}

/** Returns what lies between the ranges and around them, in rising order. */
function gapsBetween(ranges: readonly ByteRange[], imageBytes: number): ByteRange[] {
  const gaps: ByteRange[] = [];
  let from = 0;
  for (const range of [...ranges].sort((left, right) => left.from - right.from)) {
    if (range.from > from) gaps.push({ from, to: range.from });
    from = range.to;
  }
  if (from < imageBytes) gaps.push({ from, to: imageBytes });
  return gaps;
}
