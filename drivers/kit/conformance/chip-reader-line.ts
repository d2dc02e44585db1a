// Conformance of a reader for several kinds of card, second half: every message of every face damaged, lost, late, doubled.
import { describe, expect, test } from 'vitest';
import type { CardChip } from '../chip-reader.ts';
import { APPLICATION, type HeldCard, heldCpuCard, KEY_B } from '../testing/chips.ts';
import { drop } from '../testing/line.ts';
import { atWrite, type DriverUnderTest, type End, LINE_FAULTS, LONG_MS, mishapsOf } from './bench.ts';
import { type ChipBench, faceOf, KINDS, type Kind, openChips } from './chip-reader-bench.ts';

interface Case {
  readonly name: string;
  readonly chip: CardChip;
  /** What must have happened before on a good line. */
  prepare?(bench: ChipBench): Promise<unknown>;
  call(bench: ChipBench): Promise<unknown>;
  /** Judges a call that ended well, and the card whatever the end. */
  judge(held: HeldCard, end: End<unknown>, what: string): void;
}

const DATA = Uint8Array.from({ length: 12 }, (_, index) => (index * 3 + 1) & 0xff);
const BLOCK = Uint8Array.from({ length: 16 }, (_, index) => (index * 3 + 1) & 0xff);
const ADDRESS = 60;
const FILE_READ = Uint8Array.of(0x00, 0xb0, 0x81, 0x00, 0x08);
const isLineFault = (end: End<unknown>) => typeof end === 'string' && LINE_FAULTS.has(end);

/** A read: the card's bytes, or the line's fault. */
function isRight(end: End<unknown>, expected: unknown, what: string): void {
  if (!isLineFault(end)) expect(end, what).toEqual({ value: expected });
}

const openSector = ({ chips }: ChipBench) => faceOf(chips, 'mifare').authenticate(1, 2, { kind: 'B', bytes: KEY_B });

const CASES: readonly Case[] = [
  {
    name: 'an EEPROM is read',
    chip: 'AT24C02',
    call: ({ chips }) => faceOf(chips, 'eeprom').read(1, { address: ADDRESS, length: 12 }),
    judge: (held, end, what) => isRight(end, held.bytes.slice(ADDRESS, ADDRESS + 12), what),
  },
  {
    name: 'an EEPROM is written',
    chip: 'AT24C02',
    prepare: ({ chips }) => chips.identify(1),
    call: ({ chips }) => faceOf(chips, 'eeprom').write(1, ADDRESS, DATA),
    judge(held, end, what) {
      isRight(end, undefined, what);
      if (!isLineFault(end)) expect(held.bytes.slice(ADDRESS, ADDRESS + DATA.length), what).toEqual(DATA);
      // Each byte is erased and programmed.
      if (!what.startsWith('twice')) expect(held.persisted(), what).toBeLessThanOrEqual(2 * DATA.length);
    },
  },
  {
    name: 'a Mifare sector is opened',
    chip: 'MIFARE-S50',
    call: openSector,
    judge: (_held, end, what) => isRight(end, undefined, what),
  },
  {
    name: 'a Mifare block is read',
    chip: 'MIFARE-S50',
    prepare: openSector,
    call: ({ chips }) => faceOf(chips, 'mifare').readBlock(1, 8),
    judge: (held, end, what) => isRight(end, held.bytes.slice(128, 144), what),
  },
  {
    name: 'a Mifare block is written',
    chip: 'MIFARE-S50',
    prepare: openSector,
    call: ({ chips }) => faceOf(chips, 'mifare').writeBlock(1, 9, BLOCK),
    judge(held, end, what) {
      isRight(end, undefined, what);
      if (!isLineFault(end)) expect(held.bytes.slice(144, 160), what).toEqual(BLOCK);
      if (!what.startsWith('twice')) expect(held.persisted(), what).toBeLessThanOrEqual(2 * BLOCK.length);
    },
  },
  {
    name: 'a CPU card is read',
    chip: 'CPU',
    prepare: ({ chips }) => faceOf(chips, 'cpu').transmit(1, Uint8Array.of(0x00, 0xa4, 0x04, 0x00, APPLICATION.length, ...APPLICATION)),
    call: ({ chips }) => faceOf(chips, 'cpu').transmit(1, FILE_READ),
    judge: (held, end, what) => isRight(end, Uint8Array.of(...held.bytes.slice(0, 8), 0x90, 0x00), what),
  },
];

/** Declares the tests of the bad line; chipReaderConformance calls it. */
export function chipReaderOnBadLine(underTest: DriverUnderTest, faces: readonly string[]): void {
  const kinds = KINDS.filter(({ face }) => faces.includes(face));
  const kindOf = (chip: CardChip) => kinds.find((kind) => kind.chip === chip);

  async function ready(kind: Kind, prepare: Case['prepare']) {
    const bench = await openChips(underTest);
    const held = kind.held();
    bench.device.insert(1, held.card);
    await bench.timers.advance(1);
    if (prepare) await bench.run(prepare(bench));
    return { bench, held };
  }

  /** Makes one call for every message of it and every mishap that may befall the message, each on a new bench. */
  async function underEveryMishap(kind: Kind, { prepare, call, judge }: Pick<Case, 'prepare' | 'call' | 'judge'>): Promise<number> {
    let cases = 0;
    for (const direction of ['toHost', 'toDevice'] as const) {
      const good = await ready(kind, prepare);
      const before = good.bench.line[direction].sent.length;
      await good.bench.run(call(good.bench));
      for (const [index, message] of good.bench.line[direction].sent.slice(before).entries())
        for (const [name, mishap] of mishapsOf(message.length)) {
          const { bench, held } = await ready(kind, prepare);
          bench.line[direction].next(...atWrite(index, mishap));
          const end = await bench.endOf(call(bench));
          await bench.timers.advance(LONG_MS);
          judge(held, end, `${name}, message ${index} ${direction}`);
          cases += 1;
        }
    }
    return cases;
  }

  describe('on a bad line', () => {
    test.each(kinds)('identifying $chip gives the truth or the line’s fault', { timeout: 120_000 }, async (kind) => {
      const cases = await underEveryMishap(kind, {
        call: ({ chips }) => chips.identify(1),
        judge(held, end, what) {
          if (!isLineFault(end)) expect(end, what).toMatchObject({ value: { presence: 'present', chip: kind.chip } });
          expect([held.persisted(), held.secrets()], what).toEqual([0, 0]);
        },
      });
      expect(cases).toBeGreaterThan(50);
    });

    test.each(CASES.filter(({ chip }) => kindOf(chip)))(
      '$name right, or ends with the line’s fault',
      { timeout: 120_000 },
      async (wanted) => {
        const kind = kindOf(wanted.chip);
        if (kind) expect(await underEveryMishap(kind, wanted)).toBeGreaterThan(50);
      },
    );

    if (faces.includes('cpu'))
      test('a command to a CPU card is never sent again', { timeout: 120_000 }, async () => {
        const kind = { ...KINDS[3], held: heldCpuCard } as Kind;
        await underEveryMishap(kind, {
          prepare: ({ chips }) => chips.identify(1),
          call: ({ chips }) => faceOf(chips, 'cpu').transmit(1, Uint8Array.of(0x00, 0x84, 0, 0, 4)),
          judge(held, end, what) {
            const { commands } = held as ReturnType<typeof heldCpuCard>;
            if (!isLineFault(end)) expect(end, what).toMatchObject({ value: { length: 6 } });
            if (!what.startsWith('twice')) expect(commands.length, what).toBeLessThanOrEqual(1);
          },
        });
      });

    test.each(kinds)('a reader that says nothing ends every call for $chip, and a lost line its calls with its fault', async (kind) => {
      const { bench } = await ready(kind, undefined);
      const { line, chips, endOf, open } = bench;
      line.toDevice.always(drop);
      expect(await endOf(chips.identify(1))).toBe('DEVICE_NO_ANSWER');
      expect(await endOf(kind.read(chips, 1))).toBe('DEVICE_NO_ANSWER');
      line.lose();
      expect(await endOf(chips.identify(1))).toBe('PORT_FAILED');
      expect(await endOf(kind.read(chips, 1))).toBe('PORT_FAILED');
      await open.close();
    });
  });
}
