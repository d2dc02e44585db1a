// Figures typed and shown: no fraction of a fen or a litre comes or goes.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cubicMetres, parseCubicMetres, parseYuan, typedDate, yuan, yuanInput } from './format.ts';

describe('typed figures', () => {
  it('reads yuan and cubic metres exactly', () => {
    expect(parseYuan('230')).toBe(23000);
    expect(parseYuan('1,234.5')).toBe(123450);
    expect(parseYuan('.5')).toBe(50);
    expect(parseYuan('8。88')).toBe(888);
    expect(parseYuan('0.29')).toBe(29);
    expect(parseCubicMetres('32.5')).toBe(32500);
    expect(parseCubicMetres('0.001')).toBe(1);
  });

  it('refuses what is no figure', () => {
    for (const text of ['', ' ', '.', 'abc', '1.234', '1.2.3', '-5', '1e5', '9999999999']) expect(parseYuan(text), text).toBeNull();
    expect(parseCubicMetres('1.2345')).toBeNull();
  });

  it('gives back what it showed', () => {
    fc.assert(fc.property(fc.integer({ min: 0, max: 1_000_000_000 }), (value) => parseYuan(yuanInput(value)) === value));
    fc.assert(fc.property(fc.integer({ min: 0, max: 1_000_000_000 }), (value) => parseCubicMetres(cubicMetres(value)) === value));
  });

  it('puts the sign of a yuan in front', () => {
    expect(yuan(1234567)).toBe('¥12,345.67');
    expect(yuan(-50)).toBe('-¥0.50');
  });
});

it('takes a date with and without its hyphens, and leaves what is no date yet as it is typed', () => {
  for (const text of ['20261121', '2026-11-21', '2026.11.21', '2026/11/21', '2026年11月21日', ' 2026-11-21 ']) {
    expect(typedDate(text), text).toBe('2026-11-21');
  }
  for (const text of ['', '2026', '2026112', '2026-1', '202611210']) expect(typedDate(text), text).toBe(text);
});
