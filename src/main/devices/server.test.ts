// The device process in memory: slots, leases, cancellation and outcomes, with the hands of time in the test's hand.
import { describe, expect, it } from 'vitest';
import type { CardPresence, MemoryCardReader } from '../../../drivers/kit/card-reader.ts';
import type { OpenDevice } from '../../../drivers/kit/driver.ts';
import type { DriverManifest } from '../../../drivers/kit/manifest.ts';
import type { PrinterStatus, ReceiptPrinter } from '../../../drivers/kit/receipt-printer.ts';
import { createManualTimers } from '../../../drivers/kit/testing/timers.ts';
import { Fault } from '../../shared/domain/fault.ts';
import { createChannelPair } from '../processes/channel.ts';
import { type DeviceCall, type FromDevice, fromDeviceSchema, type ToDevice } from './protocol.ts';
import { createDeviceServer } from './server.ts';
import type { Connection } from './transports/open.ts';

const MANIFEST: DriverManifest = {
  kind: 'driver',
  id: 'fake-device',
  vendor: 'V',
  models: ['M'],
  capabilities: ['card-reader', 'receipt-printer'],
  transports: { serial: { baudRate: 9600, dataBits: 8, parity: 'none', stopBits: 1 } },
  kit: { from: 1, to: 1 },
  fingerprints: [],
  languages: ['en'],
  risky: false,
  demo: false,
  options: {},
};
const BINDING = { driver: 'fake-device', transport: { kind: 'serial', path: 'COM1' } };
const CLEAN: PrinterStatus = {
  online: true,
  paperOut: false,
  paperNearEnd: false,
  coverOpen: false,
  cutterError: false,
  unrecoverableError: false,
};
const WRITE: DeviceCall = {
  op: 'card.write',
  cardSlot: 1,
  expected: new Uint8Array(256),
  writes: [{ address: 0, data: new Uint8Array(64).fill(1) }],
  access: { chip: 'SLE4442' },
  keys: { chip: 'SLE4442', psc: Uint8Array.of(1, 2, 3) },
  allowLastAttempt: false,
};
const READ: DeviceCall = {
  op: 'card.read',
  cardSlot: 1,
  choices: [{ layoutId: 'any', access: { chip: 'SLE4442' }, keyVersion: null, keys: null }],
};
const PRINT: DeviceCall = { op: 'printer.print', job: { jobId: 'j', markup: 'x', cut: true, openDrawer: false } };

/** A bench with a server, one fake device behind each slot, and the messages that came out. */
function setUp() {
  const timers = createManualTimers();
  const { left, right } = createChannelPair();
  const messages: FromDevice[] = [];
  left.onMessage((message) => messages.push(fromDeviceSchema.parse(message)));
  const memory = new Uint8Array(256);
  const world = {
    openings: 0,
    portFault: null as Fault | null,
    probeFault: null as Fault | null,
    printer: CLEAN,
    presence: 'present' as CardPresence,
    /** Awaited by every update of the card; replaced by tests that want to stop there. */
    beforeUpdate: async (_address: number): Promise<void> => {},
    beforeRead: async (): Promise<void> => {},
    print: (async (_job, began) => {
      began();
      return { proof: 'verified', paperNearEnd: false };
    }) as ReceiptPrinter['print'],
    lose: (_fault: Fault): void => {},
  };

  async function openConnection(): Promise<Connection> {
    world.openings += 1;
    if (world.portFault !== null) throw world.portFault;
    return {
      transport: {
        write: async () => {},
        onData: () => () => {},
        onLost(listener) {
          world.lose = listener;
          return () => {};
        },
        close: async () => {},
      },
    };
  }

  const cardReader: MemoryCardReader = {
    slots: 2,
    status: async (slot) => (slot === 1 ? world.presence : 'absent'),
    async readMain(_slot, address, length) {
      await world.beforeRead();
      return memory.slice(address, address + length);
    },
    readErrorCounter: async () => 7,
    presentPsc: async () => {},
    async updateMain(_slot, address, data) {
      await world.beforeUpdate(address);
      memory.set(data, address);
    },
    changePsc: null,
    onPresence: () => () => {},
  };
  const receiptPrinter: ReceiptPrinter = {
    columns: 42,
    status: async () => world.printer,
    print: (job, began) => world.print(job, began),
    openDrawer: async () => {},
  };
  const device: OpenDevice = {
    cardReader,
    receiptPrinter,
    async probe() {
      if (world.probeFault !== null) throw world.probeFault;
    },
    close: async () => {},
  };
  const entry = {
    manifest: MANIFEST,
    words: {},
    signedVersion: null,
    driver: async () => ({ open: async () => device }),
    simulator: async () => null,
  };
  createDeviceServer({
    channel: right,
    timers,
    openConnection,
    scan: () => ({ drivers: new Map([['fake-device', entry]]), layouts: new Map(), broken: [], untrusted: new Set() }),
  });

  const send = (message: ToDevice) => left.send(message);
  let nextId = 1;
  async function ask(message: (id: number) => ToDevice): Promise<number> {
    const id = nextId;
    nextId += 1;
    send(message(id));
    await timers.advance(0);
    return id;
  }
  return {
    timers,
    messages,
    world,
    memory,
    send,
    ask,
    call: (call: DeviceCall, leaseId = 'a') => ask((id) => ({ type: 'call', id, leaseId, call })),
    lease: (slot: 'reader' | 'printer', leaseId = 'a') => ask((id) => ({ type: 'lease', id, slot, leaseId, leaseMs: 1_000 })),
    async configure(devices: object) {
      send({ type: 'configure', settings: { devices }, driverRoots: [] });
      await timers.advance(0);
    },
    outcome(id: number) {
      const found = messages.find((message) => message.type === 'outcome' && message.id === id);
      return found?.type === 'outcome' ? found.outcome : null;
    },
    state(slot: 'reader' | 'printer' = 'reader') {
      const states = messages.flatMap((message) => (message.type === 'state' && message.state.slot === slot ? [message.state] : []));
      return states.at(-1);
    },
  };
}

describe('slots', () => {
  it('open on configure and report connection, cards and columns', async () => {
    const bench = setUp();
    await bench.configure({ reader: BINDING });
    expect(bench.state()).toMatchObject({
      state: 'ready',
      driverId: 'fake-device',
      connection: 'serial COM1 9600 8N1',
      cards: ['present', 'absent'],
    });
    expect(bench.state('printer')).toMatchObject({ state: 'not-configured' });
    await bench.configure({ reader: BINDING, printer: { ...BINDING, driver: 'no-such' } });
    expect(bench.state('printer')).toMatchObject({ state: 'down', lastError: { code: 'DRIVER_UNKNOWN' } });
    expect(bench.world.openings).toBe(1);
  });

  it('are down at once when the line is gone, and come back by themselves', async () => {
    const bench = setUp();
    await bench.configure({ reader: BINDING });
    bench.world.portFault = new Fault('PORT_MISSING');
    bench.world.lose(new Fault('PORT_MISSING', { reason: 'gone' }));
    await bench.timers.advance(0);
    expect(bench.state()).toMatchObject({ state: 'down', lastError: { code: 'PORT_MISSING' }, cards: [] });
    await bench.lease('reader');
    expect(bench.outcome(await bench.call(READ))).toMatchObject({ kind: 'refused', fault: { code: 'DEVICE_OFFLINE' } });
    await bench.timers.advance(10_000);
    expect(bench.state()?.state).toBe('down');
    expect(bench.world.openings).toBeGreaterThan(5);
    bench.world.portFault = null;
    await bench.timers.advance(1_000);
    expect(bench.state()).toMatchObject({ state: 'ready', lastError: null });
  });

  it('are degraded after one probe without an answer, down after two, ready again after a good one', async () => {
    const bench = setUp();
    await bench.configure({ reader: BINDING });
    bench.world.probeFault = new Fault('DEVICE_NO_ANSWER');
    await bench.timers.advance(1_000);
    expect(bench.state()).toMatchObject({ state: 'degraded', lastError: { code: 'DEVICE_NO_ANSWER' } });
    bench.world.probeFault = null;
    await bench.timers.advance(1_000);
    expect(bench.state()).toMatchObject({ state: 'ready', lastError: null });
    bench.world.probeFault = new Fault('DEVICE_NO_ANSWER');
    await bench.timers.advance(2_000);
    expect(bench.state()).toMatchObject({ state: 'down', lastError: { code: 'DEVICE_NO_ANSWER' } });
    bench.world.probeFault = null;
    await bench.timers.advance(1_000);
    expect(bench.state()?.state).toBe('ready');
  });

  it('notice a card whose report was lost', async () => {
    const bench = setUp();
    await bench.configure({ reader: BINDING });
    bench.world.presence = 'absent';
    await bench.timers.advance(2_000);
    expect(bench.state()?.cards).toEqual(['absent', 'absent']);
    expect(bench.messages).toContainEqual({ type: 'presence', cardSlot: 1, presence: 'absent' });
  });

  it.each([
    ['PRINTER_PAPER_OUT', { paperOut: true }],
    ['PRINTER_COVER_OPEN', { coverOpen: true, online: false }],
    ['PRINTER_CUTTER', { cutterError: true }],
    ['PRINTER_FAILED', { unrecoverableError: true }],
    ['PRINTER_OFFLINE', { online: false }],
  ])('call a printer with %s degraded', async (code, trouble) => {
    const bench = setUp();
    await bench.configure({ printer: BINDING });
    expect(bench.state('printer')).toMatchObject({ state: 'ready', columns: 42, paperNearEnd: false });
    bench.world.printer = { ...CLEAN, ...trouble, paperNearEnd: true };
    await bench.timers.advance(1_000);
    expect(bench.state('printer')).toMatchObject({
      state: 'degraded',
      lastError: { code },
      paperNearEnd: 'paperOut' in trouble ? null : true,
    });
  });

  it('are reopened on request, except under a running call', async () => {
    const bench = setUp();
    await bench.configure({ reader: BINDING });
    const reconnected = await bench.ask((id) => ({ type: 'reconnect', id, slot: 'reader' }));
    expect(bench.outcome(reconnected)).toEqual({ kind: 'done', value: null });
    expect(bench.world.openings).toBe(2);
    const nowhere = await bench.ask((id) => ({ type: 'reconnect', id, slot: 'printer' }));
    expect(bench.outcome(nowhere)).toMatchObject({ kind: 'refused', fault: { code: 'DEVICE_NOT_CONFIGURED' } });
    bench.world.beforeRead = () => new Promise(() => {});
    await bench.lease('reader');
    await bench.call(READ);
    const busy = await bench.ask((id) => ({ type: 'reconnect', id, slot: 'reader' }));
    expect(bench.outcome(busy)).toMatchObject({ kind: 'refused', fault: { code: 'DEVICE_BUSY' } });
  });
});

describe('calls', () => {
  it('need a lease that holds', async () => {
    const bench = setUp();
    await bench.configure({ reader: BINDING });
    expect(bench.outcome(await bench.call(READ))).toMatchObject({ kind: 'refused', fault: { code: 'DEVICE_LEASE_LOST' } });
    expect(bench.outcome(await bench.lease('reader', 'a'))).toEqual({ kind: 'done', value: null });
    expect(bench.outcome(await bench.lease('reader', 'b'))).toMatchObject({ kind: 'refused', fault: { code: 'DEVICE_BUSY' } });
    expect(bench.outcome(await bench.call(READ))).toMatchObject({ kind: 'done', value: { presence: 'present', attemptsLeft: 3 } });
    bench.send({ type: 'release', leaseId: 'a' });
    expect(bench.outcome(await bench.lease('reader', 'b'))).toMatchObject({ kind: 'done' });
    expect(bench.outcome(await bench.call(READ, 'a'))).toMatchObject({ kind: 'refused', fault: { code: 'DEVICE_LEASE_LOST' } });
  });

  it('are refused where nothing is configured', async () => {
    const bench = setUp();
    await bench.configure({});
    await bench.lease('reader');
    expect(bench.outcome(await bench.call(READ))).toMatchObject({ kind: 'refused', fault: { code: 'DEVICE_NOT_CONFIGURED' } });
  });

  it('write a card and report progress', async () => {
    const bench = setUp();
    await bench.configure({ reader: BINDING });
    await bench.lease('reader');
    const id = await bench.call(WRITE);
    expect(bench.outcome(id)).toMatchObject({ kind: 'done', value: bench.memory });
    expect(bench.memory[63]).toBe(1);
    expect(bench.messages.filter((message) => message.type === 'progress')).toEqual([
      { type: 'progress', id, doneBytes: 32, totalBytes: 64 },
      { type: 'progress', id, doneBytes: 64, totalBytes: 64 },
    ]);
  });

  it('answer the heartbeat while one is running', async () => {
    const bench = setUp();
    await bench.configure({ reader: BINDING });
    bench.world.beforeRead = () => new Promise(() => {});
    await bench.lease('reader');
    await bench.call(READ);
    bench.send({ type: 'ping', n: 7 });
    await bench.timers.advance(0);
    expect(bench.messages).toContainEqual({ type: 'pong', n: 7 });
  });

  it('cancelled before an effect are refused at once, also while they wait for their turn', async () => {
    const bench = setUp();
    await bench.configure({ reader: BINDING });
    const gate = Promise.withResolvers<void>();
    bench.world.beforeRead = () => gate.promise;
    await bench.lease('reader');
    const running = await bench.call(WRITE);
    const waiting = await bench.call(READ);
    bench.send({ type: 'cancel', id: waiting });
    bench.send({ type: 'cancel', id: running });
    await bench.timers.advance(0);
    expect(bench.outcome(running)).toMatchObject({ kind: 'refused', fault: { code: 'DEVICE_CANCELLED' } });
    gate.resolve();
    await bench.timers.advance(0);
    expect(bench.outcome(waiting)).toMatchObject({ kind: 'refused', fault: { code: 'DEVICE_CANCELLED' } });
    expect(bench.memory).toEqual(new Uint8Array(256));
    expect(bench.outcome(await bench.call(READ))).toMatchObject({ kind: 'done' });
    expect(bench.world.openings).toBe(1);
  });

  it('cancelled after the first byte end unknown and leave the rest unwritten', async () => {
    const bench = setUp();
    await bench.configure({ reader: BINDING });
    await bench.lease('reader');
    const gate = Promise.withResolvers<void>();
    bench.world.beforeUpdate = () => gate.promise;
    const id = await bench.call(WRITE);
    bench.send({ type: 'cancel', id });
    await bench.timers.advance(100);
    expect(bench.outcome(id)).toBeNull();
    gate.resolve();
    await bench.timers.advance(0);
    expect(bench.outcome(id)).toMatchObject({ kind: 'unknown', fault: { code: 'DEVICE_CANCELLED' } });
    expect([bench.memory[31], bench.memory[32]]).toEqual([1, 0]);
  });

  it('that never end are given up: the line is reopened and the slot serves again', async () => {
    const bench = setUp();
    await bench.configure({ reader: BINDING });
    await bench.lease('reader');
    bench.world.beforeUpdate = () => new Promise(() => {});
    const write = await bench.call(WRITE);
    await bench.timers.advance(61_000);
    expect(bench.outcome(write)).toMatchObject({ kind: 'unknown', fault: { code: 'DEVICE_TIMEOUT' } });
    expect(bench.world.openings).toBe(2);
    expect(bench.outcome(await bench.call(READ))).toMatchObject({ kind: 'done' });
  });

  it('end with the line: refused before an effect, unknown after it', async () => {
    const bench = setUp();
    await bench.configure({ reader: BINDING });
    await bench.lease('reader');
    bench.world.beforeUpdate = () => new Promise(() => {});
    const write = await bench.call(WRITE);
    bench.world.lose(new Fault('PORT_MISSING'));
    await bench.timers.advance(2_000);
    expect(bench.outcome(write)).toMatchObject({ kind: 'unknown', fault: { code: 'PORT_MISSING' } });
    bench.world.beforeRead = () => new Promise(() => {});
    await bench.lease('reader');
    const read = await bench.call(READ);
    bench.world.lose(new Fault('PORT_MISSING'));
    await bench.timers.advance(2_000);
    expect(bench.outcome(read)).toMatchObject({ kind: 'refused', fault: { code: 'PORT_MISSING' } });
  });
});

describe('print jobs', () => {
  it('that fail before the first byte are refused, after it unknown', async () => {
    const bench = setUp();
    await bench.configure({ printer: BINDING });
    await bench.lease('printer');
    expect(bench.outcome(await bench.call(PRINT))).toMatchObject({ kind: 'done', value: { proof: 'verified' } });
    bench.world.print = async () => Promise.reject(new Fault('PRINTER_PAPER_OUT'));
    expect(bench.outcome(await bench.call(PRINT))).toMatchObject({ kind: 'refused', fault: { code: 'PRINTER_PAPER_OUT' } });
    bench.world.print = async (_job, began) => {
      began();
      throw new Fault('PRINTER_PAPER_OUT');
    };
    expect(bench.outcome(await bench.call(PRINT))).toMatchObject({ kind: 'unknown', fault: { code: 'PRINTER_PAPER_OUT' } });
  });

  it('cancelled before they begin never begin', async () => {
    const bench = setUp();
    await bench.configure({ printer: BINDING });
    await bench.lease('printer');
    const gate = Promise.withResolvers<void>();
    let printed = false;
    bench.world.print = async (_job, began) => {
      await gate.promise;
      began();
      printed = true;
      return { proof: 'verified', paperNearEnd: null };
    };
    const id = await bench.call(PRINT);
    bench.send({ type: 'cancel', id });
    await bench.timers.advance(0);
    expect(bench.outcome(id)).toMatchObject({ kind: 'refused', fault: { code: 'DEVICE_CANCELLED' } });
    gate.resolve();
    await bench.timers.advance(0);
    expect(printed).toBe(false);
  });

  it('are not for a reader, and cards not for slots that a reader has not', async () => {
    const bench = setUp();
    await bench.configure({ reader: BINDING });
    await bench.lease('reader');
    expect(bench.outcome(await bench.call({ ...READ, cardSlot: 3 }))).toMatchObject({
      kind: 'refused',
      fault: { code: 'INPUT_INVALID' },
    });
  });
});
