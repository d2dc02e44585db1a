// Conformance of a cash drawer: what every driver keeps, seen at the drawer and never in the bytes.
import { describe, expect, test } from 'vitest';
import { drop } from '../testing/line.ts';
import { createManualTimers } from '../testing/timers.ts';
import { atWrite, type DriverUnderTest, driverIdOf, LONG_MS, mishapsOf, openDriver } from './bench.ts';

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

    test('a message that is damaged, lost or late on its way opens it once at most, and it opens again soon', async () => {
      const clean = await setUp();
      await clean.run(clean.drawer.open());
      for (const direction of answers ? (['toDevice', 'toHost'] as const) : (['toDevice'] as const)) {
        for (const [index, message] of clean.line[direction].sent.entries()) {
          // A pulse that the line doubles is two pulses; no driver can know.
          const mishaps = mishapsOf(message.length).filter(([name]) => direction === 'toHost' || name !== 'twice');
          for (const [name, mishap] of [...mishaps, ['lost', drop] as const]) {
            const { timers, line, run, endOf, drawer, pulses } = await setUp();
            line[direction].next(...atWrite(index, mishap));
            const end = await endOf(drawer.open());
            await timers.advance(LONG_MS);
            const what = `${direction}, message ${index}, ${name}: ${JSON.stringify(end)}`;
            expect(pulses(), what).toBeLessThanOrEqual(1);
            const before = pulses();
            // Where commands have no frames, what was left of one can swallow the next.
            for (let call = 0; call < 2; call += 1) {
              await run(drawer.open());
              await timers.advance(LONG_MS);
            }
            expect(pulses(), what).toBeGreaterThan(before);
          }
        }
      }
    });

    test('of a line that is gone says so', async () => {
      const { line, endOf, drawer, pulses } = await setUp();
      line.lose();
      expect(await endOf(drawer.open())).toBe('PORT_FAILED');
      expect(pulses()).toBe(0);
    });
  });
}
