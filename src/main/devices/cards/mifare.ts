// Mifare Classic S50: a sector is opened with key A to read it and with key B to write it; a block of 16 bytes is written in one act.
import { MIFARE_BLOCK_BYTES, mifareBlocks, mifareSectorOf } from '../../../shared/domain/card-access.ts';
import { Fault } from '../../../shared/domain/fault.ts';
import type { MifareSectorKeys } from '../../core/ports/cards.ts';
import { accessOf, type CardChipModule, type CardPlace, keysOf, requireFace, writePieces } from './module.ts';
import { wholeUnits } from './units.ts';

export const mifareS50: CardChipModule = {
  async read(reader, place) {
    const sectors = sectorOpener(place, 'A', (sector, key) => requireFace(reader, 'mifare').authenticate(place.cardSlot, sector, key));
    const blocks = mifareBlocks(accessOf(place, 'MIFARE-S50'));
    const image = new Uint8Array(blocks.length * MIFARE_BLOCK_BYTES);
    for (const [index, block] of blocks.entries()) {
      await sectors.open(block);
      image.set(await requireFace(reader, 'mifare').readBlock(place.cardSlot, block), index * MIFARE_BLOCK_BYTES);
    }
    return image;
  },

  async write(reader, task, hooks) {
    const card = requireFace(reader, 'mifare');
    const sectors = sectorOpener(task, 'B', (sector, key) => card.authenticate(task.cardSlot, sector, key));
    const numbers = mifareBlocks(accessOf(task, 'MIFARE-S50'));
    const blockAt = (address: number) => numbers[address / MIFARE_BLOCK_BYTES] ?? 0;
    const pieces = wholeUnits(task.expected, task.writes, MIFARE_BLOCK_BYTES);
    // Every sector is tried before the first byte: a key that does not fit refuses the whole write.
    for (const { address } of pieces) await sectors.open(blockAt(address));
    await writePieces(pieces, hooks, async ({ address, data }) => {
      await sectors.open(blockAt(address));
      await card.writeBlock(task.cardSlot, blockAt(address), data);
    });
  },
};

/** Opens the sector of a block unless it is the one that is open: the chip keeps one at a time. */
function sectorOpener(
  place: CardPlace,
  kind: 'A' | 'B',
  authenticate: (sector: number, key: { readonly kind: 'A' | 'B'; readonly bytes: Uint8Array }) => Promise<void>,
) {
  const keys = new Map<number, MifareSectorKeys>(keysOf(place, 'MIFARE-S50').sectors.map((each) => [each.sector, each]));
  let current: number | null = null;
  return {
    async open(block: number): Promise<void> {
      const sector = mifareSectorOf(block);
      if (sector === current) return;
      const own = keys.get(sector);
      if (own === undefined) throw new Fault('INPUT_INVALID', { field: 'keys' });
      current = null;
      await authenticate(sector, { kind, bytes: kind === 'A' ? own.keyA : own.keyB });
      current = sector;
    },
  };
}
