// An SLE4442 as its chip behaves, over the card's bytes: for the simulators of all readers that take such cards.
import type { SimulatedCard } from '../simulator.ts';
import type { CardWork, SimulatedSle4442 } from './chip.ts';

const EC_FULL = 7;
/** One bit per byte of the first 32. */
const PROTECTION_BYTES = 4;

/** Returns the chip over `card`, without power so far: its bytes are the card's own, and each change calls `card.persist`. */
export function createSimulatedSle4442(card: SimulatedCard): SimulatedSle4442 {
  let verified = false;
  const at = (address: number) => address % card.main.length;

  /** Changes the bytes one after the other; only after an accepted PSC. */
  function* changeEach(data: Uint8Array, change: (offset: number, byte: number) => (() => unknown) | null): CardWork<boolean> {
    if (!verified) return false;
    for (const [offset, byte] of data.entries()) {
      const act = change(offset, byte);
      if (act === null) continue;
      yield;
      act();
      card.persist();
    }
    return true;
  }

  return {
    chip: 'SLE4442',
    damaged: card.damaged ?? false,
    uid: null,
    atr: Uint8Array.of(0xa2, 0x13, 0x10, 0x91),
    reset() {
      verified = false;
    },
    isVerified: () => verified,
    readMain: (address, length) => Uint8Array.from({ length }, (_, offset) => card.main[at(address + offset)] ?? 0),
    readSecurity: () => Uint8Array.of(card.errorCounter, ...(verified ? card.psc : new Uint8Array(card.psc.length))),
    readProtection: () =>
      Uint8Array.from({ length: PROTECTION_BYTES }, (_, index) =>
        card.protectedBytes
          .slice(index * 8, index * 8 + 8)
          .reduce((bits, isProtected, bit) => (isProtected ? bits & ~(1 << bit) : bits), 0xff),
      ),
    *present(psc) {
      verified = false;
      if (card.errorCounter === 0) return false;
      yield;
      card.errorCounter &= card.errorCounter - 1;
      card.persist();
      if (!card.psc.every((byte, index) => byte === psc[index])) return false;
      yield;
      card.errorCounter = EC_FULL;
      card.persist();
      verified = true;
      return true;
    },
    updateMain: (address, data) =>
      changeEach(data, (offset, byte) => {
        const target = at(address + offset);
        return card.protectedBytes[target] ? null : () => card.main.fill(byte, target, target + 1);
      }),
    updateSecurity: (address, data) =>
      changeEach(data, (offset, byte) => {
        const target = address + offset;
        if (target > card.psc.length) return null;
        return () => {
          if (target === 0) card.errorCounter = byte & EC_FULL;
          else card.psc[target - 1] = byte;
        };
      }),
    protect: (address, data) =>
      changeEach(data, (offset, byte) => {
        const target = address + offset;
        const clears = target < card.protectedBytes.length && !card.protectedBytes[target] && card.main[target] === byte;
        return clears ? () => card.protectedBytes.fill(true, target, target + 1) : null;
      }),
  };
}
