// The CJ/T 188 driver against its simulated meters, over a line that misbehaves.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { SimulatedMeter } from '../kit/index.ts';
import { corrupt, delay, drop, replace, split } from '../kit/testing/line.ts';
import { setUpReadingHead } from '../kit/testing/reading-head.ts';
import driver from './driver.ts';
import { encodeFrame } from './frames.ts';
import manifest from './manifest.json' with { type: 'json' };
import { simulator } from './simulator.ts';

const ADDRESS = '33780012345678';
const newMeter = (over: Partial<SimulatedMeter> = {}): SimulatedMeter => ({
  meterAddress: ADDRESS,
  total: { unit: 'litre', litres: 1_234_560 },
  clock: '2026-11-21T08:30:59',
  flags: ['valve-closed', 'battery-low'],
  ...over,
});
const setUp = (meters = [newMeter()], options = {}) => setUpReadingHead({ driver, simulator, manifest, meters, options });
const never = () => new AbortController().signal;

test.each(['high-first', 'low-first'])('a gas meter is read by its address, identifier %s', async (identifierOrder) => {
  const { read } = await setUp([newMeter()], { identifierOrder });
  expect(await read(ADDRESS)).toEqual({
    meterAddress: ADDRESS,
    total: { unit: 'litre', litres: 1_234_560 },
    registers: [
      { code: '901F current', value: '001234.56', unit: '2Ch' },
      { code: '901F settled', value: '000617.00', unit: '2Ch' },
      { code: '901F status', value: '0005', unit: '' },
    ],
    clock: '2026-11-21T08:30:59',
    flags: ['valve-closed', 'battery-low'],
  });
});

test('a meter that sends litres', async () => {
  const { read } = await setUp([newMeter({ total: { unit: 'litre', litres: 12_347 } })]);
  const reading = await read(ADDRESS);
  expect(reading.total).toEqual({ unit: 'litre', litres: 12_347 });
  expect(reading.registers[0]).toEqual({ code: '901F current', value: '012347.00', unit: '29h' });
});

test('the only meter in reach is found without its address', async () => {
  const { read } = await setUp([newMeter({ clock: null, flags: [] })]);
  expect(await read('any')).toMatchObject({ meterAddress: ADDRESS, clock: null, flags: [] });
});

test('of several meters the one that is asked answers; asked for any, they collide and nothing is read', async () => {
  const other = newMeter({ meterAddress: '33780012345687', total: { unit: 'litre', litres: 70 } });
  const { read, faultOf, head } = await setUp([newMeter(), other]);
  expect((await read('33780012345687')).total).toEqual({ unit: 'litre', litres: 70 });
  expect(['FRAME_SUM', 'FRAME_UNEXPECTED']).toContain((await faultOf(head.read('any', never()))).code);
});

test('a meter of another type does not answer', async () => {
  const { faultOf, line, head } = await setUp();
  // The gas meter becomes a water meter on its way: type and sum.
  line.toHost.always(replace((bytes) => bytes.map((byte, at) => (at === 5 || at === bytes.length - 2 ? byte - 0x20 : byte))));
  expect((await faultOf(head.read(ADDRESS, never()))).code).toBe('FRAME_UNEXPECTED');
});

test.each([
  ['silent', 'DEVICE_NO_ANSWER'],
  ['wrong-sum', 'FRAME_SUM'],
  ['cut', 'FRAME_SHORT'],
  ['other-address', 'FRAME_UNEXPECTED'],
] as const)('%s after all retries is %s', async (trouble, code) => {
  const { bus, head, faultOf, line } = await setUp();
  bus.setTrouble(trouble);
  expect((await faultOf(head.read(ADDRESS, never()))).code).toBe(code);
  expect(line.toDevice.sent.length).toBe(1 + manifest.options.readRetries);
});

test('what the meter refuses is rejected at once, with its status word', async () => {
  const { bus, head, faultOf, line } = await setUp();
  bus.setTrouble('rejects');
  expect((await faultOf(head.read(ADDRESS, never()))).toData()).toEqual({ code: 'DEVICE_REJECTED', context: { meterCode: 0x80 } });
  expect(line.toDevice.sent.length).toBe(1);
});

test('disturbances of the line cost a retry, not the reading', async () => {
  const { read, line } = await setUp();
  line.toHost.next(corrupt(20), drop);
  line.toHost.always(split({ size: 3, pauseMs: 20 }));
  expect((await read(ADDRESS)).total).toEqual({ unit: 'litre', litres: 1_234_560 });
});

test('an answer to an earlier question is known by its number and passed over', async () => {
  const meter = newMeter();
  const { read, faultOf, head, line } = await setUp([meter], { readRetries: 0, responseTimeoutMs: 1000, retryPauseMs: 1 });
  line.toHost.next(delay(1200));
  expect((await faultOf(head.read(ADDRESS, never()))).code).toBe('DEVICE_NO_ANSWER');
  meter.total = { unit: 'litre', litres: 9_990 };
  line.toHost.next(delay(500));
  expect((await read(ADDRESS)).total).toEqual({ unit: 'litre', litres: 9_990 });
});

test('an address of another form, or a meter type that counts no volume, is refused before anything is sent', async () => {
  const { faultOf, head, line } = await setUp();
  for (const address of ['', '123', 'AAAAAAAAAAAAAA']) expect((await faultOf(head.read(address, never()))).code).toBe('INPUT_INVALID');
  expect(line.toDevice.sent).toEqual([]);
  await expect(setUp([], { meterType: 0x20 })).rejects.toMatchObject({ code: 'SETTINGS_INVALID' });
  await expect(setUp([], { identifierOrder: 'sideways' })).rejects.toMatchObject({ code: 'SETTINGS_INVALID' });
});

test('noise around every answer, and other meters talking, never change the reading', async () => {
  const foreign = encodeFrame({
    meterType: 0x30,
    address: '33780012345679',
    control: 0x81,
    data: Uint8Array.from([0x90, 0x1f, 1, 0x99, 0x99, 0x99, 0x99, 0x2c, ...new Array(14).fill(0)]),
  });
  // Without a head: with one, noise can very rarely close a good frame of its own around the true one.
  const noise = fc.uint8Array({ maxLength: 24 }).map((bytes) => bytes.filter((byte) => byte !== 0x68));
  await fc.assert(
    fc.asyncProperty(noise, noise, fc.boolean(), async (before, after, talks) => {
      const { read, line } = await setUp();
      line.toHost.always(replace((bytes) => Uint8Array.from([...before, ...(talks ? foreign : []), ...bytes, ...after])));
      expect((await read(ADDRESS)).total).toEqual({ unit: 'litre', litres: 1_234_560 });
    }),
    { numRuns: 50 },
  );
});
