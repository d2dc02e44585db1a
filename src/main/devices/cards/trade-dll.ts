// A card that only its maker's library understands: its image is what the library reads (kit/gas-card-image.ts), one write is one call.
import { decodeGasCard, encodeGasCard } from '../../../../drivers/kit/gas-card-image.ts';
import { applyWrites } from '../../../shared/domain/card-image.ts';
import { asFault, Fault } from '../../../shared/domain/fault.ts';
import { type CardChipModule, requireFace } from './module.ts';

export const tradeDll: CardChipModule = {
  async read(reader) {
    try {
      return encodeGasCard({ kind: 'content', fields: await requireFace(reader, 'tradeDll').read() });
    } catch (error) {
      const { code } = asFault(error);
      if (code === 'CARD_BLANK') return encodeGasCard({ kind: 'blank' });
      if (code === 'CARD_OTHER_REGION') return encodeGasCard({ kind: 'foreign' });
      throw error;
    }
  },

  async write(reader, task, hooks) {
    const library = requireFace(reader, 'tradeDll');
    const before = decodeGasCard(task.expected);
    const after = decodeGasCard(applyWrites(task.expected, task.writes));
    if (before === null || after?.kind !== 'content') throw new Fault('INPUT_INVALID', { field: 'writes' });
    const { fields } = after;
    const totalBytes = task.writes.reduce((sum, { data }) => sum + data.length, 0);
    hooks.progress({ doneBytes: 0, totalBytes });
    if (before.kind === 'content') {
      // The contract: number and region must be the card's own before a write. And the library wants the card's key, which no image holds.
      const own = await library.read();
      if (own.kh !== fields.kh || own.dqdm !== fields.dqdm) throw new Fault('CARD_MISMATCH', { found: own.kh, expected: fields.kh });
      hooks.signal.throwIfAborted();
      hooks.effectBegins();
      await library.write({ ...fields, kmm: own.kmm });
    } else {
      hooks.signal.throwIfAborted();
      hooks.effectBegins();
      await library.writeNew(fields);
    }
    hooks.progress({ doneBytes: totalBytes, totalBytes });
    hooks.signal.throwIfAborted();
  },
};
