// A card reader's driver joined to its simulator: what both halves of the card reader's suite start from.
import { type DriverUnderTest, openDriver } from './bench.ts';

/** Returns driver and simulator, joined; `byteTimeMs` is the time one byte takes in card memory. */
export async function openReader(underTest: DriverUnderTest, { byteTimeMs = 0 } = {}) {
  const bench = await openDriver(underTest);
  const { timers, line, open } = bench;
  const device = underTest.simulator.createCardReader?.({ timers, byteTimeMs });
  if (!device) throw new Error('simulator.ts has no createCardReader');
  if (!open.cardReader) throw new Error('the driver opened no cardReader');
  device.attach(line.device);
  return { ...bench, device, reader: open.cardReader };
}
