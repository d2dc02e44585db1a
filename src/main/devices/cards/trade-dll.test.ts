// A trade card in the device process: what counts as content, and what must be right before a library is told to write.
import { describe, expect, it } from 'vitest';
import type { ChipReader } from '../../../../drivers/kit/chip-reader.ts';
import { decodeGasCard, encodeGasCard } from '../../../../drivers/kit/gas-card-image.ts';
import type { GasCardFields } from '../../../../drivers/kit/gas-card-library.ts';
import { createGasCardSimulator, type GasCardInReader, gasCard } from '../../../../drivers/kit/testing/gas-card.ts';
import { diffImages } from '../../../shared/domain/card-image.ts';
import { Fault } from '../../../shared/domain/fault.ts';
import { readCard, writeCard } from './index.ts';

const ACCESS = { chip: 'TRADE-DLL' } as const;
const CHOICE = { layoutId: 'trade-contract', access: ACCESS, keyVersion: null, keys: null };

function createReader(state: GasCardInReader['state'], fields: Partial<GasCardFields> = {}) {
  const { library, card } = createGasCardSimulator();
  card.state = state;
  card.fields = gasCard({ cs: 7, ljgql: 700, kmm: '654321', ...fields });
  const reader: ChipReader = {
    slots: 1,
    async identify() {
      const presence = (await library.check()) === 'absent' ? 'absent' : 'present';
      return { presence, chip: presence === 'present' ? 'TRADE-DLL' : null, uid: null };
    },
    onPresence: () => () => {},
    tradeDll: library,
  };
  return { reader, card, library };
}

const read = async (reader: ChipReader) => (await readCard(reader, { cardSlot: 1, choices: [CHOICE] })).image;

function image(fields: GasCardFields): Uint8Array {
  return encodeGasCard({ kind: 'content', fields });
}

async function write(reader: ChipReader, expected: Uint8Array, after: Uint8Array, abort = new AbortController()) {
  let effect = 0;
  const task = { cardSlot: 1, access: ACCESS, keys: ACCESS, expected, writes: diffImages(expected, after), allowLastAttempt: false };
  const effectBegins = () => {
    effect += 1;
  };
  const outcome = await writeCard(reader, task, { signal: abort.signal, progress() {}, effectBegins });
  return { outcome, effect };
}

describe('a trade card', () => {
  it('is read as content, blank or foreign, and never with its key', async () => {
    const own = await read(createReader('user').reader);
    expect(own).toEqual(image(gasCard({ cs: 7, ljgql: 700 })));
    expect(new TextDecoder('latin1').decode(own ?? undefined)).not.toContain('654321');
    expect(await read(createReader('blank').reader)).toEqual(encodeGasCard({ kind: 'blank' }));
    expect(await read(createReader('foreign').reader)).toEqual(encodeGasCard({ kind: 'foreign' }));
    expect(await read(createReader('absent').reader)).toBeNull();
  });

  it('is written with its own key and read back', async () => {
    const { reader, card } = createReader('user');
    const before = image(card.fields);
    const after = image({ ...card.fields, ql: 100, cs: 8, ljgql: 800 });
    expect(await write(reader, before, after)).toEqual({ outcome: { kind: 'done', value: after }, effect: 1 });
    expect(card.fields).toMatchObject({ ql: 100, cs: 8, kmm: '654321' });
  });

  it('is made of a blank one', async () => {
    const { reader, card } = createReader('blank');
    const after = image(gasCard({ kh: '10000009', kzt: 0 }));
    expect(await write(reader, encodeGasCard({ kind: 'blank' }), after)).toMatchObject({ outcome: { kind: 'done' }, effect: 1 });
    expect(card).toMatchObject({ state: 'user', fields: { kh: '10000009', kzt: 0 } });
  });

  it('is refused untouched when it is another card, or when nobody wants it any more', async () => {
    const { reader, card } = createReader('user');
    const before = image(card.fields);
    const after = image({ ...card.fields, ql: 100, cs: 8 });
    const aborted = new AbortController();
    aborted.abort(new Fault('DEVICE_CANCELLED'));
    expect(await write(reader, before, after, aborted)).toMatchObject({ outcome: { kind: 'refused' }, effect: 0 });
    card.fields = { ...card.fields, kh: '10000002' };
    expect(await write(reader, before, after)).toMatchObject({ outcome: { fault: { code: 'CARD_CHANGED_ELSEWHERE' } }, effect: 0 });
    // A plan for another number is no plan for this card.
    const own = image(card.fields);
    const wrong = await write(reader, own, image({ ...card.fields, kh: '10000003', ql: 1 }));
    expect(wrong).toMatchObject({ outcome: { kind: 'refused', fault: { code: 'CARD_MISMATCH' } }, effect: 0 });
    const noPlan = await write(reader, own, encodeGasCard({ kind: 'blank' }));
    expect(noPlan).toMatchObject({ outcome: { kind: 'refused', fault: { code: 'INPUT_INVALID' } }, effect: 0 });
    expect(decodeGasCard((await read(reader)) ?? new Uint8Array())).toMatchObject({ fields: { kh: '10000002', ql: 0, cs: 7 } });
  });

  it('is unknown as soon as the library has been told', async () => {
    const { reader, card, library } = createReader('user');
    const before = image(card.fields);
    library.write = async () => {
      throw new Fault('CARD_WRITE_UNVERIFIED', { returnCode: -10 });
    };
    const { outcome, effect } = await write(reader, before, image({ ...card.fields, ql: 100, cs: 8 }));
    expect({ outcome, effect }).toMatchObject({ outcome: { kind: 'unknown', fault: { code: 'CARD_WRITE_UNVERIFIED' } }, effect: 1 });
  });
});
