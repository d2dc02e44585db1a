// A memory card in the hand of a test: every byte differs from its neighbours, and the writes are counted.
import type { SimulatedCard } from '../simulator.ts';

export const PSC = Uint8Array.of(0x12, 0x34, 0x56);
/** No byte of it is one of PSC. */
export const NEW_PSC = Uint8Array.of(0x9a, 0xbc, 0xde);

export interface CountedCard extends SimulatedCard {
  /** Bytes of card memory written so far, main and security. */
  persisted: number;
}

/** Returns a card with the byte `address ^ fill` at each address. */
export function newCard({ fill = 0xa5, ...over }: Partial<SimulatedCard> & { readonly fill?: number } = {}): CountedCard {
  const card: CountedCard = {
    main: Uint8Array.from({ length: 256 }, (_, address) => address ^ fill),
    errorCounter: 7,
    psc: PSC.slice(),
    protectedBytes: new Array<boolean>(32).fill(false),
    persisted: 0,
    persist() {
      card.persisted += 1;
    },
    ...over,
  };
  return card;
}
