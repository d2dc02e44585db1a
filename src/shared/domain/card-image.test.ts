// What an image found says, for chips that tear inside a byte, a page or a block.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type ImageVerdict, judgeImage } from './card-image.ts';

const before = new Uint8Array(64).fill(0x11);
const after = before.slice();
after.fill(0x22, 20, 40);

function judge(change: (found: Uint8Array) => void, unitBytes: number): ImageVerdict {
  const found = before.slice();
  change(found);
  return judgeImage({ before, after, found, meterRanges: [{ from: 48, to: 64 }], unitBytes });
}

test('the images themselves, and the meter bytes of either', () => {
  expect(judge(() => {}, 8)).toBe('before');
  expect(judge((found) => found.set(after), 8)).toBe('after');
  expect(judge((found) => found.fill(0x99, 48), 8)).toBe('before');
});

test('one torn unit may hold anything, unplanned bytes of it as well', () => {
  expect(judge((found) => found.fill(0xee, 16, 24), 8)).toBe('mixture');
  expect(judge((found) => found.fill(0xee, 16, 24), 1)).toBe('other');
  expect(judge((found) => found.fill(0xee, 16, 32), 16)).toBe('mixture');
  expect(
    judge((found) => {
      found.set(after);
      found[17] = 0;
    }, 8),
  ).toBe('mixture');
});

test('two torn units, or one that nobody planned to write, are somebody else', () => {
  expect(judge((found) => found.set([1, 1], 23), 8)).toBe('other');
  expect(judge((found) => found.set([1], 8), 8)).toBe('other');
  expect(judge((found) => found.set([1], 44), 8)).toBe('other');
});

test('a found image that is no mixture and torn in one unit at most is never taken for one', () => {
  fc.assert(
    fc.property(fc.constantFrom(1, 8, 16), fc.array(fc.tuple(fc.nat(47), fc.nat(255)), { maxLength: 6 }), (unitBytes, changes) => {
      const found = before.slice();
      for (const [address, byte] of changes) found[address] = byte;
      const strange = new Set(
        [...found.keys()]
          .filter((at) => at < 48 && found[at] !== before[at] && found[at] !== after[at])
          .map((at) => Math.floor(at / unitBytes)),
      );
      const beyond = [...strange].some((unit) => !after.subarray(unit * unitBytes, (unit + 1) * unitBytes).includes(0x22));
      const verdict = judgeImage({ before, after, found, meterRanges: [{ from: 48, to: 64 }], unitBytes });
      expect(verdict === 'other').toBe(strange.size > 1 || beyond);
      if (strange.size === 1 && !beyond) expect(verdict).toBe('mixture');
    }),
  );
});
