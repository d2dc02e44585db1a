// The IEC 62056-21 driver against its simulated meters, over a line that misbehaves.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { SimulatedMeter } from '../kit/index.ts';
import { corrupt, cut, drop, pass, replace, split } from '../kit/testing/line.ts';
import { setUpReadingHead } from '../kit/testing/reading-head.ts';
import driver from './driver.ts';
import { ascii, encodeBlock } from './frames.ts';
import manifest from './manifest.json' with { type: 'json' };
import { simulator } from './simulator.ts';

const ADDRESS = '12345678';
const newMeter = (over: Partial<SimulatedMeter> = {}): SimulatedMeter => ({
  meterAddress: ADDRESS,
  total: { unit: 'watt-hour', wattHours: 1_234_567 },
  clock: '2026-11-21T08:30:59',
  flags: [],
  ...over,
});
const setUp = (meters = [newMeter()], options = {}) => setUpReadingHead({ driver, simulator, manifest, meters, options });
const never = () => new AbortController().signal;
const answerBlock = (text: string) => replace(() => encodeBlock(text));

test('the meter under the head is read out at the initial rate', async () => {
  const { read, line } = await setUp();
  const reading = await read('any');
  expect(reading).toMatchObject({
    meterAddress: ADDRESS,
    total: { unit: 'watt-hour', wattHours: 1_234_567 },
    clock: '2026-11-21T08:30:59',
    flags: [],
  });
  expect(reading.registers).toContainEqual({ code: '1-0:1.8.0*255', value: '001234.567', unit: 'kWh' });
  expect(line.toDevice.sent).toEqual([ascii('/?!\r\n'), ascii('\x06000\r\n')]);
});

test('a gas meter counts litres', async () => {
  const meter = newMeter({ total: { unit: 'litre', litres: 98_765 }, clock: null });
  const { read } = await setUp([meter], { totalRegister: '3.0.0' });
  expect(await read(ADDRESS)).toMatchObject({ total: { unit: 'litre', litres: 98_765 }, clock: null });
});

test('an addressed meter proves itself by its own number', async () => {
  const { read, bus, faultOf, head, line } = await setUp([newMeter(), newMeter({ meterAddress: '87654321' })]);
  expect((await read('87654321')).meterAddress).toBe('87654321');
  expect(line.toDevice.sent[0]).toEqual(ascii('/?87654321!\r\n'));
  bus.setTrouble('other-address');
  expect((await faultOf(head.read(ADDRESS, never()))).toData()).toEqual({ code: 'FRAME_UNEXPECTED', context: { reason: 'other-meter' } });
});

test.each([
  ['silent', 'DEVICE_NO_ANSWER', 1],
  ['wrong-sum', 'FRAME_SUM', 2],
  ['cut', 'FRAME_SHORT', 1],
] as const)('%s after all retries is %s', async (trouble, code, messages) => {
  const { bus, head, faultOf, line } = await setUp();
  bus.setTrouble(trouble);
  expect((await faultOf(head.read('any', never()))).code).toBe(code);
  expect(line.toDevice.sent.length).toBe(messages * (1 + manifest.options.readRetries));
});

test('a read-out cut at any byte is refused in a bounded time', async () => {
  const { head, faultOf, line, timers } = await setUp([newMeter()], { readRetries: 0 });
  await timers.settle(head.read('any', never()));
  const length = line.toHost.sent[1]?.length ?? 0;
  expect(length).toBeGreaterThan(100);
  for (let kept = 1; kept < length; kept += 1) {
    line.toHost.next(pass, cut(kept));
    const startMs = timers.now();
    expect((await faultOf(head.read('any', never()))).code).toBe('FRAME_SHORT');
    expect(timers.now() - startMs).toBeLessThanOrEqual(manifest.options.silenceMs + manifest.options.retryPauseMs);
  }
});

test('what the meter refuses is rejected at once, with its code', async () => {
  const { bus, head, faultOf } = await setUp();
  bus.setTrouble('rejects');
  expect((await faultOf(head.read('any', never()))).toData()).toEqual({ code: 'DEVICE_REJECTED', context: { meterCode: 'ER01' } });
});

test('a meter of another mode, and one without the register, are refused', async () => {
  const { head, faultOf, line } = await setUp();
  const otherMode = replace(() => ascii('/LUGCUH50\r\n'));
  line.toHost.next(otherMode, otherMode, otherMode);
  expect((await faultOf(head.read('any', never()))).toData()).toEqual({ code: 'FRAME_UNEXPECTED', context: { reason: 'not-mode-c' } });
  line.toHost.next(pass, answerBlock('0.0.0(12345678)\r\n!\r\n'));
  expect((await faultOf(head.read('any', never()))).toData()).toEqual({
    code: 'DEVICE_REJECTED',
    context: { reason: 'no-register', register: '1.8.0' },
  });
});

test.each(['1.8.0(12.3)', '1.8.0(12.3*kvarh)', '1.8.0(-2.3*kWh)', '1.8.0(1*kWh)\r\n1-0:1.8.0(2*kWh)'])(
  'a total that is none is no reading: %s',
  async (lines) => {
    const { head, faultOf, line } = await setUp();
    line.toHost.next(pass, answerBlock(`${lines}\r\n!\r\n`));
    expect((await faultOf(head.read('any', never()))).code).toBe('FRAME_UNEXPECTED');
  },
);

test('a meter without a number of its own has none', async () => {
  const { read, line } = await setUp();
  line.toHost.next(pass, answerBlock('1.8.0(0012.3*MWh)\r\n!\r\n'));
  expect(await read('any')).toMatchObject({ meterAddress: null, total: { unit: 'watt-hour', wattHours: 12_300_000 } });
});

test('disturbances cost a retry, and a slow line is waited for', async () => {
  const { read, line } = await setUp();
  line.toHost.next(drop, pass, corrupt(40, 0x01));
  // One character every 33 ms: 300 Bd.
  line.toHost.always(split({ size: 1, pauseMs: 33 }));
  expect((await read('any')).total).toEqual({ unit: 'watt-hour', wattHours: 1_234_567 });
});

test('light reflected into the head is passed over', async () => {
  const { read, faultOf, head, bus, line } = await setUp();
  line.device.onData((chunk) => void line.device.write(chunk));
  expect((await read('any')).meterAddress).toBe(ADDRESS);
  bus.setTrouble('silent');
  expect((await faultOf(head.read('any', never()))).code).toBe('DEVICE_NO_ANSWER');
});

test('an address of another form is refused before anything is sent', async () => {
  const { faultOf, head, line } = await setUp();
  for (const address of ['', '1!', '1\r\n', '1'.repeat(33)])
    expect((await faultOf(head.read(address, never()))).code).toBe('INPUT_INVALID');
  expect(line.toDevice.sent).toEqual([]);
});

test('noise around every message never changes the reading', async () => {
  const noise = fc.uint8Array({ maxLength: 24 });
  await fc.assert(
    fc.asyncProperty(noise, noise, async (before, after) => {
      const { read, line } = await setUp();
      line.toHost.always(replace((bytes) => Uint8Array.from([...before, ...bytes, ...after])));
      expect((await read('any')).total).toEqual({ unit: 'watt-hour', wattHours: 1_234_567 });
    }),
    { numRuns: 50 },
  );
});
