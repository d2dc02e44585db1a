// Tests of packed decimal digits.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { bcdOfDigits, clockOfDigits, digitsOfBcd } from './bcd.ts';

test('digits survive the way to bytes and back', () => {
  fc.assert(
    fc.property(fc.array(fc.nat(99)), (pairs) => {
      const digits = pairs.map((pair) => String(pair).padStart(2, '0')).join('');
      expect(digitsOfBcd(bcdOfDigits(digits))).toBe(digits);
    }),
  );
});

test('the low byte comes first and only digits are digits', () => {
  expect([...bcdOfDigits('12345A')]).toEqual([0x5a, 0x34, 0x12]);
  expect(digitsOfBcd(Uint8Array.of(0x5a, 0x34))).toBe(null);
  expect(() => bcdOfDigits('123')).toThrow(RangeError);
  expect(() => bcdOfDigits('1F')).toThrow(RangeError);
});

test('a clock is a point in time or none', () => {
  expect(clockOfDigits('20240229235959')).toBe('2024-02-29T23:59:59');
  expect(clockOfDigits('20230229000000')).toBe(null);
  expect(clockOfDigits('20230101240000')).toBe(null);
  expect(clockOfDigits('202301010000')).toBe(null);
  expect(clockOfDigits(null)).toBe(null);
});
