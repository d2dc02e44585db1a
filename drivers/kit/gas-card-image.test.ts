// The canonical image of a trade card: every field at its place, both ways, and nothing else taken for one.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  decodeGasCard,
  emptyGasCard,
  encodeGasCard,
  GAS_CARD_IMAGE_BYTES,
  GAS_CARD_METER_RANGE,
  GAS_CARD_NUMBERS,
  GAS_CARD_TEXTS,
} from './gas-card-image.ts';
import type { GasCardFields } from './gas-card-library.ts';

const int32 = fc.integer({ min: -0x8000_0000, max: 0x7fff_ffff });
const digits = (maxLength: number) => fc.stringMatching(new RegExp(`^[0-9A-Z]{0,${maxLength}}$`));
const anyFields = fc.record({
  kmm: fc.constant(''),
  ...Object.fromEntries(GAS_CARD_TEXTS.map((name) => [name, digits(name === 'dqdm' ? 4 : 8)])),
  ...Object.fromEntries(GAS_CARD_NUMBERS.map((name) => [name, int32])),
}) as unknown as fc.Arbitrary<GasCardFields>;

describe('gas card image', () => {
  it('gives back any fields', () => {
    fc.assert(
      fc.property(anyFields, (fields) => {
        const image = encodeGasCard({ kind: 'content', fields });
        expect(image).toHaveLength(GAS_CARD_IMAGE_BYTES);
        expect(decodeGasCard(image)).toEqual({ kind: 'content', fields });
      }),
    );
  });

  it('keeps every field in bytes of its own, and the meter its range', () => {
    const before = encodeGasCard({ kind: 'content', fields: emptyGasCard() });
    const touched = new Set<number>();
    for (const name of [...GAS_CARD_TEXTS, ...GAS_CARD_NUMBERS]) {
      const value = typeof emptyGasCard()[name] === 'string' ? '7' : 0;
      const after = encodeGasCard({ kind: 'content', fields: { ...emptyGasCard(), [name]: value } });
      const changed = [...after.keys()].filter((at) => after[at] !== before[at]);
      expect(changed.length, name).toBeGreaterThan(0);
      for (const at of changed) {
        expect(touched.has(at), `${name} at ${at}`).toBe(false);
        touched.add(at);
        const ofMeter = at >= GAS_CARD_METER_RANGE.from && at < GAS_CARD_METER_RANGE.to;
        expect(ofMeter, name).toBe(['kzt', 'ljyql', 'syql'].includes(name));
      }
    }
  });

  it('tells a blank and a foreign card from content and from other bytes', () => {
    expect(decodeGasCard(encodeGasCard({ kind: 'blank' }))).toEqual({ kind: 'blank' });
    expect(decodeGasCard(encodeGasCard({ kind: 'foreign' }))).toEqual({ kind: 'foreign' });
    expect(decodeGasCard(new Uint8Array(GAS_CARD_IMAGE_BYTES).fill(0xff))).toBeNull();
    expect(decodeGasCard(new Uint8Array(256))).toBeNull();
  });

  it('holds no card key', () => {
    const without = encodeGasCard({ kind: 'content', fields: emptyGasCard() });
    expect(encodeGasCard({ kind: 'content', fields: { ...emptyGasCard(), kmm: '123456' } })).toEqual(without);
  });

  it('keeps names in Chinese and refuses what has no room', () => {
    const fields = { ...emptyGasCard(), yhh: '居民甲' };
    expect(decodeGasCard(encodeGasCard({ kind: 'content', fields }))).toEqual({ kind: 'content', fields });
    const long = { ...emptyGasCard(), kh: '1'.repeat(33) };
    expect(() => encodeGasCard({ kind: 'content', fields: long })).toThrow('LIBRARY_FAILED');
    expect(() => encodeGasCard({ kind: 'content', fields: { ...emptyGasCard(), ql: 2 ** 31 } })).toThrow('LIBRARY_FAILED');
  });
});
