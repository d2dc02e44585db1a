// The slots of a simulated reader: cards go in and out, also in the middle of a write, and a byte of card memory takes its time.
import type { Timers } from '../transport.ts';
import type { CardWork } from './chip.ts';

/** How a card's work ended: with its result, or the card was gone before the end. */
export type SlotWork<T> = { readonly torn: false; readonly value: T } | { readonly torn: true };

export interface SimulatedSlots<Card> {
  cardIn(slot: number): Card | null;
  insert(slot: number, card: Card): void;
  remove(slot: number): Card | null;
  /** See SimulatedCardReader.removeAfterWrittenBytes. */
  removeAfterWrittenBytes(slot: number, bytes: number): void;
  onTorn(listener: (slot: number, card: Card) => void): void;
  /** Runs work of the card in `slot`, a byte time per byte; calls back at once where bytes take no time. */
  run<T>(slot: number, work: CardWork<T>, finish: (end: SlotWork<T>) => void): void;
  /** Power gone: work under way stops where it is, nobody is called back, and every card forgets its session. */
  cutPower(): void;
}

/** Returns empty slots, counted from 1. `onChange` is called after a card was put in or has left. */
export function createCardSlots<Card extends { reset(): void }>(options: {
  readonly count: number;
  readonly timers: Timers;
  /** Time one byte takes in card memory, ms. */
  readonly byteTimeMs: number;
  onChange(slot: number): void;
}): SimulatedSlots<Card> {
  const { timers, byteTimeMs } = options;
  const slots = Array.from({ length: options.count }, () => ({ card: null as Card | null, tearAfter: null as number | null }));
  const tornListeners: ((slot: number, card: Card) => void)[] = [];
  /** Timers of work under way. */
  const underWay = new Set<unknown>();

  function slotOf(number: number) {
    const slot = slots[number - 1];
    if (slot === undefined) throw new RangeError(`no slot ${number}`);
    return slot;
  }

  function remove(number: number): Card | null {
    const slot = slotOf(number);
    const { card } = slot;
    Object.assign(slot, { card: null, tearAfter: null });
    if (card === null) return null;
    card.reset();
    options.onChange(number);
    return card;
  }

  function tearIfDue(number: number): void {
    if (slotOf(number).tearAfter !== 0) return;
    const card = remove(number);
    if (card !== null) for (const listener of tornListeners) listener(number, card);
  }

  return {
    cardIn: (slot) => slots[slot - 1]?.card ?? null,
    insert(number, card) {
      const slot = slotOf(number);
      if (slot.card !== null) throw new RangeError(`slot ${number} is taken`);
      card.reset();
      Object.assign(slot, { card, tearAfter: null });
      options.onChange(number);
    },
    remove,
    removeAfterWrittenBytes(slot, bytes) {
      slotOf(slot).tearAfter = bytes;
    },
    onTorn: (listener) => void tornListeners.push(listener),
    run(number, work, finish) {
      const slot = slotOf(number);
      const { card } = slot;
      /** The work waits right before a byte changes. */
      let beforeByte = false;
      /** Goes on to the next byte; true when there is one. */
      function step(): boolean {
        const next = slot.card === card ? work.next() : null;
        if (next === null) {
          finish({ torn: true });
          return false;
        }
        const wrote = beforeByte;
        beforeByte = next.done !== true;
        if (wrote && slot.tearAfter !== null) slot.tearAfter -= 1;
        if (wrote || beforeByte) tearIfDue(number);
        // Gone right behind its last byte, too: no reader can tell then that all is written.
        if (slot.card !== card) finish({ torn: true });
        else if (next.done === true) finish({ torn: false, value: next.value });
        else return true;
        return false;
      }
      function go(): void {
        if (byteTimeMs <= 0) while (step());
        else if (step()) {
          const handle = timers.setTimeout(() => {
            underWay.delete(handle);
            go();
          }, byteTimeMs);
          underWay.add(handle);
        }
      }
      go();
    },
    cutPower() {
      for (const handle of underWay) timers.clearTimeout(handle);
      underWay.clear();
      for (const { card } of slots) card?.reset();
    },
  };
}
