// A reading head's driver and its simulator joined by a line in memory: what the tests of those folders start from.
import { type Driver, Fault, manifestSchema, type SimulatedMeter, type SimulatorModule } from '../index.ts';
import { createMemoryLine } from './line.ts';
import { createManualTimers } from './timers.ts';

export interface ReadingHeadBench {
  readonly driver: Driver;
  readonly simulator: SimulatorModule;
  readonly manifest: unknown;
  readonly meters: readonly SimulatedMeter[];
  readonly options?: Readonly<Record<string, string | number | boolean>>;
}

/** Returns driver and meters, joined, with the helpers that let time pass until a read settles. */
export async function setUpReadingHead({ driver, simulator, manifest, meters, options = {} }: ReadingHeadBench) {
  const parsed = manifestSchema.parse(manifest);
  if (parsed.kind !== 'driver') throw new Error('no driver manifest');
  const merged = { ...parsed.options, ...options };
  const timers = createManualTimers();
  const line = createMemoryLine(timers);
  const bus = simulator.createReadingHead?.({ timers, options: merged });
  if (!bus) throw new Error('no simulator');
  bus.attach(line.device);
  for (const meter of meters) bus.putMeter(meter);
  const open = await driver.open({ transport: line.host, timers, options: merged, trace: () => {} });
  const head = open.readingHead;
  if (!head) throw new Error('no reading head');
  const read = (meterAddress: string, signal = new AbortController().signal) => timers.settle(head.read(meterAddress, signal));
  /** Returns the fault a read ends with. */
  async function faultOf(promise: Promise<unknown>): Promise<Fault> {
    const result = await timers.settle(promise.then(() => null).catch((error: unknown) => error));
    if (!(result instanceof Fault)) throw new Error(`no fault: ${String(result)}`);
    return result;
  }
  return { timers, line, bus, open, head, read, faultOf };
}
