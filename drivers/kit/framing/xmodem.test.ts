// Blocks of XMODEM and YMODEM: known bytes, round trips, and every kind of damage.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeBatchHeader, decodeBlock, encodeBatchEnd, encodeBatchHeader, encodeBlock, NAK, nextBlockBytes, SOH, STX } from './xmodem.ts';

const ascii = (text: string) => Uint8Array.from(Buffer.from(text, 'latin1'));
const blockBytes = fc.constantFrom(128 as const, 1024 as const);
const content = blockBytes.chain((size) =>
  fc.record({ number: fc.nat(100_000), data: fc.uint8Array({ maxLength: size }), blockBytes: fc.constant(size) }),
);

describe('a block', () => {
  it('has the bytes of the protocol: start, number, complement, data, 1A, CRC high byte first', () => {
    const block = encodeBlock({ number: 257, data: ascii('123456789'), blockBytes: 128 });
    expect(block.length).toBe(133);
    expect([...block.subarray(0, 4)]).toEqual([SOH, 0x01, 0xfe, 0x31]);
    expect([...block.subarray(12, 131)]).toEqual(Array(119).fill(0x1a));
    // Computed bit by bit by hand of the polynomial, apart from the code under test.
    let crc = 0;
    for (const byte of block.subarray(3, 131)) {
      for (let bit = 7; bit >= 0; bit -= 1) {
        const carry = ((crc >> 15) ^ (byte >> bit)) & 1;
        crc = ((crc << 1) & 0xffff) ^ (carry ? 0x1021 : 0);
      }
    }
    expect([block[131], block[132]]).toEqual([crc >> 8, crc & 0xff]);
    expect(encodeBlock({ number: 1, data: ascii('x'), blockBytes: 1024 })[0]).toBe(STX);
  });

  it('comes back as it was sent, filled up', () => {
    fc.assert(
      fc.property(content, (sent) => {
        const got = decodeBlock(encodeBlock(sent));
        expect(got.kind).toBe('block');
        if (got.kind !== 'block') return;
        expect(got.number).toBe(sent.number & 0xff);
        expect(got.data.length).toBe(sent.blockBytes);
        expect(got.data.slice(0, sent.data.length)).toEqual(sent.data);
        expect(got.data.slice(sent.data.length).every((byte) => byte === 0x1a)).toBe(true);
      }),
    );
  });

  it('never passes with one damaged byte, or a burst of two', () => {
    fc.assert(
      fc.property(content, fc.nat(), fc.integer({ min: 1, max: 0xffff }), (sent, at, mask) => {
        const block = encodeBlock(sent);
        const offset = at % (block.length - 1);
        block[offset] = (block[offset] ?? 0) ^ (mask >> 8);
        block[offset + 1] = (block[offset + 1] ?? 0) ^ (mask & 0xff);
        const got = decodeBlock(block);
        // Number and complement damaged alike make another number, which the receiver does not expect.
        if (got.kind === 'block') expect(got.number).not.toBe(sent.number & 0xff);
      }),
    );
  });

  it('says what is wrong', () => {
    const block = encodeBlock({ number: 3, data: ascii('abc'), blockBytes: 128 });
    expect(decodeBlock(block.subarray(0, 132)).kind).toBe('short');
    expect(decodeBlock(block.map((byte, index) => (index === 2 ? byte ^ 1 : byte))).kind).toBe('bad-number');
    expect(decodeBlock(block.map((byte, index) => (index === 3 ? byte ^ 1 : byte))).kind).toBe('bad-crc');
    expect(decodeBlock(Uint8Array.of(NAK)).kind).toBe('no-block');
    expect(decodeBlock(new Uint8Array(0)).kind).toBe('no-block');
    expect(() => encodeBlock({ number: 1, data: new Uint8Array(129), blockBytes: 128 })).toThrow(RangeError);
  });

  it('is of 1024 bytes only where that saves any', () => {
    const carried = (restBytes: number) => nextBlockBytes({ restBytes, maxBytes: 1024 });
    expect([carried(5000), carried(897), carried(896), carried(1)]).toEqual([1024, 1024, 128, 128]);
    expect(nextBlockBytes({ restBytes: 5000, maxBytes: 128 })).toBe(128);
  });
});

describe('a batch header', () => {
  const header = (block: Uint8Array) => {
    const got = decodeBlock(block);
    if (got.kind !== 'block') throw new Error(got.kind);
    expect(got.number).toBe(0);
    return decodeBatchHeader(got.data);
  };

  it('carries name and size, Chinese too', () => {
    expect(header(encodeBatchHeader({ name: 'book-07.txt', sizeBytes: 0 }))).toEqual({ name: 'book-07.txt', sizeBytes: 0 });
    expect(header(encodeBatchHeader({ name: '抄表册07.txt', sizeBytes: 1_048_576 }))).toEqual({
      name: '抄表册07.txt',
      sizeBytes: 1_048_576,
    });
    expect(header(encodeBatchEnd())).toBe('end');
    const bytes = encodeBatchHeader({ name: 'a.b', sizeBytes: 12 });
    expect([...bytes.subarray(0, 10)]).toEqual([SOH, 0x00, 0xff, 0x61, 0x2e, 0x62, 0x00, 0x31, 0x32, 0x00]);
  });

  it('of any usable name comes back the same', () => {
    const name = fc.string({ unit: fc.constantFrom(...'aZ0-._ 抄表册号é户㐀'), minLength: 1, maxLength: 150 });
    fc.assert(
      fc.property(
        name.filter((text) => !/[. ]$/.test(text)),
        fc.option(fc.nat()),
        (text, sizeBytes) => {
          expect(header(encodeBatchHeader({ name: text, sizeBytes }))).toEqual({ name: text, sizeBytes });
        },
      ),
    );
  });

  it('reads what other senders put behind the size and before the name', () => {
    expect(decodeBatchHeader(ascii('upload/2026/r.csv\x001234 14562373522 100644 0\0\0'))).toEqual({ name: 'r.csv', sizeBytes: 1234 });
    expect(decodeBatchHeader(ascii('C:\\DATA\\R.TXT\0'))).toEqual({ name: 'R.TXT', sizeBytes: null });
  });

  it('without a safe name or a number is invalid, and never sent', () => {
    for (const text of ['..\x001\0', 'a/\x001\0', 'a\u0007\x001\0', 'a\0-1\0', 'a\x001e9\0', 'no end'])
      expect(decodeBatchHeader(ascii(text))).toBe('invalid');
    for (const name of ['', '..', 'a/b', 'a\\b', 'a\0', '\ud800'])
      expect(() => encodeBatchHeader({ name, sizeBytes: 1 })).toThrow(RangeError);
  });

  it('never throws over what a line may bring', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 1, maxLength: 128 }), (data) => {
        const got = decodeBatchHeader(data);
        if (got !== 'end' && got !== 'invalid') expect(got.name).not.toMatch(/[/\\]/);
      }),
    );
  });
});
