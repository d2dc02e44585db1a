// The display driver against its simulated display.
import fc from 'fast-check';
import iconv from 'iconv-lite';
import { expect, test } from 'vitest';
import { fromHex, lineBytes } from '../kit/index.ts';
import { cut, split } from '../kit/testing/line.ts';
import { setUpDriver } from '../kit/testing/open.ts';
import driver from './driver.ts';
import { encodeText } from './frames.ts';
import manifest from './manifest.json' with { type: 'json' };
import { simulator } from './simulator.ts';

async function setUp(options: Record<string, string | number | boolean> = {}) {
  const bench = setUpDriver({ driver, manifest, options });
  const glass = simulator.createCustomerDisplay?.({ timers: bench.timers, options: bench.options });
  if (!glass) throw new Error('no simulator');
  glass.attach(bench.line.device);
  const device = await bench.open();
  const display = device.customerDisplay;
  if (!display) throw new Error('no display');
  await bench.timers.advance(1000);
  return { ...bench, glass, device, display };
}

const textOf = (line: Uint8Array) => iconv.decode(Buffer.from(line), 'gb18030');

test('the bytes are those of the manual', () => {
  const bytes = encodeText({ upper: 'DUE', lower: '应收' }, 20);
  expect(bytes).toEqual(fromHex(`0D1B5141445545${'20'.repeat(17)}0D1B5142D3A6CAD5${'20'.repeat(16)}0D`));
});

test('both lines stand on the glass, Chinese too', async () => {
  const { display, glass, timers, line } = await setUp();
  expect(line.toDevice.sent).toEqual([fromHex('0C1B40')]);
  await timers.settle(display.show({ upper: '应收 ￥128.50', lower: '找零 ￥71.50' }));
  await timers.advance(0);
  expect(glass.shown()).toEqual({ upper: '应收 ￥128.50', lower: '找零 ￥71.50' });
});

test('a display that was left in string mode obeys from the first text on', async () => {
  const { glass, line, timers, open } = await setUp();
  await line.host.write(encodeText({ upper: 'OLD', lower: 'OLD' }, 20));
  await timers.advance(0);
  expect(glass.shown()).toEqual({ upper: 'OLD', lower: 'OLD' });
  await line.host.write(fromHex('1B40'));
  await timers.advance(0);
  expect(glass.shown()).toEqual({ upper: 'OLD', lower: 'OLD' });
  await open();
  await timers.advance(0);
  expect(glass.shown()).toEqual({ upper: '', lower: '' });
});

test('of many quick calls the last one stays, and the line is not flooded', async () => {
  const { display, glass, timers, line } = await setUp();
  const before = line.toDevice.sent.length;
  const shown = Array.from({ length: 50 }, (_, index) => display.show({ upper: `${index}`, lower: '' }));
  const all = Promise.all(shown);
  await timers.advance(10);
  const late = display.show({ upper: 'last', lower: '' });
  await timers.settle(Promise.all([all, late]));
  await timers.advance(0);
  expect(glass.shown().upper).toBe('last');
  expect(line.toDevice.sent.length - before).toBeLessThanOrEqual(2);
});

test('bytes in pieces make the same text; a cut one is mended by the next', async () => {
  const { display, glass, timers, line } = await setUp();
  line.toDevice.next(cut(31), split({ size: 1, pauseMs: 1 }));
  await timers.settle(display.show({ upper: '气量', lower: '30 m³' }));
  await timers.advance(500);
  expect(glass.shown()).toEqual({ upper: '气量', lower: '' });
  await timers.settle(display.clear());
  await timers.settle(display.show({ upper: '气量', lower: '30 m³' }));
  await timers.advance(500);
  expect(glass.shown()).toEqual({ upper: '气量', lower: '30 m3' });
});

test.each([
  ['一二三四五六七八九十十一', '一二三四五六七八九十'],
  ['1一二三四五六七八九十', '1一二三四五六七八九 '],
  ['12345678901234567890X', '12345678901234567890'],
  ['¥5', '￥5'.padEnd(19)],
  ['𠮷a', '?a'.padEnd(20)],
])('%j is cut between characters to 20 columns', (text, shown) => {
  const line = lineBytes(text, 20);
  expect(line.length).toBe(20);
  expect(textOf(line)).toBe(shown);
});

test('no text can become a command, and none leaves half a character', () => {
  const piece = fc.oneof(fc.string({ unit: 'binary' }), fc.constantFrom('\x1b@', '\x0c', '\r', '气', '𠮷', '€', '\x1bQA', '\ud800', '¥'));
  fc.assert(
    fc.property(fc.array(piece), fc.integer({ min: 1, max: 40 }), (pieces, columns) => {
      const line = lineBytes(pieces.join(''), columns);
      expect(line.length).toBe(columns);
      const text = textOf(line);
      expect(text).not.toContain('\ufffd');
      expect(Uint8Array.from(iconv.encode(text, 'gb18030'))).toEqual(line);
      expect(line.every((byte) => byte >= 0x20 && byte !== 0x7f)).toBe(true);
    }),
  );
});

test('without power the glass is dark', async () => {
  const { display, glass, timers } = await setUp();
  let changes = 0;
  glass.onChange(() => {
    changes += 1;
  });
  await timers.settle(display.show({ upper: '1', lower: '2' }));
  await timers.advance(0);
  expect({ changes, shown: glass.shown() }).toEqual({ changes: 2, shown: { upper: '1', lower: '2' } });
  glass.detach();
  expect(glass.shown()).toEqual({ upper: '', lower: '' });
});
