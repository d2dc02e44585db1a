// Conformance of a scanner: whole codes only, each once, in order. What a code without check sum cannot promise is that no character is another one.
import { describe, expect, test } from 'vitest';
import type { FaultCode } from '../../../src/shared/domain/fault.ts';
import type { ScannedCode } from '../scanner.ts';
import { corrupt, cut, delay, type Mishap, replace, split } from '../testing/line.ts';
import { type DriverUnderTest, driverIdOf, LONG_MS, mishapsOf, openDriver, optionsOf } from './bench.ts';

const CODE = '6901234567892';
const NEXT = 'G-2026-000017';

async function openScanner(underTest: DriverUnderTest) {
  const bench = await openDriver(underTest);
  const device = underTest.simulator.createScanner?.({ timers: bench.timers, options: optionsOf(underTest) });
  if (!device) throw new Error('simulator.ts has no createScanner');
  const { scanner } = bench.open;
  if (!scanner) throw new Error('the driver opened no scanner');
  device.attach(bench.line.device);
  const codes: ScannedCode[] = [];
  const stop = scanner.onCode((code) => void codes.push(code));
  const texts = () => codes.map(({ text }) => text);
  /** Scans and waits until the line is at rest. */
  const scan = async (...args: Parameters<typeof device.scan>) => {
    device.scan(...args);
    await bench.timers.advance(LONG_MS);
  };
  return { ...bench, device, scanner, codes, texts, stop, scan };
}

/** Declares the tests of a scanner's driver. */
export function scannerConformance(underTest: DriverUnderTest): void {
  const setUp = () => openScanner(underTest);

  /** The bytes of one code as the simulator sends them, in writes. */
  async function messageOf(text: string): Promise<readonly Uint8Array[]> {
    const { scan, line } = await setUp();
    await scan(text);
    return line.toHost.sent;
  }

  /** Scans a code under a mishap and then another on a good line; returns what came of the first. The second must come as it is. */
  async function codesUnder(mishap: Mishap, what: string): Promise<readonly string[]> {
    const { line, scan, texts } = await setUp();
    line.toHost.next(mishap);
    await scan(CODE);
    const first = texts();
    await scan(NEXT);
    expect(texts(), what).toEqual([...first, NEXT]);
    return first;
  }

  describe(`${driverIdOf(underTest)} as a scanner`, () => {
    test('every code comes once, as it stands on the paper, in the order of scanning', async () => {
      const { codes, scan, texts } = await setUp();
      const scanned = [CODE, '1', 'https://pay.example/q?id=42&n=%20', NEXT, ' ~!"#$&()*+,-./:;<=>?@[]^_`{|}', CODE];
      for (const text of scanned) await scan(text);
      expect(texts()).toEqual(scanned);
      for (const { aimIdentifier } of codes) expect(aimIdentifier === null || /^\][A-Za-z][0-9A-Za-z]$/.test(aimIdentifier)).toBe(true);
    });

    test('two codes at once come as two', async () => {
      const { device, texts, timers } = await setUp();
      device.scan(CODE);
      device.scan(NEXT);
      await timers.advance(LONG_MS);
      expect(texts()).toEqual([CODE, NEXT]);
    });

    test('a code that comes while nobody listens is gone; everybody who listens hears it', async () => {
      const { scan, scanner, stop, texts } = await setUp();
      stop();
      await scan(CODE);
      const others: string[] = [];
      scanner.onCode(({ text }) => void others.push(text));
      scanner.onCode(({ text }) => void others.push(text));
      await scan(NEXT);
      expect({ mine: texts(), others }).toEqual({ mine: [], others: [NEXT, NEXT] });
    });

    test('a code in pieces of any size is the same code', async () => {
      for (const size of [1, 2, 3, 5]) expect(await codesUnder(split({ size, pauseMs: 5 }), `pieces of ${size}`)).toEqual([CODE]);
    });

    test('a code broken off by the scanner after any byte is no code, and the next one is', async () => {
      const bytes = (await messageOf(CODE)).reduce((sum, { length }) => sum + length, 0);
      for (let sentBytes = 0; sentBytes < bytes; sentBytes += 1) {
        const { scan, texts } = await setUp();
        await scan(CODE, { sentBytes });
        // All of it may be there when only a part of what ends it is missing.
        expect([[], [CODE]], `${sentBytes} bytes`).toContainEqual(texts());
        const first = texts();
        await scan(NEXT);
        expect(texts(), `${sentBytes} bytes`).toEqual([...first, NEXT]);
      }
    });

    test('a pause in the middle: the whole code or none, never its beginning or its end', async () => {
      const [message] = await messageOf(CODE);
      for (let size = 1; size < (message?.length ?? 0); size += 1)
        for (const pauseMs of [50, 150, 250, 500])
          expect([[], [CODE]], `${size} bytes, ${pauseMs} ms`).toContainEqual(await codesUnder(split({ size, pauseMs }), `${size}`));
    });

    test('damaged, cut, late, doubled: nothing but what passed, and the next code is whole', async () => {
      const [message] = await messageOf(CODE);
      for (const [what, mishap] of mishapsOf(message?.length ?? 0)) {
        const codes = await codesUnder(mishap, what);
        expect(codes.length, what).toBeLessThanOrEqual(what === 'twice' ? 2 : 1);
        for (const text of codes) {
          expect(text, what).not.toMatch(/\p{Cc}|\ufffd/u);
          if (what.startsWith('cut') || what === 'late' || what === 'twice') expect(text, what).toBe(CODE);
          // One character lost or another; nothing is made up.
          else expect(differences(text, CODE), `${what}: ${text}`).toBeLessThanOrEqual(1);
        }
      }
    });

    test('control characters in a code refuse it whole', async () => {
      for (const byte of [0x00, 0x1b, 0x08, 0x7f]) {
        for (let at = 0; at < CODE.length; at += 1) {
          const insert = replace((bytes) => Uint8Array.from([...bytes.slice(0, at), byte, ...bytes.slice(at)]));
          expect(await codesUnder(insert, `${byte} at ${at}`)).toEqual([]);
        }
      }
    });

    test('noise between codes costs no code that comes after it has ended', async () => {
      const { line, scan, texts, timers } = await setUp();
      for (const noise of [
        [0x00],
        [0xff, 0xff, 0xff],
        [0x02, 0x55, 0xaa],
        [0x0d],
        [0x0a, 0x0d],
        Array.from({ length: 10_000 }, (_, at) => at & 0x7f),
      ]) {
        await line.device.write(Uint8Array.from(noise));
        await timers.advance(LONG_MS);
        const before = texts().length;
        await scan(NEXT);
        expect(texts().slice(before)).toEqual([NEXT]);
      }
      for (const text of texts()) expect(text).not.toMatch(/\p{Cc}|\ufffd/u);
    });

    test('a line that never ends a code gives none and keeps to its memory; then the next one comes', async () => {
      const { line, scan, texts, timers } = await setUp();
      for (let part = 0; part < 50; part += 1) await line.device.write(new Uint8Array(4_096).fill(0x31));
      await timers.advance(LONG_MS);
      await scan(NEXT);
      expect(texts()).toEqual([NEXT]);
    });

    test('unplugged in the middle and plugged in again', async () => {
      const { line, device, scan, texts } = await setUp();
      line.toHost.next(cut(4));
      await scan(CODE);
      device.detach();
      await scan(CODE);
      device.attach(line.device);
      await scan(NEXT);
      expect(texts()).toEqual([NEXT]);
    });

    test('the probe disturbs no code', async () => {
      const { line, open, run, device, texts, timers } = await setUp();
      await run(open.probe());
      line.toHost.next(split({ size: 4, pauseMs: 20 }));
      device.scan(CODE);
      await timers.advance(25);
      await run(open.probe());
      await timers.advance(LONG_MS);
      expect(texts()).toEqual([CODE]);
    });

    test.each<['lost' | 'closed', FaultCode]>([
      ['lost', 'PORT_FAILED'],
      ['closed', 'DEVICE_OFFLINE'],
    ])('a line that is %s gives no more codes, not even one under way, and the probe says so', async (how, code) => {
      const { line, open, endOf, device, texts, timers } = await setUp();
      line.toHost.next(delay(50), corrupt(0));
      device.scan(CODE);
      if (how === 'lost') line.lose();
      else await open.close();
      await timers.advance(LONG_MS);
      expect(texts()).toEqual([]);
      expect(await endOf(open.probe())).toBe(code);
    });
  });
}

/** How many characters of `text` must be changed, added or left out to make `whole`. */
function differences(text: string, whole: string): number {
  let row = Array.from({ length: whole.length + 1 }, (_, at) => at);
  for (const [index, character] of [...text].entries()) {
    const next = [index + 1];
    for (const [at, wanted] of [...whole].entries())
      next.push(Math.min((row[at] ?? 0) + (character === wanted ? 0 : 1), (row[at + 1] ?? 0) + 1, (next[at] ?? 0) + 1));
    row = next;
  }
  return row.at(-1) ?? 0;
}
