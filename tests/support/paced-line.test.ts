// The paced line against arithmetic: when the first and the last byte arrive, both ways, in memory and on a pseudo terminal.
import { describe, expect, test } from 'vitest';
import { createMemoryLine } from '../../drivers/kit/testing/line.ts';
import { createManualTimers } from '../../drivers/kit/testing/timers.ts';
import { openSerial } from '../../src/main/devices/transports/serial.ts';
import { openPty } from '../../src/main/hall/pty.ts';
import { lineTimeMs, paceTransport, preciseTimers } from './paced-line.ts';

test('a second of a line at 9600 8N1 is 960 bytes, at 2400 8E1 it is 218', () => {
  expect(lineTimeMs(960, { baudRate: 9600 })).toBe(1_000);
  expect(lineTimeMs(218, { baudRate: 2400, bitsPerByte: 11 })).toBeCloseTo(999.2, 1);
});

test('bytes pass in order at line rate, each direction by itself; a second write waits for the first', async () => {
  const timers = createManualTimers();
  const line = createMemoryLine(timers);
  const slow = paceTransport(line.device, { baudRate: 9600, timers });
  const arrived: { atMs: number; bytes: number[] }[] = [];
  for (const end of [line.host, slow]) end.onData((chunk) => void arrived.push({ atMs: timers.now(), bytes: [...chunk] }));
  const data = Uint8Array.from({ length: 96 }, (_, index) => index);

  const written = Promise.all([slow.write(data.subarray(0, 48)), slow.write(data.subarray(48))]);
  await timers.settle(written);
  expect(timers.now()).toBeCloseTo(100, 5);
  expect(arrived[0]?.atMs).toBeCloseTo(lineTimeMs(16, { baudRate: 9600 }), 5);
  expect(arrived.flatMap(({ bytes }) => bytes)).toEqual([...data]);

  arrived.length = 0;
  await line.host.write(data);
  await timers.advance(99.9);
  expect(arrived.flatMap(({ bytes }) => bytes)).toHaveLength(80);
  await timers.advance(0.2);
  expect(arrived.flatMap(({ bytes }) => bytes)).toEqual([...data]);
});

test('a write to a line that is gone rejects', async () => {
  const timers = createManualTimers();
  const line = createMemoryLine(timers);
  const slow = paceTransport(line.host, { baudRate: 9600, timers });
  line.lose();
  const end = slow.write(Uint8Array.of(1)).catch((error: Error) => error.name);
  await timers.settle(end);
  await timers.advance(1);
  await expect(slow.write(Uint8Array.of(1))).rejects.toMatchObject({ code: 'PORT_FAILED' });
});

describe.skipIf(process.platform === 'win32')('on a pseudo terminal', () => {
  test('2304 bytes at 115200 baud take 200 ms and arrive as they were', async () => {
    const pty = openPty();
    const port = await openSerial({ path: pty.path, line: { baudRate: 115_200, dataBits: 8, parity: 'none', stopBits: 1 } }, preciseTimers);
    const slow = paceTransport(pty.transport, { baudRate: 115_200, timers: preciseTimers });
    const data = Uint8Array.from({ length: 2304 }, (_, index) => index & 0xff);
    const got: number[] = [];
    const startMs = performance.now();
    const whole = new Promise<number>((resolve) => {
      slow.onData((chunk) => {
        got.push(...chunk);
        if (got.length === data.length) resolve(performance.now() - startMs);
      });
    });
    await port.write(data);
    // Never faster than the line; slower is the machine's business.
    expect(await whole).toBeGreaterThanOrEqual(lineTimeMs(data.length, { baudRate: 115_200 }));
    expect(got).toEqual([...data]);
    await port.close();
    await pty.close();
  });
});
