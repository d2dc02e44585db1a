// One device process per bus, with real processes: the death of one leaves the others alone, slots move, and stopping leaves nothing behind.
import { createServer, type Server, type Socket } from 'node:net';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, describe, expect, it } from 'vitest';
import { systemTimers } from '../../drivers/kit/transport.ts';
import { createDeviceClient } from '../../src/main/devices/client.ts';
import { launchForkedDeviceProcess } from '../../src/main/devices/launch.ts';
import { settingsSchema } from '../../src/main/devices/settings.ts';
import { openPty } from '../../src/main/hall/pty.ts';
import type { ProcessHandle } from '../../src/main/processes/launch.ts';
import { DRIVER_ROOTS, openHallBench, PSC, plainCard } from '../support/hall-bench.ts';

const ENTRY = fileURLToPath(new URL('../../src/main/devices/device-process.ts', import.meta.url));
const BEFORE = new Uint8Array(256).fill(0xff);
const WRITES = [{ address: 64, data: new Uint8Array(128).fill(7) }];

const closers: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

/** Whether a process still runs. */
function runs(pid: number | undefined): boolean {
  if (pid === undefined) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

describe.skipIf(process.platform === 'win32')('two buses', () => {
  it('the process of one is killed in the middle of a write on the other, and the write does not notice', async () => {
    const bench = await openHallBench({ cards: [plainCard('C1')], hand: [{ cardNo: 'C1', customerName: '', accountNo: '' }], meters: [] });
    closers.push(() => bench.close());
    expect(new Set(bench.startedGroups)).toEqual(new Set(['serial', 'tcp']));
    await bench.hall.act({ act: 'insert', slot: 1, cardNo: 'C1' });
    let killed = false;
    const request = {
      slot: 1,
      access: { chip: 'SLE4442' },
      keys: { chip: 'SLE4442', psc: PSC },
      expected: BEFORE,
      writes: WRITES,
      allowLastAttempt: false,
    } as const;
    const written = await bench.devices.withReader((reader) =>
      reader.write(request, () => {
        if (killed) return;
        killed = true;
        bench.killDeviceProcess('tcp');
      }),
    );
    expect(killed).toBe(true);
    expect(written).toMatchObject({ kind: 'done', value: { kind: 'done' } });
    await bench.until('printer lost', () =>
      bench.events.some((event) => event.type === 'device' && event.device.lastError?.code === 'DEVICE_PROCESS_LOST'),
    );
    const lost = bench.events.flatMap((event) =>
      event.type === 'device' && event.device.lastError?.code === 'DEVICE_PROCESS_LOST' ? [event.device.slot] : [],
    );
    expect(new Set(lost)).toEqual(new Set(['printer']));
    await bench.until('printer back', () => bench.device('printer').state === 'ready');

    // And the other way round: the paper comes although the reader's process dies.
    const printed = bench.devices.print({ jobId: 'j', markup: 'Total | 230.00', cut: true, openDrawer: false });
    bench.killDeviceProcess();
    expect(await printed).toMatchObject({ kind: 'done', value: { proof: 'verified' } });
    await bench.until('reader back', () => bench.device('reader').state === 'ready');
  });
});

describe.skipIf(process.platform === 'win32')('settings', () => {
  it('move a slot to the process of its new bus, end a process that nobody needs, and stopping leaves nothing behind', async () => {
    const pty = openPty();
    closers.push(() => pty.close());
    const sockets: Socket[] = [];
    const server: Server = createServer((socket) => sockets.push(socket.on('error', () => {})));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    closers.push(() => new Promise((resolve) => server.close(resolve)));
    const address = server.address();
    const serial = { kind: 'serial', path: pty.path };
    const tcp = { kind: 'tcp', host: '127.0.0.1', port: typeof address === 'object' ? address?.port : 0 };
    let transport: object = serial;
    const started = new Map<string, ProcessHandle>();
    const devices = createDeviceClient({
      launch: ({ group }) => {
        const handle = launchForkedDeviceProcess(join(ENTRY));
        started.set(group, handle);
        return handle;
      },
      settings: () => settingsSchema.parse({ devices: { scanner: { driver: 'generic-serial-scanner', transport } } }),
      driverRoots: DRIVER_ROOTS,
      publish: () => {},
      timers: systemTimers,
      newLeaseId: () => 'lease',
    });
    closers.push(() => devices.stop());
    const scanner = () => devices.states().find(({ slot }) => slot === 'scanner');
    devices.start();
    await expect.poll(() => scanner()?.state, { timeout: 10_000 }).toBe('ready');
    expect([...started.keys()]).toEqual(['serial']);

    transport = tcp;
    devices.configure();
    await expect.poll(() => scanner()?.connection, { timeout: 10_000 }).toBe(`tcp 127.0.0.1:${tcp.port}`);
    await expect.poll(() => scanner()?.state, { timeout: 10_000 }).toBe('ready');
    await expect.poll(() => runs(started.get('serial')?.pid), { timeout: 10_000 }).toBe(false);
    expect([...started.keys()]).toEqual(['serial', 'tcp']);

    const looked = await devices.discover();
    expect(looked.kind).toBe('done');
    expect(runs(started.get('discovery')?.pid)).toBe(true);
    await devices.stop();
    expect([...started.values()].map(({ pid }) => runs(pid))).toEqual([false, false, false]);
    for (const socket of sockets) socket.destroy();
  });
});
