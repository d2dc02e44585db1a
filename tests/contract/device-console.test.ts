// The device console's calls: who may what, what a test is given, what binding writes, and what a file for support does not hold.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createRouterClient } from '@orpc/server';
import { afterAll, describe, expect, it } from 'vitest';
import { done, refused } from '../../drivers/kit/outcome.ts';
import { createDispatcher } from '../../src/main/core/dispatch.ts';
import type { DeviceConsole, DeviceTest, TraceFrame } from '../../src/main/core/ports/device-console.ts';
import type { DeviceState } from '../../src/main/core/ports/devices.ts';
import type { Ports } from '../../src/main/core/ports/index.ts';
import { createEvents } from '../../src/main/core/runtime.ts';
import { createDeviceSetup } from '../../src/main/devices/setup.ts';
import { createPaper } from '../../src/main/printing/pdf/paper.ts';
import { createReceipts } from '../../src/main/printing/receipts.ts';
import { createTemplates } from '../../src/main/printing/templates/templates.ts';
import { DEVICE_SLOTS } from '../../src/shared/contract/devices.ts';
import { NO_PRINT_JOBS } from '../support/no-print-jobs.ts';
import { NO_SYNC } from '../support/no-sync.ts';

const ROLES = { '1': 'clerk', '2': 'supervisor', '3': 'manager', '4': 'it' } as const;
const DRIVERS = join(import.meta.dirname, '../../drivers');
const folder = mkdtempSync(join(tmpdir(), 'countertop-console-'));
const settingsFile = join(folder, 'settings.json');
afterAll(() => rmSync(folder, { recursive: true }));

const idle = (slot: DeviceState['slot']): DeviceState => ({
  slot,
  state: 'ready',
  driverId: 'generic-escpos',
  connection: 'serial /home/wang/port 9600 8N1',
  lastError: null,
  lastSeenMs: 1,
  paperNearEnd: null,
  cards: [],
});
const receiptBytes = Buffer.from('户名 王小明 户号 1000000123', 'utf8').toString('hex');
const frame = (slot: TraceFrame['slot'], hex: string): TraceFrame => ({
  slot,
  atMs: 5,
  direction: 'sent',
  hex,
  note: 'card 6200000000000001',
});

/** The real dispatcher and setup; the devices are the test's. */
function counter(settings: unknown) {
  writeFileSync(settingsFile, JSON.stringify(settings));
  const tests: DeviceTest[] = [];
  const deviceConsole: DeviceConsole = {
    discover: async () => done({ devices: [], faults: [{ code: 'DISCOVERY_UNAVAILABLE', context: { missing: 'udevadm' } }] }),
    test: async (_slot, test) => {
      tests.push(test);
      return done({ facts: [{ label: 'answer', value: 'yes' }] });
    },
    errorLines: () => [{ atMs: 1, group: 'serial', text: 'read of /home/wang/port for card 6200000000000001 failed: EIO' }],
    trace: (slot) => (slot === 'printer' ? [frame(slot, receiptBytes)] : slot === 'reader' ? [frame(slot, '55010000')] : []),
  };
  const ports = {
    clock: { nowMs: () => 1_795_000_000_000 },
    ids: { uuid: () => '0', token: () => 'token-of-some-length' },
    events: createEvents(),
    store: {
      staff: (staffNo: keyof typeof ROLES) => ({ staffNo, name: '测', role: ROLES[staffNo], passwordHash: '' }),
      branch: () => ({ branchNo: '9A01', name: '测试营业厅', regionCode: '9A01', businessDate: '2026-11-21' }),
      counterId: () => '03',
    },
    sync: NO_SYNC,
    printJobs: NO_PRINT_JOBS,
    devices: {
      states: () => DEVICE_SLOTS.map(idle),
      printerColumns: () => 32,
      reconnect: async () => refused({ code: 'DEVICE_NOT_CONFIGURED', context: {} }),
    },
    deviceConsole,
    deviceSetup: createDeviceSetup({
      settingsFile,
      driverRoots: [DRIVERS],
      version: '1.2.3',
      allowedKeys: () => [],
      logLines: () => ['2026-11-21 error call failed for 王小明 1000000123 at http://li:secret@hq'],
    }),
    receipts: createReceipts(),
    paper: createPaper({ workerFile: '' }),
    templates: createTemplates({ folder: '', language: () => 'zh-CN' }),
    passwords: { verify: async () => true },
    hall: null,
    demoStaff: [],
    host: 'loopback',
    version: '1.2.3',
  } as unknown as Ports;
  const dispatcher = createDispatcher(ports);
  const signedIn = async (staffNo: keyof typeof ROLES) => {
    const client = createRouterClient(dispatcher.router, { context: dispatcher.connect('script') });
    await client.session.signIn({ staffNo, password: 'x' });
    return client;
  };
  return { signedIn, tests };
}

describe('who may what', () => {
  it.each([
    ['1', 'clerk', false, false],
    ['2', 'supervisor', true, false],
    ['3', 'manager', true, false],
    ['4', 'it', true, true],
  ] as const)('%s, a %s: bytes and bundle %s, binding %s', async (staffNo, _role, maySupport, mayAssign) => {
    const client = await counter({}).signedIn(staffNo);
    expect(await client.devices.list({})).toHaveLength(DEVICE_SLOTS.length);
    expect((await client.devices.discover({})).faults).toEqual([{ code: 'DISCOVERY_UNAVAILABLE', context: { missing: 'udevadm' } }]);
    expect((await client.devices.drivers({})).drivers.map(({ id }) => id)).toContain('generic-escpos');
    expect(await client.devices.test({ slot: 'reader', test: { test: 'probe' } })).toEqual({ facts: [{ label: 'answer', value: 'yes' }] });
    const denied = { code: 'ROLE_DENIED' };
    const trace = client.devices.trace({ slot: 'reader' });
    await (maySupport ? expect(trace).resolves.toHaveLength(1) : expect(trace).rejects.toMatchObject(denied));
    const bundle = client.devices.supportBundle({});
    await (maySupport ? expect(bundle).resolves.toHaveProperty('fileName') : expect(bundle).rejects.toMatchObject(denied));
    const assign = client.devices.assign({ slot: 'keypad', binding: null });
    await (mayAssign ? expect(assign).resolves.toMatchObject({ slot: 'keypad' }) : expect(assign).rejects.toMatchObject(denied));
  });
});

describe('tests', () => {
  it('are refused where the slot has none such, before any device hears of it', async () => {
    const { signedIn, tests } = counter({});
    const client = await signedIn('1');
    await expect(client.devices.test({ slot: 'scanner', test: { test: 'open-drawer' } })).rejects.toMatchObject({ code: 'INPUT_INVALID' });
    expect(tests).toEqual([]);
  });

  it.each([
    ['zh-CN', '打印测试页'],
    ['zh-TW', '列印測試頁'],
    ['en', 'Printer test page'],
  ] as const)('print a page in %s that names this counter and fills the width', async (language, title) => {
    const { signedIn, tests } = counter({});
    await (await signedIn('1')).devices.test({ slot: 'printer', test: { test: 'print-page', language } });
    const [test] = tests;
    const markup = test?.test === 'print-page' ? test.markup : '';
    expect(markup).toContain(title);
    expect(markup).toContain('测试营业厅');
    expect(markup).toContain('12345678901234567890123456789012\n');
    expect(markup).not.toContain('3456789012345678901234567890123\n');
    expect(createReceipts().svg(markup, 32)).toContain('<svg');
  });
});

describe('binding', () => {
  const binding = { driver: 'generic-serial-scanner', transport: { kind: 'serial', path: 'COM5', line: { baudRate: 115_200 } } } as const;

  it('writes the slot and nothing else, and takes it out again', async () => {
    const before = {
      demo: true,
      devices: { printer: { driver: 'generic-escpos', transport: { kind: 'tcp', host: '127.0.0.1', port: 9100 } } },
    };
    const client = await counter(before).signedIn('4');
    await client.devices.assign({ slot: 'scanner', binding });
    const written = JSON.parse(readFileSync(settingsFile, 'utf8'));
    expect(written.devices.scanner).toEqual({ ...binding, options: {} });
    expect(written).toMatchObject(before);
    await client.devices.assign({ slot: 'scanner', binding: null });
    expect(JSON.parse(readFileSync(settingsFile, 'utf8')).devices).not.toHaveProperty('scanner');
  });

  it.each([
    ['a driver that is not here', 'scanner', { ...binding, driver: 'no-such' }, 'DRIVER_UNKNOWN'],
    ['a driver of another kind', 'keypad', binding, 'SETTINGS_INVALID'],
    ['a transport that it does not speak', 'scanner', { ...binding, transport: { kind: 'folder', path: 'x' } }, 'SETTINGS_INVALID'],
    ['an option that it does not have', 'scanner', { ...binding, options: { colour: 'red' } }, 'SETTINGS_INVALID'],
  ] as const)('refuses %s and leaves the file alone', async (_name, slot, wrong, code) => {
    const client = await counter({ devices: {} }).signedIn('4');
    const before = readFileSync(settingsFile, 'utf8');
    await expect(client.devices.assign({ slot, binding: wrong })).rejects.toMatchObject({ code });
    expect(readFileSync(settingsFile, 'utf8')).toBe(before);
  });
});

it('a support file holds versions, states, settings, bytes and log, and no secret, name or number', async () => {
  const client = await counter({
    headquarters: { url: 'https://user:geheim@hq.example/x' },
    devices: {
      scanner: {
        driver: 'generic-serial-scanner',
        transport: { kind: 'serial', path: '/home/wang/port' },
        options: { accessKey: 'abc123', prefix: '~' },
      },
    },
  }).signedIn('2');
  const { fileName, content } = await client.devices.supportBundle({});
  expect(fileName).toMatch(/^countertop-support-9A01-03-\d{4}-\d{2}-\d{2}\d{6}\.json$/);
  const bundle = JSON.parse(content);
  expect(bundle).toMatchObject({
    versions: { countertop: '1.2.3' },
    counterId: '03',
    settings: { devices: { scanner: { options: { prefix: '~' } } } },
  });
  expect(bundle.processErrors).toEqual([
    { at: '1970-01-01T00:00:00.001Z', group: 'serial', text: 'read of /home/***/port for card ***01 failed: EIO' },
  ]);
  expect(bundle.devices).toHaveLength(DEVICE_SLOTS.length);
  expect(bundle.traces.reader[0]).toMatchObject({ hex: '55010000', bytes: 4 });
  expect(bundle.traces.printer[0]).toMatchObject({ bytes: receiptBytes.length / 2, note: '' });
  for (const secret of ['王小明', '1000000123', '6200000000000001', 'geheim', 'abc123', 'wang', 'li:secret', receiptBytes]) {
    expect(content, secret).not.toContain(secret);
  }
});
