// Reading and writing a card against a reader in memory: no last attempt spent, no half write hidden.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { MemoryCardReader } from '../../../../drivers/kit/card-reader.ts';
import { type ChipReader, chipReaderOf } from '../../../../drivers/kit/chip-reader.ts';
import { applyWrites } from '../../../shared/domain/card-image.ts';
import { Fault } from '../../../shared/domain/fault.ts';
import type { WriteProgress } from '../../core/ports/devices.ts';
import { readCard, writeCard } from './index.ts';
import type { CardWriteTask } from './module.ts';

const PSC = Uint8Array.of(1, 2, 3);
const IMAGE = Uint8Array.from({ length: 256 }, (_, index) => index);

/** A reader with one card; `failAt` makes its n-th call reject. */
function fakeReader(card: { presence?: 'present' | 'absent' | 'damaged'; errorCounter?: number; failAt?: number; changes?: boolean } = {}) {
  const memory = IMAGE.slice();
  const calls: string[] = [];
  const enter = (name: string) => {
    calls.push(name);
    if (calls.length - 1 === card.failAt) throw new Fault('DEVICE_NO_ANSWER');
  };
  const reader: MemoryCardReader = {
    slots: 1,
    async status() {
      enter('status');
      return card.presence ?? 'present';
    },
    async readMain(_slot, address, length) {
      enter('readMain');
      return memory.slice(address, address + length);
    },
    async readErrorCounter() {
      enter('readErrorCounter');
      return card.errorCounter ?? 7;
    },
    async presentPsc() {
      enter('presentPsc');
    },
    async updateMain(_slot, address, data) {
      enter(`updateMain ${address}+${data.length}`);
      memory.set(data, address);
    },
    changePsc:
      card.changes === false
        ? null
        : async (_slot, psc) => {
            enter(`changePsc ${psc.join(' ')}`);
          },
    onPresence: () => () => {},
  };
  return { reader, calls, memory };
}

function chips(cardReader: MemoryCardReader): ChipReader {
  const reader = chipReaderOf({ cardReader });
  if (reader === null) throw new Error('no reader');
  return reader;
}

const CHOICES = [{ layoutId: 'any', access: { chip: 'SLE4442' }, keyVersion: null, keys: null }] as const;
const read = (reader: MemoryCardReader) => readCard(chips(reader), { cardSlot: 1, choices: CHOICES });
const NOTHING = { chip: null, uid: null, layoutId: null, keyVersion: null, image: null, attemptsLeft: null };

function task(change: Partial<CardWriteTask> = {}): CardWriteTask {
  const writes = [
    { address: 40, data: new Uint8Array(70).fill(0xaa) },
    { address: 200, data: Uint8Array.of(5) },
  ];
  return {
    cardSlot: 1,
    expected: IMAGE,
    writes,
    access: { chip: 'SLE4442' },
    keys: { chip: 'SLE4442', psc: PSC },
    allowLastAttempt: false,
    ...change,
  };
}

function run(reader: MemoryCardReader, wanted = task(), abort = new AbortController()) {
  const progress: WriteProgress[] = [];
  const outcome = writeCard(chips(reader), wanted, {
    signal: abort.signal,
    progress: (step) => progress.push(step),
    effectBegins: () => {},
  });
  return { outcome, progress };
}

describe('writeCard with another PSC', () => {
  const newKeys = { chip: 'SLE4442', psc: Uint8Array.of(7, 8, 9) } as const;
  const before = ['status', 'readMain', 'readErrorCounter'];

  it('presents the present one, changes it, proves the new one, and only then writes', async () => {
    const { reader, calls } = fakeReader();
    expect(await run(reader, task({ newKeys })).outcome).toMatchObject({ kind: 'done' });
    expect(calls.slice(0, 7)).toEqual([...before, 'presentPsc', 'changePsc 7 8 9', 'presentPsc', 'updateMain 40+32']);
  });

  it.each([
    ['CARD_CHIP_UNSUPPORTED', { changes: false }],
    ['CARD_LAST_ATTEMPT', { errorCounter: 1 }],
    ['CARD_LOCKED', { errorCounter: 0 }],
  ] as const)('%s: refused before any secret is presented', async (code, card) => {
    const { reader, calls } = fakeReader(card);
    expect(await run(reader, task({ newKeys })).outcome).toMatchObject({ kind: 'refused', fault: { code } });
    expect(calls).toEqual(before);
  });

  it('is unknown when the change or the proof fails, and nothing of the image is written', async () => {
    for (const failAt of [4, 5]) {
      const { reader, calls, memory } = fakeReader({ failAt });
      expect(await run(reader, task({ newKeys })).outcome).toMatchObject({ kind: 'unknown' });
      expect(calls.length).toBe(failAt + 1);
      expect(memory).toEqual(IMAGE);
    }
  });
});

describe('writeCard', () => {
  it('compares, reads the error counter, presents, writes in chunks of at most 32 bytes, reads back', async () => {
    const { reader, calls, memory } = fakeReader();
    const { outcome, progress } = run(reader);
    expect(await outcome).toEqual({ kind: 'done', value: applyWrites(IMAGE, task().writes) });
    expect(memory).toEqual(applyWrites(IMAGE, task().writes));
    expect(calls).toEqual([
      'status',
      'readMain',
      'readErrorCounter',
      'presentPsc',
      'updateMain 40+32',
      'updateMain 72+32',
      'updateMain 104+6',
      'updateMain 200+1',
      'readMain',
    ]);
    expect(progress.map((step) => step.doneBytes)).toEqual([32, 64, 70, 71]);
    expect(progress.every((step) => step.totalBytes === 71)).toBe(true);
  });

  it.each([
    ['CARD_ABSENT', { presence: 'absent' as const }, {}],
    ['CARD_DAMAGED', { presence: 'damaged' as const }, {}],
    ['CARD_CHANGED_ELSEWHERE', {}, { expected: new Uint8Array(256) }],
    ['CARD_LOCKED', { errorCounter: 0 }, {}],
    ['CARD_LOCKED', { errorCounter: 0 }, { allowLastAttempt: true }],
    ['CARD_LAST_ATTEMPT', { errorCounter: 1 }, {}],
    ['CARD_LAST_ATTEMPT', { errorCounter: 4 }, {}],
    ['INPUT_INVALID', {}, { keys: { chip: 'SLE4442', psc: Uint8Array.of(1, 2) } as const }],
    ['INPUT_INVALID', {}, { writes: [{ address: 250, data: new Uint8Array(7) }] }],
  ])('refuses with %s before a secret is presented', async (code, card, change) => {
    const { reader, calls } = fakeReader(card);
    expect(await run(reader, task(change)).outcome).toMatchObject({ kind: 'refused', fault: { code } });
    expect(calls).not.toContain('presentPsc');
  });

  it('presents at the last attempt when a supervisor has said so', async () => {
    const { reader } = fakeReader({ errorCounter: 1 });
    expect((await run(reader, task({ allowLastAttempt: true })).outcome).kind).toBe('done');
  });

  it('presents no secret when there is nothing to write', async () => {
    const { reader, calls } = fakeReader({ errorCounter: 1 });
    expect(await run(reader, task({ writes: [] })).outcome).toEqual({ kind: 'done', value: IMAGE });
    expect(calls).not.toContain('presentPsc');
  });

  it('is refused for a failure before the first update and unknown from it on, wherever it happens', () =>
    fc.assert(
      fc.asyncProperty(fc.nat({ max: 8 }), async (failAt) => {
        const { reader, calls, memory } = fakeReader({ failAt });
        const outcome = await run(reader).outcome;
        expect(calls).toHaveLength(failAt + 1);
        expect(outcome).toMatchObject({ kind: failAt < 4 ? 'refused' : 'unknown', fault: { code: 'DEVICE_NO_ANSWER' } });
        if (failAt < 4) expect(memory).toEqual(IMAGE);
      }),
    ));

  it('stops before the secret when cancelled early, and between chunks when cancelled late', async () => {
    const early = fakeReader();
    const abortEarly = new AbortController();
    abortEarly.abort(new Fault('DEVICE_CANCELLED'));
    expect(await run(early.reader, task(), abortEarly).outcome).toMatchObject({ kind: 'refused', fault: { code: 'DEVICE_CANCELLED' } });
    expect(early.calls).not.toContain('presentPsc');

    const late = fakeReader();
    const abortLate = new AbortController();
    const updateMain = late.reader.updateMain;
    const reader: MemoryCardReader = {
      ...late.reader,
      async updateMain(...parameters) {
        await updateMain(...parameters);
        abortLate.abort(new Fault('DEVICE_CANCELLED'));
      },
    };
    expect(await run(reader, task(), abortLate).outcome).toMatchObject({ kind: 'unknown', fault: { code: 'DEVICE_CANCELLED' } });
    expect(late.calls.filter((name) => name.startsWith('updateMain'))).toHaveLength(1);
  });
});

describe('readCard', () => {
  it('gives image and attempts of a present card', async () => {
    expect(await read(fakeReader({ errorCounter: 3 }).reader)).toEqual({
      ...NOTHING,
      presence: 'present',
      chip: 'SLE4442',
      layoutId: 'any',
      image: IMAGE,
      attemptsLeft: 2,
    });
  });

  it.each(['absent', 'damaged'] as const)('says %s without reading', async (presence) => {
    const { reader, calls } = fakeReader({ presence });
    expect(await read(reader)).toEqual({ ...NOTHING, presence });
    expect(calls).toEqual(['status']);
  });

  it('calls a card that is pulled while it is read absent', async () => {
    const { reader } = fakeReader();
    const pulled = { ...reader, readMain: () => Promise.reject(new Fault('CARD_ABSENT')) };
    expect(await read(pulled)).toMatchObject({ presence: 'absent' });
  });

  it('passes a fault of the line on', async () => {
    await expect(read(fakeReader({ failAt: 1 }).reader)).rejects.toMatchObject({ code: 'DEVICE_NO_ANSWER' });
  });
});
