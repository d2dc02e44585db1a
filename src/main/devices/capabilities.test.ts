// Every device of a counter through client and device process in memory: what it answers, what refuses, what stays unknown.
import { describe, expect, it } from 'vitest';
import type { OpenDevice } from '../../../drivers/kit/driver.ts';
import { manifestSchema } from '../../../drivers/kit/manifest.ts';
import type { DockControl, DockProgress, DockSendResult } from '../../../drivers/kit/meter-dock.ts';
import type { PrinterStatus } from '../../../drivers/kit/receipt-printer.ts';
import type { ScannedCode } from '../../../drivers/kit/scanner.ts';
import { createManualTimers } from '../../../drivers/kit/testing/timers.ts';
import { DEVICE_SLOTS } from '../../shared/contract/devices.ts';
import { Fault } from '../../shared/domain/fault.ts';
import type { CounterEvent } from '../core/ports/runtime.ts';
import { createChannelPair } from '../processes/channel.ts';
import { createDeviceClient } from './client.ts';
import { createDeviceServer } from './server.ts';
import { settingsSchema } from './settings.ts';

const CLEAN: PrinterStatus = {
  online: true,
  paperOut: false,
  paperNearEnd: false,
  coverOpen: false,
  cutterError: false,
  unrecoverableError: false,
};
const FORM = { jobId: 'f', size: { widthTenthMm: 2_350, heightTenthMm: 900 }, offset: { xTenthMm: 0, yTenthMm: 0 } };
const FILE = { name: 'route.txt', sizeBytes: 3, sha256: 'a'.repeat(64) };
const FILES = [{ name: 'route.txt', data: Uint8Array.of(1, 2, 3) }];

/** Client and device process around one device that every bound slot opens. */
async function counter(device: Omit<OpenDevice, 'probe' | 'close'>, slots: readonly string[]) {
  const timers = createManualTimers();
  const events: CounterEvent[] = [];
  const exits: (() => void)[] = [];
  const ended = () => {
    for (const exit of exits.splice(0)) exit();
  };
  let leases = 0;
  const manifest = manifestSchema.parse({
    kind: 'driver',
    id: 'fake-device',
    vendor: 'V',
    models: ['M'],
    capabilities: ['scanner'],
    transports: { tcp: { port: 1 } },
    kit: 1,
  });
  if (manifest.kind !== 'driver') throw new Error('no driver');
  const open = async () => ({ ...device, probe: async () => {}, close: async () => {} });
  const entry = { manifest, words: {}, signedVersion: null, driver: async () => ({ open }), simulator: async () => null };
  const scan = () => ({ drivers: new Map([['fake-device', entry]]), layouts: new Map(), broken: [], untrusted: new Set<string>() });
  const binding = { driver: 'fake-device', transport: { kind: 'tcp', host: 'h', port: 1 } };
  const client = createDeviceClient({
    launch() {
      const { left, right } = createChannelPair();
      const transport = { write: async () => {}, onData: () => () => {}, onLost: () => () => {}, close: async () => {} };
      createDeviceServer({ channel: right, timers, scan, openConnection: async () => ({ transport }), ended });
      return { channel: left, pid: undefined, kill: ended, onExit: (listener) => exits.push(listener), onErrorLine: () => {} };
    },
    settings: () => settingsSchema.parse({ devices: Object.fromEntries(slots.map((slot) => [slot, binding])) }),
    driverRoots: [],
    publish: (event) => events.push(event),
    timers,
    newLeaseId: () => `lease-${++leases}`,
    scan,
  });
  client.start();
  await timers.advance(100);
  return { client, timers, events, kill: ended };
}

it('a slot that is not bound refuses, and so does a driver that lacks what is asked', async () => {
  const { client } = await counter({}, ['dock']);
  const none = { kind: 'refused', fault: { code: 'DEVICE_NOT_CONFIGURED' } };
  expect(await client.readMeter('any')).toMatchObject(none);
  expect(await client.showText({ upper: '', lower: '' })).toMatchObject(none);
  expect(await client.openDrawer()).toMatchObject(none);
  expect(await client.dockHandshake()).toMatchObject({ kind: 'refused', fault: { code: 'DEVICE_REJECTED' } });
  expect(client.states().map(({ slot, state }) => [slot, state])).toEqual(
    DEVICE_SLOTS.map((slot) => [slot, slot === 'dock' ? 'ready' : 'not-configured']),
  );
});

describe('the cash drawer', () => {
  function printer(status: PrinterStatus) {
    let opened = 0;
    const receiptPrinter = {
      columns: 48,
      status: async () => status,
      print: async () => Promise.reject(new Fault('PRINTER_PAPER_OUT')),
      async openDrawer() {
        opened += 1;
      },
    };
    return { receiptPrinter, opened: () => opened };
  }

  it('opens through the receipt printer, also when its paper is out', async () => {
    const { receiptPrinter, opened } = printer({ ...CLEAN, paperOut: true });
    const { client } = await counter({ receiptPrinter }, ['printer']);
    expect(client.states()[1]).toMatchObject({ state: 'degraded', lastError: { code: 'PRINTER_PAPER_OUT' } });
    expect(await client.openDrawer()).toEqual({ kind: 'done', value: { isOpen: null } });
    expect(opened()).toBe(1);
  });

  it('with a line of its own opens there, and says where it stands', async () => {
    const { receiptPrinter, opened } = printer(CLEAN);
    const cashDrawer = { open: async () => {}, isOpen: async () => true };
    const { client } = await counter({ receiptPrinter, cashDrawer }, ['printer', 'drawer']);
    expect(await client.openDrawer()).toEqual({ kind: 'done', value: { isOpen: true } });
    expect(opened()).toBe(0);
  });

  it('whose pulse failed may have opened', async () => {
    const cashDrawer = { open: () => Promise.reject(new Fault('PORT_FAILED')), isOpen: async () => null };
    const { client } = await counter({ cashDrawer }, ['drawer']);
    expect(await client.openDrawer()).toMatchObject({ kind: 'unknown', fault: { code: 'PORT_FAILED' } });
  });
});

it('a form is refused before its first byte and unknown after it', async () => {
  let begins = false;
  const fail = async (_job: unknown, began: () => void) => {
    if (begins) began();
    throw new Fault('PRINTER_PAPER_OUT');
  };
  const { client } = await counter({ formPrinter: { status: async () => CLEAN, print: fail, printGrid: fail } }, ['form-printer']);
  expect(await client.printForm({ ...FORM, fields: [] })).toMatchObject({ kind: 'refused', fault: { code: 'PRINTER_PAPER_OUT' } });
  begins = true;
  expect(await client.printForm({ ...FORM, fields: [] })).toMatchObject({ kind: 'unknown', fault: { code: 'PRINTER_PAPER_OUT' } });
  expect(await client.printFormGrid(FORM)).toMatchObject({ kind: 'unknown' });
});

describe('the dock', () => {
  /** A dock whose transfer waits to be cancelled or let go. */
  function dock() {
    const gate = Promise.withResolvers<void>();
    const send = async (_files: unknown, control?: DockControl): Promise<DockSendResult> => {
      control?.onProgress?.({ fileName: 'route.txt', fileBytes: 2, fileSizeBytes: 3 });
      const aborted = new Promise<void>((resolve) => control?.signal?.addEventListener('abort', () => resolve()));
      await Promise.race([gate.promise, aborted]);
      const fault = control?.signal?.aborted ? new Fault('DEVICE_CANCELLED', { by: 'counter' }).toData() : null;
      return { files: [{ ...FILE, state: fault === null ? 'acknowledged' : 'unsent' }], fault };
    };
    const refuse = () => Promise.reject(new Fault('DEVICE_BUSY'));
    return { gate, meterDock: { send, receive: refuse, handshake: async () => 'ready-to-send' as const } };
  }

  it('tells how far it is and what was acknowledged', async () => {
    const { gate, meterDock } = dock();
    const { client, timers } = await counter({ meterDock }, ['dock']);
    const steps: DockProgress[] = [];
    const sent = client.sendToDock(FILES, { onProgress: (step) => steps.push(step) });
    await timers.advance(0);
    gate.resolve();
    expect(await sent).toEqual({ kind: 'done', value: { files: [{ ...FILE, state: 'acknowledged' }], fault: null } });
    expect(steps).toEqual([{ fileName: 'route.txt', fileBytes: 2, fileSizeBytes: 3 }]);
    expect(await client.dockHandshake()).toEqual({ kind: 'done', value: 'ready-to-send' });
  });

  it('cancelled says what was whole by then; a transfer that did not begin is refused', async () => {
    const { meterDock } = dock();
    const { client, timers } = await counter({ meterDock }, ['dock']);
    const sent = client.sendToDock(FILES);
    await timers.advance(0);
    client.cancel('dock');
    expect(await timers.settle(sent)).toMatchObject({
      kind: 'done',
      value: { files: [{ state: 'unsent' }], fault: { code: 'DEVICE_CANCELLED' } },
    });
    expect(await client.receiveFromDock()).toMatchObject({ kind: 'refused', fault: { code: 'DEVICE_BUSY' } });
  });

  it('is unknown when its process dies in the middle', async () => {
    const { meterDock } = dock();
    const { client, timers, kill } = await counter({ meterDock }, ['dock']);
    const sent = client.sendToDock(FILES);
    await timers.advance(0);
    kill();
    expect(await sent).toMatchObject({ kind: 'unknown', fault: { code: 'DEVICE_PROCESS_LOST' } });
  });
});

it('a meter is read and a reading under way is cancelled at once', async () => {
  const reading = { meterAddress: '1', total: { unit: 'litre', litres: 5 }, registers: [], clock: null, flags: [] } as const;
  let waits = false;
  const read = (_address: string, signal: AbortSignal) =>
    waits ? new Promise<never>((_, reject) => signal.addEventListener('abort', () => reject(signal.reason))) : Promise.resolve(reading);
  const { client, timers } = await counter({ readingHead: { read } }, ['reading-head']);
  expect(await client.readMeter('1')).toEqual({ kind: 'done', value: reading });
  waits = true;
  const waiting = client.readMeter('1');
  await timers.advance(0);
  client.cancel('reading-head');
  expect(await timers.settle(waiting)).toMatchObject({ kind: 'refused', fault: { code: 'DEVICE_CANCELLED' } });
});

it('a rating is a key or none, and a time out of reason is refused before it is sent', async () => {
  let key: number | null = 2;
  const { client } = await counter({ satisfactionKeypad: { keys: 5, askRating: async () => key } }, ['keypad']);
  expect(await client.askRating({ timeoutMs: 1_000 })).toEqual({ kind: 'done', value: 2 });
  key = null;
  expect(await client.askRating({ timeoutMs: 1_000 })).toEqual({ kind: 'done', value: null });
  expect(await client.askRating({ timeoutMs: 3_600_000 })).toMatchObject({ kind: 'refused', fault: { code: 'INPUT_INVALID' } });
});

it('the display shows and clears; what it answers is checked', async () => {
  const shown: string[] = [];
  const customerDisplay = {
    columns: 20,
    show: async ({ upper, lower }: { upper: string; lower: string }) => void shown.push(`${upper}/${lower}`),
    clear: async () => void shown.push('-'),
  };
  const { client } = await counter({ customerDisplay }, ['display']);
  expect(await client.showText({ upper: '应付 230.00', lower: '找零 0.00' })).toEqual({ kind: 'done', value: null });
  expect(await client.clearDisplay()).toEqual({ kind: 'done', value: null });
  expect(shown).toEqual(['应付 230.00/找零 0.00', '-']);
});

it('a scanned code comes as an event', async () => {
  let tell: (code: ScannedCode) => void = () => {};
  const onCode = (listener: (code: ScannedCode) => void) => {
    tell = listener;
    return () => {};
  };
  const { timers, events } = await counter({ scanner: { onCode } }, ['scanner']);
  tell({ text: '100001', aimIdentifier: ']C0' });
  await timers.advance(0);
  expect(events).toContainEqual({ type: 'scan', text: '100001' });
});

it('the tests of the console say what they found', async () => {
  const cashDrawer = { open: async () => {}, isOpen: async () => false };
  const receiptPrinter = {
    columns: 48,
    status: async () => ({ ...CLEAN, paperNearEnd: true, coverOpen: null }),
    async print(_job: unknown, began: () => void) {
      began();
      return { proof: 'verified', paperNearEnd: true } as const;
    },
    openDrawer: async () => {},
  };
  const { client } = await counter({ receiptPrinter, cashDrawer }, ['printer', 'drawer', 'dock']);
  const said = async (...wanted: Parameters<typeof client.test>) => {
    const outcome = await client.test(...wanted);
    return outcome.kind === 'done' ? Object.fromEntries(outcome.value.facts.map(({ label, value }) => [label, value])) : outcome;
  };
  // No byte passes here, so an answer is claimed of neither.
  const silent = { line: 'open', answer: 'says-nothing' };
  expect(await said('printer', { test: 'probe' })).toEqual({ ...silent, paper: 'near-end', cover: 'unknown' });
  expect(await said('printer', { test: 'print-page', markup: 'x' })).toEqual({ proof: 'verified', paper: 'near-end' });
  expect(await said('drawer', { test: 'open-drawer' })).toEqual({ drawer: 'closed' });
  expect(await said('drawer', { test: 'probe' })).toEqual(silent);
  expect(await said('dock', { test: 'dock-handshake' })).toMatchObject({ kind: 'refused', fault: { code: 'DEVICE_REJECTED' } });
});
