// The demo hall's bench with the meter that the card layout ships: a purchase is loaded once, in its turn.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import layout from '../../drivers/countertop-card/layout.ts';
import { Bench } from '../../src/main/hall/bench.ts';
import { createCardFile, openCardFile } from '../../src/main/hall/card-file.ts';
import { type HallMeter, saveHallFile } from '../../src/main/hall/hall-file.ts';
import { loadMeterRules } from '../../src/main/hall/meters.ts';
import { scanDrivers } from '../../src/main/processes/driver-registry.ts';
import { DRIVER_ROOTS, plainCard } from '../support/hall-bench.ts';

const IDENTITY = { cardNo: '6200000001', regionCode: '9A01', accountNo: '0100000001' };
const METER: HallMeter = {
  meterNo: '1100000001',
  layoutId: '',
  ...IDENTITY,
  loadedSequence: 4,
  remainingLitres: 1_000,
  cumulativeUseLitres: 0,
  faults: 0,
  lastResult: '',
};

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'countertop-meters-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

/** A bench with one card that holds purchase `sequence` of 10 m³. */
async function openBench(sequence: number): Promise<Bench> {
  const issued = layout.planIssue(new Uint8Array(256).fill(0xff), IDENTITY);
  const purchase = { sequence, volumeLitres: 10_000, cumulativeLitres: 50_000, priceFenPerM3: 198, date: '2026-01-02' };
  createCardFile(join(folder, 'cards.bin'), [plainCard(IDENTITY.cardNo, { image: layout.planPurchase(issued, purchase) })]);
  saveHallFile(join(folder, 'hall.json'), {
    ports: {},
    cards: [{ cardNo: IDENTITY.cardNo, accountNo: IDENTITY.accountNo, customerName: '' }],
    inReader: {},
    meters: [METER],
    devices: {},
    headquartersOnline: true,
  });
  const meterRules = await loadMeterRules(scanDrivers(DRIVER_ROOTS));
  const bench = new Bench({ folder, device: () => null, meterRules, changed: () => {} });
  await bench.open();
  return bench;
}

function readCard() {
  const cards = openCardFile(join(folder, 'cards.bin'));
  const reading = layout.read(cards.get(IDENTITY.cardNo)?.main ?? new Uint8Array(256), IDENTITY.regionCode);
  cards.close();
  if (reading.kind !== 'content') throw new Error(reading.kind);
  return reading.content;
}

describe('meters', () => {
  it('load the next purchase once and say so on the card', async () => {
    const bench = await openBench(5);
    expect(readCard().takenByMeter).toBe(false);
    await bench.act({ act: 'meter-takes-card', cardNo: IDENTITY.cardNo });
    const loaded = { loadedSequence: 5, remainingLitres: 11_000, lastResult: 'loaded' };
    expect(bench.state().meters[0]).toMatchObject(loaded);
    expect(readCard()).toMatchObject({ takenByMeter: true, meterReturn: { loadedSequence: 5, remainingLitres: 11_000 } });
    await bench.act({ act: 'meter-takes-card', cardNo: IDENTITY.cardNo });
    expect(bench.state().meters[0]).toMatchObject({ ...loaded, lastResult: 'nothing-new' });
    await bench.act({ act: 'meter-uses', cardNo: IDENTITY.cardNo, litres: 20_000 });
    expect(bench.state().meters[0]).toMatchObject({ remainingLitres: 0, cumulativeUseLitres: 11_000, lastResult: 'valve-closed' });
    await bench.close();
  });

  it('do not load a purchase that is not the next one', async () => {
    const bench = await openBench(6);
    await bench.act({ act: 'meter-takes-card', cardNo: IDENTITY.cardNo });
    expect(bench.state().meters[0]).toMatchObject({ loadedSequence: 4, remainingLitres: 1_000, lastResult: 'sequence-gap' });
    expect(readCard().takenByMeter).toBe(false);
    await bench.close();
  });
});
