// What every library of the trade's contract keeps, seen through the kit's interface: a driver's face, or the adapter over a real library.
import { describe, expect, test } from 'vitest';
import { Fault, type FaultCode } from '../../../src/shared/domain/fault.ts';
import type { GasCardFields, GasCardLibrary } from '../gas-card-library.ts';
import { type GasCardInReader, gasCard } from '../testing/gas-card.ts';

export interface GasCardLibraryUnderTest {
  readonly name: string;
  /** Returns a library, and what lies in its reader: `put` changes it, `card` looks at it without the library. */
  open(): Promise<{
    readonly library: GasCardLibrary;
    put(card: GasCardInReader): void;
    card(): GasCardInReader;
  }>;
}

async function codeOf(work: Promise<unknown>): Promise<FaultCode | null> {
  try {
    await work;
    return null;
  } catch (error) {
    if (error instanceof Fault) return error.code;
    throw error;
  }
}

/** Registers the suite. */
export function gasCardLibraryConformance(underTest: GasCardLibraryUnderTest): void {
  const user = (fields: Partial<GasCardFields> = {}): GasCardInReader => ({
    state: 'user',
    fields: gasCard({ cs: 7, ljgql: 700, ...fields }),
  });
  const bought = (fields: GasCardFields): GasCardFields => ({
    ...fields,
    ql: 100,
    cs: fields.cs + 1,
    ljgql: fields.ljgql + 100,
    sqrq: '20261121',
  });

  async function setUp(card: GasCardInReader) {
    const opened = await underTest.open();
    opened.put(card);
    return opened;
  }

  describe(`${underTest.name} as a library of the trade's contract`, () => {
    test.each([
      ['absent', 'absent'],
      ['blank', 'own'],
      ['foreign', 'foreign'],
      ['user', 'own'],
    ] as const)('says of a card that is %s: %s, as often as wanted, and changes nothing', async (state, expected) => {
      const { library, card } = await setUp({ ...user(), state });
      const before = structuredClone(card());
      for (let round = 0; round < 3; round += 1) expect(await library.check()).toBe(expected);
      expect(card()).toEqual(before);
    });

    test('reads every field', async () => {
      const fields = gasCard({
        cs: 7,
        ql: 12,
        ljgql: 700,
        ljyql: 68_812,
        syql: -240,
        tm: '6901234567892',
        bkcs: 2,
        sxbj: 1,
        yhh: '居民20000001',
      });
      const { library } = await setUp({ state: 'user', fields });
      expect(await library.read()).toEqual(fields);
    });

    test('writes a purchase, and nothing of what the meter owns', async () => {
      const { library, card } = await setUp(user({ ljyql: 68_800, syql: 1_200 }));
      const planned = bought(card().fields);
      await library.write({ ...planned, kzt: 0, ljyql: 1, syql: 2 });
      expect(card().fields).toEqual(planned);
      expect(await library.read()).toEqual(planned);
    });

    test('lets the count rise by one, and only when the card holds nothing', async () => {
      const { library, card, put } = await setUp(user());
      const before = card().fields;
      for (const cs of [6, 9]) expect(await codeOf(library.write({ ...bought(before), cs }))).toBe('AMOUNT_OUT_OF_RANGE');
      put(user({ ql: 12 }));
      expect(await codeOf(library.write(bought(card().fields)))).toBe('AMOUNT_OUT_OF_RANGE');
      expect(card().fields.ql).toBe(12);
      // The same count may be written again: a correction, or 0 as a refund.
      await library.write({ ...card().fields, ql: 0, ljgql: 688 });
      expect(card().fields).toMatchObject({ ql: 0, cs: 7, ljgql: 688 });
    });

    test('writes at most what the meter takes', async () => {
      const { library, card } = await setUp(user({ czsx: 50 }));
      const before = structuredClone(card());
      expect(await codeOf(library.write(bought(card().fields)))).toBe('AMOUNT_OUT_OF_RANGE');
      expect(card()).toEqual(before);
    });

    test.each([{ kh: '10000002' }, { dqdm: '9A0Z' }])('touches no card but its own: %o', async (other) => {
      const { library, card } = await setUp(user());
      const before = structuredClone(card());
      expect(await codeOf(library.write({ ...bought(before.fields), ...other }))).toBe('CARD_MISMATCH');
      expect(await codeOf(library.format({ ...before.fields, ...other }))).toBe('CARD_MISMATCH');
      expect(card()).toEqual(before);
    });

    test('makes a blank card an opening card, and a card blank again', async () => {
      const { library, card } = await setUp({ ...user(), state: 'blank' });
      const fields = gasCard({ kh: '10000009', kzt: 0 });
      await library.writeNew(fields);
      expect(card()).toEqual({ state: 'user', fields });
      expect(await codeOf(library.writeNew(fields))).toBe('CARD_CHANGED_ELSEWHERE');
      await library.format(fields);
      expect(card().state).toBe('blank');
      expect(await codeOf(library.read())).toBe('CARD_BLANK');
    });

    test.each([
      ['absent', 'CARD_ABSENT'],
      ['blank', 'CARD_BLANK'],
      ['foreign', 'CARD_OTHER_REGION'],
    ] as const)('refuses to read, write and erase a card that is %s', async (state, code) => {
      const { library, card } = await setUp({ ...user(), state });
      const { fields } = user();
      expect(await codeOf(library.read())).toBe(code);
      expect(await codeOf(library.write(bought(fields)))).toBe(code);
      expect(await codeOf(library.format(fields))).toBe(code);
      expect(card().state).toBe(state);
    });
  });
}
