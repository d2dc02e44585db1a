// What every card layout keeps, whatever its chip: it reads what it wrote, no tear makes a purchase that was not sold, and every tear can be completed.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { accessProblem, imageBytesOf, tearUnitBytes } from '../../../src/shared/domain/card-access.ts';
import { applyWrites, diffImages, judgeImage, sameBytes } from '../../../src/shared/domain/card-image.ts';
import {
  type CardContent,
  type CardLayout,
  type CardPurchase,
  type PriceTable,
  TOOL_KINDS,
  type ToolCard,
  type ToolKind,
} from '../../../src/shared/domain/card-layout.ts';
import type { Meter, MeterOptions } from '../layouts/meter.ts';
import { manifestSchema } from '../manifest.ts';

const identity = { cardNo: '0012345678901234', regionCode: '9A01', accountNo: '001234567890' };
const METER = { meterNo: 'GX-2026-0001', regionCode: identity.regionCode, accountNo: identity.accountNo };

export interface CardLayoutUnderTest {
  readonly layout: CardLayout;
  readonly manifest: unknown;
  createMeter(options: MeterOptions): Meter;
}

/** An image that a write can leave behind, and whether all of it is written. */
interface Remains {
  readonly image: Uint8Array;
  readonly torn: boolean;
}

/** Registers the tests of a layout that is written through images. */
export function cardLayoutConformance({ layout, manifest, createMeter }: CardLayoutUnderTest): void {
  const unitBytes = tearUnitBytes(layout.access);
  const blank = (fill = 0xff) => new Uint8Array(layout.imageBytes).fill(fill);
  const issued = () => layout.planIssue(blank(), identity);
  const purchase = (over: Partial<CardPurchase> = {}): CardPurchase => ({
    sequence: 1,
    volumeLitres: 100_000,
    cumulativeLitres: 100_000,
    priceFenPerM3: 230,
    date: '2026-07-01',
    ...over,
  });
  const later = (sequence: number) =>
    purchase({ sequence, volumeLitres: 31_000 + sequence, cumulativeLitres: 100_000 + 31_000 * sequence, date: '2026-08-09' });

  function contentOf(image: Uint8Array): CardContent {
    const reading = layout.read(image, identity.regionCode);
    if (reading.kind !== 'content') throw new Error(reading.kind);
    return reading.content;
  }

  /**
   * Everything a write can leave behind: cut between two units, and inside each unit with its bytes erased, half written, or anything by `noise`.
   * Units are written as a chip writes them, all planned bytes of a unit in one act.
   */
  function remains(found: Uint8Array, after: Uint8Array, noise: (length: number) => Uint8Array): Remains[] {
    const result: Remains[] = [{ image: found.slice(), torn: false }];
    const image = found.slice();
    for (const { address, data } of layout.orderWrites(found, after)) {
      for (let at = 0; at < data.length; ) {
        const start = address + at;
        const length = Math.min(unitBytes - (start % unitBytes), data.length - at);
        const unit = start - (start % unitBytes);
        for (const rubbish of [new Uint8Array(unitBytes).fill(0xff), noise(unitBytes)]) {
          const torn = image.slice();
          torn.set(rubbish.subarray(0, Math.min(unitBytes, image.length - unit)), unit);
          result.push({ image: torn, torn: true });
        }
        const half = image.slice();
        half.set(data.subarray(at, at + (length >> 1)), start);
        result.push({ image: half, torn: true });
        image.set(data.subarray(at, at + length), start);
        result.push({ image: image.slice(), torn: false });
        at += length;
      }
    }
    return result;
  }

  /** A meter takes the card; returns what it said. */
  function take(meter: Meter, image: Uint8Array, tearAfter = Number.POSITIVE_INFINITY): string {
    let written = 0;
    const persist = () => {
      written += 1;
      if (written >= tearAfter) throw new Error('pulled out');
    };
    return meter.take({ main: image, persist });
  }

  describe(`the layout ${layout.id}`, () => {
    test('is what its manifest says, and reads what its chip gives', () => {
      expect(manifestSchema.parse(manifest)).toMatchObject({ kind: 'layout', id: layout.id, chip: layout.access.chip });
      expect(accessProblem(layout)).toBeNull();
      expect(imageBytesOf(layout.access)).toBe(layout.imageBytes);
    });

    test('tells blank, foreign and damaged cards apart, and throws on none', () => {
      expect(layout.read(blank(), '9A01')).toEqual({ kind: 'blank' });
      expect(layout.read(blank(0), '9A01')).toEqual({ kind: 'blank' });
      expect(layout.read(issued(), '9B07')).toEqual({ kind: 'other-region', regionCode: '9A01' });
      fc.assert(
        fc.property(fc.uint8Array({ minLength: layout.imageBytes, maxLength: layout.imageBytes }), fc.boolean(), (bytes, ours) => {
          const image = ours ? applyWrites(bytes, [{ address: 0, data: issued().subarray(0, 32) }]) : bytes;
          expect(['content', 'blank', 'other-layout', 'other-region', 'damaged']).toContain(layout.read(image, '9A01').kind);
        }),
      );
    });

    test('reads every purchase that it plans, and keeps the identity', () => {
      const u32 = fc.nat(0xffff_ffff);
      const amounts = fc.record({ volumeLitres: u32, cumulativeLitres: u32, priceFenPerM3: u32 });
      fc.assert(
        fc.property(fc.integer({ min: 1, max: 65_000 }), fc.array(amounts, { minLength: 1, maxLength: 5 }), (first, chain) => {
          let image = issued();
          expect(contentOf(image)).toEqual({ ...identity, purchase: null, meterReturn: null, takenByMeter: true, tornRecord: false });
          for (const [index, one] of chain.entries()) {
            const next = { ...one, sequence: first + index, date: '2026-02-28' };
            const after = layout.planPurchase(image, next);
            expect(sameBytes(applyWrites(image, layout.orderWrites(image, after)), after)).toBe(true);
            image = after;
            expect(contentOf(image)).toMatchObject({ ...identity, purchase: next, takenByMeter: false });
          }
        }),
      );
    });

    test('says which version of the keys a card was made with', () => {
      expect(layout.keyVersionOf?.(issued())).toBe(0);
      const newer = layout.planIssue(blank(), { ...identity, keyVersion: 3 });
      expect(layout.keyVersionOf?.(layout.planPurchase(newer, purchase()))).toBe(3);
    });

    test('wherever a write is torn: no purchase that was not sold, a verdict that allows the rest, and the rest leads to the plan', () => {
      fc.assert(
        fc.property(fc.infiniteStream(fc.nat(255)), fc.boolean(), (stream, first) => {
          const noise = (length: number) => Uint8Array.from({ length }, () => stream.next().value ?? 0);
          const before = first ? issued() : layout.planPurchase(layout.planPurchase(issued(), purchase()), later(2));
          const older = contentOf(before).purchase;
          const next = later((older?.sequence ?? 0) + 1);
          const after = layout.planPurchase(before, next);
          const all = remains(before, after, noise);
          expect(all.length).toBeGreaterThan(3);
          for (const { image, torn } of all) {
            const reading = layout.read(image, identity.regionCode);
            // What the card shows is the old purchase, the new one, or nothing that can be read; its identity always.
            if (reading.kind === 'content') expect([older, next]).toContainEqual(reading.content.purchase ?? null);
            else expect(reading).toEqual({ kind: 'damaged', identity });
            const verdict = judgeImage({ before, after, found: image, meterRanges: layout.meterRanges, unitBytes });
            const plain = sameBytes(image, before) ? 'before' : sameBytes(image, after) ? 'after' : 'mixture';
            expect(verdict, torn ? 'torn inside' : 'between units').toBe(plain);
            const rest = layout.orderWrites(image, after);
            expect(sameBytes(applyWrites(image, rest), after)).toBe(true);
            // The rest can be torn as well.
            for (const again of remains(image, after, noise)) {
              const second = judgeImage({ before, after, found: again.image, meterRanges: layout.meterRanges, unitBytes });
              expect(['before', 'mixture', 'after']).toContain(second);
              expect(sameBytes(applyWrites(again.image, layout.orderWrites(again.image, after)), after)).toBe(true);
            }
          }
        }),
        { numRuns: 8 },
      );
    });

    test("a purchase never writes the meter's bytes", () => {
      const before = layout.planPurchase(issued(), purchase());
      const after = layout.planPurchase(before, later(2));
      const found = before.slice();
      for (const { from, to } of layout.meterRanges) found.fill(0x3c, from, to);
      for (const { address, data } of layout.orderWrites(found, after)) {
        expect(layout.meterRanges.every(({ from, to }) => address + data.length <= from || address >= to)).toBe(true);
      }
    });
  });

  describe(`a card for power of ${layout.id}`, () => {
    const issuedFor = (supply?: 'power') => layout.planIssue(blank(), { ...identity, ...(supply === undefined ? {} : { supply }) });

    test('says so, under its check', () => {
      const image = issuedFor('power');
      expect(contentOf(image)).toMatchObject({ ...identity, supply: 'power' });
      expect(contentOf(issuedFor())).not.toHaveProperty('supply');
      expect(contentOf(layout.planPurchase(image, purchase()))).toMatchObject({ supply: 'power', purchase: purchase() });
      expect(layout.commodities).toContain('power');
    });

    test('differs from one for gas in more than any single bit can turn', () => {
      const differ = diffImages(issuedFor(), issuedFor('power')).reduce((sum, { data }) => sum + data.length, 0);
      expect(differ).toBeGreaterThan(1);
      for (const supply of [undefined, 'power'] as const) {
        for (let bit = 0; bit < layout.imageBytes * 8; bit += 1) {
          const image = issuedFor(supply);
          image[bit >> 3] = (image[bit >> 3] ?? 0) ^ (1 << (bit & 7));
          const reading = layout.read(image, identity.regionCode);
          if (reading.kind === 'content') expect(reading.content.supply, `bit ${bit}`).toBe(supply);
        }
      }
    });

    test('is taken by a meter of power alone, and gas by one of gas: the other writes nothing and loads nothing', () => {
      for (const [card, meterOf] of [
        [undefined, 'power'],
        ['power', undefined],
      ] as const) {
        const image = layout.planPurchase(issuedFor(card), purchase());
        const before = image.slice();
        const meter = createMeter({ ...METER, ...(meterOf === undefined ? {} : { supply: meterOf }) });
        expect(take(meter, image)).toBe('wrong-commodity');
        expect(meter.state()).toMatchObject({ loadedSequence: 0, remainingLitres: 0 });
        expect(sameBytes(image, before)).toBe(true);
      }
      const own = createMeter({ ...METER, supply: 'power' });
      expect(take(own, layout.planPurchase(issuedFor('power'), purchase()))).toBe('loaded');
      expect(own.state()).toMatchObject({ remainingLitres: 100_000, supply: 'power' });
    });
  });

  describe(`a maker's tool card of ${layout.id}`, () => {
    const prices = (over: Partial<PriceTable> = {}): PriceTable => ({
      effectiveFrom: '2026-12-01',
      limitsLitres: [420_000, 660_000],
      pricesFenPerM3: [250, 300, 375],
      ...over,
    });
    const cardOf = (tool: ToolKind, over: Partial<ToolCard> = {}): ToolCard => ({
      ...{ tool, toolNo: '8800010100000042', regionCode: identity.regionCode },
      ...(tool === 'price' ? { prices: prices() } : {}),
      ...over,
    });
    const plan = (card: ToolCard, on = blank()) => {
      if (layout.planTool === undefined) throw new Error('no tool cards');
      return Uint8Array.from(layout.planTool(on, card));
    };

    test('is known by what it does and its number, whatever its region, and is nobody’s card', () => {
      expect(layout.tools).toEqual(TOOL_KINDS);
      for (const tool of TOOL_KINDS) {
        const image = plan(cardOf(tool));
        expect(layout.read(image, '9B07')).toEqual({ kind: 'tool', ...cardOf(tool) });
        expect(sameBytes(applyWrites(blank(), layout.orderWrites(blank(), image)), image)).toBe(true);
      }
      expect(() => plan(cardOf('clear', { toolNo: '' }))).toThrow(RangeError);
      expect(() => plan(cardOf('clear', { regionCode: '9a01' }))).toThrow(RangeError);
    });

    test('carries the prices of one to four tiers, of gas or power, and refuses a table that does not fit', () => {
      const tables = [
        prices({ limitsLitres: [], pricesFenPerM3: [0] }),
        prices({ limitsLitres: [1_000, 16_777_215_000, 2_000], pricesFenPerM3: [16_777_215, 1, 2, 3], supply: 'power' }),
      ];
      for (const table of tables) {
        expect(layout.holdsPrices?.(table)).toBe(true);
        expect(layout.read(plan(cardOf('price', { prices: table })), '9A01')).toMatchObject({ tool: 'price', prices: table });
      }
      for (const wrong of [
        prices({ limitsLitres: [1_000, 2_000, 3_000, 4_000], pricesFenPerM3: [1, 2, 3, 4, 5] }),
        prices({ limitsLitres: [420_500, 660_000] }),
        prices({ pricesFenPerM3: [250, 300] }),
        prices({ pricesFenPerM3: [250, 300, 16_777_216] }),
        prices({ effectiveFrom: '2026-13-01' }),
      ]) {
        expect(layout.holdsPrices?.(wrong)).toBe(false);
        expect(() => plan(cardOf('price', { prices: wrong }))).toThrow(RangeError);
      }
    });

    test('is none with any single bit of its record or of its prices turned', () => {
      const image = plan(cardOf('price'));
      const used = diffImages(blank(), image).flatMap(({ address, data }) => Array.from(data, (_, at) => address + at));
      for (const at of used) {
        for (let bit = 0; bit < 8; bit += 1) {
          const turned = image.slice();
          turned[at] = (turned[at] ?? 0) ^ (1 << bit);
          expect(['damaged', 'other-layout'], `byte ${at} bit ${bit}`).toContain(layout.read(turned, '9A01').kind);
        }
      }
    });

    test('torn anywhere while it is written, or written anew, it sets no prices but its own before and after', () => {
      const dearer = prices({ pricesFenPerM3: [900, 950, 999], effectiveFrom: '2027-01-01' });
      const first = plan(cardOf('price'));
      const second = plan(cardOf('price', { toolNo: '8800010100000043', prices: dearer }), first);
      const cleared = plan(cardOf('clear', { toolNo: '8800010100000044' }), second);
      expect(layout.read(second, '9A01')).toMatchObject({ tool: 'price', prices: dearer });
      expect(sameBytes(cleared, plan(cardOf('clear', { toolNo: '8800010100000044' })))).toBe(true);
      for (const [found, after] of [[blank(), first] as const, [first, second] as const, [second, cleared] as const]) {
        for (const { image } of remains(found, after, (length) => new Uint8Array(length).fill(0x5a))) {
          const reading = layout.read(image, '9A01');
          expect(reading.kind).not.toBe('content');
          if (reading.kind === 'tool' && reading.tool === 'price') expect([prices(), dearer]).toContainEqual(reading.prices);
          const verdict = judgeImage({ before: found, after, found: image, meterRanges: layout.meterRanges, unitBytes });
          expect(['before', 'mixture', 'after']).toContain(verdict);
          expect(sameBytes(applyWrites(image, layout.orderWrites(image, after)), after)).toBe(true);
        }
      }
    });

    test('does its one thing to every meter of its region, and nothing to one of another region or supply', () => {
      const full = { ...METER, loadedSequence: 4, remainingLitres: 5_000, cumulativeUseLitres: 700, faults: 2 };
      const meterIs = (over: object = {}) => createMeter({ state: { ...full, ...over } });
      const after = {
        clear: { ...full, remainingLitres: 0, faults: 0 },
        check: full,
        transfer: { ...full, accountNo: '', loadedSequence: 0 },
        price: { ...full, prices: prices() },
      };
      for (const tool of TOOL_KINDS) {
        const image = plan(cardOf(tool));
        for (const meter of [meterIs(), meterIs({ meterNo: 'GX-2' })]) expect(take(meter, image.slice())).toBe('tool-done');
        const meter = meterIs();
        take(meter, image);
        expect(meter.state()).toEqual(after[tool]);
        const abroad = meterIs({ regionCode: '9B07' });
        expect(take(abroad, image)).toBe('wrong-account');
        expect(abroad.state()).toEqual({ ...full, regionCode: '9B07' });
      }
      const power = meterIs({ supply: 'power' });
      expect(take(power, plan(cardOf('price')))).toBe('wrong-commodity');
      expect(power.state().prices).toBeUndefined();
      expect(take(power, plan(cardOf('price', { prices: prices({ supply: 'power' }) })))).toBe('tool-done');
      // A meter that goes on from what it has kept still has them.
      expect(createMeter({ state: JSON.parse(JSON.stringify(power.state())) }).state().prices).toEqual(prices({ supply: 'power' }));
    });
  });

  describe(`the meter of ${layout.id}`, () => {
    test('loads a purchase once and says so on the card', () => {
      const meter = createMeter(METER);
      const image = issued();
      expect(take(meter, image)).toBe('nothing-new');
      image.set(layout.planPurchase(image, purchase()));
      expect(contentOf(image).takenByMeter).toBe(false);
      expect(take(meter, image)).toBe('loaded');
      expect(take(meter, image)).toBe('nothing-new');
      expect(meter.use(30_000)).toBe(30_000);
      take(meter, image);
      const meterReturn = { loadedSequence: 1, remainingLitres: 70_000, cumulativeUseLitres: 30_000, faults: 0, meterNo: METER.meterNo };
      expect(contentOf(image)).toMatchObject({ takenByMeter: true, meterReturn });
    });

    test('takes no foreign card, no gap, and nothing torn', () => {
      const meter = createMeter({ ...METER, accountNo: '777' });
      const image = layout.planPurchase(issued(), purchase());
      expect(take(meter, image.slice())).toBe('wrong-account');
      expect(take(createMeter({ ...METER, regionCode: '9B07' }), image.slice())).toBe('wrong-account');
      expect(take(createMeter(METER), blank())).toBe('unreadable');
      expect(take(createMeter(METER), layout.planPurchase(issued(), later(2)))).toBe('sequence-gap');
    });

    test('pulled out after any byte it has loaded once, and mends its record the next time', () => {
      for (let tearAfter = 1; tearAfter < 60; tearAfter += 1) {
        const meter = createMeter(METER);
        const image = layout.planPurchase(issued(), purchase());
        let torn = false;
        try {
          take(meter, image, tearAfter);
        } catch {
          torn = true;
        }
        expect(meter.state()).toMatchObject({ loadedSequence: 1, remainingLitres: 100_000 });
        expect(take(meter, image)).toBe('nothing-new');
        expect(contentOf(image)).toMatchObject({ takenByMeter: true, purchase: purchase() });
        if (!torn) return;
      }
      throw new Error('the return record never ended');
    });
  });
}
