// The keypad driver against its simulated keypad, over a line that misbehaves.
import { expect, test } from 'vitest';
import { Fault, fromHex } from '../kit/index.ts';
import { corrupt, cut, delay, drop, pass, split } from '../kit/testing/line.ts';
import { setUpDriver } from '../kit/testing/open.ts';
import driver from './driver.ts';
import manifest from './manifest.json' with { type: 'json' };
import { simulator } from './simulator.ts';

const FOREIGN = 'refused: press for no open question';

/** Opens driver and keypad; `warmUp` has one question answered, so that the withdrawal before the first is behind the test. */
async function setUp(options: Record<string, string | number | boolean> = {}) {
  const bench = setUpDriver({ driver, manifest, options });
  const pad = simulator.createSatisfactionKeypad?.({ timers: bench.timers, options: bench.options });
  if (!pad) throw new Error('no simulator');
  pad.attach(bench.line.device);
  const device = await bench.open();
  const keypad = device.satisfactionKeypad;
  if (!keypad) throw new Error('no keypad');
  /** Asks and waits until the keypad has taken the question. */
  async function ask(timeoutMs = 10_000, signal?: AbortSignal) {
    const rating = keypad?.askRating({ timeoutMs, ...(signal ? { signal } : {}) }) ?? Promise.reject(new Error('no keypad'));
    rating.catch(() => {});
    await bench.timers.advance(1);
    return { rating };
  }
  async function warmUp() {
    const { rating } = await ask();
    pad?.press(1);
    await bench.timers.settle(rating);
  }
  return { ...bench, pad, device, keypad, ask, warmUp };
}

test('the customer presses and the key comes back', async () => {
  const { ask, pad, timers, line, keypad } = await setUp();
  expect(keypad.keys).toBe(5);
  for (const key of [1, 5, 3]) {
    const { rating } = await ask();
    expect(pad.isAsking()).toBe(true);
    pad.press(key);
    expect(await timers.settle(rating)).toBe(key);
    expect(pad.isAsking()).toBe(false);
  }
  expect(line.toDevice.sent).toEqual(['0202434103', '0201414003', '0203414203', '0204414503'].map(fromHex));
});

test('a late ACK of the withdrawal before is not taken for the question’s: it is asked again', async () => {
  const { pad, timers, line, keypad, options } = await setUp();
  // The first withdrawal's ACK comes while the question is out, which gets lost.
  line.toHost.next(delay(Number(options.ackTimeoutMs) + 5));
  line.toDevice.next(pass, pass, drop);
  const rating = keypad.askRating({ timeoutMs: 10_000 });
  await timers.advance(5 * Number(options.ackTimeoutMs));
  expect(pad.isAsking()).toBe(true);
  pad.press(4);
  expect(await timers.settle(rating)).toBe(4);
});

test('a late press for an older question is never taken for the current one', async () => {
  const { ask, pad, timers, line, notes } = await setUp();
  const first = await ask(3000);
  line.toHost.next(delay(4000));
  pad.press(5);
  expect(await timers.settle(first.rating)).toBe(null);
  const second = await ask();
  await timers.advance(4000);
  expect(notes).toEqual([FOREIGN]);
  pad.press(1);
  expect(await timers.settle(second.rating)).toBe(1);
});

test('a keypad that did not hear the withdrawal sends its late press with the old number', async () => {
  const { ask, pad, timers, line, notes } = await setUp({ retries: 0 });
  const first = await ask(1000);
  line.toDevice.next(drop);
  expect(await timers.settle(first.rating)).toBe(null);
  pad.press(5);
  await timers.advance(1000);
  expect(notes).toEqual([FOREIGN]);
  const second = await ask();
  pad.press(2);
  expect(await timers.settle(second.rating)).toBe(2);
});

test('an answer the keypad still holds from before a restart is never taken, whatever its number', async () => {
  const { pad, timers, line, open, device } = await setUp();
  await timers.settle(device.close());
  for (let number = 1; number <= 255; number += 1) {
    await line.host.write(Uint8Array.of(2, number, 0x41, number ^ 0x41, 3));
    await timers.advance(1);
    pad.press(5);
    await timers.advance(254);
    const restarted = await open();
    const rating = restarted.satisfactionKeypad?.askRating({ timeoutMs: 255 });
    expect(await timers.settle(rating ?? Promise.reject(new Error('no keypad')))).toBe(null);
    await timers.settle(restarted.close());
  }
});

test.each([
  ['question lost', 'toDevice', drop],
  ['question damaged', 'toDevice', corrupt(2)],
  ['question cut', 'toDevice', cut(3)],
  ['acknowledgement lost', 'toHost', drop],
  ['acknowledgement damaged', 'toHost', corrupt(1)],
  ['acknowledgement late', 'toHost', delay(700)],
  ['acknowledgement in pieces', 'toHost', split({ size: 1, pauseMs: 50 })],
] as const)('%s costs a retry, not the rating', async (_name, direction, mishap) => {
  const { ask, pad, timers, line, warmUp } = await setUp();
  await warmUp();
  line[direction].next(mishap);
  const { rating } = await ask();
  await timers.advance(1500);
  expect(pad.isAsking()).toBe(true);
  pad.press(3);
  expect(await timers.settle(rating)).toBe(3);
});

test('a press whose acknowledgement was lost counts', async () => {
  const { ask, pad, timers, line, warmUp } = await setUp();
  await warmUp();
  line.toHost.next(drop);
  const { rating } = await ask();
  pad.press(4);
  expect(await timers.settle(rating)).toBe(4);
});

test('a press that got lost while the acknowledgement was, comes with the repeated question', async () => {
  const { ask, pad, timers, line, warmUp } = await setUp();
  await warmUp();
  line.toHost.next(drop, drop);
  const { rating } = await ask();
  pad.press(4);
  expect(await timers.settle(rating)).toBe(4);
});

test('a damaged press is no rating, whichever bit is wrong', async () => {
  const { ask, pad, timers, line } = await setUp();
  for (let bit = 0; bit < 40; bit += 1) {
    const { rating } = await ask(1000);
    line.toHost.next(corrupt(bit >> 3, 1 << (bit & 7)));
    pad.press(1);
    expect(await timers.settle(rating)).toBe(null);
    await timers.advance(2000);
  }
});

test('a silent keypad is no answer of the device, not of the customer', async () => {
  const { ask, pad, faultOf, line, device, warmUp } = await setUp();
  await warmUp();
  const before = line.toDevice.sent.length;
  pad.setSilent(true);
  expect((await faultOf((await ask()).rating)).code).toBe('DEVICE_NO_ANSWER');
  expect(line.toDevice.sent.length - before).toBeGreaterThanOrEqual(3);
  expect((await faultOf(device.probe())).code).toBe('DEVICE_NO_ANSWER');
});

test('a withdrawn question ends at once and the keypad goes dark', async () => {
  const { ask, pad, timers, faultOf } = await setUp();
  const stop = new AbortController();
  const { rating } = await ask(10_000, stop.signal);
  stop.abort(new Fault('DEVICE_CANCELLED', { by: 'counter' }));
  expect((await faultOf(rating)).toData()).toEqual({ code: 'DEVICE_CANCELLED', context: { by: 'counter' } });
  await timers.advance(1);
  expect(pad.isAsking()).toBe(false);
  const early = AbortSignal.abort();
  expect((await faultOf((await ask(10, early)).rating)).code).toBe('DEVICE_CANCELLED');
});

test('the bytes are the options', async () => {
  const { ask, pad, timers, line } = await setUp({ keys: 3, stxByte: 0xaa, etxByte: 0x55, askByte: 0x10, firstKeyByte: 0xa0, retries: 1 });
  const { rating } = await ask();
  expect(line.toDevice.sent.at(-1)).toEqual(fromHex('AA01101155'));
  line.toHost.next(pass);
  pad.press(3);
  expect(await timers.settle(rating)).toBe(3);
});

test.each<[string, number]>([
  ['keys', 2],
  ['keys', 6],
  ['stxByte', 256],
  ['etxByte', 2],
  ['ackByte', 0x31],
  ['askByte', 6],
  ['firstKeyByte', 252],
  ['retries', -1],
])('option %s = %d is refused', async (name, value) => {
  const { faultOf, open } = setUpDriver({ driver, manifest, options: { [name]: value } });
  expect((await faultOf(open())).toData()).toMatchObject({ code: 'SETTINGS_INVALID', context: { field: `options.${name}` } });
});
