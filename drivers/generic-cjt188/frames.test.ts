// Tests of the CJ/T 188 frames alone.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createScanFramer, fromHex } from '../kit/index.ts';
import {
  ADDRESS_DATA,
  answerTo,
  CURRENT_DATA,
  currentDataOf,
  decodeFrame,
  encodeFrame,
  FRAME_FORMAT,
  identifierBytes,
  type Question,
  requestOf,
  volumeOf,
  WILDCARD,
} from './frames.ts';

const hex = (text: string) => fromHex(text.replaceAll(' ', ''));
const digits = (count: number) => fc.array(fc.nat(9), { minLength: count, maxLength: count }).map((list) => list.join(''));
const ADDRESS = '33780012345678';
const QUESTION: Question = { meterType: 0x30, address: ADDRESS, identifier: CURRENT_DATA, order: 'high-first', serial: 7 };
/** 1234.56 m³, 1000.00 m³ at the settlement day, 2026-11-21 08:30:59, valve closed. */
const VALUES = hex('56 34 12 00 2C 00 00 10 00 2C 59 30 08 21 11 26 20 01 00');
const ANSWER = encodeFrame({ meterType: 0x30, address: ADDRESS, control: 0x81, data: Uint8Array.from([0x90, 0x1f, 7, ...VALUES]) });

/** Litres of every reading that bytes on the line can bring about, with the line silent behind them. */
function readingsIn(bytes: Uint8Array): number[] {
  const framer = createScanFramer(FRAME_FORMAT);
  return [...framer.push(bytes), ...framer.cut()].flatMap((event) => {
    const answer = event.kind === 'frame' ? answerTo(QUESTION, decodeFrame(event.bytes)) : null;
    const data = answer && 'values' in answer ? currentDataOf(answer.values) : null;
    return data ? [data.current.litres] : [];
  });
}

test('requests as they are published, in both orders of the identifier', () => {
  const toAny = { ...QUESTION, meterType: 0x10, address: WILDCARD, serial: 1 };
  expect(requestOf(toAny)).toEqual(hex('FE FE FE FE 68 10 AA AA AA AA AA AA AA 01 03 90 1F 01 D2 16'));
  expect(requestOf({ ...toAny, order: 'low-first' })).toEqual(hex('FE FE FE FE 68 10 AA AA AA AA AA AA AA 01 03 1F 90 01 D2 16'));
  expect(requestOf({ ...toAny, identifier: ADDRESS_DATA })).toEqual(hex('FE FE FE FE 68 10 AA AA AA AA AA AA AA 03 03 81 0A 01 B0 16'));
});

test('answers as they are published', () => {
  const answer = hex('68 10 88 05 27 10 15 20 00 81 16 90 1F 01 00 00 00 00 2C 00 00 00 00 2C 06 20 17 09 01 17 20 00 00 8E 16');
  expect(FRAME_FORMAT.isGood(answer)).toBe(true);
  const question = { ...QUESTION, meterType: 0x10, address: '00201510270588', serial: 1 };
  const taken = answerTo(question, decodeFrame(answer));
  expect(taken && 'values' in taken ? currentDataOf(taken.values) : null).toMatchObject({
    current: { litres: 0 },
    clock: '2017-01-09T17:20:06',
    flags: [],
  });
  const address = hex('68 10 89 67 45 23 01 33 78 83 03 0A 81 A7 34 16');
  const asked = { ...question, address: WILDCARD, identifier: ADDRESS_DATA, order: 'low-first' as const, serial: 0xa7 };
  expect(FRAME_FORMAT.isGood(address)).toBe(true);
  expect(answerTo(asked, decodeFrame(address))).toEqual({ values: new Uint8Array(0) });
  expect(decodeFrame(address).address).toBe('78330123456789');
});

test('decoding gives back what was encoded, and the framer finds it', () => {
  const type = fc.integer({ min: 0x10, max: 0x49 });
  fc.assert(
    fc.property(type, digits(14), fc.nat(255), fc.uint8Array({ maxLength: 100 }), (meterType, address, control, data) => {
      const bytes = encodeFrame({ meterType, address, control, data });
      expect(decodeFrame(bytes)).toEqual({ meterType, address, control, data });
      expect(createScanFramer(FRAME_FORMAT).push(bytes)).toEqual([{ kind: 'frame', bytes }]);
    }),
  );
});

test('what does not fit a frame is refused', () => {
  const good = { meterType: 0x30, address: ADDRESS, control: 1, data: new Uint8Array(0) };
  expect(() => encodeFrame({ ...good, meterType: 0x50 })).toThrow(RangeError);
  expect(() => encodeFrame({ ...good, address: '12' })).toThrow(RangeError);
  expect(() => encodeFrame({ ...good, data: new Uint8Array(101) })).toThrow(RangeError);
});

test.each([
  ['29', 1_234],
  ['2A', 12_345],
  ['2B', 123_456],
  ['2C', 1_234_560],
  ['2D', 12_345_600],
  ['2E', 123_456_000],
])('1234.56 in unit %s h is %d litres', (unit, litres) => {
  expect(volumeOf(hex(`56 34 12 00 ${unit}`))?.litres).toBe(litres);
});

test('no digits, or a unit that is no volume, are no volume', () => {
  expect(volumeOf(hex('5A 34 12 00 2C'))).toBe(null);
  for (const unit of ['05', '28', '2F', '35', '00']) expect(volumeOf(hex(`56 34 12 00 ${unit}`))).toBe(null);
});

test('every volume in m³ is exact to the litre', () => {
  fc.assert(
    fc.property(fc.nat(99_999_999), (hundredths) => {
      const bytes = hex(`2C${String(hundredths).padStart(8, '0')}`).reverse();
      expect(volumeOf(bytes)?.litres).toBe(hundredths * 10);
    }),
  );
});

test('the current data with all it tells', () => {
  expect(currentDataOf(VALUES)).toMatchObject({
    current: { digits: '00123456', litres: 1_234_560 },
    settled: { litres: 1_000_000 },
    clock: '2026-11-21T08:30:59',
    status: 1,
    flags: ['valve-closed'],
  });
  const withStatus = (low: number) => currentDataOf(VALUES.map((byte, at) => (at === 17 ? low : byte)))?.flags;
  expect(withStatus(0x07)).toEqual(['valve-fault', 'battery-low']);
  expect(withStatus(0x00)).toEqual([]);
});

test('only the answer of this meter to this question is taken', () => {
  const good = decodeFrame(ANSWER);
  expect(answerTo(QUESTION, good)).toEqual({ values: VALUES });
  expect(answerTo({ ...QUESTION, address: '33780012345679' }, good)).toBe(null);
  expect(answerTo({ ...QUESTION, meterType: 0x31 }, good)).toBe(null);
  expect(answerTo({ ...QUESTION, serial: 8 }, good)).toBe(null);
  expect(answerTo({ ...QUESTION, order: 'low-first' }, good)).toBe(null);
  expect(answerTo(QUESTION, { ...good, control: 0x01 })).toBe(null);
  expect(answerTo(QUESTION, { ...good, data: good.data.slice(0, -1) })).toBe(null);
  expect(answerTo(QUESTION, { ...good, control: 0xc1, data: hex('07 02 00') })).toEqual({ meterCode: 2 });
  expect(answerTo(QUESTION, { ...good, control: 0xc1, data: hex('08 02 00') })).toBe(null);
  expect([...identifierBytes(CURRENT_DATA, 'low-first')]).toEqual([0x1f, 0x90]);
});

test('every single wrong bit is refused', () => {
  expect(readingsIn(ANSWER)).toEqual([1_234_560]);
  for (let bit = 0; bit < ANSWER.length * 8; bit += 1) {
    expect(readingsIn(ANSWER.map((byte, at) => (at === bit >> 3 ? byte ^ (1 << (bit & 7)) : byte)))).toEqual([]);
  }
});

test('every cut is refused', () => {
  for (let length = 0; length < ANSWER.length; length += 1) expect(readingsIn(ANSWER.subarray(0, length))).toEqual([]);
});

/** Noise rich in the bytes that frames are made of. */
const noise = fc.array(fc.oneof(fc.nat(255), fc.constantFrom(0x68, 0x30, 0x16, 0xfe, 0x81)), { maxLength: 40 });
const noisy = (...parts: readonly (readonly number[])[]) =>
  readingsIn(Uint8Array.from(parts.flatMap((part, index) => (index === 0 ? part : [...ANSWER, ...part]))));

test('noise before, between and after frames never gives a wrong reading', () => {
  fc.assert(
    fc.property(noise, noise, noise, (before, between, after) => {
      expect(noisy(before, between, after).every((reading) => reading === 1_234_560)).toBe(true);
    }),
  );
});

test('noise that opens no frame costs no reading', () => {
  // With a head in it noise can, once in very many times, close a good frame of its own around the true one: the 8-bit sum allows it.
  const headless = noise.map((bytes) => bytes.filter((byte) => byte !== 0x68));
  fc.assert(
    fc.property(headless, headless, headless, (before, between, after) => {
      expect(noisy(before, between, after)).toEqual([1_234_560, 1_234_560]);
    }),
  );
});

test('a false head that swallows frames gives them out when the line falls silent', () => {
  for (let gap = 0; gap < 12; gap += 1) {
    const falseHead = [0x68, 0x30, 0, 0, 0, 0, 0, 0x68, 0x91, 0x60, 0x60].slice(0, gap);
    expect(noisy(falseHead, [], [])).toEqual([1_234_560, 1_234_560]);
  }
});
