// Finding drivers and layouts: broken folders are reported and hurt nobody else.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { loadLayouts, scanDrivers } from './registry.ts';

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'countertop-drivers-'));
});
afterEach(() => rmSync(root, { recursive: true }));

function folder(name: string, files: Readonly<Record<string, string>>): void {
  mkdirSync(join(root, name), { recursive: true });
  for (const [file, content] of Object.entries(files)) writeFileSync(join(root, name, file), content);
}

function driverManifest(id: string): string {
  const transports = { serial: { baudRate: 9600 } };
  return JSON.stringify({ kind: 'driver', id, vendor: 'V', models: ['M'], capabilities: ['card-reader'], transports, kit: 1 });
}

const LAYOUT_MANIFEST = JSON.stringify({ kind: 'layout', id: 'good-layout', vendor: 'V', chip: 'SLE4442', kit: 1 });

describe('scanDrivers', () => {
  it('finds drivers and layouts, and leaves folders without a manifest alone', () => {
    folder('good-driver', { 'manifest.json': driverManifest('good-driver') });
    folder('good-layout', { 'manifest.json': LAYOUT_MANIFEST });
    folder('kit', { 'readme.txt': '' });
    const found = scanDrivers([root, join(root, 'nowhere')]);
    expect([...found.drivers.keys()]).toEqual(['good-driver']);
    expect(found.drivers.get('good-driver')?.manifest.transports.serial).toEqual({
      baudRate: 9600,
      dataBits: 8,
      parity: 'none',
      stopBits: 1,
    });
    expect([...found.layouts.keys()]).toEqual(['good-layout']);
    expect(found.broken).toEqual([]);
  });

  it('gives the words of a driver, none where it has no file of them, and leaves out one whose words do not fit', () => {
    folder('good-driver', { 'manifest.json': driverManifest('good-driver'), 'words.json': '{"reads {n}":{"zh-CN":"读 {n}"}}' });
    folder('mute-driver', { 'manifest.json': driverManifest('mute-driver') });
    folder('wrong-words', { 'manifest.json': driverManifest('wrong-words'), 'words.json': '{"reads {n}":{"zh-CN":"读"}}' });
    folder('torn-words', { 'manifest.json': driverManifest('torn-words'), 'words.json': '{' });
    const { drivers, broken } = scanDrivers([root]);
    expect(drivers.get('good-driver')?.words).toEqual({ 'reads {n}': { 'zh-CN': '读 {n}' } });
    expect(drivers.get('mute-driver')?.words).toEqual({});
    expect(broken.map(({ folder: name, reason }) => [name, reason.startsWith('words.json: ')])).toEqual([
      ['torn-words', true],
      ['wrong-words', true],
    ]);
  });

  it('reports broken manifests with the reason and keeps the others', () => {
    folder('good-driver', { 'manifest.json': driverManifest('good-driver') });
    folder('no-json', { 'manifest.json': '{' });
    folder('no-kit', { 'manifest.json': driverManifest('no-kit').replace('"kit":1', '"kit":2') });
    folder('wrong-name', { 'manifest.json': driverManifest('other-name') });
    const { drivers, broken } = scanDrivers([root]);
    expect([...drivers.keys()]).toEqual(['good-driver']);
    expect(broken.map((entry) => entry.folder)).toEqual(['no-json', 'no-kit', 'wrong-name']);
    expect(broken[1]?.reason).toMatch(/^kit: /);
    expect(broken[2]?.reason).toContain('other-name');
  });

  it.each([
    ['a version of the kit that is to come', { kit: 2 }, 'kit: needs kit 2, this program has kit 1'],
    ['a range of them', { kit: { from: 2, to: 3 } }, 'kit: needs kit 2 to 3, this program has kit 1'],
    ['a range that ends before it begins', { kit: { from: 2, to: 1 } }, 'kit: needs kit 2 to 1, this program has kit 1'],
    ['no version at all', { kit: '^1' }, 'kit: is a version, or { from, to }'],
    [
      'a fingerprint that fits any serial port',
      { fingerprints: [{ bus: 'serial', score: 1 }] },
      'fingerprints.0: needs vendorId and productId, or a name',
    ],
    [
      'one that fits a whole maker',
      { fingerprints: [{ bus: 'serial', vendorId: 0x1a86, score: 1 }] },
      'fingerprints.0: needs vendorId and productId',
    ],
    [
      'one by a name that every converter has',
      { fingerprints: [{ bus: 'serial', name: 'USB-Serial Port', score: 9 }] },
      'fingerprints.0: its name fits any',
    ],
    ['no transport', { transports: {} }, 'transports: at least one transport'],
    ['a rate that no line has', { transports: { serial: { baudRate: 9 } } }, 'transports.serial.baudRate: '],
    ['a capability that the kit does not know', { capabilities: ['toaster'] }, 'capabilities.0: '],
    ['a language that the program does not speak', { languages: ['fr'] }, 'languages.0: '],
    ['a word that means nothing', { baud: 9600 }, 'manifest: Unrecognized key: "baud"'],
  ])('says what is wrong with a manifest: %s', (_what, change, reason) => {
    folder('good-driver', { 'manifest.json': JSON.stringify({ ...JSON.parse(driverManifest('good-driver')), ...change }) });
    const { drivers, broken } = scanDrivers([root]);
    expect(drivers.size).toBe(0);
    expect(broken).toEqual([{ folder: 'good-driver', reason: expect.stringContaining(reason) }]);
  });

  it('takes a driver or a layout for a range of versions with this one in it', () => {
    const ranged = (text: string) => JSON.stringify({ ...JSON.parse(text), kit: { from: 1, to: 3 } });
    folder('good-driver', { 'manifest.json': ranged(driverManifest('good-driver')) });
    folder('good-layout', { 'manifest.json': ranged(LAYOUT_MANIFEST) });
    const { drivers, layouts, broken } = scanDrivers([root]);
    expect([broken, drivers.size, layouts.size]).toEqual([[], 1, 1]);
  });

  it('imports a module only when it is asked for, the built one before the source', async () => {
    folder('good-driver', {
      'manifest.json': driverManifest('good-driver'),
      'driver.js': 'export default { open: async () => "built" };',
      'driver.ts': 'export default { open: async (): Promise<string> => "source" };',
      'simulator.js': 'throw new Error("never imported");',
    });
    const entry = scanDrivers([root]).drivers.get('good-driver');
    const driver = await entry?.driver();
    expect(await driver?.open({} as never)).toBe('built');
  });

  it('says which driver cannot be loaded', async () => {
    folder('no-module', { 'manifest.json': driverManifest('no-module') });
    folder('no-default', { 'manifest.json': driverManifest('no-default'), 'driver.js': 'export const open = 1;' });
    folder('no-syntax', { 'manifest.json': driverManifest('no-syntax'), 'driver.js': 'export default {' });
    const { drivers } = scanDrivers([root]);
    for (const id of ['no-module', 'no-default', 'no-syntax']) {
      await expect(drivers.get(id)?.driver()).rejects.toMatchObject({ code: 'DRIVER_UNKNOWN', context: { driver: id } });
    }
    expect(await drivers.get('no-module')?.simulator()).toBeNull();
  });
});

describe('loadLayouts', () => {
  const layoutOf = (access: string, imageBytes = 256, from = 96) =>
    `export default { id: "good-layout", access: ${access}, imageBytes: ${imageBytes}, meterRanges: [{ from: ${from}, to: 128 }], planPurchase() {} };`;

  it('gives each layout by its id', async () => {
    folder('good-layout', { 'manifest.json': LAYOUT_MANIFEST, 'layout.js': layoutOf('{ chip: "SLE4442" }') });
    const layouts = await loadLayouts([root]);
    expect(layouts.get('good-layout')?.id).toBe('good-layout');
    expect(layouts.get('other-layout')).toBeNull();
    expect(layouts.all()).toHaveLength(1);
  });

  it.each([
    ['another chip than its manifest', 'SLE4442', layoutOf('{ chip: "AT24C02" }'), 'its access is not for SLE4442'],
    ['no chip at all', 'SLE4442', layoutOf('undefined'), 'its access is not for SLE4442'],
    [
      "an image that is not the chip's",
      'MIFARE-S50',
      layoutOf('{ chip: "MIFARE-S50", sectors: [1] }'),
      'the image has 256 bytes, the chip gives 48',
    ],
    ['a sector that is not there', 'MIFARE-S50', layoutOf('{ chip: "MIFARE-S50", sectors: [16] }', 48), 'sectors are 0 to 15'],
    [
      'meter bytes in a page of others',
      'AT24C02',
      layoutOf('{ chip: "AT24C02" }', 256, 99),
      "the meter's bytes share a unit of 8 bytes with others",
    ],
  ])('refuses a layout for %s', async (_what, chip, module, reason) => {
    folder('good-layout', { 'manifest.json': JSON.stringify({ ...JSON.parse(LAYOUT_MANIFEST), chip }), 'layout.js': module });
    await expect(loadLayouts([root])).rejects.toMatchObject({ code: 'DRIVER_UNKNOWN', context: { driver: 'good-layout', reason } });
  });
});
