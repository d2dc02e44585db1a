// The DM-D driver's own: the bytes of the manuals, and Chinese on the glass. What every display keeps is in conformance.test.ts.
import { expect, test } from 'vitest';
import { fromHex } from '../kit/index.ts';
import { setUpDriver } from '../kit/testing/open.ts';
import driver from './driver.ts';
import { CLEAR, encodeText, INITIALISE } from './frames.ts';
import manifest from './manifest.json' with { type: 'json' };
import { simulator } from './simulator.ts';

test('the bytes are those of the manuals, behind what ends a command that was cut', () => {
  expect(INITIALISE).toEqual(fromHex('0D0D1B401F011F4300'));
  expect(CLEAR).toEqual(fromHex('0D0D0C'));
  expect(encodeText({ upper: 'DUE', lower: '应收' }, 8)).toEqual(fromHex('0D0D1F011F2401014455452020202020' + '1F240102D3A6CAD520202020'));
});

test('Chinese stands on both lines', async () => {
  const bench = setUpDriver({ driver, manifest });
  const glass = simulator.createCustomerDisplay?.({ timers: bench.timers, options: bench.options });
  glass?.attach(bench.line.device);
  const { customerDisplay } = await bench.open();
  await bench.timers.settle(
    customerDisplay?.show({ upper: '应收 ￥128.50', lower: '气量 30 m³' }) ?? Promise.reject(new Error('no display')),
  );
  await bench.timers.advance(10);
  expect(glass?.shown()).toEqual({ upper: '应收 ￥128.50', lower: '气量 30 m3' });
});
