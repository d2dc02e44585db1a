// How an EEPROM changes a page or a block: all its bytes are erased, then they are programmed. Cut off in between, it holds anything.
import type { CardWork } from './chip.ts';

const ERASED = 0xff;

/** Memory of a card that keeps every byte changed. */
export interface PersistentBytes {
  readonly bytes: Uint8Array;
  /** Called after each single byte changed. */
  persist(): void;
}

/** Erases the bytes, then programs them, in rising order; a byte that has the value already takes its time all the same. */
export function* programPage(memory: PersistentBytes, address: number, data: Uint8Array): CardWork<void> {
  for (const offset of data.keys()) {
    yield;
    memory.bytes[address + offset] = ERASED;
    memory.persist();
  }
  for (const [offset, byte] of data.entries()) {
    yield;
    memory.bytes[address + offset] = byte;
    memory.persist();
  }
}
