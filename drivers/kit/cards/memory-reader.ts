// A simulated reader for several kinds of card, seen as one that takes SLE4442 cards only.
import type { SimulatedCard, SimulatedCardReader, SimulatedChipReader } from '../simulator.ts';
import type { SimulatedChipCard } from './chip.ts';
import { createSimulatedSle4442 } from './sle4442.ts';

/** Returns the view; cards go in as their bytes and come out again as the same object. */
export function memoryReaderView(reader: SimulatedChipReader): SimulatedCardReader {
  const bytesOf = new WeakMap<SimulatedChipCard, SimulatedCard>();
  return {
    attach: (line) => reader.attach(line),
    detach: () => reader.detach(),
    insert(slot, card) {
      const chip = createSimulatedSle4442(card);
      bytesOf.set(chip, card);
      reader.insert(slot, chip);
    },
    remove(slot) {
      const chip = reader.remove(slot);
      return chip === null ? null : (bytesOf.get(chip) ?? null);
    },
    removeAfterWrittenBytes: (slot, bytes) => reader.removeAfterWrittenBytes(slot, bytes),
    onTorn(listener) {
      reader.onTorn((slot, chip) => {
        const card = bytesOf.get(chip);
        if (card !== undefined) listener(slot, card);
      });
    },
  };
}
