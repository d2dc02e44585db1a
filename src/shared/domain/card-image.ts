// A memory card as bytes: what to write, in which order, and what an image found later means.

export interface ByteRange {
  readonly from: number;
  /** Exclusive. */
  readonly to: number;
}

/** Consecutive bytes to write at one address. */
export interface CardWrite {
  readonly address: number;
  readonly data: Uint8Array;
}

/** Whether two images hold the same bytes. */
export function sameBytes(left: Uint8Array, right: Uint8Array): boolean {
  return left.length === right.length && left.every((byte, index) => byte === right[index]);
}

/** Returns the writes, in rising address order, that turn `before` into `after`; unchanged bytes are never written. */
export function diffImages(before: Uint8Array, after: Uint8Array, within: ByteRange = { from: 0, to: after.length }): CardWrite[] {
  const writes: CardWrite[] = [];
  let start = -1;
  for (let address = within.from; address <= within.to; address += 1) {
    const differs = address < within.to && before[address] !== after[address];
    if (differs && start < 0) start = address;
    if (!differs && start >= 0) {
      writes.push({ address: start, data: after.slice(start, address) });
      start = -1;
    }
  }
  return writes;
}

/** Returns a copy of `image` with the writes applied. */
export function applyWrites(image: Uint8Array, writes: readonly CardWrite[]): Uint8Array {
  const result = image.slice();
  for (const write of writes) result.set(write.data, write.address);
  return result;
}

/** What an image found on the card says about a write that was planned from `before` to `after`. */
export type ImageVerdict =
  /** Nothing of the plan is on the card. */
  | 'before'
  /** The whole plan is on the card. */
  | 'after'
  /** Some planned bytes are there and some are not; one unit of the chip may hold anything, because it can tear inside. */
  | 'mixture'
  /** Something else wrote to the card in between. */
  | 'other';

/**
 * Compares the image found with the images before and after a planned write.
 * Bytes in `meterRanges` are written by the meter at any time and are not compared. `unitBytes` is how many bytes the chip writes in one act
 * (`tearUnitBytes`): one unit with planned bytes may hold anything at all, for it was the one under way when the card was pulled out.
 */
export function judgeImage(images: {
  readonly before: Uint8Array;
  readonly after: Uint8Array;
  readonly found: Uint8Array;
  readonly meterRanges: readonly ByteRange[];
  readonly unitBytes: number;
}): ImageVerdict {
  const { before, after, found, meterRanges, unitBytes } = images;
  let old = 0;
  let done = 0;
  /** Units that hold a byte which is neither the old one nor the new one. */
  const torn = new Set<number>();
  const planned = new Set<number>();
  for (let address = 0; address < before.length; address += 1) {
    if (meterRanges.some((range) => address >= range.from && address < range.to)) continue;
    const unit = Math.floor(address / unitBytes);
    if (before[address] !== after[address]) planned.add(unit);
    if (found[address] !== before[address] && found[address] !== after[address]) torn.add(unit);
    else if (before[address] !== after[address]) {
      if (found[address] === before[address]) old += 1;
      else done += 1;
    }
  }
  if (torn.size > 1 || [...torn].some((unit) => !planned.has(unit))) return 'other';
  if (torn.size === 1) return 'mixture';
  if (done === 0) return 'before';
  return old === 0 ? 'after' : 'mixture';
}

/** Returns upper-case hex without separators. */
export function toHex(bytes: Uint8Array): string {
  let text = '';
  for (const byte of bytes) text += byte.toString(16).padStart(2, '0').toUpperCase();
  return text;
}

/** Returns the bytes of a hex string; throws RangeError on anything else. */
export function fromHex(text: string): Uint8Array {
  if (text.length % 2 !== 0 || !/^[0-9A-Fa-f]*$/.test(text)) throw new RangeError('not hex');
  return Uint8Array.from({ length: text.length / 2 }, (_, index) => Number.parseInt(text.slice(index * 2, index * 2 + 2), 16));
}

/**
 * SLE4442 error counter: each set bit of the lowest three is one attempt left.
 * Returns 0 to 3. Source: SLE 4442 data sheet, security memory.
 */
export function pscAttemptsLeft(errorCounter: number): number {
  return (errorCounter & 1) + ((errorCounter >> 1) & 1) + ((errorCounter >> 2) & 1);
}
