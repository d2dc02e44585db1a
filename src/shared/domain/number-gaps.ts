// Numbers that were passed over: named one by one, or by their ends where they are many.

/** First and last number of a gap, inclusive. */
export interface NumberGap {
  readonly first: number;
  readonly last: number;
}

/** A wider gap is one difference: nobody looks for its forms one by one, and a number read wrongly may be millions away. */
const NAMED_NUMBERS = 100;

/** Returns the numbers from `next` to just below `number`: in `missing` where they are few, else as one gap. */
export function passedOver({ next, number }: { readonly next: number; readonly number: number }): {
  readonly missing: readonly number[];
  readonly gaps: readonly NumberGap[];
} {
  const count = number - next;
  if (count > NAMED_NUMBERS) return { missing: [], gaps: [{ first: next, last: number - 1 }] };
  return { missing: Array.from({ length: Math.max(0, count) }, (_, index) => next + index), gaps: [] };
}

/** Returns what a gap is called: both ends as they stand on paper. */
export function gapName({ first, last }: NumberGap, nameOf: (number: number) => string): string {
  return first === last ? nameOf(first) : `${nameOf(first)}–${nameOf(last)}`;
}

/** Returns the gaps as a close keeps them: no field where there are none. */
export function gapsOf(gaps: readonly NumberGap[]): { readonly gaps?: readonly NumberGap[] } {
  return gaps.length === 0 ? {} : { gaps: [...gaps] };
}
