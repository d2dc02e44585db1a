// The keyboard-wedge recogniser with the test's own clock: scans of every speed, and people typing from seeds.
import { describe, expect, it } from 'vitest';
import { createWedge, type Stroke, searchTextOf, WEDGE, type WedgeOptions } from './wedge.ts';

/** A small seeded generator (mulberry32): the same seed types the same. */
function chance(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

const plain = { repeat: false, special: false };

/** Presses the keys with the pause before each, and returns the codes that came out. */
function codesOf(keys: readonly string[], gapMs: (index: number) => number, options: Partial<WedgeOptions> = {}): string[] {
  const wedge = createWedge({ ...WEDGE, ...options });
  let atMs = 10_000;
  return keys.flatMap((key, index) => {
    atMs += gapMs(index);
    return wedge.press({ key, atMs, ...plain }) ?? [];
  });
}
const typed = (text: string, end = 'Enter') => [...text, end];

describe('a scanner', () => {
  it('is recognised at every speed that scanners have', () => {
    for (let seed = 1; seed <= 300; seed += 1) {
      const random = chance(seed);
      const code = Array.from({ length: 6 + Math.floor(random() * 40) }, () => Math.floor(random() * 36).toString(36)).join('');
      const end = random() < 0.5 ? 'Enter' : 'Tab';
      const speedMs = 1 + random() * 19;
      expect(
        codesOf(typed(code, end), () => speedMs * (0.5 + random())),
        `seed ${seed}`,
      ).toEqual([code]);
    }
  });

  it('is recognised right after a person has typed, and between two people', () => {
    const keys = [...'wang', ...'1000000123', 'Enter', ...'li', 'Enter'];
    const gaps = keys.map((_, index) => (index <= 4 || index > 14 ? 180 : 5));
    expect(codesOf(keys, (index) => gaps[index] ?? 0)).toEqual(['1000000123']);
  });

  it('types capital letters with their Shift key', () => {
    expect(codesOf(['Shift', 'M', 'Shift', 'T', ...'00000001', 'Enter'], () => 4)).toEqual(['MT00000001']);
  });

  it('loses its prefix and suffix, and without them it is none', () => {
    const options = { prefix: '~', suffix: '#', end: 'Enter' } as const;
    expect(codesOf(typed('~1000000123#'), () => 5, options)).toEqual(['1000000123']);
    expect(codesOf(typed('1000000123'), () => 5, options)).toEqual([]);
    expect(codesOf(typed('~1000000123#', 'Tab'), () => 5, options)).toEqual([]);
  });

  it('is whole or nothing: cut, stopped in the middle, or without its end', () => {
    expect(codesOf([...'1000000123'], () => 5)).toEqual([]);
    expect(codesOf(typed('1000000123'), (index) => (index === 7 ? 400 : 5))).toEqual([]);
    expect(codesOf([...'1000000', 'ArrowLeft', ...'123', 'Enter'], () => 5)).toEqual([]);
    expect(codesOf(typed('1'.repeat(129)), () => 5)).toEqual([]);
  });
});

describe('a person', () => {
  it('is never taken for a scanner, however fast', () => {
    for (let seed = 1; seed <= 500; seed += 1) {
      const random = chance(seed);
      const text = Array.from({ length: 2 + Math.floor(random() * 14) }, () => Math.floor(random() * 10)).join('');
      // 60 ms a key is a world record; two fingers rolling over can be 20 ms apart now and then.
      const gap = () => (random() < 0.2 ? 20 + random() * 30 : 55 + random() * 200);
      expect(codesOf(typed(text), gap), `seed ${seed}`).toEqual([]);
    }
  });

  it('may hold a key down, press short words fast, or use shortcuts', () => {
    const wedge = createWedge();
    const press = (stroke: Partial<Stroke>) => wedge.press({ key: '0', atMs: 0, ...plain, ...stroke });
    for (let index = 0; index < 30; index += 1) press({ repeat: index > 0, atMs: index * 30 });
    expect(press({ key: 'Enter', atMs: 910 })).toBeNull();
    expect(codesOf(typed('12345'), () => 5)).toEqual([]);
    for (const key of '1000000123') press({ key, atMs: 2_000 });
    press({ key: 'a', special: true, atMs: 2_001 });
    expect(press({ key: 'Enter', atMs: 2_002 })).toBeNull();
  });
});

it('a receipt of ours leads to its account, any other code to itself', () => {
  expect(searchTextOf('CT1|03-000123|1000000123|23000|0189')).toBe('1000000123');
  expect(searchTextOf(' 6901234567890 ')).toBe('6901234567890');
  expect(searchTextOf('9'.repeat(100))).toHaveLength(60);
});
