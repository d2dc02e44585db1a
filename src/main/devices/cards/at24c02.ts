// AT24C02: a plain EEPROM. Nothing is secret and nothing is protected; a page of 8 bytes is written in one act and can tear inside.
import { imageBytesOf, tearUnitBytes } from '../../../shared/domain/card-access.ts';
import { type CardChipModule, requireFace, writePieces } from './module.ts';
import { cutToUnits } from './units.ts';

const ACCESS = { chip: 'AT24C02' } as const;

export const at24c02: CardChipModule = {
  read: (reader, { cardSlot }) => requireFace(reader, 'eeprom').read(cardSlot, { address: 0, length: imageBytesOf(ACCESS) }),

  async write(reader, task, hooks) {
    const card = requireFace(reader, 'eeprom');
    const pages = cutToUnits(task.writes, tearUnitBytes(ACCESS));
    await writePieces(pages, hooks, ({ address, data }) => card.write(task.cardSlot, address, data));
  },
};
