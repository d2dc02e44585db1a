// What the buses report, and which driver a device is for.
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { BUSES, type DriverManifest, manifestSchema } from '../../../../drivers/kit/manifest.ts';
import { Fault } from '../../../shared/domain/fault.ts';
import { scanDrivers } from '../../processes/driver-registry.ts';
import { findTransport } from './auto.ts';
import { matchFingerprints, type SeenDevice } from './fingerprints.ts';
import { listHidDevices } from './hid-devices.ts';
import { type Look, lookForDevices } from './look.ts';
import { listSerialPorts } from './serial-ports.ts';
import { listUsbPrinters } from './usb-printers.ts';

const BARE: SeenDevice = { bus: 'serial', address: '/dev/ttyS0', name: '', vendorId: null, productId: null, serialNumber: '' };
const CH340: SeenDevice = { ...BARE, address: '/dev/ttyUSB0', vendorId: 0x1a86, productId: 0x7523, name: 'QinHeng USB Serial' };

function driver(id: string, fingerprints: readonly object[]): DriverManifest {
  const basics = { kind: 'driver', id, vendor: 'V', models: ['M'], capabilities: ['card-reader'], kit: 1 };
  const parsed = manifestSchema.parse({ ...basics, transports: { serial: { baudRate: 9600 } }, fingerprints });
  if (parsed.kind !== 'driver') throw new Error('no driver');
  return parsed;
}

describe('matchFingerprints', () => {
  it('gives the drivers whose fingerprints fit, best first', () => {
    const shared = { bus: 'serial', vendorId: 0x1a86, productId: 0x7523, score: 10 };
    const drivers = [
      driver('a-chip', [shared]),
      driver('b-named', [shared, { ...shared, name: 'qinheng', score: 60 }]),
      driver('c-other', [{ ...shared, productId: 1 }]),
      driver('d-hid', [{ ...shared, bus: 'hid', score: 99 }]),
      driver('e-chip', [shared]),
    ];
    expect(matchFingerprints(CH340, drivers)).toEqual([
      { driverId: 'b-named', score: 60 },
      { driverId: 'a-chip', score: 10 },
      { driverId: 'e-chip', score: 10 },
    ]);
  });

  it('claims no device without ids and name, whatever the drivers here say', () => {
    const manifests = [...scanDrivers(['drivers']).drivers.values()].map(({ manifest }) => manifest);
    expect(manifests.filter(({ fingerprints }) => fingerprints.length > 0).length).toBeGreaterThan(3);
    fc.assert(
      fc.property(fc.constantFrom(...BUSES), fc.string(), fc.string(), (bus, address, serialNumber) => {
        expect(matchFingerprints({ ...BARE, bus, address, serialNumber }, manifests)).toEqual([]);
      }),
    );
    // A converter chip in many devices never beats the name of one.
    expect(matchFingerprints(CH340, manifests).every(({ score }) => score <= 20)).toBe(true);
  });

  it('is refused a fingerprint of the bus alone', () => {
    expect(() => driver('a-any', [{ bus: 'serial', score: 1 }])).toThrow();
    expect(() => driver('a-vendor', [{ bus: 'serial', vendorId: 1, score: 1 }])).toThrow();
  });
});

describe('in /sys', () => {
  let sysRoot: string;
  beforeEach(() => {
    sysRoot = mkdtempSync(join(tmpdir(), 'countertop-sys-'));
  });
  afterEach(() => rmSync(sysRoot, { recursive: true }));

  function file(path: string, text: string): void {
    mkdirSync(dirname(join(sysRoot, path)), { recursive: true });
    writeFileSync(join(sysRoot, path), `${text}\n`);
  }

  /** A USB device with one interface, as the kernel lays it out. */
  function usb(port: string, ids: { vendor: string; product: string; name: string }): string {
    const folder = `devices/pci0/usb1/${port}`;
    file(`${folder}/idVendor`, ids.vendor);
    file(`${folder}/idProduct`, ids.product);
    file(`${folder}/manufacturer`, 'Acme');
    file(`${folder}/product`, ids.name);
    file(`${folder}/serial`, '42');
    mkdirSync(join(sysRoot, folder, `${port}:1.0`), { recursive: true });
    return join(sysRoot, folder, `${port}:1.0`);
  }

  const noUdevadm = () => Promise.reject(Object.assign(new Error('spawn udevadm ENOENT'), { code: 'ENOENT' }));

  it('serial ports are found without udevadm, with the ids of their USB converters', async () => {
    const converter = usb('1-2', { vendor: '1a86', product: '7523', name: 'USB Serial' });
    mkdirSync(join(converter, 'ttyUSB0'));
    mkdirSync(join(sysRoot, 'class/tty/ttyUSB0'), { recursive: true });
    symlinkSync(join(converter, 'ttyUSB0'), join(sysRoot, 'class/tty/ttyUSB0/device'));
    for (const [name, type] of [
      ['ttyS0', '4'],
      ['ttyS1', '0'],
    ] as const) {
      file(`class/tty/${name}/type`, type);
      mkdirSync(join(sysRoot, `class/tty/${name}/device`));
    }
    for (const name of ['tty1', 'ptmx', 'console']) mkdirSync(join(sysRoot, 'class/tty', name));
    expect(await listSerialPorts({ list: noUdevadm, platform: 'linux', sysRoot })).toEqual([
      BARE,
      { bus: 'serial', address: '/dev/ttyUSB0', name: 'Acme USB Serial', vendorId: 0x1a86, productId: 0x7523, serialNumber: '42' },
    ]);
  });

  it('says what is missing only when neither way can see', async () => {
    await expect(listSerialPorts({ list: noUdevadm, platform: 'linux', sysRoot })).rejects.toMatchObject({
      code: 'DISCOVERY_UNAVAILABLE',
      context: { bus: 'serial', missing: 'udevadm, /sys/class/tty' },
    });
    const broken = () => Promise.reject(new Error('registry'));
    await expect(listSerialPorts({ list: broken, platform: 'win32', sysRoot })).rejects.toMatchObject({
      code: 'DISCOVERY_UNAVAILABLE',
      context: { missing: 'serialport' },
    });
  });

  it('USB printers are found with their ids, and none is no fault', async () => {
    expect(await listUsbPrinters({ platform: 'linux', sysRoot })).toEqual([]);
    const printer = usb('1-3', { vendor: '04b8', product: '0e15', name: 'TM-T20II' });
    mkdirSync(join(sysRoot, 'class/usbmisc/lp0'), { recursive: true });
    symlinkSync(printer, join(sysRoot, 'class/usbmisc/lp0/device'));
    const found = await listUsbPrinters({ platform: 'linux', sysRoot });
    expect(found).toEqual([
      { bus: 'usb-printer', address: '/dev/usb/lp0', name: 'Acme TM-T20II', vendorId: 0x04b8, productId: 0x0e15, serialNumber: '42' },
    ]);
    const manifests = [...scanDrivers(['drivers']).drivers.values()].map(({ manifest }) => manifest);
    expect(found.map((device) => matchFingerprints(device, manifests)[0]?.driverId)).toEqual(['generic-escpos']);
    await expect(listUsbPrinters({ platform: 'win32', sysRoot })).rejects.toMatchObject({ code: 'DISCOVERY_UNAVAILABLE' });
  });
});

it('serial ports of the binding keep their ids and names', async () => {
  const list = async () => [
    { path: 'COM3', friendlyName: 'USB-SERIAL CH340 (COM3)', vendorId: '1A86', productId: '7523' },
    { path: '/dev/ttyACM0', manufacturer: 'Honeywell', pnpId: 'usb-Honeywell_Scanner', serialNumber: '7' },
  ];
  expect(await listSerialPorts({ list, platform: 'win32', sysRoot: '' })).toEqual([
    { ...BARE, address: 'COM3', name: 'USB-SERIAL CH340 (COM3)', vendorId: 0x1a86, productId: 0x7523 },
    { ...BARE, address: '/dev/ttyACM0', name: 'Honeywell usb-Honeywell_Scanner', serialNumber: '7' },
  ]);
});

describe('HID', () => {
  const device = { path: '/dev/hidraw0', vendorId: 1, productId: 2, manufacturer: 'Acme', product: 'Reader' };
  const found = { bus: 'hid', address: '/dev/hidraw0', name: 'Acme Reader', vendorId: 1, productId: 2, serialNumber: '' };

  it('devices are listed once, also those that may not be opened, and that is said', async () => {
    const devicesAsync = async () => [device, device];
    expect(await listHidDevices({ devicesAsync, mayOpen: async () => {} })).toEqual({ devices: [found], faults: [] });
    const mayOpen = () => Promise.reject(Object.assign(new Error('EACCES'), { code: 'EACCES' }));
    const { devices, faults } = await listHidDevices({ devicesAsync, mayOpen });
    expect(devices).toEqual([found]);
    expect(faults.map((fault) => fault.toData())).toEqual([{ code: 'PORT_DENIED', context: { bus: 'hid', path: '/dev/hidraw0' } }]);
  });

  it('a binding that does not load is a bus that cannot be searched', async () => {
    const devicesAsync = () => Promise.reject(new Error('libusb-1.0.so.0: cannot open shared object file'));
    await expect(listHidDevices({ devicesAsync, mayOpen: async () => {} })).rejects.toMatchObject({ code: 'DISCOVERY_UNAVAILABLE' });
  });
});

it('a bus that cannot be searched hides no other', async () => {
  const none: Look = async () => ({ devices: [] });
  const serial: Look = async () => ({ devices: [CH340] });
  const pcsc: Look = () => Promise.reject(new Fault('PORT_MISSING', { reason: 'no service', missing: 'pcscd' }));
  const hid: Look = () => Promise.reject(new TypeError('boom'));
  expect(await lookForDevices(BUSES, { serial, hid, pcsc, 'usb-printer': none })).toEqual({
    devices: [CH340],
    faults: [
      { code: 'DISCOVERY_UNAVAILABLE', context: { bus: 'hid', missing: 'hid', reason: 'boom' } },
      { code: 'DISCOVERY_UNAVAILABLE', context: { bus: 'pcsc', missing: 'pcscd', reason: 'no service' } },
    ],
  });
});

describe('the transport `auto`', () => {
  const manifest = driver('acme-reader', [
    { bus: 'serial', vendorId: 0x1a86, productId: 0x7523, score: 10 },
    { bus: 'serial', name: 'acme', score: 70 },
  ]);
  const search = (devices: readonly SeenDevice[], taken: readonly string[] = []) =>
    findTransport({
      settings: { kind: 'auto', line: { baudRate: 19_200 } },
      manifest,
      look: async () => ({ devices, faults: [] }),
      taken: taken.map((path) => ({ kind: 'serial', path })),
    });

  it('takes the device that scores highest, on the line that the settings say', async () => {
    const named = { ...CH340, address: '/dev/ttyUSB1', name: 'ACME Reader' };
    expect(await search([BARE, CH340, named])).toEqual({ kind: 'serial', path: '/dev/ttyUSB1', line: { baudRate: 19_200 } });
  });

  it('says which devices score the same, and leaves those of other slots', async () => {
    const second = { ...CH340, address: '/dev/ttyUSB7' };
    await expect(search([CH340, second])).rejects.toMatchObject({
      code: 'SETTINGS_INVALID',
      context: { reason: 'several devices fit: /dev/ttyUSB0, /dev/ttyUSB7' },
    });
    expect(await search([CH340, second], ['/dev/ttyUSB0'])).toMatchObject({ path: '/dev/ttyUSB7' });
  });

  it('says that nothing is plugged in, that the bus cannot be searched, or that the driver has no fingerprint', async () => {
    await expect(search([BARE])).rejects.toMatchObject({ code: 'PORT_MISSING' });
    const blind = { code: 'DISCOVERY_UNAVAILABLE' as const, context: { bus: 'serial' } };
    const look = async () => ({ devices: [], faults: [blind] });
    const settings = { kind: 'auto' } as const;
    await expect(findTransport({ settings, manifest, look, taken: [] })).rejects.toMatchObject(blind);
    await expect(findTransport({ settings, manifest: driver('a-plain', []), look, taken: [] })).rejects.toMatchObject({
      code: 'SETTINGS_INVALID',
    });
  });

  it('knows every bus', async () => {
    const buses: [SeenDevice, object][] = [
      [
        { ...CH340, bus: 'hid', address: '/dev/hidraw0', serialNumber: '9' },
        { kind: 'hid', vendorId: 0x1a86, productId: 0x7523, serialNumber: '9' },
      ],
      [
        { ...BARE, bus: 'pcsc', address: 'ACS ACR39', name: 'ACS ACR39' },
        { kind: 'pcsc', reader: 'ACS ACR39' },
      ],
      [
        { ...CH340, bus: 'usb-printer', address: '/dev/usb/lp0' },
        { kind: 'usb-printer', path: '/dev/usb/lp0' },
      ],
    ];
    for (const [device, expected] of buses) {
      const { bus, vendorId, productId, name } = device;
      const ids = vendorId === null ? { name } : { vendorId, productId };
      const look = async () => ({ devices: [device], faults: [] });
      const found = await findTransport({
        settings: { kind: 'auto' },
        manifest: driver('a-b', [{ bus, ...ids, score: 50 }]),
        look,
        taken: [],
      });
      expect(found).toEqual(expected);
    }
  });
});
