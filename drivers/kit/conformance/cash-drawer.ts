// Conformance of a cash drawer: what every driver keeps, seen at the drawer and never in the bytes.
import { describe, expect, test } from 'vitest';
import { drop } from '../testing/line.ts';
import { createManualTimers } from '../testing/timers.ts';
import { type DriverUnderTest, driverIdOf, LONG_MS, openDriver } from './bench.ts';

export interface CashDrawerUnderTest extends DriverUnderTest {
  /** Whether the model as set up answers at all; one that does not says null and opens unasked. */
  readonly answers: boolean;
}

function simulatorOf({ simulator }: CashDrawerUnderTest) {
  const { createCashDrawer } = simulator;
  if (!createCashDrawer) throw new Error('simulator.ts has no createCashDrawer');
  return createCashDrawer;
}

/** Declares the whole suite for one driver: call it in the driver's conformance.test.ts. */
export function cashDrawerConformance(underTest: CashDrawerUnderTest): void {
  const { answers } = underTest;
  const create = simulatorOf(underTest);
  const troubles = Object.keys(create({ timers: createManualTimers(), options: {} }).troubles);

  async function setUp() {
    const bench = await openDriver(underTest);
    const device = create({ timers: bench.timers, options: {} });
    let pulses = 0;
    device.onPulse(() => {
      pulses += 1;
    });
    device.attach(bench.line.device);
    const drawer = bench.open.cashDrawer;
    if (!drawer) throw new Error('the driver opened no cashDrawer');
    if (!answers) bench.line.toHost.always(drop);
    return { ...bench, device, drawer, pulses: () => pulses };
  }

  describe(`${driverIdOf(underTest)} as a cash drawer${answers ? '' : ' that never answers'}`, () => {
    test('opens with one pulse, and stays shut until it is told', async () => {
      const { timers, run, device, drawer, pulses } = await setUp();
      await timers.advance(LONG_MS);
      expect([device.isOpen(), pulses()]).toEqual([false, 0]);
      await run(drawer.open());
      await timers.advance(LONG_MS);
      expect([device.isOpen(), pulses()]).toEqual([true, 1]);
      device.shut();
      await run(drawer.open());
      await timers.advance(LONG_MS);
      expect([device.isOpen(), pulses()]).toEqual([true, 2]);
    });

    test('says whether it stands open, or that it cannot say', async () => {
      const { timers, run, device, drawer, pulses } = await setUp();
      // null where the model cannot say; a drawer that can say one must be able to say the other.
      const shut = await run(drawer.isOpen());
      await run(drawer.open());
      await timers.advance(LONG_MS);
      const open = await run(drawer.isOpen());
      expect([
        [false, true],
        [null, null],
      ]).toContainEqual([shut, open]);
      if (!answers) expect(open).toBe(null);
      device.shut();
      expect(await run(drawer.isOpen())).toBe(shut);
      expect(pulses()).toBe(1);
    });

    test('opens in turn, each call once', async () => {
      const { timers, run, drawer, pulses } = await setUp();
      await run(Promise.all([drawer.open(), drawer.isOpen(), drawer.open()]));
      await timers.advance(LONG_MS);
      expect(pulses()).toBe(2);
    });

    if (answers) {
      for (const name of troubles)
        test(`opens at once although the device it hangs on is ${name}, and not a second time later`, async () => {
          const { timers, run, device, drawer, pulses } = await setUp();
          device.troubles[name]?.();
          await run(drawer.open());
          expect([device.isOpen(), pulses()]).toEqual([true, 1]);
          await timers.advance(LONG_MS);
          expect(pulses()).toBe(1);
        });

      test('of a silent device stays shut, and that is said; it does not open when the device is back', async () => {
        const { timers, run, endOf, device, drawer, pulses } = await setUp();
        device.setSilent(true);
        const ends = [await endOf(drawer.open()), await endOf(drawer.isOpen())];
        for (const end of ends) expect(['PRINTER_NO_ANSWER', 'DEVICE_NO_ANSWER', { value: null }]).toContainEqual(end);
        expect(ends[0]).not.toEqual({ value: undefined });
        device.setSilent(false);
        await timers.advance(LONG_MS);
        expect(pulses()).toBe(0);
        await run(drawer.open());
        expect(pulses()).toBe(1);
      });
    }

    test('of a line that is gone says so', async () => {
      const { line, endOf, drawer, pulses } = await setUp();
      line.lose();
      expect(await endOf(drawer.open())).toBe('PORT_FAILED');
      expect(pulses()).toBe(0);
    });
  });
}
