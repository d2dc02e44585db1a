// The card layout under every tear, and under bytes that nobody planned.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { cardLayoutConformance } from '../kit/conformance/card-layout.ts';
import {
  applyWrites,
  type ByteRange,
  type CardContent,
  type CardPurchase,
  judgeImage,
  METER_RETURN_BYTES,
  PURCHASE_BYTES,
  sameBytes,
} from '../kit/index.ts';
import layout from './layout.ts';
import manifest from './manifest.json' with { type: 'json' };
import { createMeter } from './meter-simulator.ts';
import { MAP } from './records.ts';

const range = (from: number, bytes: number) => ({ from, to: from + bytes });
const HEADER = range(MAP.identity, 24);
const PURCHASES = MAP.purchases.map((address) => range(address, PURCHASE_BYTES)) as [ByteRange, ByteRange];
const METER_RETURN = range(MAP.meterReturn, METER_RETURN_BYTES);

const ATR = [0xa2, 0x13, 0x10, 0x91];
const identity = { cardNo: '0012345678901234', regionCode: '9A01', accountNo: '001234567890' };

function blankImage(fill: 0x00 | 0xff = 0xff): Uint8Array {
  const image = new Uint8Array(256).fill(fill);
  image.set(ATR);
  return image;
}
const issued = () => layout.planIssue(blankImage(), identity);
const purchase = (over: Partial<CardPurchase> = {}): CardPurchase => ({
  sequence: 1,
  volumeLitres: 100_000,
  cumulativeLitres: 100_000,
  priceFenPerM3: 230,
  date: '2026-07-01',
  ...over,
});

function contentOf(image: Uint8Array): CardContent {
  const reading = layout.read(image, identity.regionCode);
  if (reading.kind !== 'content') throw new Error(reading.kind);
  return reading.content;
}

/** Every image that a write can leave behind, the untouched and the finished one included. */
function prefixes(found: Uint8Array, after: Uint8Array): Uint8Array[] {
  const images = [found.slice()];
  const image = found.slice();
  for (const write of layout.orderWrites(found, after)) {
    for (const [offset, byte] of write.data.entries()) {
      image[write.address + offset] = byte;
      images.push(image.slice());
    }
  }
  return images;
}

const u32 = fc.nat(0xffff_ffff);
const anyDate = fc
  .tuple(fc.integer({ min: 2000, max: 2099 }), fc.integer({ min: 1, max: 12 }), fc.integer({ min: 1, max: 28 }))
  .map(([year, month, day]) => `${year}-${String(month).padStart(2, '0')}-${String(day).padStart(2, '0')}`);
const anyPurchase = fc.record({ volumeLitres: u32, cumulativeLitres: u32, priceFenPerM3: u32, date: anyDate });
const anyIdentity = fc.record({
  cardNo: fc.stringMatching(/^\d{1,16}$/),
  regionCode: fc.stringMatching(/^[0-9A-Z]{4}$/),
  accountNo: fc.stringMatching(/^\d{1,12}$/),
});

cardLayoutConformance({ layout, manifest, createMeter });

describe('what an image is', () => {
  test('blank, FF or 00 behind the chip', () => {
    expect(layout.read(blankImage(), '9A01')).toEqual({ kind: 'blank' });
    expect(layout.read(blankImage(0), '9A01')).toEqual({ kind: 'blank' });
    expect(layout.read(new Uint8Array(256).fill(0xff), '9A01')).toEqual({ kind: 'blank' });
  });

  test('another layout, another version', () => {
    const other = issued();
    other[8] = 0x00;
    expect(layout.read(other, '9A01')).toEqual({ kind: 'other-layout' });
    const newer = issued();
    newer[10] = 2;
    expect(layout.read(newer, '9A01')).toEqual({ kind: 'other-layout' });
  });

  test('another region', () => {
    expect(layout.read(issued(), '9B07')).toEqual({ kind: 'other-region', regionCode: '9A01' });
  });

  test('damaged identity, damaged purchases', () => {
    const image = issued();
    image[16] = (image[16] ?? 0) ^ 1;
    expect(layout.read(image, '9A01')).toEqual({ kind: 'damaged', identity: null });
    const both = layout.planPurchase(layout.planPurchase(issued(), purchase()), purchase({ sequence: 2 }));
    for (const range of PURCHASES) both[range.from + 5] = (both[range.from + 5] ?? 0) ^ 1;
    expect(layout.read(both, '9A01')).toEqual({ kind: 'damaged', identity });
  });

  test('a new card without a purchase', () => {
    expect(contentOf(issued())).toEqual({ ...identity, purchase: null, meterReturn: null, takenByMeter: true, tornRecord: false });
  });

  test('random bytes never throw', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 256, maxLength: 256 }), fc.boolean(), (bytes, withHeader) => {
        const image = bytes.slice();
        if (withHeader) image.set(issued().subarray(HEADER.from, HEADER.to), HEADER.from);
        expect(['content', 'blank', 'other-layout', 'other-region', 'damaged']).toContain(layout.read(image, '9A01').kind);
      }),
    );
  });
});

describe('what is planned can be read', () => {
  test('any identity', () => {
    fc.assert(
      fc.property(anyIdentity, (who) => {
        const image = layout.planIssue(blankImage(), who);
        expect(layout.read(image, who.regionCode)).toMatchObject({ kind: 'content', content: who });
        expect([...image.subarray(0, 4)]).toEqual(ATR);
      }),
    );
  });

  test('any chain of purchases, each in the record that the one before is not in', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 65_000 }), fc.array(anyPurchase, { minLength: 1, maxLength: 6 }), (first, chain) => {
        let image = issued();
        for (const [index, one] of chain.entries()) {
          const next = { ...one, sequence: first + index };
          const older = contentOf(image).purchase;
          image = layout.planPurchase(image, next);
          expect(contentOf(image)).toMatchObject({ purchase: next, tornRecord: false, takenByMeter: false });
          if (older) {
            // Break the newer record: the older one is still there.
            const torn = image.slice();
            const changed = PURCHASES.find((range) => torn[range.to - 3] === (next.sequence & 0xff));
            if (!changed) throw new Error('no record holds the sequence');
            torn[changed.to - 1] = (torn[changed.to - 1] ?? 0) ^ 0xff;
            expect(contentOf(torn)).toMatchObject({ purchase: older, tornRecord: true });
          }
        }
      }),
    );
  });

  test('values that do not fit are refused', () => {
    expect(() => layout.planIssue(blankImage(), { ...identity, cardNo: '12345678901234567' })).toThrow(RangeError);
    expect(() => layout.planIssue(blankImage(), { ...identity, accountNo: 'A1' })).toThrow(RangeError);
    expect(() => layout.planIssue(blankImage(), { ...identity, regionCode: '9A' })).toThrow(RangeError);
    expect(() => layout.planPurchase(issued(), purchase({ sequence: 0 }))).toThrow(RangeError);
    expect(() => layout.planPurchase(issued(), purchase({ volumeLitres: 0.5 }))).toThrow(RangeError);
    expect(() => layout.planPurchase(issued(), purchase({ date: '2026-13-01' }))).toThrow(RangeError);
    expect(() => layout.planPurchase(blankImage(), purchase())).toThrow(RangeError);
  });

  test('a used card issued again holds nothing of its old owner', () => {
    const used = layout.planPurchase(issued(), purchase());
    createMeter({ meterNo: 'M1', regionCode: '9A01', accountNo: identity.accountNo }).take({ main: used, persist() {} });
    const again = layout.planIssue(used, { ...identity, accountNo: '777' });
    expect(sameBytes(applyWrites(used, layout.orderWrites(used, again)), again)).toBe(true);
    expect(contentOf(again)).toMatchObject({ accountNo: '777', purchase: null, meterReturn: null });
  });
});

describe('torn writes', () => {
  const anyTwo = fc.tuple(fc.integer({ min: 1, max: 65_000 }), anyPurchase, anyPurchase, anyPurchase);

  test('every prefix of every write: the older purchase or the new one, nothing else; and a mixture in between', () => {
    fc.assert(
      fc.property(anyTwo, ([first, one, two, three]) => {
        let before = issued();
        let older: CardPurchase | null = null;
        for (const next of [one, two, three].map((each, index) => ({ ...each, sequence: first + index }))) {
          const after = layout.planPurchase(before, next);
          const images = prefixes(before, after);
          for (const [step, found] of images.entries()) {
            const last = step === images.length - 1;
            expect(contentOf(found).purchase).toEqual(last ? next : older);
            const verdict = judgeImage({ before, after, found, meterRanges: layout.meterRanges, unitBytes: 1 });
            expect(verdict).toBe(step === 0 ? 'before' : last ? 'after' : 'mixture');
            // Whatever was left behind, the rest can be written over it.
            expect(sameBytes(applyWrites(found, layout.orderWrites(found, after)), after)).toBe(true);
          }
          before = after;
          older = next;
        }
      }),
      { numRuns: 40 },
    );
  });

  test('a byte torn inside never makes a purchase that was not sold', () => {
    const before = layout.planPurchase(layout.planPurchase(issued(), purchase()), purchase({ sequence: 2, volumeLitres: 50_000 }));
    const next = purchase({ sequence: 3, volumeLitres: 77_000, cumulativeLitres: 227_000, date: '2026-08-09' });
    const after = layout.planPurchase(before, next);
    const images = prefixes(before, after);
    for (const [step, image] of images.slice(0, -1).entries()) {
      const following = images[step + 1] as Uint8Array;
      const address = image.findIndex((byte, index) => byte !== following[index]);
      for (let torn = 0; torn < 256; torn += 1) {
        const found = image.slice();
        found[address] = torn;
        expect([2, 3]).toContain(contentOf(found).purchase?.sequence);
        if (contentOf(found).purchase?.sequence === 3) expect(contentOf(found).purchase).toEqual(next);
        expect(judgeImage({ before, after, found, meterRanges: layout.meterRanges, unitBytes: 1 })).not.toBe('other');
      }
    }
  });

  test("a record's CRC is written last, and the meter's bytes never", () => {
    const before = layout.planPurchase(issued(), purchase());
    const after = layout.planPurchase(before, purchase({ sequence: 2 }));
    const found = before.slice();
    found.fill(0x3c, METER_RETURN.from, METER_RETURN.to);
    const addresses = layout.orderWrites(found, after).flatMap((write) => [...write.data.keys()].map((offset) => write.address + offset));
    expect(addresses.slice(-2)).toEqual([PURCHASES[1].to - 2, PURCHASES[1].to - 1]);
    expect(addresses.some((address) => address >= METER_RETURN.from && address < METER_RETURN.to)).toBe(false);
  });

  test.each([
    [1, 1, 0],
    [2, 0, 1],
  ] as const)('with %i purchases on the card the record of the latest is changed last', (count, first, last) => {
    let found = issued();
    for (let sequence = 1; sequence <= count; sequence += 1) found = layout.planPurchase(found, purchase({ sequence }));
    const after = found.slice();
    for (const range of PURCHASES) after.fill(0x11, range.from, range.to);
    const order = layout.orderWrites(found, after).map((write) => PURCHASES.findIndex((range) => write.address < range.to));
    expect([...new Set(order)]).toEqual([first, last]);
  });

  test('an issue that is torn never passes for a card', () => {
    const images = prefixes(blankImage(), issued());
    for (const found of images.slice(1, -1)) expect(['other-layout', 'damaged']).toContain(layout.read(found, '9A01').kind);
  });

  test('a return record torn by the meter counts as none', () => {
    const image = layout.planPurchase(issued(), purchase());
    createMeter({ meterNo: 'M1', regionCode: '9A01', accountNo: identity.accountNo }).take({ main: image, persist() {} });
    expect(contentOf(image).takenByMeter).toBe(true);
    image[METER_RETURN.from + 4] = (image[METER_RETURN.from + 4] ?? 0) ^ 1;
    expect(contentOf(image)).toMatchObject({ meterReturn: null, takenByMeter: false, tornRecord: false });
  });
});
