// Tests of the DL/T 645 frames alone.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createScanFramer, fromHex } from '../kit/index.ts';
import { addressIn, answerTo, CONTROL, clockOf, decodeFrame, encodeFrame, FRAME_FORMAT, identifierBytes, wattHoursOf } from './frames.ts';

const hex = (text: string) => fromHex(text.replaceAll(' ', ''));
const digits = (count: number) => fc.array(fc.nat(9), { minLength: count, maxLength: count }).map((list) => list.join(''));
const QUESTION = { address: '202107072529', identifier: '00000000', values: 4 };
/** 1234.56 kWh. */
const ANSWER = encodeFrame({ address: QUESTION.address, control: 0x91, data: hex('00 00 00 00 56 34 12 00') });

/** Every reading that bytes on the line can bring about, with the line silent behind them. */
function readingsIn(bytes: Uint8Array): number[] {
  const framer = createScanFramer(FRAME_FORMAT);
  return [...framer.push(bytes), ...framer.cut()].flatMap((event) => {
    const answer = event.kind === 'frame' ? answerTo(QUESTION, decodeFrame(event.bytes)) : null;
    return answer && 'values' in answer ? [wattHoursOf(answer.values, { signed: true }) ?? []].flat() : [];
  });
}

test('the published example: read the total energy', () => {
  const frame = encodeFrame({ address: QUESTION.address, control: CONTROL.read, data: identifierBytes('00000000') });
  expect(frame).toEqual(hex('68 29 25 07 07 21 20 68 11 04 33 33 33 33 4E 16'));
});

test('decoding gives back what was encoded, and the framer finds it', () => {
  fc.assert(
    fc.property(digits(12), fc.nat(255), fc.uint8Array({ maxLength: 200 }), (address, control, data) => {
      const bytes = encodeFrame({ address, control, data });
      expect(decodeFrame(bytes)).toEqual({ address, control, data });
      expect(createScanFramer(FRAME_FORMAT).push(bytes)).toEqual([{ kind: 'frame', bytes }]);
    }),
  );
});

test('energy is exact to the last digit, with the sign of the combined register', () => {
  fc.assert(
    fc.property(fc.nat(79_999_999), (hundredths) => {
      const bytes = hex(String(hundredths).padStart(8, '0')).reverse();
      expect(wattHoursOf(bytes, { signed: true })).toBe(hundredths * 10);
      expect(wattHoursOf(bytes, { signed: false })).toBe(hundredths * 10);
    }),
  );
  expect(wattHoursOf(hex('56 34 12 80'), { signed: true })).toBe(-1_234_560);
  expect(wattHoursOf(hex('56 34 12 80'), { signed: false })).toBe(801_234_560);
  expect(wattHoursOf(hex('00 00 00 80'), { signed: true })).toBe(0);
  expect(wattHoursOf(hex('5A 34 12 00'), { signed: true })).toBe(null);
});

test('the clock comes from date and time; one that was never set is none', () => {
  expect(clockOf({ date: hex('06 21 11 26'), time: hex('59 30 08') })).toBe('2026-11-21T08:30:59');
  expect(clockOf({ date: hex('00 00 00 00'), time: hex('00 00 00') })).toBe(null);
  expect(clockOf({ date: hex('00 31 02 26'), time: hex('00 00 00') })).toBe(null);
});

test('only the answer of this meter to this question is taken', () => {
  const good = { address: QUESTION.address, control: 0x91, data: hex('00 00 00 00 56 34 12 00') };
  expect(answerTo(QUESTION, good)).toEqual({ values: hex('56 34 12 00') });
  expect(answerTo(QUESTION, { ...good, address: '202107072528' })).toBe(null);
  expect(answerTo(QUESTION, { ...good, control: 0x11 })).toBe(null);
  expect(answerTo(QUESTION, { ...good, data: hex('00 00 01 00 56 34 12 00') })).toBe(null);
  expect(answerTo(QUESTION, { ...good, data: hex('00 00 00 00 56 34 12') })).toBe(null);
  expect(answerTo(QUESTION, { ...good, control: 0xd1, data: hex('02') })).toEqual({ meterCode: 2 });
  expect(addressIn({ address: QUESTION.address, control: 0x93, data: hex('29 25 07 07 21 20') })).toBe(QUESTION.address);
  expect(addressIn({ address: QUESTION.address, control: 0x93, data: hex('28 25 07 07 21 20') })).toBe(null);
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
const noise = fc.array(fc.oneof(fc.nat(255), fc.constantFrom(0x68, 0x16, 0xfe, 0x91)), { maxLength: 40 });
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
