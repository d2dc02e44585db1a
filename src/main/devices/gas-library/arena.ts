// The memory that a maker's library is given for one call: every buffer between guard bytes that must be whole afterwards.
import { randomBytes } from 'node:crypto';

/** On either side of every buffer. Libraries that write too far mostly write a terminator or a fixed-size record too far. */
const GUARD_BYTES = 128;
/** Numbers are read by the library as such. */
const ALIGNMENT = 16;

export interface Arena {
  /** Returns a zeroed buffer of `bytes` between guards. All buffers must be taken before the first call of `seal`. */
  take(name: string, bytes: number): Buffer;
  /** Returns the name of the first buffer whose guards were written over; null when all are whole. */
  overrun(): string | null;
}

/** Returns an arena of `buffers` buffers of `bytes` bytes in all. One block, so that a write a little beyond a buffer meets a guard and not the heap. */
export function createArena(sizes: readonly number[]): Arena {
  const rooms = sizes.map((bytes) => Math.ceil(bytes / ALIGNMENT) * ALIGNMENT);
  // Never of the shared pool of small buffers: other values of this process live there.
  const block = Buffer.alloc(rooms.reduce((sum, room) => sum + room + GUARD_BYTES, GUARD_BYTES));
  // Chance, so that no library writes the pattern by being wrong in a regular way.
  const pattern = randomBytes(block.length);
  pattern.copy(block);
  const taken: { readonly name: string; readonly from: number; readonly to: number }[] = [];
  let next = GUARD_BYTES;
  return {
    take(name, bytes) {
      const room = rooms[taken.length];
      if (room === undefined || room < bytes) throw new RangeError('more than the arena was made for');
      const from = next;
      taken.push({ name, from, to: from + bytes });
      next = from + room + GUARD_BYTES;
      return block.fill(0, from, from + bytes).subarray(from, from + bytes);
    },
    overrun() {
      for (const [index, { name, from, to }] of taken.entries()) {
        const before = taken[index - 1]?.to ?? 0;
        const after = taken[index + 1]?.from ?? block.length;
        const whole = block.subarray(before, from).equals(pattern.subarray(before, from));
        if (!whole || !block.subarray(to, after).equals(pattern.subarray(to, after))) return name;
      }
      return null;
    },
  };
}
