// The USB printer transport on a real device file: a pseudo terminal has the same calls, and the same ways to be full, empty and gone.
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import meterManifest from '../../drivers/generic-dlt645/manifest.json' with { type: 'json' };
import escpos from '../../drivers/generic-escpos/driver.ts';
import escposManifest from '../../drivers/generic-escpos/manifest.json' with { type: 'json' };
import { simulator } from '../../drivers/generic-escpos/simulator.ts';
import { type DriverManifest, manifestSchema } from '../../drivers/kit/manifest.ts';
import { systemTimers, type Transport } from '../../drivers/kit/transport.ts';
import { openConnection } from '../../src/main/devices/transports/open.ts';
import { openUsbPrinter, usbPrinterFault } from '../../src/main/devices/transports/usb-printer.ts';
import { openPty } from '../../src/main/hall/pty.ts';

const closers: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

function pty() {
  const opened = openPty();
  closers.push(() => opened.close());
  return opened;
}

async function usbPrinter(path: string): Promise<Transport> {
  const transport = await openUsbPrinter({ path }, systemTimers);
  closers.push(() => transport.close());
  return transport;
}

/** Collects what arrives until it has `length` bytes. */
function collect(transport: Transport, length: number): Promise<Uint8Array> {
  return new Promise((resolve) => {
    const received: Uint8Array[] = [];
    let count = 0;
    transport.onData((chunk) => {
      received.push(Uint8Array.from(chunk));
      count += chunk.length;
      if (count >= length) resolve(Uint8Array.from(Buffer.concat(received)));
    });
  });
}

function driverManifest(manifest: unknown): DriverManifest {
  const parsed = manifestSchema.parse(manifest);
  if (parsed.kind !== 'driver') throw new Error('no driver');
  return parsed;
}

describe.skipIf(process.platform === 'win32')('a USB printer', () => {
  it('takes and gives every byte value', async () => {
    const bytes = Uint8Array.from({ length: 256 }, (_, index) => index);
    const device = pty();
    const host = await usbPrinter(device.path);
    const toDevice = collect(device.transport, 256);
    const toHost = collect(host, 256);
    await host.write(bytes);
    expect(await toDevice).toEqual(bytes);
    await device.transport.write(bytes.toReversed());
    expect(await toHost).toEqual(bytes.toReversed());
  });

  it('takes more than its file can hold, in the order of the writes', async () => {
    const device = pty();
    const host = await usbPrinter(device.path);
    const big = Uint8Array.from({ length: 200_000 }, (_, index) => (index * 31) & 0xff);
    const writes = Promise.all([host.write(big), host.write(Uint8Array.of(1, 2, 3))]);
    expect(Buffer.from(await collect(device.transport, 200_003)).equals(Buffer.from([...big, 1, 2, 3]))).toBe(true);
    await writes;
  });

  it('that is pulled out says so although nothing is under way, refuses writes, and opens again with the plug', async () => {
    const first = openPty();
    const host = await usbPrinter(first.path);
    const lost = new Promise<Error>((resolve) => host.onLost(resolve));
    await first.close();
    expect(await lost).toMatchObject({ code: 'PORT_MISSING', context: { path: first.path } });
    await expect(host.write(Uint8Array.of(1))).rejects.toMatchObject({ code: 'PORT_MISSING' });
    const second = pty();
    const again = await usbPrinter(second.path);
    const toDevice = collect(second.transport, 3);
    await again.write(Uint8Array.of(1, 2, 3));
    expect(await toDevice).toEqual(Uint8Array.of(1, 2, 3));
  });

  it('that is pulled out in the middle of a write fails it', async () => {
    const device = openPty();
    const host = await usbPrinter(device.path);
    // More than the file holds while nobody reads: the write is under way until the end.
    const writing = host.write(new Uint8Array(2_000_000));
    const refused = expect(writing).rejects.toMatchObject({ code: 'PORT_MISSING' });
    await device.close();
    await refused;
  });

  it('that is closed says nothing more', async () => {
    const device = pty();
    const host = await openUsbPrinter({ path: device.path }, systemTimers);
    let lost = 0;
    host.onLost(() => {
      lost += 1;
    });
    await host.close();
    await expect(host.write(Uint8Array.of(1))).rejects.toMatchObject({ code: 'PORT_FAILED' });
    expect(lost).toBe(0);
  });

  it('that is not plugged in is missing, and a file that is no device stays as it is', async () => {
    await expect(openUsbPrinter({ path: '/dev/usb/lp-none' }, systemTimers)).rejects.toMatchObject({ code: 'PORT_MISSING' });
    const folder = await mkdtemp(join(tmpdir(), 'usb-printer-'));
    closers.push(() => rm(folder, { recursive: true }));
    const path = join(folder, 'file');
    await writeFile(path, 'keep');
    await expect(openUsbPrinter({ path }, systemTimers)).rejects.toMatchObject({ code: 'PORT_FAILED', context: { reason: 'no device' } });
    expect(await readFile(path, 'utf8')).toBe('keep');
  });

  it.each([
    ['ENODEV', 'PORT_MISSING'],
    ['EACCES', 'PORT_DENIED'],
    ['EPERM', 'PORT_DENIED'],
    ['EBUSY', 'PORT_BUSY'],
    ['EIO', 'PORT_FAILED'],
  ])('the system says %s of is %s', (code, fault) => {
    const error = Object.assign(new Error(code), { code });
    expect(usbPrinterFault({ path: '/dev/usb/lp0', error })).toMatchObject({
      code: fault,
      context: { path: '/dev/usb/lp0', reason: code },
    });
  });

  it('prints a receipt and proves it, bound by its settings', async () => {
    const manifest = driverManifest(escposManifest);
    const device = simulator.createReceiptPrinter?.({ timers: systemTimers, options: {} });
    const receipts: (readonly string[])[] = [];
    device?.onReceipt((lines) => receipts.push(lines));
    const usb = pty();
    device?.attach(usb.transport);
    const { transport } = await openConnection({ kind: 'usb-printer', path: usb.path }, manifest, systemTimers);
    closers.push(() => transport.close());
    const { receiptPrinter } = await escpos.open({ transport, timers: systemTimers, options: manifest.options, trace: () => {} });
    const printed = await receiptPrinter?.print({ jobId: 'job-1', markup: '燃气费|230.00', cut: true, openDrawer: false }, () => {});
    expect(printed?.proof).toBe('verified');
    expect(receipts[0]?.join('')).toMatch(/燃气费 +230\.00/);
    expect(await receiptPrinter?.hasPrinted?.('job-1')).toBe(true);
  });

  it('is refused for a driver that does not speak to one', async () => {
    const asked = openConnection({ kind: 'usb-printer', path: '/dev/usb/lp0' }, driverManifest(meterManifest), systemTimers);
    await expect(asked).rejects.toMatchObject({ code: 'SETTINGS_INVALID' });
  });
});
