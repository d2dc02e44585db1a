// The driver and its simulator joined by a line in memory: what the tests of this folder start from.
import { Fault, type FaultCode, inWords, manifestSchema } from '../kit/index.ts';
import { createMemoryLine } from '../kit/testing/line.ts';
import { createManualTimers } from '../kit/testing/timers.ts';
import driver from './driver.ts';
import { decodeFrame } from './frames.ts';
import manifest from './manifest.json' with { type: 'json' };
import { simulator } from './simulator.ts';

export { newCard, PSC } from '../kit/testing/card.ts';

/** Returns driver and simulator, joined, with the helpers that let time pass until a promise settles. */
export async function setUp({ byteTimeMs = 0, options = {} } = {}) {
  const parsed = manifestSchema.parse(manifest);
  if (parsed.kind !== 'driver') throw new Error('no driver manifest');
  const timers = createManualTimers();
  const line = createMemoryLine(timers);
  const device = simulator.createCardReader?.({ timers, byteTimeMs });
  if (!device) throw new Error('no simulator');
  device.attach(line.device);
  const traced: { direction: string; bytes: Uint8Array; note: string }[] = [];
  const open = await driver.open({
    transport: line.host,
    timers,
    options: { ...parsed.options, ...options },
    trace: (direction, bytes, note = '') => traced.push({ direction, bytes, note: inWords(note) }),
  });
  const reader = open.cardReader;
  if (!reader) throw new Error('no card reader');
  const run = <T>(promise: Promise<T>) => timers.settle(promise);
  // The first status of a line tells whether it echoes; the tests begin after it.
  await run(reader.status(1));
  line.toDevice.sent.splice(0);
  traced.splice(0);
  const faultOf = async (promise: Promise<unknown>): Promise<Fault> => {
    const result = await run(promise.then(() => null).catch((error: unknown) => error));
    if (!(result instanceof Fault)) throw new Error(`no fault: ${String(result)}`);
    return result;
  };
  const codeOf = async (promise: Promise<unknown>): Promise<FaultCode> => (await faultOf(promise)).code;
  /** Requests that left for the device, decoded. */
  const requests = () => line.toDevice.sent.map(decodeFrame);
  return { timers, line, device, open, reader, run, faultOf, codeOf, requests, traced };
}
