// A reader for every kind of card in this process, over simulated cards: what the device modules are tested against without any line.
import type { CardWork, SimulatedChipCard, SimulatedCpuCard } from '../../drivers/kit/cards/index.ts';
import type { ChipReader } from '../../drivers/kit/chip-reader.ts';
import { Fault } from '../../src/shared/domain/fault.ts';

export interface TestChipReader extends ChipReader {
  card: SimulatedChipCard | null;
  /** The card is pulled out when so many bytes of its memory have changed; null while it stays. */
  tearAfter: number | null;
  /** Everything that was asked of a card, in words. */
  readonly calls: string[];
}

/** Returns a reader with one slot, and a module slot where there is a module. */
export function createTestChipReader(module: SimulatedCpuCard | null = null): TestChipReader {
  const calls: string[] = [];

  function cardOf<Chip extends SimulatedChipCard['chip']>(chip: Chip, call: string): Extract<SimulatedChipCard, { readonly chip: Chip }> {
    calls.push(call);
    if (reader.card === null) throw new Fault('CARD_ABSENT');
    if (reader.card.chip !== chip) throw new Fault('CARD_CHIP_UNSUPPORTED');
    return reader.card as Extract<SimulatedChipCard, { readonly chip: Chip }>;
  }

  function run<T>(work: CardWork<T>): T {
    for (;;) {
      const step = work.next();
      if (step.done) return step.value;
      if (reader.tearAfter === null) continue;
      if (reader.tearAfter === 0) {
        reader.card?.reset();
        Object.assign(reader, { card: null, tearAfter: null });
        throw new Fault('CARD_ABSENT');
      }
      reader.tearAfter -= 1;
    }
  }

  const reader: TestChipReader = {
    slots: 1,
    card: null,
    tearAfter: null,
    calls,
    async identify() {
      return { presence: reader.card === null ? 'absent' : 'present', chip: reader.card?.chip ?? null, uid: reader.card?.uid ?? null };
    },
    onPresence: () => () => {},
    eeprom: {
      read: async (_slot, { address, length }) => cardOf('AT24C02', `read ${address}+${length}`).read(address, length),
      write: async (_slot, address, data) => run(cardOf('AT24C02', `write ${address}+${data.length}`).write(address, data)),
    },
    mifare: {
      async authenticate(_slot, sector, key) {
        if (!cardOf('MIFARE-S50', `open ${sector} ${key.kind}`).authenticate(sector, key)) throw new Fault('CARD_KEY_REFUSED');
      },
      async readBlock(_slot, block) {
        const data = cardOf('MIFARE-S50', `read ${block}`).readBlock(block);
        if (data === null) throw new Fault('DEVICE_REJECTED');
        return data;
      },
      async writeBlock(_slot, block, data) {
        if (!run(cardOf('MIFARE-S50', `write ${block}`).writeBlock(block, data))) throw new Fault('DEVICE_REJECTED');
      },
    },
    cpu: { transmit: async (_slot, command) => run(cardOf('CPU', hex(command)).transmit(command)) },
    ...(module !== null && {
      sam: {
        async transmit(slot, command) {
          // The module sits in the second slot; the first is empty.
          if (slot !== 2) throw new Fault('CARD_ABSENT');
          calls.push(`sam ${hex(command)}`);
          return run(module.transmit(command));
        },
      },
    }),
  };
  return reader;
}

/** Class and instruction. */
const hex = (command: Uint8Array) => Buffer.from(command.subarray(0, 2)).toString('hex').toUpperCase();
