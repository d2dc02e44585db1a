// Device processes that are killed in the middle of a call, from a seed: real processes over TCP against the simulators of every driver that goes over TCP.
// A call with an effect is unknown then, any other refused, and the next one on a new process is right. COUNTERTOP_CASES=10000 runs a hundredth of it here, COUNTERTOP_SEED=n repeats one.
import { createServer, type Socket } from 'node:net';
import { fileURLToPath } from 'node:url';
import { afterEach, expect, test } from 'vitest';
import { simulator as acs } from '../../drivers/acs-pcsc/simulator.ts';
import { simulator as crt } from '../../drivers/crt-288/simulator.ts';
import { simulator as fourSlot } from '../../drivers/fourslot-sle4442/simulator.ts';
import cjt188Manifest from '../../drivers/generic-cjt188/manifest.json' with { type: 'json' };
import { simulator as cjt188 } from '../../drivers/generic-cjt188/simulator.ts';
import dlt645Manifest from '../../drivers/generic-dlt645/manifest.json' with { type: 'json' };
import { simulator as dlt645 } from '../../drivers/generic-dlt645/simulator.ts';
import formManifest from '../../drivers/generic-escp-form/manifest.json' with { type: 'json' };
import { simulator as forms } from '../../drivers/generic-escp-form/simulator.ts';
import printerManifest from '../../drivers/generic-escpos/manifest.json' with { type: 'json' };
import { simulator as printers } from '../../drivers/generic-escpos/simulator.ts';
import { simulator as hidReader } from '../../drivers/generic-hid-reader/simulator.ts';
import iec62056Manifest from '../../drivers/generic-iec62056/manifest.json' with { type: 'json' };
import { simulator as iec62056 } from '../../drivers/generic-iec62056/simulator.ts';
import dockManifest from '../../drivers/generic-ymodem-dock/manifest.json' with { type: 'json' };
import { simulator as docks } from '../../drivers/generic-ymodem-dock/simulator.ts';
import type { Outcome } from '../../drivers/kit/outcome.ts';
import { newCard, PSC } from '../../drivers/kit/testing/card.ts';
import { systemTimers, type Transport } from '../../drivers/kit/transport.ts';
import { createDeviceClient, type DeviceClient } from '../../src/main/devices/client.ts';
import { launchForkedDeviceProcess } from '../../src/main/devices/launch.ts';
import { settingsSchema } from '../../src/main/devices/settings.ts';
import type { ProcessHandle } from '../../src/main/processes/launch.ts';
import { Fault } from '../../src/shared/domain/fault.ts';
import { DRIVER_ROOTS } from '../support/hall-bench.ts';
import { seeded } from '../support/journal.ts';

const ENTRY = fileURLToPath(new URL('../../src/main/devices/device-process.ts', import.meta.url));
const SEED = Number(process.env.COUNTERTOP_SEED ?? 3);
const CASES = Math.max(8, Math.floor(Number(process.env.COUNTERTOP_CASES ?? 0) / 100));
/** Messages of the longest of the calls after which the process is still killed. */
const MOST_MESSAGES = 6;

/** They take turns with the calls; as many of the one as of the other would always meet the same. */
const READERS = [
  ['fourslot-sle4442', fourSlot],
  ['crt-288', crt],
  ['generic-hid-reader', hidReader],
  ['acs-pcsc', acs],
] as const;
const HEADS = [
  [cjt188Manifest, cjt188],
  [dlt645Manifest, dlt645],
  [iec62056Manifest, iec62056],
] as const;

const closers: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

/** Serves a simulator on a loopback port and tells of every message that arrives for it. */
async function serve(attach: (line: Transport) => void, heard: () => void): Promise<number> {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket.on('error', () => {}).setNoDelay(true));
    attach({
      write: (bytes) => new Promise((resolve) => void socket.write(bytes, () => resolve())),
      onData(listener) {
        const hear = (bytes: Buffer) => {
          heard();
          listener(bytes);
        };
        socket.on('data', hear);
        return () => socket.off('data', hear);
      },
      onLost: () => () => {},
      close: async () => void socket.destroy(),
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  closers.push(async () => {
    for (const socket of sockets) socket.destroy();
    await new Promise((resolve) => server.close(resolve));
  });
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return address.port;
}

async function openCounter(index: number) {
  const card = newCard();
  const paper: string[] = [];
  const filled: string[] = [];
  const [readerId, readers] = READERS[index % READERS.length] ?? READERS[0];
  const [headManifest, heads] = HEADS[index % HEADS.length] ?? HEADS[0];
  /** Called with each message to a device. */
  let heard: () => void = () => {};
  const reader = readers.createCardReader?.({ timers: systemTimers, byteTimeMs: 1 });
  const printer = printers.createReceiptPrinter?.({ timers: systemTimers, options: printerManifest.options });
  const form = forms.createFormPrinter?.({ timers: systemTimers, options: formManifest.options });
  const dock = docks.createMeterDock?.({ timers: systemTimers, options: dockManifest.options });
  const head = heads.createReadingHead?.({ timers: systemTimers, options: headManifest.options });
  const meter = heads.sampleMeters?.[0];
  if (!reader || !printer || !form || !dock || !head || !meter) throw new Error('no simulator');
  reader.insert(1, card);
  head.putMeter({ ...meter });
  printer.onReceipt((lines) => void paper.push(lines.join('\n')));
  form.onForm((texts) => void filled.push(texts.map(({ text }) => text).join('\n')));
  const tcp = (port: number) => ({ kind: 'tcp', host: '127.0.0.1', port });
  const bind = async (driver: string, device: { attach(line: Transport): void }) => ({
    driver,
    transport: tcp(
      await serve(
        (line) => device.attach(line),
        () => heard(),
      ),
    ),
  });
  let handle: ProcessHandle | null = null;
  const settings = settingsSchema.parse({
    devices: {
      reader: await bind(readerId, reader),
      printer: await bind('generic-escpos', printer),
      'form-printer': await bind('generic-escp-form', form),
      dock: await bind('generic-ymodem-dock', dock),
      'reading-head': await bind(headManifest.id, head),
    },
  });
  let leases = 0;
  const client = createDeviceClient({
    launch() {
      handle = launchForkedDeviceProcess(ENTRY);
      return handle;
    },
    settings: () => settings,
    driverRoots: DRIVER_ROOTS,
    publish: () => {},
    timers: systemTimers,
    newLeaseId: () => `lease-${++leases}`,
  });
  closers.push(() => client.stop());
  client.start();
  const ready = () =>
    expect.poll(() => client.states().filter(({ state }) => state === 'ready').length, { timeout: 30_000, interval: 20 }).toBe(5);
  await ready();
  return {
    client,
    card,
    paper,
    filled,
    dock,
    meter,
    drivers: `${readerId}, ${headManifest.id}`,
    ready,
    /** Kills the process once so many messages have gone to the device. */
    killAfter(messages: number): () => boolean {
      let passed = 0;
      let killed = false;
      heard = () => {
        passed += 1;
        if (passed < messages || killed) return;
        killed = true;
        handle?.kill();
      };
      return () => {
        heard = () => {};
        return killed;
      };
    },
  };
}

type Counter = Awaited<ReturnType<typeof openCounter>>;

/** The calls on a held reader answer inside the lease's own outcome. */
async function held(client: DeviceClient, act: Parameters<DeviceClient['withReader']>[0]): Promise<Outcome<unknown>> {
  const outcome = await client.withReader(act);
  return outcome.kind === 'done' ? (outcome.value as Outcome<unknown>) : outcome;
}

interface Call {
  readonly name: string;
  readonly hasEffect: boolean;
  run(counter: Counter): Promise<Outcome<unknown>>;
  /** What the devices themselves say has happened. */
  effect(counter: Counter): string;
}

/** Presses a key of the handheld; whether it took it. What becomes of the transfer is the counter's to say. */
async function press(key: () => Promise<unknown>): Promise<boolean> {
  const refused = key().then(
    () => false,
    (error: unknown) => error instanceof Fault && error.code === 'DEVICE_BUSY',
  );
  return !(await Promise.race([refused, new Promise<false>((resolve) => setImmediate(resolve, false))]));
}

const WRITES = [{ address: 64, data: new Uint8Array(96).fill(7) }];
const CALLS: readonly Call[] = [
  {
    name: 'read a card',
    hasEffect: false,
    run: ({ client }) => held(client, (reader) => reader.read(1, [])),
    effect: ({ card }) => Buffer.from(card.main).toString('hex'),
  },
  {
    name: 'write a card',
    hasEffect: true,
    run: ({ client, card }) =>
      held(client, (reader) =>
        reader.write(
          {
            slot: 1,
            access: { chip: 'SLE4442' },
            keys: { chip: 'SLE4442', psc: PSC },
            expected: card.main.slice(),
            writes: WRITES,
            allowLastAttempt: false,
          },
          () => {},
        ),
      ),
    effect: ({ card }) => Buffer.from(card.main).toString('hex'),
  },
  {
    name: 'print',
    hasEffect: true,
    run: ({ client }) => client.print({ jobId: 'job', markup: 'Total | 230.00', cut: true, openDrawer: false }),
    effect: ({ paper }) => String(paper.length),
  },
  {
    name: 'print a form',
    hasEffect: true,
    run: ({ client }) =>
      client.printForm({
        jobId: 'form',
        size: { widthTenthMm: 2_350, heightTenthMm: 900 },
        offset: { xTenthMm: 0, yTenthMm: 0 },
        fields: [{ xTenthMm: 300, yTenthMm: 200, text: '230.00' }],
      }),
    effect: ({ filled }) => String(filled.length),
  },
  {
    name: 'send to the dock',
    hasEffect: true,
    async run({ client, dock }) {
      dock.cancel();
      // The key is pressed again until the transfer before has let go of the line.
      await expect.poll(() => press(() => dock.receive()), { timeout: 10_000, interval: 20 }).toBe(true);
      return client.sendToDock([{ name: 'route.dat', data: new Uint8Array(300).fill(7) }]);
    },
    effect: ({ dock }) => String(dock.files.size),
  },
  {
    name: 'read a meter',
    hasEffect: false,
    run: ({ client, meter }) => client.readMeter(meter.meterAddress),
    effect: () => 'none',
  },
  { name: 'has it printed', hasEffect: false, run: ({ client }) => client.hasPrinted('job'), effect: ({ paper }) => String(paper.length) },
];

test(`${CASES} device processes killed in the middle of a call, seed ${SEED}: unknown with an effect, refused without, and the next call is right`, {
  timeout: 60_000 + CASES * 20_000,
}, async () => {
  const random = seeded(SEED);
  const ends = new Map<string, number>();
  for (let index = 0; index < CASES; index += 1) {
    const call = CALLS[index % CALLS.length];
    if (call === undefined) throw new Error('no call');
    const counter = await openCounter(index);
    const messages = 1 + Math.floor(random() * MOST_MESSAGES);
    const what = `#${index} ${call.name} (${counter.drivers}), killed after ${messages} messages`;
    const before = call.effect(counter);
    const wasKilled = counter.killAfter(messages);
    const end = await call.run(counter);
    const killed = wasKilled();
    // A call can be over before so many messages; and killed in the question for the lease, nothing was asked of the device yet.
    if (end.kind === 'unknown') expect([call.hasEffect, killed, end.fault.code], what).toEqual([true, true, 'DEVICE_PROCESS_LOST']);
    if (end.kind === 'refused') {
      expect([killed, end.fault.code], what).toEqual([true, 'DEVICE_PROCESS_LOST']);
      expect(call.effect(counter), what).toBe(before);
    }
    if (killed && call.hasEffect && call.effect(counter) !== before) expect(end.kind, what).not.toBe('refused');
    const name = `${call.hasEffect ? 'with' : 'without'} effect: ${end.kind}`;
    ends.set(name, (ends.get(name) ?? 0) + 1);
    if (killed)
      await expect.poll(() => counter.client.states().some(({ state }) => state !== 'ready'), { timeout: 10_000, interval: 5 }).toBe(true);
    await counter.ready();
    expect(await call.run(counter), `${what}, then clean`).toMatchObject({ kind: 'done' });
    for (const close of closers.splice(0).reverse()) await close();
  }
  console.log(`seed ${SEED}: ${[...ends].map(([end, count]) => `${end} ${count}`).join(', ')}`);
  expect([...ends.keys()]).toEqual(expect.arrayContaining(['with effect: unknown', 'without effect: refused']));
});
