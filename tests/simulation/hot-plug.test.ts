// Devices that are pulled out, come back on another port, are held by another program or speak at another rate: over real lines.
import { createServer, type Socket } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { simulator as acs } from '../../drivers/acs-pcsc/simulator.ts';
import { simulator as crt288 } from '../../drivers/crt-288/simulator.ts';
import { simulator } from '../../drivers/fourslot-sle4442/simulator.ts';
import escposManifest from '../../drivers/generic-escpos/manifest.json' with { type: 'json' };
import { simulator as escpos } from '../../drivers/generic-escpos/simulator.ts';
import { systemTimers, type Transport } from '../../drivers/kit/transport.ts';
import type { SeenDevice } from '../../src/main/devices/discovery/fingerprints.ts';
import { type FromDevice, fromDeviceSchema } from '../../src/main/devices/protocol.ts';
import { createDeviceServer } from '../../src/main/devices/server.ts';
import { openSerial } from '../../src/main/devices/transports/serial.ts';
import { openPty, type Pty } from '../../src/main/hall/pty.ts';
import { createStreamTransport } from '../../src/main/hall/stream-transport.ts';
import { createChannelPair } from '../../src/main/processes/channel.ts';
import { DRIVER_ROOTS } from '../support/hall-bench.ts';

/** What was pulled out must be said in this time. */
const SAID_WITHIN = { timeout: 2_000 };
const BACK_WITHIN = { timeout: 10_000 };
const LINE = { baudRate: 19_200, dataBits: 8, parity: 'none', stopBits: 1 } as const;

type State = Extract<FromDevice, { type: 'state' }>['state'];

const closers: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

function pty(): Pty {
  const opened = openPty();
  closers.push(() => opened.close());
  return opened;
}

/** A device server in this process with what its slots say; `seen` is what discovery finds. */
function serve(devices: object) {
  const { left, right } = createChannelPair();
  const seen: SeenDevice[] = [];
  const codes: string[] = [];
  const states = new Map<string, State>();
  const faults: string[] = [];
  left.onMessage((raw) => {
    const message = fromDeviceSchema.parse(raw);
    if (message.type === 'code') codes.push(message.text);
    if (message.type !== 'state') return;
    states.set(message.state.slot, message.state);
    if (message.state.lastError !== null) faults.push(message.state.lastError.code);
  });
  const server = createDeviceServer({ channel: right, timers: systemTimers, look: async () => ({ devices: seen, faults: [] }) });
  closers.push(() => server.stop());
  left.send({ type: 'configure', settings: { devices }, driverRoots: DRIVER_ROOTS });
  return { seen, codes, faults, state: (slot: string) => states.get(slot) };
}

function scannerAt(path: string): SeenDevice {
  return { bus: 'serial', address: path, name: 'Acme Barcode Scanner', vendorId: null, productId: null, serialNumber: '' };
}

const READER = (path: string) => ({ reader: { driver: 'fourslot-sle4442', transport: { kind: 'serial', path } } });

describe.skipIf(process.platform === 'win32')('a serial device', () => {
  it('that is found by its fingerprint is followed to another port', async () => {
    const first = openPty();
    const bench = serve({ scanner: { driver: 'generic-serial-scanner', transport: { kind: 'auto' } } });
    await expect.poll(() => bench.state('scanner')?.lastError?.code, SAID_WITHIN).toBe('PORT_MISSING');
    bench.seen.push(scannerAt(first.path));
    await expect.poll(() => bench.state('scanner')?.state, BACK_WITHIN).toBe('ready');
    expect(bench.state('scanner')?.connection).toContain(first.path);
    await first.transport.write(Buffer.from('100001\r\n'));
    await expect.poll(() => bench.codes).toEqual(['100001']);

    bench.seen.splice(0);
    await first.close();
    await expect.poll(() => bench.state('scanner')?.state, SAID_WITHIN).toBe('down');
    const second = pty();
    // Another number: nothing but the name is as it was.
    bench.seen.push(scannerAt(second.path));
    await expect.poll(() => bench.state('scanner')?.state, BACK_WITHIN).toBe('ready');
    expect(bench.state('scanner')?.connection).toContain(second.path);
    await second.transport.write(Buffer.from('100002\r\n'));
    await expect.poll(() => bench.codes).toEqual(['100001', '100002']);
  });

  it('is never taken for another that answers to the same name', async () => {
    const [first, second] = [pty(), pty()];
    const bench = serve({ scanner: { driver: 'generic-serial-scanner', transport: { kind: 'auto' } } });
    bench.seen.push(scannerAt(first.path), scannerAt(second.path));
    await expect.poll(() => bench.state('scanner')?.lastError?.code, BACK_WITHIN).toBe('SETTINGS_INVALID');
    expect(bench.state('scanner')?.lastError?.context.reason).toBe(`several devices fit: ${first.path}, ${second.path}`);
  });

  it('that another program holds is PORT_BUSY until it is let go, and then comes by itself', async () => {
    const device = pty();
    const holder = await openSerial({ path: device.path, line: LINE }, systemTimers);
    const bench = serve(READER(device.path));
    await expect.poll(() => bench.state('reader')?.lastError?.code, SAID_WITHIN).toBe('PORT_BUSY');
    simulator.createCardReader?.({ timers: systemTimers, byteTimeMs: 0 }).attach(device.transport);
    await holder.close();
    await expect.poll(() => bench.state('reader')?.state, BACK_WITHIN).toBe('ready');
  });

  it.each([
    ['every answer shifted by a bit', (chunk: Uint8Array) => chunk.map((byte) => ((byte << 1) | 1) & 0xff)],
    ['bytes in which no frame begins', (chunk: Uint8Array) => new Uint8Array(chunk.length).fill(0xf8)],
  ])(
    'that speaks at another rate is LINE_SETTINGS_WRONG: %s',
    async (_what, garble) => {
      const device = pty();
      let garbled = true;
      const reader = simulator.createCardReader?.({ timers: systemTimers, byteTimeMs: 0 });
      const { transport } = device;
      reader?.attach({ ...transport, write: (bytes) => transport.write(garbled ? garble(bytes) : bytes) });
      const bench = serve(READER(device.path));
      await expect.poll(() => bench.state('reader')?.lastError?.code, { timeout: 30_000 }).toBe('LINE_SETTINGS_WRONG');
      expect(bench.state('reader')?.lastError?.context).toMatchObject({ path: device.path, baudRate: 19_200 });
      garbled = false;
      await expect.poll(() => bench.state('reader')?.state, BACK_WITHIN).toBe('ready');
    },
    60_000,
  );

  it('that only speaks, at another rate, is LINE_SETTINGS_WRONG after three words that nobody understood, until one is understood', async () => {
    const device = pty();
    const bench = serve({ scanner: { driver: 'generic-serial-scanner', transport: { kind: 'serial', path: device.path } } });
    await expect.poll(() => bench.state('scanner')?.state, BACK_WITHIN).toBe('ready');
    // Such bytes as a wrong rate makes of a word: nothing that a code may hold.
    const word = Buffer.from('80f8f800f8807880', 'hex');
    const accused = async () => {
      await device.transport.write(word);
      return bench.state('scanner')?.lastError?.code;
    };
    await expect.poll(accused, { timeout: 15_000, interval: 1_100 }).toBe('LINE_SETTINGS_WRONG');
    expect(bench.state('scanner')).toMatchObject({ state: 'degraded', lastError: { context: { path: device.path, baudRate: 9_600 } } });
    // The scanner is set right; what the wrong rate left in its driver ends with a pause.
    const read = async () => {
      await device.transport.write(Buffer.from('100001\r\n'));
      return bench.state('scanner')?.state;
    };
    await expect.poll(read, { timeout: 15_000, interval: 1_100 }).toBe('ready');
    expect(bench.codes).toContain('100001');
  }, 60_000);

  it('that is silent is not accused of its rate', async () => {
    const bench = serve(READER(pty().path));
    await expect.poll(() => bench.faults.filter((code) => code === 'DEVICE_NO_ANSWER').length, { timeout: 30_000 }).toBeGreaterThan(8);
    expect(new Set(bench.faults)).toEqual(new Set(['DEVICE_NO_ANSWER']));
  }, 60_000);
});

it('a device on the network that goes says so, and comes back by itself', async () => {
  let socket: Socket | null = null;
  const listen = (port: number) =>
    new Promise<ReturnType<typeof createServer>>((resolve) => {
      const server = createServer((accepted) => {
        socket = accepted.on('error', () => {});
      });
      server.listen(port, '127.0.0.1', () => resolve(server));
    });
  const first = await listen(0);
  const address = first.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  const bench = serve({ scanner: { driver: 'generic-serial-scanner', transport: { kind: 'tcp', host: '127.0.0.1', port } } });
  await expect.poll(() => bench.state('scanner')?.state, BACK_WITHIN).toBe('ready');
  first.close();
  (socket as Socket | null)?.destroy();
  await expect.poll(() => bench.state('scanner')?.state, SAID_WITHIN).toBe('down');
  const second = await listen(port);
  closers.push(
    () =>
      new Promise((resolve) => {
        socket?.destroy();
        second.close(resolve);
      }),
  );
  await expect.poll(() => bench.state('scanner')?.state, BACK_WITHIN).toBe('ready');
});

describe('a device on the network that falls silent, its cable pulled, without a word of the network about it', () => {
  /** A listener whose sockets a simulated device sits behind; `mute` lets nothing through any more, as a cable that is out. */
  async function networkDevice(attach: (line: Transport) => void) {
    let muted = false;
    const sockets = new Set<Socket>();
    const server = createServer((socket) => {
      sockets.add(socket.on('error', () => {}));
      const line = createStreamTransport(socket);
      const listeners = new Set<(chunk: Uint8Array) => void>();
      line.onData((chunk) => {
        if (!muted) for (const listener of listeners) listener(chunk);
      });
      attach({
        ...line,
        write: async (bytes) => (muted ? undefined : line.write(bytes)),
        onData(listener) {
          listeners.add(listener);
          return () => listeners.delete(listener);
        },
      });
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    closers.push(async () => {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    });
    const address = server.address();
    const port = typeof address === 'object' && address !== null ? address.port : 0;
    return {
      port,
      mute(value: boolean) {
        muted = value;
      },
    };
  }
  const options = (manifest: { readonly options: object }) => manifest.options as Readonly<Record<string, string | number | boolean>>;

  it.each([
    [
      'printer',
      'generic-escpos',
      (line: Transport) => escpos.createReceiptPrinter?.({ timers: systemTimers, options: options(escposManifest) }).attach(line),
    ],
    ['reader', 'crt-288', (line: Transport) => crt288.createCardReader?.({ timers: systemTimers, byteTimeMs: 0 }).attach(line)],
    ['reader', 'acs-pcsc', (line: Transport) => acs.createCardReader?.({ timers: systemTimers, byteTimeMs: 0 }).attach(line)],
  ] as const)('%s %s says so within 2 s, and comes back by itself', async (slot, driver, attach) => {
    const device = await networkDevice(attach);
    const bench = serve({ [slot]: { driver, transport: { kind: 'tcp', host: '127.0.0.1', port: device.port } } });
    await expect.poll(() => bench.state(slot)?.state, BACK_WITHIN).toBe('ready');
    device.mute(true);
    await expect.poll(() => bench.state(slot)?.state, SAID_WITHIN).toBe('down');
    expect(bench.state(slot)?.lastError).toMatchObject({ code: 'DEVICE_NO_ANSWER', context: { reason: 'silent' } });
    device.mute(false);
    await expect.poll(() => bench.state(slot)?.state, BACK_WITHIN).toBe('ready');
  });

  it('is taken as it is where it answers nothing: a printer that is told and never asked stays ready, and says what it cannot know', async () => {
    const device = await networkDevice(() => {});
    device.mute(true);
    const bench = serve({
      'form-printer': { driver: 'generic-escp-form', transport: { kind: 'tcp', host: '127.0.0.1', port: device.port } },
    });
    await expect.poll(() => bench.state('form-printer')?.state, BACK_WITHIN).toBe('ready');
    expect(bench.state('form-printer')?.paperNearEnd).toBeNull();
  });
});
