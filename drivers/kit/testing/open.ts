// A driver opened on a line in memory, with its manifest's options and a trace that is kept: what tests of small devices start from.
import { type Driver, Fault, inWords, manifestSchema } from '../index.ts';
import { createMemoryLine } from './line.ts';
import { createManualTimers } from './timers.ts';

export interface OpenBench {
  readonly driver: Driver;
  readonly manifest: unknown;
  readonly options?: Readonly<Record<string, string | number | boolean>>;
}

/** Returns the line, the timers, the merged options for a simulator, and `open`, which opens the driver. */
export function setUpDriver({ driver, manifest, options = {} }: OpenBench) {
  const parsed = manifestSchema.parse(manifest);
  if (parsed.kind !== 'driver') throw new Error('no driver manifest');
  const merged = { ...parsed.options, ...options };
  const timers = createManualTimers();
  const line = createMemoryLine(timers);
  /** What the trace says was not taken, in order: refused, or damaged. */
  const notes: string[] = [];
  const open = () =>
    driver.open({
      transport: line.host,
      timers,
      options: merged,
      trace(_direction, _bytes, note = '') {
        const text = inWords(note);
        if (/^(refused:|bad-sum$|short$)/.test(text)) notes.push(text);
      },
    });
  /** Returns the fault that `promise` ends with. */
  async function faultOf(promise: Promise<unknown>): Promise<Fault> {
    const result = await timers.settle(promise.then(() => null).catch((error: unknown) => error));
    if (!(result instanceof Fault)) throw new Error(`no fault: ${String(result)}`);
    return result;
  }
  return { timers, line, options: merged, notes, open, faultOf };
}
