// Money and volume: rounding, VAT, and how amounts are written.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { capitalYuan, fen, formatCubicMetres, formatYuan, litres, splitVat, sumFen } from './money.ts';

describe('fen and litres', () => {
  it('are safe integers, litres not negative', () => {
    for (const bad of [0.5, Number.NaN, Number.POSITIVE_INFINITY, 2 ** 53]) {
      expect(() => fen(bad)).toThrow(RangeError);
      expect(() => litres(bad)).toThrow(RangeError);
    }
    expect(() => litres(-1)).toThrow(RangeError);
    expect(sumFen([fen(1), fen(-3)])).toBe(-2);
    expect(sumFen([])).toBe(0);
  });

  it('split into net and VAT without losing a fen', () => {
    expect(splitVat(fen(23_000), 90)).toEqual({ netFen: 21_101, vatFen: 1_899 });
    fc.assert(
      fc.property(fc.integer({ min: -10_000_000, max: 10_000_000 }), fc.integer({ min: 0, max: 300 }), (gross, rate) => {
        const { netFen, vatFen } = splitVat(fen(gross), rate);
        expect(netFen + vatFen).toBe(gross);
        expect(Math.abs(vatFen * 1_000 - netFen * rate)).toBeLessThanOrEqual((1_000 + rate) / 2);
      }),
    );
  });
});

describe('figures', () => {
  it.each([
    [0, '0.00'],
    [5, '0.05'],
    [1_234_567, '12,345.67'],
    [100_000_000, '1,000,000.00'],
    [-1_050, '-10.50'],
  ])('%i fen are written %s', (amount, text) => expect(formatYuan(fen(amount))).toBe(text));

  it.each([
    [0, '0.0'],
    [1, '0.001'],
    [32_500, '32.5'],
    [100_000, '100.0'],
    [1_010, '1.01'],
    [-1_500, '-1.5'],
  ])('%i litres are written %s m³', (volume, text) => expect(formatCubicMetres(volume)).toBe(text));
});

describe('Chinese capitals', () => {
  it.each([
    [0, '零元整'],
    [1, '壹分'],
    [10, '壹角整'],
    [12, '壹角贰分'],
    [100, '壹元整'],
    [105, '壹元零伍分'],
    [150, '壹元伍角整'],
    [1_000, '壹拾元整'],
    [1_600, '壹拾陆元整'],
    [23_000, '贰佰叁拾元整'],
    [26_160, '贰佰陆拾壹元陆角整'],
    [100_005, '壹仟元零伍分'],
    [100_100, '壹仟零壹元整'],
    [101_000, '壹仟零壹拾元整'],
    // The rule allows 零 after 元 here and allows leaving it out; one spelling is kept.
    [168_032, '壹仟陆佰捌拾元叁角贰分'],
    [600_714, '陆仟零柒元壹角肆分'],
    [1_000_000, '壹万元整'],
    [1_010_000, '壹万零壹佰元整'],
    [1_000_100, '壹万零壹元整'],
    [10_700_053, '壹拾万柒仟元伍角叁分'],
    [1_000_000_000, '壹仟万元整'],
    [1_000_010_000, '壹仟万零壹佰元整'],
    [10_000_000_000, '壹亿元整'],
    [10_000_000_100, '壹亿零壹元整'],
    [100_000_000_000_000, '壹万亿元整'],
    [-23_000, '负贰佰叁拾元整'],
  ])('%i fen are %s', (amount, text) => expect(capitalYuan(fen(amount))).toBe(text));

  const DIGIT = new Map(Array.from('零壹贰叁肆伍陆柒捌玖').map((character, digit) => [character, digit]));

  /** Reads capitals back: an independent reader, not the writer turned round. */
  function read(text: string): number {
    let total = 0;
    let group = 0;
    let digit = 0;
    let fenPart = 0;
    for (const character of text) {
      const value = DIGIT.get(character);
      const place = { 拾: 10, 佰: 100, 仟: 1_000 }[character];
      if (value !== undefined) digit = value;
      else if (place !== undefined) {
        group += digit * place;
        digit = 0;
      } else if (character === '万' || character === '元') {
        total += group + digit;
        group = 0;
        digit = 0;
        if (character === '万') total *= 10_000;
      } else if (character === '亿') {
        total = (total + group + digit) * 10_000;
        group = 0;
        digit = 0;
      } else if (character === '角') fenPart += digit * 10;
      else if (character === '分') fenPart += digit;
    }
    return total * 100 + fenPart;
  }

  it('reads back to the same amount', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 999_999_999 }), (amount) => {
        const text = capitalYuan(fen(amount));
        expect(read(text)).toBe(amount);
        expect(text).not.toMatch(/零零|零[元万亿]{2}|零$/);
      }),
      { numRuns: 1_000 },
    );
  });
});
