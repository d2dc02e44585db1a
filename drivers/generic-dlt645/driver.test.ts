// The DL/T 645 driver against its simulated meters, over a line that misbehaves.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { SimulatedMeter } from '../kit/index.ts';
import { corrupt, delay, drop, pass, replace, split } from '../kit/testing/line.ts';
import { setUpReadingHead } from '../kit/testing/reading-head.ts';
import driver from './driver.ts';
import { encodeFrame } from './frames.ts';
import manifest from './manifest.json' with { type: 'json' };
import { simulator } from './simulator.ts';

const ADDRESS = '202107072529';
const newMeter = (over: Partial<SimulatedMeter> = {}): SimulatedMeter => ({
  meterAddress: ADDRESS,
  total: { unit: 'watt-hour', wattHours: 1_234_560 },
  clock: '2026-11-21T08:30:59',
  flags: ['battery-low'],
  ...over,
});
const setUp = (meters = [newMeter()], options = {}) => setUpReadingHead({ driver, simulator, manifest, meters, options });

test('a meter is read by its address', async () => {
  const { read, line } = await setUp();
  expect(await read(ADDRESS)).toEqual({
    meterAddress: ADDRESS,
    total: { unit: 'watt-hour', wattHours: 1_234_560 },
    registers: [
      { code: '00000000', value: '00123456', unit: '0.01 kWh' },
      { code: '04000501', value: '0008', unit: '' },
    ],
    clock: '2026-11-21T08:30:59',
    flags: ['battery-low'],
  });
  expect(line.toDevice.sent[0]?.subarray(0, 5)).toEqual(Uint8Array.of(0xfe, 0xfe, 0xfe, 0xfe, 0x68));
});

test('the only meter in reach is found without its address', async () => {
  const { read } = await setUp();
  expect((await read('any')).meterAddress).toBe(ADDRESS);
});

test('of several meters the one that is asked answers; asked for any, they collide and nothing is read', async () => {
  const other = newMeter({ meterAddress: '202107072530', total: { unit: 'watt-hour', wattHours: 70 } });
  const { read, faultOf, head } = await setUp([newMeter(), other]);
  expect((await read('202107072530')).total).toEqual({ unit: 'watt-hour', wattHours: 70 });
  expect(['FRAME_SUM', 'FRAME_UNEXPECTED']).toContain((await faultOf(head.read('any', new AbortController().signal))).code);
});

test('midnight between date and time does not give a day that was not', async () => {
  const meter = newMeter({ clock: '2026-11-21T23:59:59' });
  const { read, line } = await setUp([meter]);
  // The first date is answered before midnight, the time after it.
  line.toHost.next(pass, (bytes) => {
    meter.clock = '2026-11-22T00:00:00';
    return [{ bytes, delayMs: 0 }];
  });
  expect((await read(ADDRESS)).clock).toBe('2026-11-22T00:00:00');
});

test('a meter without clock has none', async () => {
  const { read } = await setUp([newMeter({ clock: null, flags: [] })]);
  expect(await read(ADDRESS)).toMatchObject({ clock: null, flags: [] });
});

test.each([
  ['silent', 'DEVICE_NO_ANSWER'],
  ['wrong-sum', 'FRAME_SUM'],
  ['cut', 'FRAME_SHORT'],
  ['other-address', 'FRAME_UNEXPECTED'],
] as const)('%s after all retries is %s', async (trouble, code) => {
  const { bus, head, faultOf, line } = await setUp();
  bus.setTrouble(trouble);
  expect((await faultOf(head.read(ADDRESS, new AbortController().signal))).code).toBe(code);
  expect(line.toDevice.sent.length).toBe(1 + manifest.options.readRetries);
});

test('what the meter refuses is rejected at once, with its code', async () => {
  const { bus, head, faultOf, line } = await setUp();
  bus.setTrouble('rejects');
  const fault = await faultOf(head.read(ADDRESS, new AbortController().signal));
  expect(fault.toData()).toEqual({ code: 'DEVICE_REJECTED', context: { meterCode: 2, identifier: '00000000' } });
  expect(line.toDevice.sent.length).toBe(1);
});

test('disturbances of the line cost a retry, not the reading', async () => {
  const { read, line } = await setUp();
  line.toHost.next(corrupt(16), drop);
  line.toHost.always(split({ size: 3, pauseMs: 20 }));
  expect((await read(ADDRESS)).total).toEqual({ unit: 'watt-hour', wattHours: 1_234_560 });
});

test('the echo of a two-wire line is passed over', async () => {
  const { read, faultOf, head, bus, line } = await setUp();
  line.device.onData((chunk) => void line.device.write(chunk));
  expect((await read('any')).total).toEqual({ unit: 'watt-hour', wattHours: 1_234_560 });
  bus.setTrouble('silent');
  expect((await faultOf(head.read(ADDRESS, new AbortController().signal))).code).toBe('DEVICE_NO_ANSWER');
});

test('an answer that comes too late is never the answer of the next question', async () => {
  const meter = newMeter();
  const { read, faultOf, head, line } = await setUp([meter], { readRetries: 0, responseTimeoutMs: 1000, retryPauseMs: 600 });
  // Without the pause the late answer would come between the next question and its own answer.
  line.toHost.next(delay(1500), delay(700));
  expect((await faultOf(head.read(ADDRESS, new AbortController().signal))).code).toBe('DEVICE_NO_ANSWER');
  meter.total = { unit: 'watt-hour', wattHours: 9_990 };
  expect((await read(ADDRESS)).total).toEqual({ unit: 'watt-hour', wattHours: 9_990 });
});

test('an aborted read ends at once and the next one works', async () => {
  const { head, read, bus, timers } = await setUp();
  bus.setTrouble('silent');
  const abort = new AbortController();
  const reading = head.read(ADDRESS, abort.signal);
  reading.catch(() => {});
  await timers.advance(10);
  abort.abort();
  const startMs = timers.now();
  await expect(timers.settle(reading)).rejects.toMatchObject({ code: 'DEVICE_CANCELLED' });
  expect(timers.now()).toBe(startMs);
  bus.setTrouble('none');
  expect((await read(ADDRESS)).meterAddress).toBe(ADDRESS);
  await expect(read(ADDRESS, abort.signal)).rejects.toMatchObject({ code: 'DEVICE_CANCELLED' });
});

test('an address of another form is refused before anything is sent', async () => {
  const { faultOf, head, line } = await setUp();
  for (const address of ['', '123', 'AAAAAAAAAAAA', '2021070725291']) {
    expect((await faultOf(head.read(address, new AbortController().signal))).code).toBe('INPUT_INVALID');
  }
  expect(line.toDevice.sent).toEqual([]);
});

test('a lost line ends the read and the probe; a closed driver stays closed', async () => {
  const { head, faultOf, open, line, timers, bus } = await setUp();
  await open.probe();
  bus.setTrouble('silent');
  const reading = head.read(ADDRESS, new AbortController().signal);
  reading.catch(() => {});
  await timers.advance(10);
  line.lose();
  expect((await faultOf(reading)).code).toBe('PORT_FAILED');
  expect((await faultOf(open.probe())).code).toBe('PORT_FAILED');
  await open.close();
  const second = await setUp();
  await second.open.close();
  expect((await second.faultOf(second.open.probe())).code).toBe('DEVICE_OFFLINE');
});

test('noise around every answer, and other meters talking, never change the reading', async () => {
  const foreign = encodeFrame({ address: '202107072530', control: 0x91, data: Uint8Array.of(0, 0, 0, 0, 0x99, 0x99, 0x99, 0x09) });
  // Without a head: with one, noise can very rarely close a good frame of its own around the true one.
  const noise = fc.uint8Array({ maxLength: 24 }).map((bytes) => bytes.filter((byte) => byte !== 0x68));
  await fc.assert(
    fc.asyncProperty(noise, noise, fc.boolean(), async (before, after, talks) => {
      const { head, timers, line } = await setUp();
      line.toHost.always(replace((bytes) => Uint8Array.from([...before, ...(talks ? foreign : []), ...bytes, ...after])));
      const reading = await timers.settle(head.read(ADDRESS, new AbortController().signal));
      expect(reading.total).toEqual({ unit: 'watt-hour', wattHours: 1_234_560 });
    }),
    { numRuns: 50 },
  );
});
