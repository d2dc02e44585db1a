// The rules of the trade's contract on the canonical image, and what a write means that nobody saw end.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { applyWrites, decodeGasCard, emptyGasCard, encodeGasCard, type GasCardFields } from '../kit/index.ts';
import layout from './layout.ts';
import { createMeter } from './meter-simulator.ts';

const IDENTITY = { cardNo: '10000001', regionCode: '9A01', accountNo: '20000001' };
const BLANK = encodeGasCard({ kind: 'blank' });
const PURCHASE = { sequence: 8, volumeLitres: 100_000, cumulativeLitres: 800_000, priceFenPerM3: 198, date: '2026-11-21' };

function card(fields: Partial<GasCardFields> = {}): Uint8Array {
  const numbers = { klx: 1, kzt: 1, ql: 0, cs: 7, ljgql: 700, bkcs: 0, ljyql: 69_000, syql: 1_000, bjql: 5, czsx: 500, tzed: 0, sxbj: 0 };
  const own = { kh: '10000001', dqdm: '9A01', yhh: '20000001', oldprice: 198, newprice: 238, sqrq: '20261001', sxrq: '' };
  return encodeGasCard({ kind: 'content', fields: { ...emptyGasCard(), ...numbers, ...own, ...fields } });
}

function fieldsOf(image: Uint8Array): GasCardFields {
  const decoded = decodeGasCard(image);
  if (decoded?.kind !== 'content') throw new Error('no content');
  return decoded.fields;
}

describe('reading', () => {
  it('says what stands on a card', () => {
    expect(layout.read(card({ ql: 12 }), '9A01')).toEqual({
      kind: 'content',
      content: {
        ...IDENTITY,
        purchase: { sequence: 7, volumeLitres: 12_000, cumulativeLitres: 700_000, priceFenPerM3: 198, date: '2026-10-01' },
        meterReturn: { loadedSequence: 6, remainingLitres: 10_000, cumulativeUseLitres: 690_000, faults: 0, meterNo: '' },
        takenByMeter: false,
        tornRecord: false,
      },
    });
    expect(layout.read(card({ sxbj: 1 }), '9A01')).toMatchObject({ content: { takenByMeter: true, purchase: { priceFenPerM3: 238 } } });
  });

  it('knows blank cards, other regions and other layouts, and throws on no bytes', () => {
    expect(layout.read(BLANK, '9A01').kind).toBe('blank');
    expect(layout.read(card({ dqdm: '9AZZ' }), '9A01')).toEqual({ kind: 'other-region', regionCode: '9AZZ' });
    expect(layout.read(encodeGasCard({ kind: 'foreign' }), '9A01').kind).toBe('other-region');
    fc.assert(
      fc.property(fc.uint8Array({ minLength: layout.imageBytes, maxLength: layout.imageBytes }), (noise) => {
        expect(['content', 'other-layout', 'blank', 'other-region']).toContain(layout.read(noise, '9A01').kind);
      }),
    );
  });

  it('takes no number of a maker that has none for one', () => {
    const bare = card({ ljgql: -1, ljyql: -1, syql: -1, oldprice: -1, newprice: -1, sqrq: '' });
    expect(layout.read(bare, '9A01')).toMatchObject({
      content: { meterReturn: null, takenByMeter: true, purchase: { cumulativeLitres: 0, priceFenPerM3: 0, date: '' } },
    });
  });
});

describe('planning', () => {
  it('issues a new card without a purchase', () => {
    const issued = layout.planIssue(BLANK, IDENTITY);
    expect(fieldsOf(issued)).toMatchObject({ kh: '10000001', dqdm: '9A01', yhh: '20000001', kzt: 0, cs: 0, ql: 0 });
    expect(layout.read(issued, '9A01')).toMatchObject({ content: { ...IDENTITY, purchase: null, takenByMeter: true } });
  });

  it('writes a purchase and nothing of the meter’s', () => {
    const before = card();
    const after = layout.planPurchase(before, PURCHASE);
    expect(fieldsOf(after)).toEqual({ ...fieldsOf(before), ql: 100, cs: 8, ljgql: 800, sqrq: '20261121' });
    expect(applyWrites(before, layout.orderWrites(before, after))).toEqual(after);
    for (const { from, to } of layout.meterRanges) expect(after.subarray(from, to)).toEqual(before.subarray(from, to));
  });

  it('lets the count rise only on an empty card, and takes a volume back with 0', () => {
    const loaded = card({ ql: 12 });
    expect(() => layout.planPurchase(loaded, PURCHASE)).toThrow(RangeError);
    const refunded = layout.planPurchase(loaded, { ...PURCHASE, sequence: 7, volumeLitres: 0, cumulativeLitres: 688_000 });
    expect(fieldsOf(refunded)).toMatchObject({ cs: 7, ql: 0, ljgql: 688 });
    expect(() => layout.planPurchase(card(), { ...PURCHASE, sequence: 9 })).toThrow(RangeError);
    expect(() => layout.planPurchase(card(), { ...PURCHASE, sequence: 7 })).toThrow(RangeError);
  });

  it.each([
    ['part of a m³', { volumeLitres: 100_500 }, {}],
    ['more than the meter takes', { volumeLitres: 501_000 }, {}],
    ['a count over 9999', { sequence: 10_000 }, { cs: 9_999 }],
  ])('refuses %s', (_, purchase, fields) => {
    expect(() => layout.planPurchase(card(fields), { ...PURCHASE, ...purchase })).toThrow('AMOUNT_OUT_OF_RANGE');
  });

  it('says what the meter of a card takes at most', () => {
    expect(layout.maxVolumeOf?.(card())).toBe(500_000);
    expect(layout.maxVolumeOf?.(card({ czsx: -1 }))).toBe(layout.maxVolumeLitres);
    expect(layout.maxVolumeOf?.(BLANK)).toBe(layout.maxVolumeLitres);
  });

  it('never writes what the maker does not support', () => {
    const after = layout.planPurchase(card({ ljgql: -1, sqrq: '' }), PURCHASE);
    expect(fieldsOf(after)).toMatchObject({ ljgql: -1, sqrq: '', ql: 100, cs: 8 });
  });
});

describe('judging', () => {
  const before = card();
  const after = layout.planPurchase(before, PURCHASE);
  const verdictOf = (found: Uint8Array, images = { before, after }) => layout.judge?.({ ...images, found });
  const changed = (fields: Partial<GasCardFields>) => encodeGasCard({ kind: 'content', fields: { ...fieldsOf(after), ...fields } });

  it('knows both images, whatever the meter has written meanwhile', () => {
    expect(verdictOf(before)).toBe('before');
    expect(verdictOf(after)).toBe('after');
    expect(verdictOf(card({ ljyql: 69_500, syql: 500 }))).toBe('before');
    expect(verdictOf(changed({ ljyql: 69_500, syql: 500, sqrq: '20261122' }))).toBe('after');
  });

  it('tells a torn write from a meter that has taken the card', () => {
    expect(verdictOf(changed({ ql: 0 }))).toBe('mixture');
    expect(verdictOf(changed({ ql: 0, syql: 11_000 }))).toBe('taken-by-meter');
    expect(verdictOf(changed({ ql: 0, ljyql: 69_400, syql: 10_600 }))).toBe('taken-by-meter');
    expect(verdictOf(changed({ cs: 7, ljgql: 700 }))).toBe('mixture');
    expect(verdictOf(changed({ ql: 0, ljgql: 700 }))).toBe('mixture');
  });

  it('guesses nothing where the meter says nothing', () => {
    const bare = { ljyql: -1, syql: -1 };
    const images = { before: card(bare), after: layout.planPurchase(card(bare), PURCHASE) };
    expect(verdictOf(changed({ ...bare, ql: 0 }), images)).toBe('other');
    expect(verdictOf(changed(bare), images)).toBe('after');
    expect(verdictOf(changed({ ql: 0, syql: 5_000 }))).toBe('other');
  });

  it('compares nothing that the maker does not support', () => {
    const bare = { ljgql: -1, sqrq: '' };
    const images = { before: card(bare), after: layout.planPurchase(card(bare), PURCHASE) };
    expect(verdictOf(changed({ ...bare }), images)).toBe('after');
    expect(verdictOf(card(bare), images)).toBe('before');
  });

  it.each([
    ['another card', { kh: '10000002' }],
    ['a reissued card', { bkcs: 1 }],
    ['another purchase', { cs: 9 }],
    ['another volume', { ql: 50 }],
  ])('leaves %s alone', (_, fields) => {
    expect(verdictOf(changed(fields))).toBe('other');
  });

  it('tells a refund from a meter that was quicker', () => {
    const loaded = card({ ql: 12 });
    const images = {
      before: loaded,
      after: layout.planPurchase(loaded, { ...PURCHASE, sequence: 7, volumeLitres: 0, cumulativeLitres: 688_000 }),
    };
    expect(verdictOf(images.after, images)).toBe('after');
    expect(verdictOf(card({ ql: 0, syql: 2_200 }), images)).toBe('other');
    expect(verdictOf(loaded, images)).toBe('before');
  });

  it('follows a meter through a life of purchases', () => {
    fc.assert(
      fc.property(fc.array(fc.record({ m3: fc.integer({ min: 1, max: 500 }), used: fc.integer({ min: 0, max: 60_000 }) })), (purchases) => {
        const meter = createMeter();
        const own = { main: layout.planIssue(BLANK, IDENTITY), persist() {} };
        own.main.set(encodeGasCard({ kind: 'content', fields: { ...fieldsOf(own.main), ljyql: 0, syql: 0 } }));
        let bought = 0;
        for (const [index, { m3, used }] of purchases.entries()) {
          const start = own.main.slice();
          bought += m3;
          const planned = layout.planPurchase(start, {
            ...PURCHASE,
            sequence: index + 1,
            volumeLitres: m3 * 1_000,
            cumulativeLitres: bought * 1_000,
          });
          own.main.set(planned);
          expect(layout.read(own.main, '9A01')).toMatchObject({ content: { takenByMeter: false } });
          expect(meter.take(own)).toBe('loaded');
          expect(verdictOf(own.main, { before: start, after: planned })).toBe('taken-by-meter');
          expect(meter.take(own)).toBe('nothing-new');
          meter.use(used);
        }
        expect(meter.state().used + meter.state().remaining).toBe(bought * 100);
        expect(meter.take({ main: card({ kh: '10000002' }), persist() {} })).toBe('wrong-card');
      }),
    );
  });
});
