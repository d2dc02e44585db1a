// The demo hall as on Windows, which has no pseudo terminals: the reader over TCP too. Both servers run in this process.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { systemTimers } from '../../drivers/kit/transport.ts';
import { createDeviceClient } from '../../src/main/devices/client.ts';
import { createDeviceServer } from '../../src/main/devices/server.ts';
import { loadSettings } from '../../src/main/devices/settings-file.ts';
import { createDemoHallFiles } from '../../src/main/hall/demo-hall-files.ts';
import { createHallClient } from '../../src/main/hall/hall-client.ts';
import { createHallServer } from '../../src/main/hall/hall-server.ts';
import { type Channel, createChannelPair } from '../../src/main/processes/channel.ts';
import type { ProcessHandle } from '../../src/main/processes/launch.ts';
import { DRIVER_ROOTS, PSC, plainCard } from '../support/hall-bench.ts';

/** A process that is none: its server runs here, `kill` stops it. */
function inThisProcess(serve: (channel: Channel, ended: () => void) => { stop(): Promise<void> }): () => ProcessHandle {
  return () => {
    const { left, right } = createChannelPair();
    const exits: (() => void)[] = [];
    const ended = () => {
      for (const listener of exits) listener();
    };
    const server = serve(right, ended);
    return {
      channel: left,
      pid: undefined,
      kill() {
        void server.stop().then(ended);
      },
      onExit: (listener) => exits.push(listener),
      onErrorLine: () => {},
    };
  };
}

it('reads, writes, loses and finds the reader again over TCP', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'countertop-hall-tcp-'));
  const cards = [plainCard('C1')];
  const hand = [{ cardNo: 'C1', customerName: '', accountNo: '' }];
  await createDemoHallFiles(folder, { cards, hand, meters: [] }, { driverRoots: DRIVER_ROOTS, platform: 'win32' });
  const settings = loadSettings(join(folder, 'settings.json'));
  expect(settings.devices.reader?.transport.kind).toBe('tcp');
  const { reader, printer } = settings.devices;
  if (reader === undefined || printer === undefined) throw new Error('not bound');
  const hall = createHallClient({
    launch: inThisProcess((channel) => createHallServer({ channel, timers: systemTimers, platform: 'win32' })),
    dataFolder: folder,
    driverRoots: DRIVER_ROOTS,
    devices: () => ({
      reader: { driver: reader.driver, options: reader.options },
      printer: { driver: printer.driver, options: printer.options },
    }),
    timers: systemTimers,
    byteTimeMs: 0,
  });
  const waiting = new Map<string, () => void>();
  const devices = createDeviceClient({
    launch: inThisProcess((channel, ended) => createDeviceServer({ channel, timers: systemTimers, ended })),
    settings: () => settings,
    driverRoots: DRIVER_ROOTS,
    publish: (event) => {
      if (event.type === 'device' && event.device.slot === 'reader') waiting.get(event.device.state)?.();
    },
    timers: systemTimers,
    newLeaseId: () => 'lease',
  });
  const readerIs = (state: string) => new Promise<void>((resolve) => waiting.set(state, resolve));
  try {
    const ready = readerIs('ready');
    hall.start();
    await hall.act({ act: 'insert', slot: 4, cardNo: 'C1' });
    devices.start();
    await ready;
    const image = new Uint8Array(256).fill(0xff);
    const writes = [{ address: 0, data: Uint8Array.of(1, 2, 3) }];
    const access = { chip: 'SLE4442' } as const;
    const request = { slot: 4, expected: image, writes, access, keys: { ...access, psc: PSC }, allowLastAttempt: false };
    const written = await devices.withReader((held) => held.write(request, () => {}));
    expect(written).toMatchObject({ kind: 'done', value: { kind: 'done', value: Uint8Array.of(1, 2, 3, ...image.slice(3)) } });
    const down = readerIs('down');
    await hall.act({ act: 'plug', device: 'reader', plugged: false });
    await down;
    expect(devices.states()[0]?.lastError?.code).toBe('PORT_MISSING');
    const again = readerIs('ready');
    await hall.act({ act: 'plug', device: 'reader', plugged: true });
    await again;
    expect(devices.states()[0]?.cards[3]).toBe('present');
  } finally {
    await devices.stop();
    await hall.stop();
    rmSync(folder, { recursive: true });
  }
});
