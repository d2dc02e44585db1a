// Tests of the reader's frames alone.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { DATA_BYTES, decodeFrame, encodeFrame, MAIN_BYTES, maskSecrets, splitRead, splitWrite } from './frames.ts';

test('the published example: read one page at 0Ah of slot 3', () => {
  const frame = encodeFrame({ head: 0x55, slot: 3, operation: 0, part: 0, address: 10, count: 1, data: new Uint8Array(0) });
  expect(frame.length).toBe(40);
  expect([...frame.subarray(0, 6)]).toEqual([0x55, 0x03, 0x00, 0x00, 0x0a, 0x01]);
  expect(frame.subarray(6, 38).every((byte) => byte === 0)).toBe(true);
  expect([...frame.subarray(38)]).toEqual([0x00, 0x63]);
});

test('decoding gives back what was encoded', () => {
  const byte = fc.nat(255);
  fc.assert(
    fc.property(
      fc.record({
        head: byte,
        slot: byte,
        operation: byte,
        part: byte,
        address: byte,
        count: byte,
        data: fc.uint8Array({ minLength: 32, maxLength: 32 }),
      }),
      (fields) => {
        expect(decodeFrame(encodeFrame(fields))).toEqual(fields);
      },
    ),
  );
});

test('a field that does not fit is refused', () => {
  const fields = { head: 0x55, slot: 1, operation: 0, part: 0, address: 256, count: 1, data: new Uint8Array(0) };
  expect(() => encodeFrame(fields)).toThrow(RangeError);
  expect(() => encodeFrame({ ...fields, address: 0, data: new Uint8Array(33) })).toThrow(RangeError);
});

test('no trace shows a PSC', () => {
  const psc = Uint8Array.of(0xc1, 0xc2, 0xc3);
  const sent = encodeFrame({ head: 0x55, slot: 1, operation: 0x82, part: 0, address: 0, count: 3, data: psc });
  expect([...maskSecrets(sent)]).toEqual([0x55, 1, 0x82, 0, 0, 3, ...new Array(34).fill(0)]);
  const security = encodeFrame({ head: 0x55, slot: 1, operation: 1, part: 0, address: 0, count: 2, data: Uint8Array.of(7, ...psc) });
  expect([...maskSecrets(security).subarray(6)]).toEqual([7, ...new Array(33).fill(0)]);
  const main = encodeFrame({ head: 0x55, slot: 1, operation: 0, part: 0, address: 0, count: 1, data: Uint8Array.of(1, 2) });
  expect(maskSecrets(main)).toEqual(main);
});

test('a write is cut into single or start, middle and end frames', () => {
  expect(splitWrite(5, new Uint8Array(32)).map(({ part, address, data }) => [part, address, data.length])).toEqual([[0, 5, 32]]);
  expect(splitWrite(5, new Uint8Array(97)).map(({ part, address, data }) => [part, address, data.length])).toEqual([
    [1, 5, 32],
    [2, 37, 32],
    [2, 69, 32],
    [3, 101, 1],
  ]);
  expect(splitWrite(0, new Uint8Array(0))).toEqual([]);
});

test('a read is cut into whole pages that cover exactly what was asked for', () => {
  fc.assert(
    fc.property(fc.nat(255), fc.nat(256), fc.constantFrom(1, 2, 4, 8), (address, wanted, pageBytes) => {
      const length = Math.min(wanted, MAIN_BYTES - address);
      const taken: number[] = [];
      for (const part of splitRead({ address, length, pageBytes })) {
        expect(part.pages * pageBytes).toBeLessThanOrEqual(DATA_BYTES);
        expect(part.address + part.pages * pageBytes).toBeLessThanOrEqual(MAIN_BYTES);
        expect(part.skip + part.take).toBeLessThanOrEqual(part.pages * pageBytes);
        for (let offset = 0; offset < part.take; offset += 1) taken.push(part.address + part.skip + offset);
      }
      expect(taken).toEqual(Array.from({ length }, (_, offset) => address + offset));
    }),
  );
});
