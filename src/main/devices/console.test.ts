// The console's own process and its traces: looking ends after a minute of rest, and no trace ever holds a secret.
import { describe, expect, it } from 'vitest';
import { simulator as crt } from '../../../drivers/crt-288/simulator.ts';
import { simulator as fourslot } from '../../../drivers/fourslot-sle4442/simulator.ts';
import manifest from '../../../drivers/generic-serial-scanner/manifest.json' with { type: 'json' };
import { simulator as scanning } from '../../../drivers/generic-serial-scanner/simulator.ts';
import type { SimulatedScanner } from '../../../drivers/kit/simulator.ts';
import { newCard } from '../../../drivers/kit/testing/card.ts';
import { createMemoryLine } from '../../../drivers/kit/testing/line.ts';
import { createManualTimers } from '../../../drivers/kit/testing/timers.ts';
import { toHex } from '../../shared/domain/card-image.ts';
import type { CounterEvent } from '../core/ports/runtime.ts';
import { createChannelPair } from '../processes/channel.ts';
import { createDeviceClient } from './client.ts';
import type { SeenDevice } from './discovery/fingerprints.ts';
import type { Sighting } from './discovery/look.ts';
import { createDeviceServer, type DeviceServerOptions } from './server.ts';
import { type Settings, settingsSchema } from './settings.ts';

const PRINTER: SeenDevice = {
  bus: 'usb-printer',
  address: '/dev/usb/lp0',
  name: 'EPSON TM-T20II',
  vendorId: 0x04b8,
  productId: 0x0e15,
  serialNumber: '',
};

/** A client with its device processes in memory; `running` names those that are there. */
function setUp(settings: Settings, server: Partial<DeviceServerOptions>) {
  const told: CounterEvent[] = [];
  const timers = createManualTimers();
  const running = new Set<string>();
  let leases = 0;
  const client = createDeviceClient({
    launch({ group }) {
      const { left, right } = createChannelPair();
      const exits: (() => void)[] = [];
      const ended = () => {
        running.delete(group);
        for (const exit of exits.splice(0)) exit();
      };
      running.add(group);
      createDeviceServer({ channel: right, timers, ended, ...server });
      return { channel: left, pid: undefined, kill: ended, onExit: (listener) => exits.push(listener), onErrorLine: () => {} };
    },
    settings: () => settings,
    driverRoots: ['drivers'],
    publish: (event) => told.push(event),
    timers,
    newLeaseId: () => `lease-${++leases}`,
  });
  client.start();
  return { client, timers, running, told };
}

describe('discovery', () => {
  const look = async (): Promise<Sighting> => ({ devices: [PRINTER], faults: [{ code: 'PORT_DENIED', context: { bus: 'hid' } }] });
  const binding = { driver: 'generic-escpos', transport: { kind: 'usb-printer', path: '/dev/usb/lp0' } };

  it('runs in a process of its own that ends a minute after the last look', async () => {
    const { client, timers, running } = setUp(settingsSchema.parse({}), { look });
    expect([...running]).toEqual([]);
    expect(await client.discover()).toMatchObject({
      kind: 'done',
      value: {
        devices: [{ ...PRINTER, matches: [{ driverId: 'generic-escpos', score: 90 }], slot: null }],
        faults: [{ code: 'PORT_DENIED', context: { bus: 'hid' } }],
      },
    });
    await timers.advance(50_000);
    await client.discover();
    await timers.advance(50_000);
    expect([...running]).toEqual(['discovery']);
    await timers.advance(15_000);
    expect([...running]).toEqual([]);
    expect((await client.discover()).kind).toBe('done');
    await client.stop();
    expect([...running]).toEqual([]);
  });

  it('names the slot that uses a device', async () => {
    const never = () => new Promise<never>(() => {});
    const { client, timers } = setUp(settingsSchema.parse({ devices: { printer: binding } }), { look, openConnection: never });
    await timers.advance(0);
    expect(await client.discover()).toMatchObject({ value: { devices: [{ slot: 'printer' }] } });
  });

  it('whose process dies is refused, and the next look gets another', async () => {
    let dies = true;
    const { client, timers } = setUp(settingsSchema.parse({}), {
      look: () => (dies ? new Promise<never>(() => {}) : look()),
    });
    const lost = client.discover();
    await timers.advance(0);
    await client.stop();
    expect(await lost).toMatchObject({ kind: 'refused', fault: { code: 'DEVICE_PROCESS_LOST' } });
    dies = false;
    client.start();
    expect((await client.discover()).kind).toBe('done');
  });
});

describe('a trace', () => {
  const PSC = Uint8Array.of(0x9c, 0x3e, 0xd7);

  it.each([
    ['fourslot-sle4442', fourslot],
    ['crt-288', crt],
  ])('of a write by %s shows the frames and never the secret', async (driver, { createCardReader }) => {
    const binding = { driver, transport: { kind: 'tcp', host: 'h', port: 1 } };
    const card = newCard({ fill: 0xff, psc: PSC });
    const wire: Uint8Array[] = [];
    const { client, timers } = setUp(settingsSchema.parse({ devices: { reader: binding } }), {
      async openConnection() {
        const line = createMemoryLine(timers);
        const reader = createCardReader?.({ timers, byteTimeMs: 0 });
        reader?.attach(line.device);
        reader?.insert(1, card);
        line.device.onData((chunk) => wire.push(chunk));
        return { transport: line.host };
      },
    });
    // The driver is imported in real time; the hands of the clock move between.
    const state = async () => {
      await timers.advance(100);
      return client.states()[0]?.state;
    };
    await expect.poll(state, { timeout: 10_000, interval: 5 }).toBe('ready');
    const request = {
      slot: 1,
      access: { chip: 'SLE4442' },
      keys: { chip: 'SLE4442', psc: PSC },
      expected: card.main.slice(),
      writes: [{ address: 64, data: Uint8Array.of(1, 2, 3) }],
      allowLastAttempt: false,
    } as const;
    const written = await timers.settle(client.withReader((reader) => reader.write(request, () => {})));
    expect(written).toMatchObject({ kind: 'done', value: { kind: 'done' } });
    // The secret did go over the line, so that its absence from the trace means something.
    expect(wire.map(toHex).join('')).toContain(toHex(PSC));
    const frames = client.trace('reader', 'en');
    expect(frames.length).toBeGreaterThan(10);
    const text = frames.map(({ hex, note }) => `${hex} ${note}`).join('\n');
    for (const secret of ['9c3ed7', '9c 3e d7', '9c,3e,d7', '156,62,215']) expect(text.toLowerCase()).not.toContain(secret);
    expect(client.trace('printer', 'en')).toEqual([]);
    await client.stop();
  });
});

describe('a scanner that is tried', () => {
  /** A scanner in a hand. */
  async function inHand() {
    const settings = settingsSchema.parse({
      devices: { scanner: { driver: 'generic-serial-scanner', transport: { kind: 'serial', path: 'COM5' } } },
    });
    const hands: SimulatedScanner[] = [];
    const at = setUp(settings, {
      async openConnection() {
        const line = createMemoryLine(at.timers);
        const hand = scanning.createScanner?.({ timers: at.timers, options: manifest.options });
        hand?.attach(line.device);
        if (hand !== undefined) hands.push(hand);
        return { transport: line.host };
      },
    });
    const state = async () => {
      await at.timers.advance(100);
      return at.client.states().find(({ slot }) => slot === 'scanner')?.state;
    };
    await expect.poll(state, { timeout: 10_000, interval: 5 }).toBe('ready');
    const [hand] = hands;
    const scans = () => at.told.filter(({ type }) => type === 'scan');
    return { ...at, hand, scans };
  }

  it('is not said to have answered: it answers nothing, and only its line is open', async () => {
    const { client, timers } = await inHand();
    expect(await timers.settle(client.test('scanner', { test: 'probe' }))).toEqual({
      kind: 'done',
      value: {
        facts: [
          { label: 'line', value: 'open' },
          { label: 'answer', value: 'says-nothing' },
        ],
      },
    });
  });

  it('gives its code to the test alone, and the next one to the counter again', async () => {
    const { client, timers, hand, scans } = await inHand();
    const tried = client.test('scanner', { test: 'scan-code' });
    await timers.advance(100);
    hand?.scan('1000000008');
    await timers.advance(100);
    expect(await tried).toEqual({ kind: 'done', value: { facts: [{ label: 'code', value: '1000000008' }] } });
    expect(scans()).toEqual([]);
    hand?.scan('1000000020');
    await timers.advance(100);
    expect(scans()).toEqual([{ type: 'scan', text: '1000000020' }]);
  });

  it('with nothing to scan says so after ten seconds, and takes no later code', async () => {
    const { client, timers, hand, scans } = await inHand();
    const tried = client.test('scanner', { test: 'scan-code' });
    await timers.advance(10_100);
    expect(await tried).toEqual({ kind: 'done', value: { facts: [{ label: 'code', value: 'none' }] } });
    hand?.scan('1000000008');
    await timers.advance(100);
    expect(scans()).toHaveLength(1);
  });
});
