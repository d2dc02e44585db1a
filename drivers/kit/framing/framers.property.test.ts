// What every framer of the kit keeps: the same frames however the bytes are cut, noise passed over and reported, bounded memory.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { fromHex } from '../index.ts';
import { createDelimiterFramer } from './delimiter-frame.ts';
import { createFixedFramer, type FixedFramer, hasGoodSum16, withSum16, xorOf } from './fixed-frame.ts';
import { createLengthFramer } from './length-frame.ts';
import { createScanFramer } from './scan-frame.ts';
import { createSilenceFramer } from './silence-frame.ts';
import { createSlipFramer, encodeSlip } from './slip-frame.ts';
import { createStxFramer, encodeStxFrame } from './stx-frame.ts';

interface FramerUnderTest {
  readonly create: () => FixedFramer;
  /** Returns a payload as it travels, and as the framer gives it out. */
  readonly encode: (payload: Uint8Array) => { readonly sent: Uint8Array; readonly frame: Uint8Array };
  /** Noise that cannot be taken for a frame or a part of one. */
  readonly noise: readonly number[];
  /** Most bytes it may hold. */
  readonly mostHeld: number;
  /** Ends noise at once, without a silence. */
  readonly endOfNoise?: Uint8Array;
}

const whole = (bytes: Uint8Array) => ({ sent: bytes, frame: bytes });
/** A check sum in printable characters: two hexadecimal digits of the exclusive or. */
const withLetters = (text: Uint8Array) => Uint8Array.of(...text, ...Buffer.from(xorOf(text).toString(16).padStart(2, '0')));
const hasGoodLetters = (frame: Uint8Array) => frame.length > 2 && withLetters(frame.slice(0, -2)).every((byte, at) => byte === frame[at]);
const lengthFormat = { head: fromHex('A55A'), lengthBytes: 2, overheadBytes: 6, maxBytes: 40, isGood: hasGoodSum16 } as const;

const FRAMERS: Readonly<Record<string, FramerUnderTest>> = {
  delimiter: {
    create: () => createDelimiterFramer({ delimiter: fromHex('0D0A'), maxBytes: 34, isGood: hasGoodLetters }),
    encode(payload) {
      const frame = withLetters(payload.map((byte) => 0x20 | (byte & 0x5f)));
      return { sent: Uint8Array.of(...frame, 0x0d, 0x0a), frame };
    },
    noise: [0x11, 0x22, 0xfe],
    mostHeld: 36,
    endOfNoise: fromHex('0D0A'),
  },
  length: {
    create: () => createLengthFramer(lengthFormat),
    encode: (payload) => whole(withSum16(Uint8Array.of(0xa5, 0x5a, 0, payload.length, ...payload))),
    noise: [0x11, 0x22, 0xfe],
    mostHeld: 40,
  },
  'fixed length and sum': {
    create: () => createFixedFramer({ frameBytes: 34, isHead: (byte) => byte === 0x55 }),
    encode: (payload) =>
      whole(withSum16(Uint8Array.of(0x55, ...payload.subarray(0, 31), ...new Uint8Array(31 - Math.min(31, payload.length))))),
    noise: [0x11, 0x22, 0xfe],
    mostHeld: 34,
  },
  scan: {
    create: () =>
      createScanFramer({
        isHead: (byte) => byte === 0x68,
        isFill: () => false,
        lengthOf: (held) => (held[1] === undefined ? 'more' : held[1] > 32 ? 'none' : held[1] + 4),
        isGood: hasGoodSum16,
      }),
    encode: (payload) => whole(withSum16(Uint8Array.of(0x68, payload.length, ...payload))),
    noise: [0x11, 0x22, 0xfe],
    mostHeld: 36,
  },
  'STX/ETX/BCC': {
    create: () => createStxFramer({ maxTextBytes: 32 }),
    encode: (payload) => whole(encodeStxFrame(payload)),
    noise: [0x11, 0x22, 0xfe],
    mostHeld: 37,
  },
  SLIP: {
    create: () => createSlipFramer({ maxBytes: 34, isGood: hasGoodSum16 }),
    encode(payload) {
      const frame = withSum16(payload);
      return { sent: encodeSlip(frame), frame };
    },
    noise: [0x11, 0x22, 0xfe],
    mostHeld: 69,
    endOfNoise: fromHex('C0'),
  },
};

const payload = fc.uint8Array({ minLength: 1, maxLength: 30 });
const sizes = fc.array(fc.integer({ min: 1, max: 50 }), { minLength: 1, maxLength: 20 });

/** Pushes the bytes in pieces of these sizes, over and over; checks the memory after each. */
function pushInPieces(
  framer: FixedFramer,
  { bytes, pieces, mostHeld }: { bytes: Uint8Array; pieces: readonly number[]; mostHeld: number },
) {
  const events = [];
  for (let at = 0, turn = 0; at < bytes.length; turn += 1) {
    const size = pieces[turn % pieces.length] ?? 1;
    events.push(...framer.push(bytes.subarray(at, at + size)));
    expect(framer.pending).toBeLessThanOrEqual(mostHeld);
    at += size;
  }
  return events;
}

const concat = (parts: readonly Uint8Array[]) => Uint8Array.from(parts.flatMap((part) => [...part]));

describe.each(Object.entries(FRAMERS))('%s', (_name, { create, encode, noise, mostHeld, endOfNoise = new Uint8Array(0) }) => {
  const noisy = fc.array(fc.constantFrom(...noise), { maxLength: 20 }).map((bytes) => Uint8Array.from(bytes));

  test('frames with noise between them: all of them, in order, and the noise reported, however the bytes are cut', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(noisy, payload), { maxLength: 8 }), sizes, (parts, pieces) => {
        const encoded = parts.map(([before, data]) => ({ before, ...encode(data) }));
        const bytes = concat(encoded.flatMap(({ before, sent }) => [before, before.length > 0 ? endOfNoise : new Uint8Array(0), sent]));
        const events = pushInPieces(create(), { bytes, pieces, mostHeld });
        expect(events.filter(({ kind }) => kind === 'frame').map((event) => event.bytes)).toEqual(encoded.map(({ frame }) => frame));
        const reported = events.filter(({ kind }) => kind !== 'frame').length;
        expect(reported).toBe(encoded.filter(({ before }) => before.length > 0).length);
      }),
    );
  });

  test('any bytes at all, however they are cut: the same events, then a silence, and the next frame is found', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), sizes, payload, (bytes, pieces, data) => {
        const framer = create();
        const inPieces = pushInPieces(framer, { bytes, pieces, mostHeld });
        const other = create();
        const atOnce = other.push(bytes);
        const framesOf = (events: typeof atOnce) => events.filter(({ kind }) => kind === 'frame');
        expect(framesOf(inPieces)).toEqual(framesOf(atOnce));
        expect(framer.cut().length).toBe(other.cut().length);
        expect(framer.pending).toBe(0);
        const { sent, frame } = encode(data);
        expect(framer.push(sent)).toEqual([{ kind: 'frame', bytes: frame }]);
      }),
    );
  });

  test('every wrong bit of a frame: no frame, or the same one; the frame behind a silence is whole', () => {
    const { sent, frame } = encode(Uint8Array.of(1, 2, 3, 0xc0, 0xdb, 0x30));
    for (let bit = 0; bit < sent.length * 8; bit += 1) {
      const framer = create();
      const damaged = sent.map((byte, at) => (at === bit >> 3 ? byte ^ (1 << (bit & 7)) : byte));
      for (const event of [...framer.push(damaged), ...framer.cut()])
        if (event.kind === 'frame' && event.bytes.length > 1) expect(event.bytes).toEqual(frame);
      expect(framer.push(sent)).toEqual([{ kind: 'frame', bytes: frame }]);
    }
  });
});

describe('silence', () => {
  const create = () => createSilenceFramer({ maxBytes: 32, isGood: hasGoodSum16 });

  test('a frame is what came between two silences, however it was cut', () => {
    fc.assert(
      fc.property(payload, sizes, (data, pieces) => {
        const framer = create();
        const frame = withSum16(data);
        for (let round = 0; round < 2; round += 1) {
          expect(pushInPieces(framer, { bytes: frame, pieces, mostHeld: 32 })).toEqual([]);
          expect(framer.cut()).toEqual([{ kind: 'frame', bytes: frame }]);
          expect(framer.cut()).toEqual([]);
        }
      }),
    );
  });

  test('what is damaged or too long is reported and costs nothing that comes behind a silence', () => {
    const framer = create();
    const frame = withSum16(Uint8Array.of(1, 2, 3));
    for (const wrong of [frame.with(1, 9), frame.slice(1), new Uint8Array(33), new Uint8Array(10_000)]) {
      framer.push(wrong);
      expect(framer.pending).toBeLessThanOrEqual(32);
      expect(framer.cut()).toMatchObject([{ kind: 'bad-sum' }]);
      framer.push(frame);
      expect(framer.cut()).toEqual([{ kind: 'frame', bytes: frame }]);
    }
  });
});

test('delimiter: lines of text, empty ones, one that is too long, half of one', () => {
  const framer = createDelimiterFramer({ delimiter: Uint8Array.of(0x0a), maxBytes: 4 });
  const push = (text: string) => framer.push(Buffer.from(text)).map(({ kind, bytes }) => `${kind} ${Buffer.from(bytes).toString()}`);
  expect(push('ab\n\ncdef\n')).toEqual(['frame ab', 'frame ', 'frame cdef']);
  expect(push('abcdefghij\nk\n')).toEqual(['bad-sum abcde', 'frame k']);
  expect(push('half')).toEqual([]);
  expect(framer.cut()).toEqual([{ kind: 'short', bytes: Uint8Array.from(Buffer.from('half')) }]);
  expect(push('whole'.slice(0, 4))).toEqual([]);
  expect(push('\n')).toEqual(['frame whol']);
  expect(() => createDelimiterFramer({ delimiter: new Uint8Array(0), maxBytes: 4 })).toThrow(RangeError);
});

test('delimiter: one that begins like the rest of a frame is still seen', () => {
  const framer = createDelimiterFramer({ delimiter: fromHex('0D0D0A'), maxBytes: 4 });
  expect(framer.push(fromHex('310D0D0D0A'))).toEqual([{ kind: 'frame', bytes: fromHex('310D') }]);
  expect(framer.push(fromHex('313131313131310D0D0D0A32 0D0D0A'.replace(' ', ''))).at(-1)).toEqual({ kind: 'frame', bytes: fromHex('32') });
});

test('SLIP: the example of the escapes, empty packets, a wrong escape', () => {
  expect(encodeSlip(fromHex('01C0DB02'))).toEqual(fromHex('C001DBDCDBDD02C0'));
  const framer = createSlipFramer({ maxBytes: 8 });
  expect(framer.push(fromHex('C0C0C001DBDCDBDD02C0C0'))).toEqual([{ kind: 'frame', bytes: fromHex('01C0DB02') }]);
  expect(framer.push(fromHex('01DB02C003C0'))).toEqual([
    { kind: 'bad-sum', bytes: fromHex('01DB02') },
    { kind: 'frame', bytes: fromHex('03') },
  ]);
});
