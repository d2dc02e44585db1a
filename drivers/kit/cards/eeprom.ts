// An AT24C02 as its chip behaves: 256 bytes that anybody can write, a page of 8 at a time.
import type { CardWork, SimulatedEeprom } from './chip.ts';
import { type PersistentBytes, programPage } from './pages.ts';

const PAGE_BYTES = 8;

/** What the card keeps; `bytes` are its 256. */
export interface EepromMemory extends PersistentBytes {
  readonly damaged?: boolean;
}

/** Returns the chip over its memory. Addresses go round behind the last byte; inside a write they go round in their page, as in the data sheet. */
export function createSimulatedEeprom(memory: EepromMemory): SimulatedEeprom {
  const { bytes } = memory;
  return {
    chip: 'AT24C02',
    damaged: memory.damaged ?? false,
    uid: null,
    atr: new Uint8Array(),
    sizeBytes: bytes.length,
    pageBytes: PAGE_BYTES,
    reset() {},
    read: (address, length) => Uint8Array.from({ length }, (_, offset) => bytes[(address + offset) % bytes.length] ?? 0),
    *write(address, data): CardWork<void> {
      const page = (address % bytes.length) - (address % PAGE_BYTES);
      const last = data.subarray(-PAGE_BYTES);
      // The page's latch keeps the last byte that came for each place; what was not sent stays.
      const start = (address + data.length - last.length) % PAGE_BYTES;
      const before = last.subarray(0, PAGE_BYTES - start);
      yield* programPage(memory, page + start, before);
      if (before.length < last.length) yield* programPage(memory, page, last.subarray(before.length));
    },
  };
}
