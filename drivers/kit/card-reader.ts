// Capability: a reader for memory cards (SLE4442), several slots possible.
import { Fault } from '../../src/shared/domain/fault.ts';

export type CardPresence = 'present' | 'absent' | 'damaged';

/**
 * What a reader can do with a memory card. Every method rejects with a Fault (FRAME_…, CARD_…, DEVICE_…, PORT_…). Slots count from 1.
 * A slot, span or PSC that cannot be rejects with DEVICE_REJECTED before anything is sent. Reads may be tried again by the driver; a write or a
 * presentation never is. kit/conformance/card-reader.ts holds every driver to this.
 */
export interface MemoryCardReader {
  readonly slots: number;
  status(slot: number): Promise<CardPresence>;
  /** Returns `length` bytes of main memory from `address`. Needs no secret. */
  readMain(slot: number, address: number, length: number): Promise<Uint8Array>;
  /** Returns the error counter's byte (7 = three attempts). Needs no secret, spends no attempt. */
  readErrorCounter(slot: number): Promise<number>;
  /** Presents the three PSC bytes. Spends an attempt unless they are right. Rejects with CARD_PSC_WRONG when refused. */
  presentPsc(slot: number, psc: Uint8Array): Promise<void>;
  /** Writes bytes of main memory; the card must have accepted its PSC since it was inserted, else DEVICE_REJECTED. CARD_ABSENT when it is torn out. */
  updateMain(slot: number, address: number, data: Uint8Array): Promise<void>;
  /**
   * Puts other PSC bytes in place of the card's, one after the other; the card must have accepted its PSC since it was inserted, else DEVICE_REJECTED and
   * nothing is changed. Spends no attempt. CARD_ABSENT when the card is torn out: as many bytes as were written by then are new. What was written is not
   * proved: present the new PSC. Null where the reader's commands have none for it; such a reader makes no cards.
   */
  readonly changePsc: ((slot: number, psc: Uint8Array) => Promise<void>) | null;
  /** Called whenever the reader itself reports a card put in or pulled out. Returns the function that stops it. */
  onPresence(listener: (slot: number, presence: CardPresence) => void): () => void;
}

/** Throws DEVICE_REJECTED unless `length` bytes from `address` lie in a memory of `size` bytes: what every call checks before anything is sent. */
export function requireSpan({ address, length, size }: { readonly address: number; readonly length: number; readonly size: number }): void {
  const fits = Number.isInteger(address) && Number.isInteger(length) && address >= 0 && length >= 0 && address + length <= size;
  if (!fits) throw new Fault('DEVICE_REJECTED', { address, length, reason: 'outside-memory' });
}
