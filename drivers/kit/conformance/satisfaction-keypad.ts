// Conformance of a satisfaction keypad: a rating belongs to one question, and no disturbance of the line ever makes it another's or another key.
import { describe, expect, test } from 'vitest';
import { Fault, type FaultCode } from '../../../src/shared/domain/fault.ts';
import { delay, drop, type Mishap, split } from '../testing/line.ts';
import { atWrite, type DriverUnderTest, driverIdOf, LINE_FAULTS, LONG_MS, mishapsOf, openDriver, optionsOf } from './bench.ts';

type Direction = 'toHost' | 'toDevice';

const PATIENCE_MS = 10_000;

async function openKeypad(underTest: DriverUnderTest) {
  const bench = await openDriver(underTest);
  const device = underTest.simulator.createSatisfactionKeypad?.({ timers: bench.timers, options: optionsOf(underTest) });
  if (!device) throw new Error('simulator.ts has no createSatisfactionKeypad');
  const keypad = bench.open.satisfactionKeypad;
  if (!keypad) throw new Error('the driver opened no satisfactionKeypad');
  device.attach(bench.line.device);

  /** Asks and waits until the question has had its time to arrive; `end` resolves with what came of it. */
  async function ask({ timeoutMs = PATIENCE_MS, signal }: { readonly timeoutMs?: number; readonly signal?: AbortSignal } = {}) {
    const asked = keypad?.askRating({ timeoutMs, ...(signal ? { signal } : {}) }) ?? Promise.reject(new Error('no keypad'));
    asked.catch(() => {});
    await bench.timers.advance(20);
    return { end: () => bench.endOf(asked) };
  }
  /** Asks, presses once the keypad is lit, and returns what came of it. */
  async function rate(key: number) {
    const { end } = await ask();
    for (let waitedMs = 0; !device?.isAsking() && waitedMs < PATIENCE_MS; waitedMs += 100) await bench.timers.advance(100);
    device?.press(key);
    return end();
  }
  return { ...bench, device, keypad, ask, rate };
}

/** Declares the tests of a satisfaction keypad's driver. */
export function satisfactionKeypadConformance(underTest: DriverUnderTest): void {
  const setUp = () => openKeypad(underTest);

  describe(`${driverIdOf(underTest)} as a satisfaction keypad`, () => {
    test('every key comes back, question after question', async () => {
      const { keypad, device, rate } = await setUp();
      expect(keypad.keys).toBeGreaterThanOrEqual(3);
      expect(keypad.keys).toBeLessThanOrEqual(5);
      for (let round = 0; round < 300; round += 1) {
        const key = (round % keypad.keys) + 1;
        expect(await rate(key)).toEqual({ value: key });
        expect(device.isAsking()).toBe(false);
      }
    });

    test('nobody presses: no answer once the time is over, not before, and the keypad goes dark', async () => {
      const { ask, device, timers, keypad } = await setUp();
      const startMs = timers.now();
      const { end } = await ask();
      await timers.advance(PATIENCE_MS - 100);
      expect(device.isAsking()).toBe(true);
      expect(await end()).toEqual({ value: null });
      expect(timers.now() - startMs).toBeGreaterThanOrEqual(PATIENCE_MS);
      await timers.advance(1_000);
      expect(device.isAsking()).toBe(false);
      device.press(keypad.keys);
    });

    test('a press that no question asked for is nobody’s, before, between and after questions', async () => {
      const { ask, rate, device, timers } = await setUp();
      device.press(1);
      await timers.advance(1_000);
      expect(await rate(2)).toEqual({ value: 2 });
      device.press(3);
      await timers.advance(1_000);
      const { end } = await ask();
      expect(await end()).toEqual({ value: null });
      device.press(1);
      await timers.advance(1_000);
      expect(await rate(3)).toEqual({ value: 3 });
    });

    test('only the first key of a question counts', async () => {
      const { ask, rate, device } = await setUp();
      const { end } = await ask();
      device.press(2);
      device.press(3);
      device.press(1);
      expect(await end()).toEqual({ value: 2 });
      expect(await rate(3)).toEqual({ value: 3 });
    });

    test('a press that comes when its question is over answers no other question', async () => {
      for (const lateMs of [PATIENCE_MS + 1_000, 2 * PATIENCE_MS, 3 * PATIENCE_MS]) {
        const { ask, rate, device, line } = await setUp();
        const first = await ask();
        line.toHost.next(delay(lateMs));
        device.press(3);
        expect(await first.end()).toEqual({ value: null });
        for (let question = 0; question < 3; question += 1) expect(await (await ask()).end()).toEqual({ value: null });
        expect(await rate(1)).toEqual({ value: 1 });
      }
    });

    test('a keypad that did not hear that the question is over answers it in vain', async () => {
      const { ask, rate, device, line, timers } = await setUp();
      const first = await ask();
      line.toDevice.always(drop);
      expect(await first.end()).toEqual({ value: null });
      device.press(3);
      await timers.advance(LONG_MS);
      line.toDevice.always((bytes) => [{ bytes, delayMs: 0 }]);
      expect(await (await ask()).end()).toEqual({ value: null });
      expect(await rate(2)).toEqual({ value: 2 });
    });

    test('an answer that the keypad holds from before a restart is not taken', async () => {
      const { ask, device, open, line, timers, run } = await setUp();
      const first = await ask();
      line.toHost.always(drop);
      device.press(3);
      await run(open.close());
      await first.end();
      line.toHost.always((bytes) => [{ bytes, delayMs: 0 }]);
      for (let restart = 0; restart < 20; restart += 1) {
        const again = await underTest.driver.open({ transport: line.host, timers, options: optionsOf(underTest), trace: () => {} });
        expect(await run(again.satisfactionKeypad?.askRating({ timeoutMs: 500 }) ?? Promise.reject(new Error('no keypad')))).toBe(null);
        await run(again.close());
        await timers.advance(restart);
      }
    });

    test('whatever befalls a message: the key, no answer, or the line’s fault; then the next questions are right', {
      timeout: 120_000,
    }, async () => {
      let cases = 0;
      const clean = await setUp();
      await clean.rate(2);
      for (const direction of ['toHost', 'toDevice'] as Direction[])
        for (const [index, message] of clean.line[direction].sent.entries()) {
          const mishaps: (readonly [string, Mishap])[] = [
            ...mishapsOf(message.length),
            ['late by less than a question', delay(700)],
            ['in pieces', split({ size: 1, pauseMs: 50 })],
          ];
          for (const [name, mishap] of mishaps) {
            const what = `${name}, message ${index} ${direction}`;
            const { line, rate, ask, timers } = await setUp();
            line[direction].next(...atWrite(index, mishap));
            const startMs = timers.now();
            const end = await rate(2);
            expect(timers.now() - startMs, what).toBeLessThanOrEqual(LONG_MS);
            if (typeof end === 'string') expect(LINE_FAULTS, what).toContain(end);
            else expect([2, null], what).toContain(end.value);
            const second = await (await ask()).end();
            if (typeof second === 'string') expect(LINE_FAULTS, what).toContain(second);
            else expect(second.value, what).toBe(null);
            await timers.advance(LONG_MS);
            expect(await rate(3), what).toEqual({ value: 3 });
            cases += 1;
          }
        }
      expect(cases).toBeGreaterThan(50);
    });

    test('noise before a press does not hide it', async () => {
      const { ask, device, line } = await setUp();
      const { end } = await ask();
      await line.device.write(Uint8Array.of(0x00, 0xff, 0x55, 0x02));
      device.press(2);
      expect(await end()).toEqual({ value: 2 });
    });

    test('an echo of all that is sent is no answer of the customer', async () => {
      const { line, ask, rate } = await setUp();
      line.device.onData((chunk) => void line.device.write(chunk));
      const { end } = await ask();
      expect(await end()).toEqual({ value: null });
      expect(await rate(2)).toEqual({ value: 2 });
    });

    test('a silent keypad is no answer of the device, not of the customer', async () => {
      const { ask, rate, device, open, endOf } = await setUp();
      device.setSilent(true);
      expect(await (await ask()).end()).toBe('DEVICE_NO_ANSWER');
      expect(await endOf(open.probe())).toBe('DEVICE_NO_ANSWER');
      device.setSilent(false);
      expect(await rate(1)).toEqual({ value: 1 });
    });

    test('a keypad whose power fails while it asks forgets the question; with power the next one is answered', async () => {
      const { ask, rate, device, line } = await setUp();
      const { end } = await ask();
      device.detach();
      expect(device.isAsking()).toBe(false);
      const ended = await end();
      if (typeof ended === 'string') expect(LINE_FAULTS).toContain(ended);
      else expect(ended.value).toBe(null);
      device.attach(line.device);
      expect(await rate(2)).toEqual({ value: 2 });
    });

    test('one question at a time; the probe leaves it alone', async () => {
      const { ask, open, run, device } = await setUp();
      await run(open.probe());
      const { end } = await ask();
      expect(await (await ask()).end()).toBe('DEVICE_BUSY');
      await run(open.probe());
      device.press(1);
      expect(await end()).toEqual({ value: 1 });
    });

    test('a withdrawn question ends at once with its reason, and the keypad goes dark', async () => {
      const { ask, rate, device, timers } = await setUp();
      const stop = new AbortController();
      const { end } = await ask({ signal: stop.signal });
      stop.abort(new Fault('DEVICE_LEASE_LOST'));
      const abortedMs = timers.now();
      expect(await end()).toBe('DEVICE_LEASE_LOST');
      expect(timers.now()).toBe(abortedMs);
      await timers.advance(1_000);
      expect(device.isAsking()).toBe(false);
      expect(await (await ask({ signal: AbortSignal.abort() })).end()).toBe('DEVICE_CANCELLED');
      expect(await rate(2)).toEqual({ value: 2 });
    });

    test.each([0, -1, 1.5, Number.NaN])('a time of %d ms is refused before a byte leaves', async (timeoutMs) => {
      const { ask, line } = await setUp();
      const before = line.toDevice.sent.length;
      expect(await (await ask({ timeoutMs })).end()).toBe('INPUT_INVALID');
      expect(line.toDevice.sent.length).toBe(before);
    });

    test.each<['lost' | 'closed', FaultCode]>([
      ['lost', 'PORT_FAILED'],
      ['closed', 'DEVICE_OFFLINE'],
    ])('a line that is %s ends the open question, every later one, and the probe', async (how, code) => {
      const { ask, open, line, endOf } = await setUp();
      const { end } = await ask();
      if (how === 'lost') line.lose();
      else await open.close();
      expect(await end()).toBe(code);
      expect(await (await ask()).end()).toBe(code);
      expect(await endOf(open.probe())).toBe(code);
    });
  });
}
