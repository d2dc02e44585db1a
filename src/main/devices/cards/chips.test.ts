// Cards other than SLE4442 against simulated chips: what is refused before the first byte, what is unknown after it, and what is presented at all.
import { describe, expect, it } from 'vitest';
import {
  type CpuCardMemory,
  cpuCardKeys,
  createSimulatedCpuCard,
  createSimulatedEeprom,
  createSimulatedMifare,
  createSimulatedPsam,
  newMifareBytes,
  setMifareKeys,
} from '../../../../drivers/kit/cards/index.ts';
import { createTestChipReader, type TestChipReader } from '../../../../tests/support/chip-reader.ts';
import type { CardAccess } from '../../../shared/domain/card-access.ts';
import { applyWrites, fromHex } from '../../../shared/domain/card-image.ts';
import { Fault } from '../../../shared/domain/fault.ts';
import type { CardKeys, CardReadChoice } from '../../core/ports/cards.ts';
import { readCard, writeCard } from './index.ts';
import type { CardWriteTask } from './module.ts';

const choice = (access: CardAccess, keys: CardKeys | null = null): CardReadChoice => ({ layoutId: 'any', access, keyVersion: 0, keys });
const read = (reader: TestChipReader, ...choices: CardReadChoice[]) => readCard(reader, { cardSlot: 1, choices });

function write(
  reader: TestChipReader,
  task: Pick<CardWriteTask, 'access' | 'keys' | 'expected' | 'writes'>,
  over: Partial<CardWriteTask> = {},
) {
  const hooks = { signal: new AbortController().signal, progress: () => {}, effectBegins: () => {} };
  return writeCard(reader, { cardSlot: 1, allowLastAttempt: false, ...task, ...over }, hooks);
}

describe('AT24C02', () => {
  const access = { chip: 'AT24C02' } as const;
  const bytes = () => Uint8Array.from({ length: 256 }, (_, index) => index ^ 0x5a);
  const writes = [{ address: 5, data: new Uint8Array(12).fill(1) }];

  it('is written page by page and read back', async () => {
    const memory = bytes();
    const reader = createTestChipReader();
    reader.card = createSimulatedEeprom({ bytes: memory, persist() {} });
    const outcome = await write(reader, { access, keys: access, expected: bytes(), writes });
    expect(outcome).toEqual({ kind: 'done', value: applyWrites(bytes(), writes) });
    expect(reader.calls.filter((call) => call.startsWith('write'))).toEqual(['write 5+3', 'write 8+8', 'write 16+1']);
    expect(await read(reader, choice(access))).toMatchObject({ chip: 'AT24C02', attemptsLeft: null, image: memory });
  });

  it('is refused while nothing was sent, unknown once it may have been, and tears inside one page', async () => {
    for (let tearAfter = 0; tearAfter < 24; tearAfter += 1) {
      const memory = bytes();
      const reader = createTestChipReader();
      reader.card = createSimulatedEeprom({ bytes: memory, persist() {} });
      reader.tearAfter = tearAfter;
      const outcome = await write(reader, { access, keys: access, expected: bytes(), writes });
      expect(outcome).toMatchObject({ kind: 'unknown', fault: { code: 'CARD_ABSENT' } });
      const after = applyWrites(bytes(), writes);
      const strange = [...memory.keys()].filter((at) => memory[at] !== after[at] && memory[at] !== bytes()[at]);
      expect(new Set(strange.map((at) => at >> 3)).size).toBeLessThanOrEqual(1);
    }
    const gone = createTestChipReader();
    expect(await write(gone, { access, keys: access, expected: bytes(), writes })).toMatchObject({
      kind: 'refused',
      fault: { code: 'CARD_ABSENT' },
    });
  });
});

describe('Mifare S50', () => {
  const access = { chip: 'MIFARE-S50', sectors: [1, 2] } as const;
  const uid = Uint8Array.of(1, 2, 3, 4);
  const sector = (number: number) => ({
    sector: number,
    keyA: new Uint8Array(6).fill(number),
    keyB: new Uint8Array(6).fill(number | 0xb0),
  });
  const keys = { chip: 'MIFARE-S50', sectors: [sector(1), sector(2)] } as const;
  const transport = {
    chip: 'MIFARE-S50',
    sectors: [1, 2].map((each) => ({ sector: each, keyA: new Uint8Array(6).fill(0xff), keyB: new Uint8Array(6).fill(0xff) })),
  } as const;
  const writes = [
    { address: 20, data: Uint8Array.of(7, 7) },
    { address: 60, data: new Uint8Array(10).fill(9) },
  ];

  function insert(issued = true) {
    const bytes = newMifareBytes(uid);
    if (issued) for (const each of keys.sectors) setMifareKeys(bytes, each);
    const reader = createTestChipReader();
    reader.card = createSimulatedMifare({ bytes, uid, persist() {} });
    return { reader, bytes };
  }

  it('reads with key A, writes whole blocks with key B, and never touches a trailer', async () => {
    const { reader, bytes } = insert();
    const trailers = [7, 11].map((block) => bytes.slice(block * 16, block * 16 + 16));
    const image = new Uint8Array(96);
    expect(await write(reader, { access, keys, expected: image, writes })).toEqual({ kind: 'done', value: applyWrites(image, writes) });
    expect(reader.calls.filter((call) => call.startsWith('write'))).toEqual(['write 5', 'write 8', 'write 9']);
    expect(reader.calls.filter((call) => call.endsWith('B'))).toEqual(['open 1 B', 'open 2 B', 'open 1 B', 'open 2 B']);
    expect([7, 11].map((block) => bytes.slice(block * 16, block * 16 + 16))).toEqual(trailers);
  });

  it('says chip and number where the keys are wanting, and takes the choice whose keys fit', async () => {
    const { reader } = insert();
    expect(await read(reader, choice(access))).toMatchObject({ presence: 'present', chip: 'MIFARE-S50', uid, image: null, layoutId: null });
    expect(await read(reader, choice(access, transport), { ...choice(access, keys), keyVersion: 4 })).toMatchObject({
      keyVersion: 4,
      attemptsLeft: null,
    });
    expect(await read(insert(false).reader, choice(access, keys), choice(access, transport))).toMatchObject({ image: new Uint8Array(96) });
    expect(await read(reader, choice(access, transport))).toMatchObject({ image: null });
  });

  it('refuses a write whose key B is wrong in any of its sectors before a byte has changed', async () => {
    const { reader, bytes } = insert();
    const before = bytes.slice();
    const wrong = { ...keys, sectors: [keys.sectors[0], { ...keys.sectors[1], keyB: new Uint8Array(6) }] };
    const outcome = await write(reader, { access, keys: wrong, expected: new Uint8Array(96), writes });
    expect(outcome).toMatchObject({ kind: 'refused', fault: { code: 'CARD_KEY_REFUSED' } });
    expect(bytes).toEqual(before);
  });
});

describe('a CPU card', () => {
  const access = {
    chip: 'CPU',
    applicationId: 'F00102',
    files: [
      { sfi: 1, bytes: 32 },
      { sfi: 2, bytes: 32 },
    ],
    keyId: 1,
    psamApplicationId: 'F00103',
  } as const;
  const masters = { version: 2, authentication: new Uint8Array(16).fill(0x21), lineProtection: new Uint8Array(16).fill(0x43) };
  const diversifier = Uint8Array.of(1, 2, 3, 4, 5, 6, 7, 8);
  const keys = { chip: 'CPU', diversifier, keyVersion: 2 } as const;
  const writes = [
    { address: 30, data: Uint8Array.of(1, 2, 3) },
    { address: 63, data: Uint8Array.of(4) },
  ];
  const psam = (over: Partial<typeof masters> = {}) =>
    createSimulatedPsam({ applicationId: fromHex(access.psamApplicationId), keys: [{ ...masters, ...over }] });

  function insert(module: Parameters<typeof createTestChipReader>[0] = psam(), over: Partial<CpuCardMemory> = {}) {
    const memory: CpuCardMemory = {
      applicationId: fromHex(access.applicationId),
      files: access.files,
      bytes: new Uint8Array(64),
      attemptsLeft: 3,
      keyId: 1,
      keys: cpuCardKeys(masters, diversifier),
      persist() {},
      ...over,
    };
    const reader = createTestChipReader(module);
    let asked = 0;
    reader.card = createSimulatedCpuCard(memory, () => {
      asked += 1;
      return Uint8Array.of(9, 8, 7, asked);
    });
    return { reader, memory };
  }
  const task = { access, keys, expected: new Uint8Array(64), writes };

  it('is read without anything being presented', async () => {
    const { reader, memory } = insert(psam(), { attemptsLeft: 2 });
    expect(await read(reader, choice(access))).toMatchObject({ chip: 'CPU', attemptsLeft: 2, image: memory.bytes });
    expect(memory.attemptsLeft).toBe(2);
    expect(reader.calls.some((call) => call.startsWith('sam'))).toBe(false);
    expect(await read(reader, choice({ ...access, applicationId: 'F0FFFF' }))).toMatchObject({ chip: 'CPU', image: null });
  });

  it('is written with a MAC from the module for every piece, across files', async () => {
    const { reader, memory } = insert();
    expect(await write(reader, task)).toEqual({ kind: 'done', value: applyWrites(new Uint8Array(64), writes) });
    expect(memory.bytes).toEqual(applyWrites(new Uint8Array(64), writes));
    expect(reader.calls.filter((call) => call === '04D6')).toHaveLength(3);
    expect(memory.attemptsLeft).toBe(3);
  });

  it.each([
    ['CARD_LOCKED', 0, false],
    ['CARD_LOCKED', 0, true],
    ['CARD_LAST_ATTEMPT', 1, false],
  ] as const)('is refused with %s at %i attempts before anything is presented', async (code, attemptsLeft, allowLastAttempt) => {
    const { reader, memory } = insert(psam(), { attemptsLeft });
    expect(await write(reader, task, { allowLastAttempt })).toMatchObject({ kind: 'refused', fault: { code } });
    expect(memory.attemptsLeft).toBe(attemptsLeft);
    expect(reader.calls.some((call) => call.startsWith('sam'))).toBe(false);
  });

  it('is written at the last attempt when a supervisor has said so, and has all of them again', async () => {
    const { reader, memory } = insert(psam(), { attemptsLeft: 1 });
    expect((await write(reader, task, { allowLastAttempt: true })).kind).toBe('done');
    expect(memory.attemptsLeft).toBe(3);
  });

  it('tells a wrong module, which costs an attempt, from one without the key, which costs none', async () => {
    const wrong = insert(psam({ authentication: new Uint8Array(16) }));
    expect(await write(wrong.reader, task)).toMatchObject({
      kind: 'refused',
      fault: { code: 'CARD_PSC_WRONG', context: { attemptsLeft: 2 } },
    });
    const older = insert();
    expect(await write(older.reader, { ...task, keys: { ...keys, keyVersion: 9 } })).toMatchObject({
      kind: 'refused',
      fault: { code: 'CARD_KEY_REFUSED' },
    });
    const none = insert(null);
    expect(await write(none.reader, task)).toMatchObject({ kind: 'refused', fault: { code: 'CARD_CHIP_UNSUPPORTED' } });
    expect([older.memory.attemptsLeft, none.memory.attemptsLeft]).toEqual([3, 3]);
    expect([wrong, older, none].every(({ memory }) => memory.bytes.every((byte) => byte === 0))).toBe(true);
  });

  it('never spends its last attempt, however often a wrong module tries', async () => {
    const { reader, memory } = insert(psam({ authentication: new Uint8Array(16) }));
    for (let tries = 0; tries < 5; tries += 1) await write(reader, task);
    expect(memory.attemptsLeft).toBe(1);
  });

  it('says that a MAC was refused', async () => {
    const { reader, memory } = insert(psam({ lineProtection: new Uint8Array(16) }));
    expect(await write(reader, task)).toMatchObject({ kind: 'unknown', fault: { code: 'CARD_KEY_REFUSED', context: { reason: 'mac' } } });
    expect(memory.bytes).toEqual(new Uint8Array(64));
  });

  it('fails as itself when its line does, never as another kind of fault', async () => {
    const { reader } = insert();
    const failing = { ...reader, cpu: { transmit: () => Promise.reject(new Fault('DEVICE_NO_ANSWER')) } };
    expect(await write(failing, task)).toMatchObject({ kind: 'refused', fault: { code: 'DEVICE_NO_ANSWER' } });
  });
});

describe('a card in a reader without its face', () => {
  it('is refused by name', async () => {
    const reader = createTestChipReader();
    reader.card = createSimulatedEeprom({ bytes: new Uint8Array(256), persist() {} });
    await expect(readCard({ ...reader, eeprom: undefined }, { cardSlot: 1, choices: [choice({ chip: 'AT24C02' })] })).rejects.toMatchObject(
      {
        code: 'CARD_CHIP_UNSUPPORTED',
      },
    );
  });
});
