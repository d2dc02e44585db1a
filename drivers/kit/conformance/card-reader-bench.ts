// A card reader's driver joined to its simulator: what both halves of the card reader's suite start from.
import { memoryReaderOf } from '../chip-reader.ts';
import { type DriverUnderTest, openDriver, optionsOf } from './bench.ts';

/** Returns driver and simulator, joined; `byteTimeMs` is the time one byte takes in card memory. */
export async function openReader(underTest: DriverUnderTest, { byteTimeMs = 0 } = {}) {
  const bench = await openDriver(underTest);
  const { timers, line, open } = bench;
  const device = underTest.simulator.createCardReader?.({ timers, byteTimeMs, options: optionsOf(underTest) });
  if (!device) throw new Error('simulator.ts has no createCardReader');
  const reader = memoryReaderOf(open);
  if (!reader) throw new Error('the driver opened no reader for SLE4442 cards');
  device.attach(line.device);
  return { ...bench, device, reader };
}
