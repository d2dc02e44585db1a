// Tests of the IEC 62056-21 messages alone.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createScanFramer } from '../kit/index.ts';
import {
  ascii,
  blockCheck,
  blockText,
  clockDigits,
  encodeBlock,
  errorIn,
  FRAME_FORMAT,
  isIdentification,
  isModeC,
  READ_OUT_AT_INITIAL_RATE,
  scaledInteger,
  shortCode,
  signOn,
  valuesOf,
} from './frames.ts';

const READ_OUT = 'F.F(00)\r\n0.0.0(12345678)\r\n1-0:1.8.0*255(001234.567*kWh)\r\n1.6.0(01.234*kW)(2611010815)\r\n!\r\n';
const BLOCK = encodeBlock(READ_OUT);

/** Every block that bytes on the line can bring about, with the line silent behind them. */
function blocksIn(bytes: Uint8Array): string[] {
  const framer = createScanFramer(FRAME_FORMAT);
  return [...framer.push(bytes), ...framer.cut()].flatMap((event) => (event.kind === 'frame' ? (blockText(event.bytes) ?? []) : []));
}

test('messages as they are published', () => {
  expect([...signOn('')]).toEqual([0x2f, 0x3f, 0x21, 0x0d, 0x0a]);
  expect(signOn('12345678')).toEqual(ascii('/?12345678!\r\n'));
  expect([...READ_OUT_AT_INITIAL_RATE]).toEqual([0x06, 0x30, 0x30, 0x30, 0x0d, 0x0a]);
  // The break message SOH B0 ETX q, and a password message that ends in 'a'.
  expect(blockCheck(ascii('B0\x03'))).toBe(0x71);
  expect(blockCheck(ascii('P1\x02(00000000)\x03'))).toBe(0x61);
});

test('an identification is told from an echo, and mode C from the others', () => {
  expect(isModeC(ascii('/ISk5ME162-0033\r\n'))).toBe(true);
  expect(isModeC(ascii('/LUGCUH50\r\n'))).toBe(false);
  expect(isIdentification(ascii('/LUGCUH50\r\n'))).toBe(true);
  expect(isIdentification(signOn(''))).toBe(false);
  expect(isIdentification(signOn('ABC'))).toBe(false);
});

test('an identification is found behind whatever noise could be the start of a line or a block', () => {
  const identification = ascii('/ISk5ME162-0033\r\n');
  const noise = fc.array(fc.oneof(fc.nat(255), fc.constantFrom(0x2f, 0x02, 0x06, 0x15, 0x3f)), { maxLength: 20 });
  fc.assert(
    fc.property(noise, (before) => {
      const framer = createScanFramer(FRAME_FORMAT);
      const events = [...framer.push(Uint8Array.from([...before, ...identification])), ...framer.cut()];
      expect(events.filter((event) => event.kind === 'frame' && isIdentification(event.bytes)).map((event) => event.bytes)).toEqual([
        identification,
      ]);
    }),
  );
});

test('decoding gives back what was encoded', () => {
  const printable = fc.array(fc.integer({ min: 0x20, max: 0x7e }), { maxLength: 300 }).map((codes) => String.fromCharCode(...codes));
  fc.assert(
    fc.property(printable, (line) => {
      expect(blocksIn(encodeBlock(`${line}\r\n!\r\n`))).toEqual([`${line}\r\n!\r\n`]);
    }),
  );
});

test('a block that does not end in ! is a meter error or nothing', () => {
  expect(blocksIn(encodeBlock('(ER01)'))).toEqual(['(ER01)']);
  expect(errorIn('(ER01)')).toBe('ER01');
  expect(errorIn('1.8.0(ER01)')).toBe(null);
  expect(blocksIn(encodeBlock('1.8.0(001234.567*kWh)\r\n'))).toEqual([]);
});

test('the values of a read-out', () => {
  expect(valuesOf(READ_OUT)).toEqual([
    { code: 'F.F', value: '00', unit: '' },
    { code: '0.0.0', value: '12345678', unit: '' },
    { code: '1-0:1.8.0*255', value: '001234.567', unit: 'kWh' },
    { code: '1.6.0', value: '01.234', unit: 'kW' },
    { code: '1.6.0', value: '2611010815', unit: '' },
  ]);
  expect(valuesOf('1.8.1(1*kWh)1.8.2(2*kWh)\r\n!\r\n').map(({ code, value }) => [code, value])).toEqual([
    ['1.8.1', '1'],
    ['1.8.2', '2'],
  ]);
  expect([shortCode('1-0:1.8.0*255'), shortCode('1.8.0'), shortCode('1-0:1.8.0*01'), shortCode('1.8.0&01')]).toEqual([
    '1.8.0',
    '1.8.0',
    '1.8.0*01',
    '1.8.0&01',
  ]);
});

test('kilowatt-hours become watt-hours without a rounding error', () => {
  fc.assert(
    fc.property(fc.nat({ max: 9_000_000_000_000 }), fc.nat(999), fc.nat(9), (kilo, rest, behind) => {
      const value = `${kilo}.${String(rest).padStart(3, '0')}${behind}`;
      expect(scaledInteger(value, { exponent: 3 })).toBe(kilo * 1_000 + rest);
    }),
  );
  expect(scaledInteger('001234.5', { exponent: 3 })).toBe(1_234_500);
  expect(scaledInteger('0.57', { exponent: 3 })).toBe(570);
  expect(scaledInteger('12', { exponent: 0 })).toBe(12);
  expect(scaledInteger('12.9', { exponent: 0 })).toBe(12);
  for (const wrong of ['', '-1', '1.', '.5', '1,5', '1e3', '99999999999999999']) expect(scaledInteger(wrong, { exponent: 3 })).toBe(null);
});

test('the clock with and without separators, and none', () => {
  expect(clockDigits({ date: '26-11-21', time: '08:30:59' })).toBe('20261121083059');
  expect(clockDigits({ date: '1261121', time: '0083059' })).toBe('20261121083059');
  expect(clockDigits({ date: '2611', time: '083059' })).toBe(null);
});

test('every single wrong bit is refused', () => {
  expect(blocksIn(BLOCK)).toEqual([READ_OUT]);
  for (let bit = 0; bit < BLOCK.length * 8; bit += 1) {
    expect(blocksIn(BLOCK.map((byte, at) => (at === bit >> 3 ? byte ^ (1 << (bit & 7)) : byte)))).toEqual([]);
  }
});

test('every cut is refused', () => {
  for (let length = 0; length < BLOCK.length; length += 1) expect(blocksIn(BLOCK.subarray(0, length))).toEqual([]);
});

test('noise before, between and after blocks never gives a wrong block', () => {
  const noise = fc.array(fc.oneof(fc.nat(255), fc.constantFrom(0x02, 0x03, 0x06, 0x2f, 0x0d, 0x0a)), { maxLength: 40 });
  fc.assert(
    fc.property(noise, noise, noise, (before, between, after) => {
      const blocks = blocksIn(Uint8Array.from([...before, ...BLOCK, ...between, ...BLOCK, ...after]));
      expect(blocks.length).toBeGreaterThan(0);
      expect(blocks.every((text) => text === READ_OUT)).toBe(true);
    }),
  );
});
