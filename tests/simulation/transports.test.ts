// The transports over real lines: a pseudo terminal for serial, the loopback interface for TCP.
import { mkdtempSync, renameSync, rmSync, symlinkSync } from 'node:fs';
import { createServer, Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { systemTimers, type Transport } from '../../drivers/kit/transport.ts';
import { openSerial, serialFault } from '../../src/main/devices/transports/serial.ts';
import { openTcp } from '../../src/main/devices/transports/tcp.ts';
import { openUsbPrinter } from '../../src/main/devices/transports/usb-printer.ts';
import { findFreePort } from '../../src/main/hall/cable.ts';
import { openPty } from '../../src/main/hall/pty.ts';

const LINE = { baudRate: 19_200, dataBits: 8, parity: 'none', stopBits: 1 } as const;
const ALL_BYTES = Uint8Array.from({ length: 256 }, (_, index) => index);

const closers: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

/** Collects what arrives until it has `length` bytes. */
function collect(transport: Transport, length: number): Promise<Uint8Array> {
  return new Promise((resolve) => {
    let received = Buffer.alloc(0);
    transport.onData((chunk) => {
      received = Buffer.concat([received, chunk]);
      if (received.length >= length) resolve(Uint8Array.from(received));
    });
  });
}

function lossOf(transport: Transport): Promise<Error> {
  return new Promise((resolve) => transport.onLost(resolve));
}

function pty() {
  const opened = openPty();
  closers.push(() => opened.close());
  return opened;
}

async function serial(path: string): Promise<Transport> {
  const transport = await openSerial({ path, line: LINE }, systemTimers);
  closers.push(() => transport.close());
  return transport;
}

describe.skipIf(process.platform === 'win32')('serial', () => {
  it('carries every byte value both ways, unchanged and without an echo', async () => {
    const device = pty();
    const host = await serial(device.path);
    const toDevice = collect(device.transport, 256);
    const toHost = collect(host, 256);
    await host.write(ALL_BYTES);
    expect(await toDevice).toEqual(ALL_BYTES);
    await device.transport.write(ALL_BYTES.toReversed());
    expect(await toHost).toEqual(ALL_BYTES.toReversed());
  });

  // The binding takes a hang-up that meets it between two reads for "no bytes yet" and tells nobody.
  it('tells that the plug was pulled although nothing is under way, refuses writes, and opens again with the plug', async () => {
    const first = openPty();
    const host = await serial(first.path);
    const lost = lossOf(host);
    await first.close();
    expect(await lost).toMatchObject({ code: 'PORT_MISSING' });
    await expect(host.write(ALL_BYTES)).rejects.toMatchObject({ code: 'PORT_MISSING' });
    const second = pty();
    const again = await serial(second.path);
    const toDevice = collect(second.transport, 3);
    await again.write(Uint8Array.of(1, 2, 3));
    expect(await toDevice).toEqual(Uint8Array.of(1, 2, 3));
  });

  it('tells so with the next write at the latest', async () => {
    const device = openPty();
    const host = await serial(device.path);
    const lost = lossOf(host);
    await device.close();
    await expect(host.write(ALL_BYTES)).rejects.toMatchObject({ code: expect.stringMatching(/^PORT_/) });
    expect(await lost).toMatchObject({ code: 'PORT_MISSING' });
  });

  it.each([
    ['serial line', (path: string) => openSerial({ path, line: LINE }, systemTimers)],
    ['USB printer', (path: string) => openUsbPrinter({ path }, systemTimers)],
  ])('%s: is lost when its name leads to another device, as after a plug that was out for a moment', async (_what, open) => {
    const [first, second] = [pty(), pty()];
    const folder = mkdtempSync(join(tmpdir(), 'countertop-by-id-'));
    const path = join(folder, 'usb-Acme_Reader-if00');
    symlinkSync(first.path, path);
    const host = await open(path);
    closers.push(() => host.close());
    const lost = lossOf(host);
    symlinkSync(second.path, `${path}.new`);
    renameSync(`${path}.new`, path);
    expect(await lost).toMatchObject({ code: 'PORT_MISSING', context: { path } });
    const again = await open(path);
    closers.push(() => again.close());
    const toDevice = collect(second.transport, 1);
    await again.write(Uint8Array.of(7));
    expect(await toDevice).toEqual(Uint8Array.of(7));
    rmSync(folder, { recursive: true });
  });

  it('keeps the device end alive while programs come and go', async () => {
    const device = pty();
    for (const byte of [1, 2, 3]) {
      const host = await openSerial({ path: device.path, line: LINE }, systemTimers);
      const toDevice = collect(device.transport, 1);
      await host.write(Uint8Array.of(byte));
      expect(await toDevice).toEqual(Uint8Array.of(byte));
      await host.close();
    }
  });

  it('does not report its own close as a loss', async () => {
    const device = pty();
    const host = await openSerial({ path: device.path, line: LINE }, systemTimers);
    let losses = 0;
    host.onLost(() => {
      losses += 1;
    });
    await host.close();
    await host.close();
    await expect(host.write(ALL_BYTES)).rejects.toMatchObject({ code: 'PORT_FAILED' });
    expect(losses).toBe(0);
  });

  it('names a port that is missing and one that another program holds', async () => {
    const device = pty();
    await serial(device.path);
    await expect(openSerial({ path: device.path, line: LINE }, systemTimers)).rejects.toMatchObject({
      code: 'PORT_BUSY',
      context: { path: device.path },
    });
    await expect(openSerial({ path: `${device.path}99999`, line: LINE }, systemTimers)).rejects.toMatchObject({ code: 'PORT_MISSING' });
  });
});

describe('serialFault', () => {
  it.each([
    ['Error: Permission denied, cannot open /dev/ttyUSB0', 'PORT_DENIED'],
    ['Opening COM3: File not found', 'PORT_MISSING'],
    ['Opening COM3: Access denied', 'PORT_BUSY'],
    ['Error Resource temporarily unavailable Cannot lock port', 'PORT_BUSY'],
    ['Opening COM3: Unknown error code 31', 'PORT_FAILED'],
    ['Error: Inappropriate ioctl for device, cannot open /dev/null', 'PORT_FAILED'],
  ])('%s: %s', (text, code) => {
    expect(serialFault({ path: 'p', error: new Error(text) })).toMatchObject({ code, context: { path: 'p', reason: text } });
  });
});

describe('tcp', () => {
  async function listen(port = 0): Promise<{ port: number; accepted: Promise<Socket>; close(): Promise<unknown> }> {
    const accepted = Promise.withResolvers<Socket>();
    const server = createServer((socket) => accepted.resolve(socket));
    await new Promise<void>((resolve) => server.listen({ port, host: '127.0.0.1' }, resolve));
    const address = server.address();
    if (address === null || typeof address === 'string') throw new Error('no port');
    return { port: address.port, accepted: accepted.promise, close: () => new Promise((resolve) => server.close(resolve)) };
  }

  it('carries bytes, tells that the device is gone, and connects again', async () => {
    const device = await listen();
    const host = await openTcp({ host: '127.0.0.1', port: device.port }, systemTimers);
    const socket = await device.accepted;
    const toHost = collect(host, 256);
    socket.write(ALL_BYTES);
    expect(await toHost).toEqual(ALL_BYTES);
    const toDevice = new Promise((resolve) => socket.once('data', resolve));
    await host.write(Uint8Array.of(7));
    expect(await toDevice).toEqual(Buffer.of(7));
    const lost = lossOf(host);
    socket.destroy();
    await device.close();
    expect(await lost).toMatchObject({ code: 'PORT_MISSING' });
    await expect(openTcp({ host: '127.0.0.1', port: device.port }, systemTimers)).rejects.toMatchObject({ code: 'PORT_MISSING' });
    const back = await listen(device.port);
    const again = await openTcp({ host: '127.0.0.1', port: device.port }, systemTimers);
    await again.close();
    (await back.accepted).destroy();
    await back.close();
  });

  it('has the system ask a silent device so soon and so often that its loss is known within 2 s', async () => {
    const device = await listen();
    const keepAlive = vi.spyOn(Socket.prototype, 'setKeepAlive');
    const host = await openTcp({ host: '127.0.0.1', port: device.port }, systemTimers);
    const [enable, delayMs = 0, intervalMs = 0, count = 0] = keepAlive.mock.calls[0] as unknown as [boolean, number, number, number];
    keepAlive.mockRestore();
    expect(enable).toBe(true);
    // 0 would leave the system's own: two hours, or ten times.
    expect(Math.min(delayMs, intervalMs, count)).toBeGreaterThan(0);
    expect(delayMs + intervalMs * count).toBeLessThanOrEqual(2_000);
    await host.close();
    (await device.accepted).destroy();
    await device.close();
  });

  it('names a port where nobody listens', async () => {
    const port = await findFreePort();
    await expect(openTcp({ host: '127.0.0.1', port }, systemTimers)).rejects.toMatchObject({
      code: 'PORT_MISSING',
      context: { host: '127.0.0.1', port, reason: 'ECONNREFUSED' },
    });
  });
});
