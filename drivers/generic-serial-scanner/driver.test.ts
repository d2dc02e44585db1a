// The scanner driver against its simulated scanner, over a line that misbehaves.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { ScannedCode } from '../kit/index.ts';
import { corrupt, split } from '../kit/testing/line.ts';
import { setUpDriver } from '../kit/testing/open.ts';
import driver from './driver.ts';
import { createCodeFramer, readCode } from './frames.ts';
import manifest from './manifest.json' with { type: 'json' };
import { simulator } from './simulator.ts';

async function setUp(options: Record<string, string | number | boolean> = {}) {
  const bench = setUpDriver({ driver, manifest, options });
  const gun = simulator.createScanner?.({ timers: bench.timers, options: bench.options });
  if (!gun) throw new Error('no simulator');
  gun.attach(bench.line.device);
  const open = await bench.open();
  if (!open.scanner) throw new Error('no scanner');
  const codes: ScannedCode[] = [];
  const stop = open.scanner.onCode((code) => codes.push(code));
  const texts = () => codes.map((code) => code.text);
  /** Sends bytes as the scanner would. */
  const send = (text: string) => bench.line.device.write(Buffer.from(text, 'latin1'));
  return { ...bench, gun, device: open, codes, texts, stop, send };
}

test.each(['any', 'cr', 'lf', 'crlf'])('a code that ends as %s says comes out once', async (terminator) => {
  const { gun, codes, timers } = await setUp({ terminator });
  gun.scan('6901234567892');
  await timers.advance(5000);
  expect(codes).toEqual([{ text: '6901234567892', aimIdentifier: null }]);
});

test.each(['123\r456\r', '123\n456\n', '123\r\n456\r\n'])('two codes glued together come out as two: %j', async (bytes) => {
  const { send, texts, timers } = await setUp();
  await send(bytes);
  await timers.advance(0);
  expect(texts()).toEqual(['123', '456']);
});

test('a code that arrives byte by byte is whole', async () => {
  const { gun, line, texts, timers } = await setUp({ terminator: 'crlf' });
  line.toHost.always(split({ size: 1, pauseMs: 150 }));
  gun.scan('G-2026-000017');
  await timers.advance(5000);
  expect(texts()).toEqual(['G-2026-000017']);
});

test('half a code is dropped with a note, and its late rest is no code', async () => {
  const { gun, send, texts, notes, timers } = await setUp();
  gun.scan('6901234567892', { sentBytes: 6 });
  await timers.advance(200);
  expect(notes).toEqual(['refused: half']);
  await send('4567892\r\n');
  await timers.advance(0);
  expect(texts()).toEqual([]);
  expect(notes).toEqual(['refused: half', 'refused: late-rest']);
});

test('after a broken code and a pause the next one is taken', async () => {
  const { gun, texts, timers } = await setUp();
  gun.scan('6901234567892', { sentBytes: 6 });
  await timers.advance(1200);
  gun.scan('6901234567892');
  await timers.advance(0);
  expect(texts()).toEqual(['6901234567892']);
});

test('a longest code is taken, one byte more is refused, and the next one is taken', async () => {
  const { gun, texts, notes, timers } = await setUp({ maxLength: 8, terminator: 'crlf' });
  for (const code of ['12345678', '123456789', '1'.repeat(500), 'A']) gun.scan(code);
  await timers.advance(0);
  expect(texts()).toEqual(['12345678', 'A']);
  expect(notes).toEqual(['refused: too-long', 'refused: too-long']);
});

test('control characters and broken characters are refused', async () => {
  const { gun, line, send, texts, notes, timers } = await setUp();
  await send('12\x1b34\r12\x0034\r12\x7f\r\xff12\r');
  line.toHost.next(corrupt(2, 0x30));
  gun.scan('690');
  await timers.advance(0);
  expect(texts()).toEqual([]);
  expect(notes).toEqual([...Array(3).fill('refused: control-character'), 'refused: encoding', 'refused: control-character']);
});

test('with terminator cr a stray LF is refused, not silently taken into the code', async () => {
  const { send, texts, notes, timers } = await setUp({ terminator: 'cr' });
  await send('123\r\n456\r');
  await timers.advance(0);
  expect(texts()).toEqual(['123']);
  expect(notes).toEqual(['refused: control-character']);
});

test.each(['utf-8', 'gb18030'])('Chinese in %s is read, and cut in a character refused', async (encoding) => {
  const { gun, texts, line, timers, notes } = await setUp({ encoding });
  gun.scan('户号：燃气0017䶮');
  await timers.advance(0);
  expect(texts()).toEqual(['户号：燃气0017䶮']);
  line.toHost.next((bytes) => [{ bytes: Uint8Array.from([...bytes.slice(0, 5), 0x0d]), delayMs: 0 }]);
  gun.scan('户号：');
  await timers.advance(0);
  expect(texts().length).toBe(1);
  expect(notes).toEqual(['refused: encoding']);
});

test('prefix and AIM identifier are taken off; a code without them has lost its beginning', async () => {
  const { gun, send, codes, notes, timers } = await setUp({ prefix: '#', stripAim: true });
  gun.scan('690', { aimIdentifier: ']E0' });
  await send(']E0690\r');
  await send('#690\r');
  await send('#]E0\r');
  await timers.advance(0);
  expect(codes).toEqual([{ text: '690', aimIdentifier: ']E0' }]);
  expect(notes).toEqual(['refused: prefix-missing', 'refused: aim-missing', 'refused: empty']);
});

test('without stripAim a code may begin like an identifier', async () => {
  const { gun, texts, timers } = await setUp();
  gun.scan(']E0690');
  await timers.advance(0);
  expect(texts()).toEqual([']E0690']);
});

test.each<[string, string | number]>([
  ['terminator', 'tab'],
  ['encoding', 'big5'],
  ['prefix', 'a\r'],
  ['maxLength', 0],
  ['stripAim', 1],
])('option %s = %j is refused', async (name, value) => {
  const { faultOf, open } = setUpDriver({ driver, manifest, options: { [name]: value } });
  expect((await faultOf(open())).toData()).toMatchObject({ code: 'SETTINGS_INVALID', context: { field: `options.${name}` } });
});

test('however the bytes are split, the codes are the same', () => {
  const piece = fc.oneof(fc.constantFrom(...'12\r\n'), fc.string({ minLength: 1, maxLength: 3 }));
  fc.assert(
    fc.property(
      fc.array(piece, { maxLength: 30 }),
      fc.array(fc.nat(4), { minLength: 1, maxLength: 30 }),
      fc.constantFrom('any' as const, 'cr' as const, 'lf' as const, 'crlf' as const),
      (pieces, sizes, terminator) => {
        const bytes = Buffer.from(pieces.join(''));
        const atOnce = createCodeFramer({ terminator, maxLength: 6 }).push(bytes);
        const framer = createCodeFramer({ terminator, maxLength: 6 });
        const events = [];
        for (let at = 0, turn = 0; at < bytes.length; turn += 1) {
          const size = (sizes[turn % sizes.length] ?? 0) + 1;
          events.push(...framer.push(bytes.subarray(at, at + size)));
          at += size;
        }
        expect(events).toEqual(atOnce);
        for (const event of events) {
          if (event.kind !== 'code') continue;
          expect(event.bytes.length).toBeLessThanOrEqual(6);
          const code = readCode(event.bytes, { encoding: 'utf-8', prefix: '', stripAim: false });
          if (typeof code !== 'string') expect(code.text).not.toMatch(/\p{Cc}/u);
        }
      },
    ),
  );
});
