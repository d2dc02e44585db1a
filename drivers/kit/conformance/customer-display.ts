// Conformance of a customer display: the glass shows the newest text and nothing else, whatever passed before.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { FaultCode } from '../../../src/shared/domain/fault.ts';
import type { CustomerText } from '../customer-display.ts';
import { drop, split } from '../testing/line.ts';
import { type DriverUnderTest, driverIdOf, LONG_MS, mishapsOf, openDriver, optionsOf } from './bench.ts';

const DUE: CustomerText = { upper: 'DUE 128.50', lower: '30 m3' };
const CHANGE: CustomerText = { upper: 'RECEIVED 200.00', lower: 'CHANGE 71.50' };
const DARK: CustomerText = { upper: '', lower: '' };

async function openDisplay(underTest: DriverUnderTest) {
  const bench = await openDriver(underTest);
  const device = underTest.simulator.createCustomerDisplay?.({ timers: bench.timers, options: optionsOf(underTest) });
  if (!device) throw new Error('simulator.ts has no createCustomerDisplay');
  const display = bench.open.customerDisplay;
  if (!display) throw new Error('the driver opened no customerDisplay');
  device.attach(bench.line.device);
  /** Lets what is under way reach the glass. */
  const settle = () => bench.timers.advance(LONG_MS);
  const show = async (text: CustomerText) => {
    await bench.run(display.show(text));
    await settle();
    return device.shown();
  };
  return { ...bench, device, display, settle, show };
}

/** Declares the tests of a customer display's driver. */
export function customerDisplayConformance(underTest: DriverUnderTest): void {
  const setUp = () => openDisplay(underTest);

  describe(`${driverIdOf(underTest)} as a customer display`, () => {
    test('shows both lines, replaces both, darkens both', async () => {
      const { show, display, run, settle, device } = await setUp();
      expect(await show(DUE)).toEqual(DUE);
      expect(await show(CHANGE)).toEqual(CHANGE);
      expect(await show({ upper: 'A', lower: '' })).toEqual({ upper: 'A', lower: '' });
      expect(await show(DUE)).toEqual(DUE);
      await run(display.clear());
      await settle();
      expect(device.shown()).toEqual(DARK);
    });

    test('every printable character of ASCII shows as itself, on either line', async () => {
      const { show, display } = await setUp();
      const printable = Array.from({ length: 0x7f - 0x21 }, (_, index) => String.fromCharCode(0x21 + index)).join('');
      for (let at = 0; at < printable.length; at += display.columns) {
        const text = printable.slice(at, at + display.columns);
        expect(await show({ upper: text, lower: '' })).toEqual({ upper: text, lower: '' });
        expect(await show({ upper: '', lower: text })).toEqual({ upper: '', lower: text });
      }
    });

    test('a line that is too long is cut at its end and leaves the other alone', async () => {
      const { show, display } = await setUp();
      const long = Array.from({ length: display.columns + 7 }, (_, at) => String.fromCharCode(0x41 + (at % 26))).join('');
      expect(await show({ upper: long, lower: 'B' })).toEqual({ upper: long.slice(0, display.columns), lower: 'B' });
      expect(await show({ upper: 'B', lower: long })).toEqual({ upper: 'B', lower: long.slice(0, display.columns) });
    });

    test('no text is a command, none leaves half a character, none fills more than its line', async () => {
      const { show, display } = await setUp();
      const piece = fc.oneof(
        fc.string({ unit: 'binary', maxLength: 4 }),
        fc.constantFrom('\x1b@', '\x0c', '\r', '\n', '\x1bQA', '\x1f\x01', '\x18', '气', '量', '𠮷', '€', '\ud800', '¥', '³'),
      );
      await fc.assert(
        fc.asyncProperty(fc.array(piece, { maxLength: 12 }), async (pieces) => {
          const hostile = pieces.join('');
          for (const text of [
            { upper: hostile, lower: 'B' },
            { upper: 'B', lower: hostile },
          ]) {
            const shown = await show(text);
            expect(text.upper === 'B' ? shown.upper : shown.lower).toBe('B');
            const line = text.upper === 'B' ? shown.lower : shown.upper;
            expect(line).not.toMatch(/\p{Cc}|\ufffd/u);
            // A character takes one column or, outside ASCII, two.
            const columns = [...line].reduce((sum, character) => sum + (character <= '~' ? 1 : 2), 0);
            expect(columns).toBeLessThanOrEqual(display.columns);
          }
        }),
        { numRuns: 60 },
      );
    });

    test('of many quick calls the last one stays, and all of them resolve', async () => {
      const { display, run, settle, device } = await setUp();
      const calls = Array.from({ length: 50 }, (_, index) => display.show({ upper: `${index}`, lower: `${index}` }));
      await run(Promise.all([...calls, display.clear(), display.show(DUE)]));
      await settle();
      expect(device.shown()).toEqual(DUE);
      await run(Promise.all([display.show(CHANGE), display.clear()]));
      await settle();
      expect(device.shown()).toEqual(DARK);
    });

    test('a text given at any moment after another is the one that stays', async () => {
      for (let turns = 0; turns < 12; turns += 1) {
        const { display, run, settle, device } = await setUp();
        const first = display.show(DUE);
        for (let turn = 0; turn < turns; turn += 1) await Promise.resolve();
        await run(Promise.all([first, display.show(CHANGE)]));
        await settle();
        expect(device.shown()).toEqual(CHANGE);
      }
    });

    test('whatever befell a text on the line, the next one stands there whole', { timeout: 60_000 }, async () => {
      const probe = await setUp();
      const before = probe.line.toDevice.sent.length;
      await probe.show(DUE);
      const messages = probe.line.toDevice.sent.slice(before);
      for (const [index, message] of messages.entries()) {
        const mishaps = [...mishapsOf(message.length), ['in pieces', split({ size: 1, pauseMs: 30 })] as const, ['lost', drop] as const];
        for (const [what, mishap] of mishaps) {
          const { line, show } = await setUp();
          line.toDevice.next(...new Array(index).fill((bytes: Uint8Array) => [{ bytes, delayMs: 0 }]), mishap);
          await show(DUE);
          expect(await show(CHANGE), what).toEqual(CHANGE);
        }
      }
    });

    test('what the device says of itself, or an echo, changes nothing', async () => {
      const { line, show } = await setUp();
      line.device.onData((chunk) => void line.device.write(chunk));
      expect(await show(DUE)).toEqual(DUE);
      await line.device.write(Uint8Array.of(0x00, 0xff, 0x13, 0x15));
      expect(await show(CHANGE)).toEqual(CHANGE);
    });

    test('without power the glass is dark; with it the next text shows', async () => {
      const { line, device, show } = await setUp();
      await show(DUE);
      device.detach();
      expect(device.shown()).toEqual(DARK);
      expect(await show(DUE)).toEqual(DARK);
      device.attach(line.device);
      expect(await show(CHANGE)).toEqual(CHANGE);
    });

    test('the probe changes nothing on the glass', async () => {
      const { open, run, show, settle, device } = await setUp();
      await show(DUE);
      await run(open.probe());
      await settle();
      expect(device.shown()).toEqual(DUE);
    });

    test('closing darkens the glass: what concerned the last customer does not stay', async () => {
      const { open, run, show, settle, device } = await setUp();
      await show(DUE);
      await run(open.close());
      await settle();
      expect(device.shown()).toEqual(DARK);
    });

    test.each<['lost' | 'closed', FaultCode]>([
      ['lost', 'PORT_FAILED'],
      ['closed', 'DEVICE_OFFLINE'],
    ])('a line that is %s ends the text that waits, every later one, and the probe', async (how, code) => {
      const { display, open, line, run, endOf } = await setUp();
      await run(display.show(DUE));
      const waiting = display.show(CHANGE);
      waiting.catch(() => {});
      if (how === 'lost') line.lose();
      else await run(open.close());
      // It may have left in the very moment.
      expect([code, { value: undefined }]).toContainEqual(await endOf(waiting));
      expect(await endOf(display.show(DUE))).toBe(code);
      expect(await endOf(display.clear())).toBe(code);
      expect(await endOf(open.probe())).toBe(code);
      await run(open.close());
    });
  });
}
