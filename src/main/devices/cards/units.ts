// Writes cut to the units of a chip: what it changes in one act is sent in one piece.
import type { CardWrite } from '../../../shared/domain/card-image.ts';

/** Returns the writes cut at the borders of units; each piece holds the planned bytes only. */
export function cutToUnits(writes: readonly CardWrite[], unitBytes: number): CardWrite[] {
  const pieces: CardWrite[] = [];
  for (const { address, data } of writes) {
    for (let at = 0; at < data.length; ) {
      const length = Math.min(unitBytes - ((address + at) % unitBytes), data.length - at);
      pieces.push({ address: address + at, data: data.subarray(at, at + length) });
      at += length;
    }
  }
  return pieces;
}

/**
 * Returns the writes as whole units, for chips that change a unit only as a whole: each unit as it will be after the writes so far. Writes of one
 * unit that follow each other are one piece.
 */
export function wholeUnits(expected: Uint8Array, writes: readonly CardWrite[], unitBytes: number): CardWrite[] {
  const image = expected.slice();
  const pieces: { address: number; data: Uint8Array }[] = [];
  for (const { address, data } of cutToUnits(writes, unitBytes)) {
    image.set(data, address);
    const start = address - (address % unitBytes);
    const unit = image.slice(start, start + unitBytes);
    const last = pieces.at(-1);
    if (last?.address === start) last.data = unit;
    else pieces.push({ address: start, data: unit });
  }
  return pieces;
}
