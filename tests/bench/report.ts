// What every measurement prints: one JSON line per figure, read by scripts/bench.ts.

export interface Figure {
  readonly name: string;
  readonly unit: string;
  readonly ours: number;
  readonly reference: number;
  /** What is compared with the bound. */
  readonly ratio: number;
  /** "min": the ratio must be at least `bound`; "max": at most. */
  readonly sense: 'min' | 'max';
  readonly bound: number;
}

/** Prints the figure with its verdict. */
export function report(figure: Figure): void {
  const ok = figure.sense === 'min' ? figure.ratio >= figure.bound : figure.ratio <= figure.bound;
  console.log(JSON.stringify({ ...figure, ok }));
}

/** Returns the value of `--name value` on the command line, as a number. */
export function numberOption(name: string, fallback: number): number {
  const index = process.argv.indexOf(`--${name}`);
  const value = index < 0 ? fallback : Number(process.argv[index + 1]);
  if (!Number.isSafeInteger(value) || value <= 0) throw new RangeError(`--${name} takes a positive whole number`);
  return value;
}

/** Returns the value below which the fraction `rank` (0 to 1) of the samples lies. */
export function percentile(samples: readonly number[], rank: number): number {
  const sorted = [...samples].sort((left, right) => left - right);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * rank))] ?? Number.NaN;
}
