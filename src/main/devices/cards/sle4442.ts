// SLE4442: reading is free, writing wants the PSC, whose error counter is read before it is presented.
import { type CardWrite, pscAttemptsLeft } from '../../../shared/domain/card-image.ts';
import { Fault } from '../../../shared/domain/fault.ts';
import { type CardChipModule, keysOf, requireFace, writePieces } from './module.ts';

const IMAGE_BYTES = 256;
const PSC_BYTES = 3;
/** What one frame of the common readers carries; also the step of the progress shown. */
const PIECE_BYTES = 32;

export const sle4442: CardChipModule = {
  read: (reader, { cardSlot }) => requireFace(reader, 'sle4442').readMain(cardSlot, 0, IMAGE_BYTES),

  attemptsLeft: async (reader, { cardSlot }) => pscAttemptsLeft(await requireFace(reader, 'sle4442').readErrorCounter(cardSlot)),

  async write(reader, task, hooks) {
    const { cardSlot } = task;
    const card = requireFace(reader, 'sle4442');
    const { psc } = keysOf(task, 'SLE4442');
    if (psc.length !== PSC_BYTES) throw new Fault('INPUT_INVALID', { field: 'keys' });
    const newPsc = task.newKeys === undefined ? null : keysOf({ ...task, keys: task.newKeys }, 'SLE4442').psc;
    const { changePsc } = card;
    if (newPsc !== null && changePsc === null) throw new Fault('CARD_CHIP_UNSUPPORTED', { reason: 'changePsc' });
    await card.presentPsc(cardSlot, psc);
    if (newPsc !== null && changePsc !== null) {
      // Before the first byte of the image: whatever bears an identity of ours has its own secret, and no other card is ever handed out.
      hooks.effectBegins();
      await changePsc(cardSlot, newPsc);
      await card.presentPsc(cardSlot, newPsc);
    }
    await writePieces(task.writes.flatMap(piecesOf), hooks, ({ address, data }) => card.updateMain(cardSlot, address, data));
  },
};

function piecesOf(write: CardWrite): CardWrite[] {
  const pieces: CardWrite[] = [];
  for (let at = 0; at < write.data.length; at += PIECE_BYTES) {
    pieces.push({ address: write.address + at, data: write.data.subarray(at, at + PIECE_BYTES) });
  }
  return pieces;
}
