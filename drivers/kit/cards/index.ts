// Simulated cards: the chips, the slots they lie in, and a reader seen as one for SLE4442 cards.

export type { CardWork, SimulatedChipCard, SimulatedCpuCard, SimulatedEeprom, SimulatedMifare, SimulatedSle4442 } from './chip.ts';
export { memoryReaderView } from './memory-reader.ts';
export { createSimulatedSle4442 } from './sle4442.ts';
export { createCardSlots, type SimulatedSlots, type SlotWork } from './slots.ts';
