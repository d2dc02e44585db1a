// The reference meter: exactly once, in order, whatever happens to the card.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type CardContent, METER_RETURN_BYTES, RETURN_TAG } from '../kit/index.ts';
import layout from './layout.ts';
import { createMeter, type MeterCard } from './meter-simulator.ts';
import { MAP } from './records.ts';

const METER_RETURN = { from: MAP.meterReturn, to: MAP.meterReturn + METER_RETURN_BYTES };

const identity = { cardNo: '1000000000000001', regionCode: '9A01', accountNo: '100200300' };
const options = { meterNo: 'GX-2026-0001', regionCode: '9A01', accountNo: '100200300' };

function newCard(): MeterCard & { main: Uint8Array; persisted: number; tearAfter: number | null } {
  const card = {
    main: layout.planIssue(new Uint8Array(256).fill(0xff), identity),
    persisted: 0,
    tearAfter: null as number | null,
    persist() {
      card.persisted += 1;
      if (card.persisted === card.tearAfter) throw new Error('pulled out');
    },
  };
  return card;
}

function buy(card: { main: Uint8Array }, sequence: number, volumeLitres: number): void {
  const bought = { sequence, volumeLitres, cumulativeLitres: volumeLitres * sequence, priceFenPerM3: 230, date: '2026-07-01' };
  card.main.set(layout.planPurchase(card.main, bought));
}

function contentOf(card: { main: Uint8Array }): CardContent {
  const reading = layout.read(card.main, '9A01');
  if (reading.kind !== 'content') throw new Error(reading.kind);
  return reading.content;
}

test('loads a purchase once and says so on the card', () => {
  const meter = createMeter(options);
  const card = newCard();
  expect(meter.take(card)).toBe('nothing-new');
  buy(card, 1, 100_000);
  expect(contentOf(card).takenByMeter).toBe(false);
  expect(meter.take(card)).toBe('loaded');
  expect(meter.take(card)).toBe('nothing-new');
  expect(meter.use(30_000)).toBe(30_000);
  expect(meter.take(card)).toBe('nothing-new');
  expect(contentOf(card)).toMatchObject({
    takenByMeter: true,
    meterReturn: { loadedSequence: 1, remainingLitres: 70_000, cumulativeUseLitres: 30_000, faults: 0, meterNo: 'GX-2026-0001' },
  });
});

test('gas is used up to what there is', () => {
  const meter = createMeter(options);
  const card = newCard();
  buy(card, 1, 500);
  meter.take(card);
  expect(meter.use(800)).toBe(500);
  expect(meter.state()).toMatchObject({ remainingLitres: 0, cumulativeUseLitres: 500 });
});

test('a gap in the sequence is not loaded', () => {
  const meter = createMeter(options);
  const card = newCard();
  buy(card, 2, 100_000);
  expect(meter.take(card)).toBe('sequence-gap');
  expect(meter.state().remainingLitres).toBe(0);
  expect(contentOf(card).takenByMeter).toBe(false);
});

test('a card of another account or region is left alone', () => {
  const card = newCard();
  buy(card, 1, 100_000);
  const before = card.main.slice();
  expect(createMeter({ ...options, accountNo: '999' }).take(card)).toBe('wrong-account');
  expect(createMeter({ ...options, regionCode: '9B01' }).take(card)).toBe('wrong-account');
  expect(card.main).toEqual(before);
});

test('blank and foreign cards are unreadable', () => {
  const meter = createMeter(options);
  const card = { main: new Uint8Array(256).fill(0xff), persist() {} };
  expect(meter.take(card)).toBe('unreadable');
  card.main.fill(0x5a);
  expect(meter.take(card)).toBe('unreadable');
});

test('the state survives as JSON', () => {
  const meter = createMeter(options);
  const card = newCard();
  buy(card, 1, 100_000);
  meter.take(card);
  meter.setFaults(5);
  const again = createMeter({ state: JSON.parse(JSON.stringify(meter.state())) });
  expect(again.take(card)).toBe('nothing-new');
  expect(contentOf(card).meterReturn).toMatchObject({ loadedSequence: 1, faults: 5 });
});

test('a meter number that does not fit is refused', () => {
  expect(() => createMeter({ ...options, meterNo: '12345678901234567' })).toThrow(RangeError);
});

test('pulled out at any byte of the return record, the gas is loaded exactly once', () => {
  for (let tearAfter = 1; tearAfter <= 32; tearAfter += 1) {
    const meter = createMeter(options);
    const card = newCard();
    buy(card, 1, 100_000);
    meter.take(card);
    buy(card, 2, 50_000);
    meter.use(1_234);
    card.persisted = 0;
    card.tearAfter = tearAfter;
    try {
      meter.take(card);
    } catch {
      // Torn: the counter sees no return record, or the old one, or the whole new one; never a false one.
      const { meterReturn } = contentOf(card);
      if (meterReturn !== null) expect(meterReturn).toMatchObject({ loadedSequence: 2, remainingLitres: 148_766 });
    }
    card.tearAfter = null;
    expect(meter.state()).toMatchObject({ loadedSequence: 2, remainingLitres: 148_766 });
    expect(meter.take(card)).toBe('nothing-new');
    expect(meter.state().remainingLitres).toBe(148_766);
    expect(contentOf(card)).toMatchObject({ takenByMeter: true, meterReturn: { loadedSequence: 2, remainingLitres: 148_766 } });
  }
});

test('while the return record is being written it is marked as no record', () => {
  const meter = createMeter(options);
  const card = newCard();
  meter.take(card);
  buy(card, 1, 100_000);
  const tags: (number | undefined)[] = [];
  meter.take({ main: card.main, persist: () => tags.push(card.main[METER_RETURN.from]) });
  expect(tags.length).toBeGreaterThan(3);
  expect(tags.slice(0, -1).every((tag) => tag === 0)).toBe(true);
  expect(tags.at(-1)).toBe(RETURN_TAG);
});

test('over any life of purchases and use, gas bought = gas left + gas used', () => {
  const step = fc.oneof(
    fc.record({ kind: fc.constant('buy' as const), litres: fc.integer({ min: 0, max: 500_000 }) }),
    fc.record({ kind: fc.constant('use' as const), litres: fc.integer({ min: 0, max: 500_000 }) }),
    fc.record({ kind: fc.constant('take' as const), litres: fc.constant(0) }),
  );
  fc.assert(
    fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
      const meter = createMeter(options);
      const card = newCard();
      let sequence = 0;
      let bought = 0;
      for (const { kind, litres } of steps) {
        if (kind === 'use') meter.use(litres);
        else if (kind === 'take') meter.take(card);
        else if (contentOf(card).takenByMeter) {
          sequence += 1;
          bought += litres;
          buy(card, sequence, litres);
        }
      }
      meter.take(card);
      const { loadedSequence, remainingLitres, cumulativeUseLitres } = meter.state();
      expect(loadedSequence).toBe(sequence);
      expect(remainingLitres + cumulativeUseLitres).toBe(bought);
    }),
  );
});
