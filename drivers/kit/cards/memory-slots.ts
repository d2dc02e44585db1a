// The slots of a simulated reader for SLE4442 cards alone: cards go in as their bytes, inside they are chips.
import type { SimulatedCard } from '../simulator.ts';
import type { Timers } from '../transport.ts';
import type { SimulatedSle4442 } from './chip.ts';
import { createSimulatedSle4442 } from './sle4442.ts';
import { createCardSlots, type SimulatedSlots } from './slots.ts';

interface InSlot {
  readonly card: SimulatedCard;
  readonly chip: SimulatedSle4442;
  reset(): void;
}

export interface MemoryCardSlots extends Pick<SimulatedSlots<InSlot>, 'removeAfterWrittenBytes' | 'run' | 'cutPower'> {
  /** The chip of the card in the slot; null in an empty one. */
  chipIn(slot: number): SimulatedSle4442 | null;
  insert(slot: number, card: SimulatedCard): void;
  remove(slot: number): SimulatedCard | null;
  onTorn(listener: (slot: number, card: SimulatedCard) => void): void;
}

/** Returns empty slots, as createCardSlots does. */
export function createMemoryCardSlots(options: {
  readonly count: number;
  readonly timers: Timers;
  /** Time one byte takes in card memory, ms. */
  readonly byteTimeMs: number;
  onChange(slot: number): void;
}): MemoryCardSlots {
  const slots = createCardSlots<InSlot>(options);
  return {
    ...slots,
    chipIn: (slot) => slots.cardIn(slot)?.chip ?? null,
    insert(slot, card) {
      const chip = createSimulatedSle4442(card);
      slots.insert(slot, { card, chip, reset: () => chip.reset() });
    },
    remove: (slot) => slots.remove(slot)?.card ?? null,
    onTorn: (listener) => slots.onTorn((slot, { card }) => listener(slot, card)),
  };
}
