// Mifare Classic S50: a sector is opened with key A to read it and with key B to write it; a block of 16 bytes is written in one act.
//
// A card that is made gets its keys and its access bits, sector by sector, before the first byte of its image. Of a sector the keys may name several pairs,
// tried in their order: a card whose making was torn has its own keys in some sectors and its maker's in the others. A wrong key costs this chip nothing.
import type { ChipReader } from '../../../../drivers/kit/chip-reader.ts';
import { MIFARE_BLOCK_BYTES, mifareBlocks, mifareSectorOf } from '../../../shared/domain/card-access.ts';
import { asFault, Fault } from '../../../shared/domain/fault.ts';
import type { CardKeys, MifareSectorKeys } from '../../core/ports/cards.ts';
import {
  accessOf,
  type CardChipModule,
  type CardPlace,
  type CardWriteHooks,
  type CardWriteTask,
  keysOf,
  requireFace,
  writePieces,
} from './module.ts';
import { wholeUnits } from './units.ts';

type MifareFace = NonNullable<ChipReader['mifare']>;

export const mifareS50: CardChipModule = {
  async read(reader, place) {
    const sectors = sectorOpener(place, 'A', (sector, key) => requireFace(reader, 'mifare').authenticate(place.cardSlot, sector, key));
    const blocks = mifareBlocks(accessOf(place, 'MIFARE-S50'));
    const image = new Uint8Array(blocks.length * MIFARE_BLOCK_BYTES);
    for (const [index, block] of blocks.entries()) {
      await sectors.open(block);
      image.set(await readBlock(reader, place.cardSlot, block), index * MIFARE_BLOCK_BYTES);
    }
    return image;
  },

  async write(reader, task, hooks) {
    const card = requireFace(reader, 'mifare');
    const { newKeys } = task;
    if (newKeys !== undefined) await changeKeys(task, newKeys, card, hooks);
    const sectors = sectorOpener({ ...task, keys: newKeys ?? task.keys }, 'B', (sector, key) =>
      card.authenticate(task.cardSlot, sector, key),
    );
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

/** Access bits that contradict themselves are a trailer that was torn: the sector is lost. */
async function readBlock(reader: ChipReader, cardSlot: number, block: number): Promise<Uint8Array> {
  try {
    return await requireFace(reader, 'mifare').readBlock(cardSlot, block);
  } catch (error) {
    const { code, context } = asFault(error);
    throw code === 'DEVICE_REJECTED' && context.reason === 'access-bits' ? new Fault('CARD_DAMAGED', { slot: cardSlot }) : error;
  }
}

/** Opens the sector of a block unless it is the one that is open: the chip keeps one at a time. */
function sectorOpener(
  place: CardPlace,
  kind: 'A' | 'B',
  authenticate: (sector: number, key: { readonly kind: 'A' | 'B'; readonly bytes: Uint8Array }) => Promise<void>,
) {
  const keys = keysBySector(place);
  let current: number | null = null;
  return {
    async open(block: number): Promise<void> {
      const sector = mifareSectorOf(block);
      if (sector === current) return;
      current = null;
      await firstThatOpens(keys.get(sector), (own) => authenticate(sector, { kind, bytes: kind === 'A' ? own.keyA : own.keyB }));
      current = sector;
    },
  };
}

function keysBySector(place: CardPlace): ReadonlyMap<number, readonly MifareSectorKeys[]> {
  return Map.groupBy(keysOf(place, 'MIFARE-S50').sectors, ({ sector }) => sector);
}

/** Returns the first of the pairs with which `open` does not end in CARD_KEY_REFUSED; rejects with that fault when none is left. */
async function firstThatOpens(
  pairs: readonly MifareSectorKeys[] | undefined,
  open: (pair: MifareSectorKeys) => Promise<void>,
): Promise<MifareSectorKeys> {
  let refused: unknown = new Fault('INPUT_INVALID', { field: 'keys' });
  for (const pair of pairs ?? []) {
    try {
      await open(pair);
      return pair;
    } catch (error) {
      if (asFault(error).code !== 'CARD_KEY_REFUSED') throw error;
      refused = error;
    }
  }
  throw refused;
}

/** Data blocks are read with either key and written with key B, the trailer is changed with key B and its keys are never read (MF1ICS50 data sheet). */
const ACCESS_BITS = Uint8Array.of(0x78, 0x77, 0x88, 0x00);
const TRAILER = 3;
const BLOCKS_PER_SECTOR = 4;

/** Writes the trailers of the sectors that have not the new keys yet, and opens each with them. */
async function changeKeys(task: CardWriteTask, newKeys: CardKeys, card: MifareFace, hooks: CardWriteHooks): Promise<void> {
  const present = keysBySector(task);
  const tries = [...keysBySector({ ...task, keys: newKeys })].map(([sector, [pair]]) => ({ sector, pair: pair as MifareSectorKeys }));
  const open = (sector: number, pair: MifareSectorKeys) => card.authenticate(task.cardSlot, sector, { kind: 'A', bytes: pair.keyA });
  const openB = (sector: number, pair: MifareSectorKeys) => card.authenticate(task.cardSlot, sector, { kind: 'B', bytes: pair.keyB });
  // Every sector is opened before the first one is changed: a card under foreign keys stays as it is.
  const found = new Map<number, MifareSectorKeys>();
  for (const { sector, pair } of tries)
    found.set(sector, await firstThatOpens([pair, ...(present.get(sector) ?? [])], (one) => open(sector, one)));
  // A trailer is written from its first byte on: with the new key A and without the new key B it was torn, and its sector is lost.
  for (const { sector, pair } of tries) {
    if (found.get(sector) !== pair) continue;
    await openB(sector, pair).catch((error: unknown) => {
      throw asFault(error).code === 'CARD_KEY_REFUSED' ? new Fault('CARD_DAMAGED', { slot: task.cardSlot }) : error;
    });
  }
  for (const { sector, pair } of tries) {
    if (found.get(sector) === pair) continue;
    hooks.signal.throwIfAborted();
    await open(sector, found.get(sector) as MifareSectorKeys);
    hooks.effectBegins();
    await card.writeBlock(task.cardSlot, sector * BLOCKS_PER_SECTOR + TRAILER, Uint8Array.of(...pair.keyA, ...ACCESS_BITS, ...pair.keyB));
    await open(sector, pair);
  }
}
