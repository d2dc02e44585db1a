// CCID messages on a line: the published layout, and a framer that finds whole messages behind any damage.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  CCID,
  type CcidMessage,
  ccidStatusBytes,
  ccidStatusOf,
  createCcidFramer,
  decodeCcid,
  decodeNotify,
  encodeCcid,
  encodeNotify,
} from './ccid.ts';

const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString('hex');

const messages = fc.record({
  type: fc.constantFrom(CCID.xfrBlock, CCID.dataBlock, CCID.slotStatus, CCID.iccPowerOn),
  slot: fc.integer({ min: 0, max: 3 }),
  sequence: fc.integer({ min: 0, max: 255 }),
  parameters: fc.uint8Array({ minLength: 3, maxLength: 3 }),
  data: fc.uint8Array({ maxLength: 300 }),
}) as fc.Arbitrary<CcidMessage>;

describe('a message', () => {
  test('is laid out as published: type, length low byte first, slot, sequence, three bytes, data; framed by SYNC and the exclusive or', () => {
    const message = {
      type: CCID.xfrBlock,
      slot: 1,
      sequence: 0x2a,
      parameters: new Uint8Array(3),
      data: Uint8Array.of(0xff, 0xca, 0, 0, 0),
    };
    expect(hex(encodeCcid(message))).toBe('03066f05000000012a000000ffca00000071');
  });

  test('comes back as it went', () => {
    fc.assert(
      fc.property(messages, (message) => {
        expect(decodeCcid(encodeCcid(message))).toEqual(message);
      }),
    );
  });

  test.each([
    [{ icc: 'active', command: 'ok', error: 0 }, '000000'],
    [{ icc: 'inactive', command: 'failed', error: 0xfe }, '41fe00'],
    [{ icc: 'absent', command: 'failed', error: 0xfe }, '42fe00'],
    [{ icc: 'active', command: 'extended', error: 5 }, '800500'],
  ] as const)('says %o as %s', (status, bytes) => {
    expect(hex(ccidStatusBytes(status))).toBe(bytes);
    expect(ccidStatusOf({ type: 0x81, slot: 0, sequence: 0, parameters: ccidStatusBytes(status), data: new Uint8Array(0) })).toEqual(
      status,
    );
  });

  test('NotifySlotChange says which slots changed', () => {
    const bytes = encodeNotify([
      { present: true, changed: true },
      { present: false, changed: true },
    ]);
    expect(hex(bytes)).toBe('500b');
    expect(decodeNotify(bytes)?.slice(0, 3)).toEqual([
      { present: true, changed: true },
      { present: false, changed: true },
      { present: false, changed: false },
    ]);
  });
});

describe('the framer', () => {
  const framesOf = (chunks: readonly Uint8Array[]) => {
    const framer = createCcidFramer();
    return [...chunks.flatMap((chunk) => framer.push(chunk)), ...framer.cut()]
      .filter(({ kind }) => kind === 'frame')
      .map(({ bytes }) => hex(bytes));
  };

  test('finds messages and notices however they are cut into pieces', () => {
    fc.assert(
      fc.property(fc.array(messages, { maxLength: 4 }), fc.integer({ min: 1, max: 20 }), (list, size) => {
        const frames = list.flatMap((message) => [encodeCcid(message), encodeNotify([{ present: true, changed: true }])]);
        const all = Buffer.concat(frames);
        const pieces = Array.from({ length: Math.ceil(all.length / size) }, (_, index) => all.subarray(index * size, (index + 1) * size));
        expect(framesOf(pieces)).toEqual(frames.map(hex));
      }),
    );
  });

  test('gives out no message in which a bit has changed, and finds the next', () => {
    const next = encodeCcid({ type: CCID.slotStatus, slot: 0, sequence: 9, parameters: new Uint8Array(3), data: new Uint8Array(0) });
    fc.assert(
      fc.property(messages, fc.nat(), fc.integer({ min: 0, max: 7 }), (message, at, bit) => {
        const good = encodeCcid(message);
        const bad = good.with(at % good.length, (good[at % good.length] ?? 0) ^ (1 << bit));
        const framer = createCcidFramer();
        const frames = [...framer.push(bad), ...framer.cut(), ...framer.push(next)].filter(({ kind }) => kind === 'frame');
        // Remains of the damaged one may look like a notice or a NAK, never like a message.
        expect(frames.filter(({ bytes }) => decodeCcid(bytes) !== null).map(({ bytes }) => hex(bytes))).toEqual([hex(next)]);
      }),
    );
  });
});
