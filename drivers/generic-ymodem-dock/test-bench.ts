// What the tests of this folder share: driver and handheld on a line in memory whose bytes take time.
import { manifestSchema } from '../kit/index.ts';
import { createMemoryLine, delay } from '../kit/testing/line.ts';
import { createManualTimers } from '../kit/testing/timers.ts';
import driver from './driver.ts';
import manifest from './manifest.json' with { type: 'json' };
import { simulator } from './simulator.ts';

/** Every write takes a while, as on a wire: the hands of the clock move with each block. */
export const TRAVEL_MS = 20;

type Overrides = Readonly<Record<string, string | number | boolean>>;

/** Returns the options of the manifest with some replaced. */
export function optionsOf(over: Overrides = {}): Overrides {
  const parsed = manifestSchema.parse(manifest);
  if (parsed.kind !== 'driver') throw new Error('no driver manifest');
  return { ...parsed.options, ...over };
}

/** Returns a driver at one end of a line; the other end is the test's, or a handheld's. */
export async function setUp(over: Overrides = {}) {
  const timers = createManualTimers();
  const line = createMemoryLine(timers);
  line.toHost.always(delay(TRAVEL_MS));
  line.toDevice.always(delay(TRAVEL_MS));
  const options = optionsOf(over);
  const open = await driver.open({ transport: line.host, timers, options, trace: () => {} });
  const dock = open.meterDock;
  const handheld = simulator.createMeterDock?.({ timers, options });
  if (!dock || !handheld) throw new Error('no dock');
  handheld.attach(line.device);
  /** Hours, for what is retried again and again; no time that anybody waits for. */
  const run = <T>(promise: Promise<T>) => timers.settle(promise, 36_000_000);
  return { timers, line, open, dock, handheld, run };
}

/** Returns `length` bytes that look like nothing in particular, and the same ones each time. */
export function bytesOf(length: number, salt = 0): Uint8Array {
  let state = (length * 2_654_435_761 + salt + 1) >>> 0;
  return Uint8Array.from({ length }, () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state >>> 24;
  });
}

/** Returns the codes of two faults and who cancelled, for short expectations. */
export function endOf(result: { readonly fault: { readonly code: string; readonly context: { readonly by?: unknown } } | null }): string {
  if (result.fault === null) return 'done';
  return result.fault.context.by === undefined ? result.fault.code : `${result.fault.code} by ${String(result.fault.context.by)}`;
}
