// The simulated SLE4442 and the slot it lies in: what the chip keeps to, byte by byte.
import { describe, expect, test } from 'vitest';
import { newCard, PSC } from '../testing/card.ts';
import { createManualTimers } from '../testing/timers.ts';
import { createCardSlots, createSimulatedSle4442, type SlotWork } from './index.ts';

function setUp({ byteTimeMs = 0, card = newCard() } = {}) {
  const timers = createManualTimers();
  const changes: number[] = [];
  const slots = createCardSlots<ReturnType<typeof createSimulatedSle4442>>({
    count: 2,
    timers,
    byteTimeMs,
    onChange: (slot) => changes.push(slot),
  });
  const chip = createSimulatedSle4442(card);
  slots.insert(1, chip);
  const ends: SlotWork<boolean>[] = [];
  const run = (work: Parameters<typeof slots.run<boolean>>[1]) => slots.run(1, work, (end) => ends.push(end));
  return { timers, slots, chip, card, run, ends, changes };
}

describe('a simulated SLE4442', () => {
  test('writes nothing before its PSC is accepted, and forgets it without power', () => {
    const { slots, chip, card, run, ends } = setUp();
    run(chip.updateMain(40, Uint8Array.of(1)));
    run(chip.present(PSC));
    run(chip.updateMain(255, Uint8Array.of(1, 2)));
    slots.cutPower();
    run(chip.updateMain(40, Uint8Array.of(1)));
    expect(ends.map((end) => !end.torn && end.value)).toEqual([false, true, true, false]);
    expect([card.main[255], card.main[0], card.main[40]]).toEqual([1, 2, 40 ^ 0xa5]);
  });

  test('spends one attempt on each wrong PSC and is dead at 0', () => {
    const { chip, card, run, ends } = setUp();
    for (const left of [6, 4, 0, 0]) {
      run(chip.present(Uint8Array.of(0, 0, 0)));
      expect(card.errorCounter).toBe(left);
    }
    run(chip.present(PSC));
    expect(ends.every((end) => !end.torn && !end.value)).toBe(true);
    expect([...chip.readSecurity()]).toEqual([0, 0, 0, 0]);
  });

  test('protects a byte for ever, only when it is given the value that the byte has', () => {
    const { chip, card, run } = setUp();
    run(chip.present(PSC));
    expect([...chip.readProtection()]).toEqual([0xff, 0xff, 0xff, 0xff]);
    run(chip.protect(8, Uint8Array.of(8 ^ 0xa5, 0, 10 ^ 0xa5)));
    expect([...chip.readProtection()]).toEqual([0xff, 0xfa, 0xff, 0xff]);
    run(chip.updateMain(8, Uint8Array.of(1, 2, 3)));
    expect([...card.main.subarray(8, 11)]).toEqual([8 ^ 0xa5, 2, 10 ^ 0xa5]);
  });

  test('changes its PSC once the old one is accepted', () => {
    const { chip, card, run } = setUp();
    run(chip.present(PSC));
    run(chip.updateSecurity(1, Uint8Array.of(7, 8, 9)));
    expect([...card.psc]).toEqual([7, 8, 9]);
    expect([...chip.readSecurity()]).toEqual([7, 7, 8, 9]);
  });
});

describe('a slot', () => {
  test.each([0, 5])('pulls its card after any number of bytes, %i ms each', async (byteTimeMs) => {
    for (let bytes = 0; bytes <= 4; bytes += 1) {
      const { timers, slots, chip, card, run, ends, changes } = setUp({ byteTimeMs });
      run(chip.present(PSC));
      await timers.advance(1_000);
      const torn: number[] = [];
      slots.onTorn((slot) => torn.push(slot));
      slots.removeAfterWrittenBytes(1, bytes);
      run(chip.updateMain(40, Uint8Array.of(1, 2, 3, 4)));
      await timers.advance(1_000);
      expect([ends.at(-1), torn, changes]).toEqual([{ torn: true }, [1], [1, 1]]);
      expect([...card.main.subarray(40, 45)]).toEqual(
        [1, 2, 3, 4].map((byte, at) => (at < bytes ? byte : (40 + at) ^ 0xa5)).concat(44 ^ 0xa5),
      );
      expect([slots.cardIn(1), chip.isVerified()]).toEqual([null, false]);
    }
  });

  test('without power stops in the middle and calls nobody back', async () => {
    const { timers, slots, chip, card, run, ends } = setUp({ byteTimeMs: 10 });
    run(chip.present(PSC));
    await timers.advance(100);
    run(chip.updateMain(40, Uint8Array.of(1, 2, 3)));
    await timers.advance(15);
    slots.cutPower();
    await timers.advance(100);
    expect([ends.length, card.main[40], card.main[41]]).toEqual([1, 1, 41 ^ 0xa5]);
  });

  test('takes one card, and slots that are there', () => {
    const { slots, chip } = setUp();
    expect(() => slots.insert(1, chip)).toThrow(RangeError);
    expect(() => slots.insert(3, chip)).toThrow(RangeError);
    expect(slots.remove(2)).toBeNull();
    expect(slots.remove(1)).toBe(chip);
  });
});
