// A driver from outside the program in a real device process: signed it runs and sees the kit alone, otherwise it is refused and the others work.
import { generateKeyPairSync } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest';
import { systemTimers } from '../../drivers/kit/transport.ts';
import type { DeviceState } from '../../src/main/core/ports/devices.ts';
import { createDeviceClient, type DeviceClient } from '../../src/main/devices/client.ts';
import { launchForkedDeviceProcess } from '../../src/main/devices/launch.ts';
import { settingsSchema } from '../../src/main/devices/settings.ts';
import { openPty } from '../../src/main/hall/pty.ts';
import { publicTextOf, SIGNATURE_FILE, signFolder } from '../../src/main/processes/driver-trust.ts';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const { privateKey } = generateKeyPairSync('ed25519');
const PEM = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
const ID = 'acme-display';
const MANIFEST = {
  kind: 'driver',
  id: ID,
  vendor: 'Acme',
  models: ['Two-line display'],
  capabilities: ['customer-display'],
  transports: { tcp: { port: 1 }, serial: { baudRate: 9600 } },
  kit: 1,
};
/** Shows a text in bytes, with a helper of its own and the kit. */
const DRIVER = `
import { defineDriver, Fault, say } from 'countertop/kit';
import { Buffer } from 'node:buffer';
import { lineOf } from './parts/frames.js';
const lineGone = (error) => (error instanceof Fault ? error : new Fault('PORT_FAILED'));
export default defineDriver({
  async open({ transport, trace }) {
    let gone = null;
    transport.onLost((error) => { gone = lineGone(error); });
    return {
      customerDisplay: {
        columns: 20,
        show: ({ upper, lower }) => {
          const bytes = Buffer.from(lineOf(upper, lower));
          trace('sent', bytes, say('shows {count} bytes', { count: bytes.length }));
          return transport.write(bytes);
        },
        clear: async () => {},
      },
      async probe() { if (gone) throw gone; },
      close: () => transport.close(),
    };
  },
});
`;
const WITHIN = { timeout: 15_000 };
const WORDS = { 'shows {count} bytes': { 'zh-CN': '显示 {count} 字节' } };
const FRAMES = "export const lineOf = (upper, lower) => [upper, lower].join('|') + '\\n';\n";

let dataDir: string;
let folder: string;
let server: Server;
let shown = '';
let devices: DeviceClient | null = null;
/** Whose signatures the counter's settings allow; changed by tests. */
let allowed: readonly string[] = [];
/** Every trouble that was published, as `slot code`. */
let troubles: string[] = [];

beforeAll(async () => {
  server = createServer((socket) => socket.on('data', (chunk) => (shown += chunk.toString())).on('error', () => {}));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
});
afterAll(() => new Promise((resolve) => server.close(resolve)));

beforeEach(() => {
  dataDir = mkdtempSync(join(tmpdir(), 'countertop-outside-'));
  folder = join(dataDir, 'drivers', ID);
  mkdirSync(join(folder, 'parts'), { recursive: true });
  shown = '';
  troubles = [];
});
afterEach(async () => {
  await devices?.stop();
  devices = null;
  rmSync(dataDir, { recursive: true });
});

function write(driver: string, manifest: object = MANIFEST): void {
  writeFileSync(join(folder, 'manifest.json'), JSON.stringify(manifest));
  writeFileSync(join(folder, 'words.json'), JSON.stringify(WORDS));
  writeFileSync(join(folder, 'driver.js'), driver);
  writeFileSync(join(folder, 'parts/frames.js'), FRAMES);
}

function sign(): void {
  writeFileSync(join(folder, SIGNATURE_FILE), signFolder(folder, PEM));
}

/** Starts a counter's devices and resolves with the display's state when it is up or down. */
async function start(by: 'settings' | 'headquarters' | 'nobody' = 'settings', display?: object): Promise<DeviceState> {
  const address = server.address();
  const transport = { kind: 'tcp', host: '127.0.0.1', port: typeof address === 'object' ? address?.port : 0 };
  allowed = by === 'settings' ? [publicTextOf(privateKey)] : [];
  const settings = () => ({
    drivers: { keys: allowed },
    // The scanner's driver is the program's own, on the same bus.
    devices: { display: { driver: ID, transport: display ?? transport }, scanner: { driver: 'generic-serial-scanner', transport } },
  });
  const settled = new Set<string>();
  return new Promise((resolve) => {
    devices = createDeviceClient({
      launch: () => launchForkedDeviceProcess(join(ROOT, 'src/main/devices/device-process.ts')),
      settings: () => settingsSchema.parse(settings()),
      driverRoots: [join(ROOT, 'drivers')],
      dataDir,
      allowedKeys: () => (by === 'headquarters' ? [publicTextOf(privateKey)] : []),
      publish(event) {
        if (event.type === 'device' && event.device.lastError !== null)
          troubles.push(`${event.device.slot} ${event.device.lastError.code}`);
        if (event.type !== 'device' || (event.device.state !== 'ready' && event.device.state !== 'down')) return;
        settled.add(event.device.slot);
        const state = devices?.states().find(({ slot }) => slot === 'display');
        if (settled.has('display') && settled.has('scanner') && state !== undefined) resolve(state);
      },
      timers: systemTimers,
      newLeaseId: () => 'lease',
    });
    devices.start();
  });
}

function scannerState(): string | undefined {
  return devices?.states().find(({ slot }) => slot === 'scanner')?.state;
}

it('runs when signed, with the kit and its own files, and is read in its own words', async () => {
  write(DRIVER);
  sign();
  expect(await start()).toMatchObject({ state: 'ready', driverId: ID });
  expect(await devices?.showText({ upper: 'A', lower: 'B' })).toEqual({ kind: 'done', value: null });
  await expect.poll(() => shown).toBe('A|B\n');
  const noteIn = (language: 'zh-CN' | 'zh-TW') => devices?.trace('display', language).at(-1)?.note;
  await expect.poll(() => noteIn('zh-CN')).toBe('显示 4 字节');
  expect(noteIn('zh-TW')).toBe('shows 4 bytes');
});

it('runs as it was made among the drivers of the program: TypeScript that names the kit by its path', async () => {
  write(DRIVER);
  rmSync(join(folder, 'driver.js'));
  const source = DRIVER.replace("'countertop/kit'", "'../kit/index.ts'").replace('let gone = null', 'let gone: Fault | null = null');
  writeFileSync(join(folder, 'driver.ts'), source);
  sign();
  expect(await start()).toMatchObject({ state: 'ready', driverId: ID });
  expect(await devices?.showText({ upper: 'A', lower: 'B' })).toEqual({ kind: 'done', value: null });
});

it('runs when signed by a key that headquarters allows, and by nobody’s it does not', async () => {
  write(DRIVER);
  sign();
  expect(await start('nobody')).toMatchObject({
    lastError: { code: 'DRIVER_UNTRUSTED', context: { reason: 'signed by a key that is not allowed' } },
  });
  await devices?.stop();
  expect(await start('headquarters')).toMatchObject({ state: 'ready', driverId: ID });
});

it('is refused unsigned, and the others work', async () => {
  write(DRIVER);
  expect(await start()).toMatchObject({
    state: 'down',
    lastError: { code: 'DRIVER_UNTRUSTED', context: { driver: ID, reason: 'not signed' } },
  });
  expect(scannerState()).toBe('ready');
});

it('is refused when a file was altered after signing', async () => {
  write(DRIVER);
  sign();
  writeFileSync(join(folder, 'parts/frames.js'), `${FRAMES}// more\n`);
  expect(await start()).toMatchObject({ lastError: { code: 'DRIVER_UNTRUSTED', context: { reason: 'parts/frames.js was altered' } } });
  expect(scannerState()).toBe('ready');
});

it.each([
  ['a part of Node that reaches out', "import { readFileSync } from 'node:fs';", 'imports node:fs'],
  ['the same without its prefix', "import { readFileSync } from 'fs';", 'imports fs'],
  ['a library of the program', "import { z } from 'zod';", 'imports zod'],
  ['a file of the program', `import '${join(ROOT, 'drivers/kit/index.ts')}';`, `imports ${join(ROOT, 'drivers/kit/index.ts')}`],
  ['a file outside its folder', "import '../../settings.js';", 'imports ../../settings.js'],
  ['what it asks for while it loads', "await import('node:child_process');", 'imports node:child_process'],
])('is refused when it imports %s, although it is signed', async (_what, statement, reason) => {
  write(`${statement}\n${DRIVER}`);
  sign();
  expect(await start()).toMatchObject({ lastError: { code: 'DRIVER_UNTRUSTED', context: { driver: ID, reason } } });
  expect(scannerState()).toBe('ready');
});

/** What a module can reach without an import, and by imports that no text of the module shows. */
const WAYS_OUT = `
import crypto from 'node:crypto';
const text = (value) => (value === undefined ? 'nothing' : typeof value);
const WAYS = {
  builtin: () => process.getBuiltinModule('node:fs').readFileSync('/etc/hostname'),
  binding: () => process.binding('fs'),
  library: () => text(process.dlopen),
  program: () => text(process.execve),
  file: () => process.loadEnvFile('/etc/os-release'),
  report: () => text(process.report),
  handles: () => process._getActiveHandles(),
  main: () => text(process.mainModule),
  engine: () => text(crypto.setEngine),
  network: () => text(globalThis.fetch) + ', ' + text(globalThis.WebSocket),
  environment: () => text(process.env.COUNTERTOP_OUTSIDE_TEST),
  require: () => text(globalThis.require),
  data: () => import('data:text/javascript,export default 1'),
  evaluated: () => (0, eval)("import('node:fs')"),
  constructed: () => (async () => {}).constructor("return import('node:fs')")(),
};
const seen = {};
for (const [way, tried] of Object.entries(WAYS)) {
  try {
    seen[way] = String(await tried());
  } catch (error) {
    seen[way] = error.context?.reason ?? error.constructor.name;
  }
}
`;

it('finds nothing of Node or of the machine but what it may import', async () => {
  process.env.COUNTERTOP_OUTSIDE_TEST = 'secret';
  write(`${WAYS_OUT}${DRIVER.replace('lineOf(upper, lower)', "JSON.stringify(seen) + '\\n'")}`);
  sign();
  expect(await start()).toMatchObject({ state: 'ready' });
  await devices?.showText({ upper: 'A', lower: 'B' });
  await expect.poll(() => shown).toContain('\n');
  delete process.env.COUNTERTOP_OUTSIDE_TEST;
  expect(JSON.parse(shown)).toEqual({
    ...{ builtin: 'TypeError', binding: 'TypeError', library: 'nothing', program: 'nothing', file: 'TypeError', report: 'nothing' },
    ...{
      handles: 'TypeError',
      main: 'nothing',
      engine: 'nothing',
      network: 'nothing, nothing',
      environment: 'nothing',
      require: 'nothing',
    },
    ...{ data: 'imports data:text/javascript,export default 1', evaluated: 'imports node:fs', constructed: 'imports node:fs' },
  });
});

it.skipIf(process.platform === 'win32')(
  'speaks over a serial line: native libraries of the program still load in its process',
  async () => {
    const device = openPty();
    device.transport.onData((chunk) => {
      shown += Buffer.from(chunk).toString();
    });
    write(DRIVER);
    sign();
    expect(await start('settings', { kind: 'serial', path: device.path })).toMatchObject({ state: 'ready', driverId: ID });
    await devices?.showText({ upper: 'A', lower: 'B' });
    await expect.poll(() => shown).toBe('A|B\n');
    await devices?.stop();
    await device.close();
  },
);

it('is let go of when its key is withdrawn, and taken back when it is allowed again', async () => {
  write(DRIVER);
  sign();
  expect(await start()).toMatchObject({ state: 'ready' });
  const display = () => devices?.states().find(({ slot }) => slot === 'display');
  const keys = allowed;
  allowed = [];
  devices?.configure();
  await expect.poll(() => display()?.lastError?.code, WITHIN).toBe('DRIVER_UNTRUSTED');
  expect(await devices?.showText({ upper: 'A', lower: 'B' })).toMatchObject({ kind: 'refused' });
  allowed = keys;
  devices?.configure();
  await expect.poll(() => display()?.state, WITHIN).toBe('ready');
  expect(await devices?.showText({ upper: 'C', lower: 'D' })).toMatchObject({ kind: 'done' });
  await expect.poll(() => shown).toBe('C|D\n');
});

it('whose folder was replaced by a newer one runs the newer one, without a restart', async () => {
  write(DRIVER);
  sign();
  expect(await start()).toMatchObject({ state: 'ready' });
  await devices?.showText({ upper: 'A', lower: 'B' });
  writeFileSync(join(folder, 'parts/frames.js'), FRAMES.replace("'|'", "'+'"));
  sign();
  devices?.configure();
  const again = async () => {
    await devices?.showText({ upper: 'A', lower: 'B' });
    return shown;
  };
  await expect.poll(again, WITHIN).toContain('A+B\n');
});

it.each([
  ['takes its process down', 'process.reallyExit(139)'],
  ['never comes back from a call', 'eval("for (;;);")'],
])('that %s takes no other device with it and is started again', async (_what, act) => {
  write(DRIVER.replace('show: ({ upper, lower }) =>', `show: () => ${act}, unused: ({ upper, lower }) =>`));
  sign();
  expect(await start()).toMatchObject({ state: 'ready' });
  expect(await devices?.showText({ upper: 'A', lower: 'B' })).toMatchObject({ kind: 'refused', fault: { code: 'DEVICE_PROCESS_LOST' } });
  await expect.poll(() => devices?.states().find(({ slot }) => slot === 'display')?.state, WITHIN).toBe('ready');
  expect(scannerState()).toBe('ready');
  expect(new Set(troubles)).toEqual(new Set(['display DEVICE_PROCESS_LOST']));
});
