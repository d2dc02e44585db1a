// Simulated cards: the chips, the slots they lie in, and a reader seen as one for SLE4442 cards.

export type { CardWork, SimulatedChipCard, SimulatedCpuCard, SimulatedEeprom, SimulatedMifare, SimulatedSle4442 } from './chip.ts';
export { type CpuCardKeys, type CpuCardMemory, cpuCardKeys, createSimulatedCpuCard, type PsamKeys } from './cpu.ts';
export { createSimulatedEeprom, type EepromMemory } from './eeprom.ts';
export { memoryReaderView } from './memory-reader.ts';
export { createMemoryCardSlots, type MemoryCardSlots } from './memory-slots.ts';
export { createSimulatedMifare, type MifareMemory, newMifareBytes, setMifareKeys } from './mifare.ts';
export type { PersistentBytes } from './pages.ts';
export { createSimulatedPsam } from './psam.ts';
export { createSimulatedSle4442 } from './sle4442.ts';
export { createCardSlots, type SimulatedSlots, type SlotWork } from './slots.ts';
