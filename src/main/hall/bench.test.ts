// The bench without processes: meters, restarts, and a torn card.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { SimulatedCard, SimulatedCardReader } from '../../../drivers/kit/simulator.ts';
import { Bench, type BenchOptions } from './bench.ts';
import type { BenchDevice } from './bench-device.ts';
import { type CardRecord, createCardFile, openCardFile } from './card-file.ts';
import { type HallFile, saveHallFile } from './hall-file.ts';
import type { MeterRules } from './meters.ts';

const METER = {
  meterNo: 'M1',
  layoutId: '',
  cardNo: 'A',
  regionCode: '9A01',
  accountNo: '1',
  loadedSequence: 0,
  remainingLitres: 0,
  cumulativeUseLitres: 0,
  faults: 0,
  lastResult: '',
};
const FILE: HallFile = {
  ports: { reader: 1, printer: 2 },
  cards: [{ cardNo: 'A', customerName: '', accountNo: '1' }],
  inReader: {},
  meters: [METER],
  devices: {},
  headquartersOnline: true,
};

/** A meter that loads 10 litres per sequence found in byte 0 and answers in bytes 100 and 101. */
const RULES: MeterRules = {
  ownerOf: (image) => (image[200] === 1 ? null : { layoutId: '', accountNo: String(image[200]) }),
  isTool: () => false,
  take(meter, image) {
    const loadedSequence = image[0] ?? 0;
    const remainingLitres = meter.remainingLitres + 10;
    const writes = [
      { address: 101, byte: loadedSequence },
      { address: 100, byte: 0x52 },
    ];
    return { meter: { ...meter, loadedSequence, remainingLitres, lastResult: 'loaded' }, writes };
  },
  use: (meter, litres) => ({ ...meter, remainingLitres: meter.remainingLitres - litres, lastResult: 'used' }),
};

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'countertop-bench-'));
  const record: CardRecord = { cardNo: 'A', image: new Uint8Array(256).fill(1), errorCounter: 7, psc: Uint8Array.of(1, 2, 3), flaw: '' };
  createCardFile(join(folder, 'cards.bin'), [record, { ...record, cardNo: 'B' }, { ...record, cardNo: 'D', flaw: 'damaged' }]);
  saveHallFile(join(folder, 'hall.json'), FILE);
});
afterEach(() => rmSync(folder, { recursive: true }));

function fakeReader() {
  const slots = new Map<number, SimulatedCard>();
  let torn: (slot: number, card: SimulatedCard) => void = () => {};
  const device: SimulatedCardReader = {
    attach: () => {},
    detach: () => {},
    insert(slot, card) {
      if (slot > 4) throw new RangeError('no slot');
      slots.set(slot, card);
    },
    remove(slot) {
      const card = slots.get(slot) ?? null;
      slots.delete(slot);
      return card;
    },
    removeAfterWrittenBytes: () => {},
    onTorn(listener) {
      torn = listener;
    },
  };
  const plugs: string[] = [];
  const cable = { plug: async () => void plugs.push('plug'), unplug: async () => void plugs.push('unplug') };
  const tear = (slot: number) => {
    const card = device.remove(slot);
    if (card !== null) torn(slot, card);
  };
  const bench: BenchDevice = { attach: () => {}, detach: () => {}, view: () => ({ slot: 'reader' }), hands: {}, cardReader: device };
  return { reader: { device: bench, cable }, slots, plugs, tear };
}

async function open(change: Partial<BenchOptions> = {}) {
  const fake = fakeReader();
  let changes = 0;
  const options: BenchOptions = {
    folder,
    device: (slot) => (slot === 'reader' ? fake.reader : null),
    meterRules: RULES,
    changed: () => {
      changes += 1;
    },
  };
  const bench = new Bench({ ...options, ...change });
  await bench.open();
  return { bench, ...fake, changes: () => changes };
}

describe('Bench', () => {
  it('lets the meter take a card: loaded, answered byte by byte, remembered', async () => {
    const { bench, changes } = await open();
    await bench.act({ act: 'meter-takes-card', cardNo: 'A' });
    await bench.act({ act: 'meter-uses', cardNo: 'A', litres: 4 });
    const { regionCode: _, faults: __, ...shown } = METER;
    const meter = { ...shown, commodity: 'gas', pricesFrom: '', loadedSequence: 1, remainingLitres: 6, lastResult: 'used' };
    expect(bench.state().meters).toEqual([meter]);
    expect(changes()).toBe(2);
    await bench.close();
    const cards = openCardFile(join(folder, 'cards.bin'));
    expect(cards.get('A')?.main.slice(99, 103)).toEqual(Uint8Array.of(1, 0x52, 1, 1));
    cards.close();
    const again = await open();
    expect(again.bench.state().meters).toEqual([meter]);
    await again.bench.close();
  });

  it('refuses the meter a card that is in the reader or has no meter', async () => {
    const { bench } = await open();
    await bench.act({ act: 'insert', slot: 1, cardNo: 'A' });
    await expect(bench.act({ act: 'meter-takes-card', cardNo: 'A' })).rejects.toMatchObject({ context: { reason: 'card-in-reader' } });
    await expect(bench.act({ act: 'meter-takes-card', cardNo: 'B' })).rejects.toMatchObject({ context: { reason: 'no-meter' } });
    await expect(bench.act({ act: 'meter-uses', cardNo: 'B', litres: 1 })).rejects.toMatchObject({ context: { reason: 'no-meter' } });
    await bench.close();
  });

  it('finds an account’s meter by the card’s own bytes, and hangs a spare one up in its place', async () => {
    rmSync(join(folder, 'hall.json'));
    const spare = { ...METER, meterNo: 'M2', cardNo: '', accountNo: '' };
    saveHallFile(join(folder, 'hall.json'), {
      ...FILE,
      cards: [{ cardNo: 'N', customerName: '', accountNo: '' }],
      meters: [{ ...METER, accountNo: '7' }, spare],
    });
    const made = { cardNo: 'N', image: new Uint8Array(256).fill(7), errorCounter: 7, psc: Uint8Array.of(1, 2, 3), flaw: 'blank' };
    createCardFile(join(folder, 'cards.bin'), [made, { ...made, cardNo: 'O', image: new Uint8Array(256).fill(1) }]);
    const { bench } = await open();
    await bench.act({ act: 'meter-takes-card', cardNo: 'N' });
    expect(bench.state().meters[0]).toMatchObject({ meterNo: 'M1', cardNo: 'N', lastResult: 'loaded' });
    expect(bench.state().cards).toMatchObject([{ cardNo: 'N', accountNo: '7', flaw: '' }]);
    await expect(bench.act({ act: 'meter-takes-card', cardNo: 'O', meterNo: 'M2' })).rejects.toMatchObject({
      context: { reason: 'meter-of-another' },
    });
    await bench.act({ act: 'meter-takes-card', cardNo: 'N', meterNo: 'M2' });
    expect(bench.state().meters).toMatchObject([{ meterNo: 'M2', accountNo: '7', cardNo: 'N', lastResult: 'loaded' }]);
    await bench.close();
  });

  it('finds cards, plug and meters after a restart as they were left', async () => {
    const first = await open();
    await first.bench.act({ act: 'insert', slot: 2, cardNo: 'B' });
    await first.bench.act({ act: 'plug', device: 'reader', plugged: false });
    // No close: the process was killed.
    const second = await open();
    expect(second.slots.get(2)).toMatchObject({ cardNo: 'B' });
    expect(second.plugs).toEqual([]);
    expect(second.bench.state()).toMatchObject({ devices: [{ slot: 'reader', plugged: false }] });
    expect(second.bench.state().cards.map(({ cardNo, place }) => [cardNo, place])).toEqual([
      ['A', 'hand'],
      ['B', 'slot:2'],
    ]);
    await second.bench.act({ act: 'plug', device: 'reader', plugged: true });
    expect(second.plugs).toEqual(['plug']);
    await second.bench.close();
  });

  it('has a torn card back in the hand', async () => {
    const { bench, tear, changes } = await open();
    await bench.act({ act: 'insert', slot: 1, cardNo: 'A' });
    await bench.act({ act: 'remove-during-write', slot: 1, afterBytes: 5 });
    tear(1);
    expect(bench.state().cards[0]?.place).toBe('hand');
    expect(changes()).toBe(3);
    await bench.act({ act: 'insert', slot: 1, cardNo: 'A' });
    await bench.close();
  });

  it('refuses what needs a device that is not simulated', async () => {
    const { bench } = await open({ device: () => null, meterRules: null });
    await expect(bench.act({ act: 'insert', slot: 1, cardNo: 'A' })).rejects.toMatchObject({ context: { reason: 'no-simulated-reader' } });
    await expect(bench.act({ act: 'paper', state: 'out' })).rejects.toMatchObject({ context: { reason: 'no-simulated-printer' } });
    await expect(bench.act({ act: 'meter-takes-card', cardNo: 'A' })).rejects.toMatchObject({ context: { reason: 'no-meter-simulator' } });
    expect(bench.state().devices).toEqual([]);
    await bench.close();
  });

  it('says that there is no hall where its files are missing', async () => {
    rmSync(join(folder, 'hall.json'));
    await expect(open()).rejects.toMatchObject({ code: 'HALL_UNAVAILABLE' });
  });
});
