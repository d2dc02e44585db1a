// HID transport against a binding that plays recorded reports.
import { describe, expect, it } from 'vitest';
import { systemTimers } from '../../../../drivers/kit/transport.ts';
import { type HidBinding, type HidHandle, openHid } from './hid.ts';

const ADDRESS = { vendorId: 0x0c27, productId: 0x3bfa };

function fakeBinding(devices: { path?: string; serialNumber?: string }[]) {
  const written: Buffer[] = [];
  const opened: string[] = [];
  let data: (report: Buffer) => void = () => {};
  let fail: (error: Error) => void = () => {};
  let closed = 0;
  const handle: HidHandle = {
    on(event: 'data' | 'error', listener: (value: never) => void) {
      if (event === 'data') data = listener as typeof data;
      else fail = listener as typeof fail;
    },
    async write(report) {
      written.push(report);
      return report.length;
    },
    async close() {
      closed += 1;
    },
  };
  const binding: HidBinding = {
    devicesAsync: async () => devices,
    HIDAsync: {
      async open(path) {
        opened.push(path);
        if (path === 'forbidden') throw new Error('cannot open device: Permission denied');
        return handle;
      },
    },
  };
  return { binding, written, opened, report: (bytes: Buffer) => data(bytes), fail: (error: Error) => fail(error), closed: () => closed };
}

describe('openHid', () => {
  it('passes reports both ways, one chunk each', async () => {
    const hid = fakeBinding([{ path: 'usb-1' }]);
    const transport = await openHid(ADDRESS, systemTimers, hid.binding);
    const received: Uint8Array[] = [];
    transport.onData((chunk) => received.push(chunk));
    hid.report(Buffer.from('0102', 'hex'));
    hid.report(Buffer.from('03', 'hex'));
    await transport.write(Uint8Array.of(0, 0x55));
    expect(received.map((chunk) => Buffer.from(chunk).toString('hex'))).toEqual(['0102', '03']);
    expect(hid.written).toEqual([Buffer.from([0, 0x55])]);
  });

  it('chooses by serial number when one is given', async () => {
    const hid = fakeBinding([
      { path: 'usb-1', serialNumber: 'A' },
      { path: 'usb-2', serialNumber: 'B' },
    ]);
    await openHid({ ...ADDRESS, serialNumber: 'B' }, systemTimers, hid.binding);
    expect(hid.opened).toEqual(['usb-2']);
    await expect(openHid({ ...ADDRESS, serialNumber: 'C' }, systemTimers, hid.binding)).rejects.toMatchObject({ code: 'PORT_MISSING' });
  });

  it('names a missing and a forbidden device', async () => {
    await expect(openHid(ADDRESS, systemTimers, fakeBinding([]).binding)).rejects.toMatchObject({ code: 'PORT_MISSING' });
    await expect(openHid(ADDRESS, systemTimers, fakeBinding([{ path: 'forbidden' }]).binding)).rejects.toMatchObject({
      code: 'PORT_DENIED',
    });
  });

  it('says what the system could not load', async () => {
    const hid = fakeBinding([]);
    const devicesAsync = () => Promise.reject(new Error('libudev.so.1: cannot open shared object file'));
    await expect(openHid(ADDRESS, systemTimers, { ...hid.binding, devicesAsync })).rejects.toMatchObject({
      code: 'PORT_FAILED',
      context: { reason: expect.stringContaining('libudev') },
    });
  });

  it('tells once when the plug is pulled, frees the handle and refuses further writes', async () => {
    const hid = fakeBinding([{ path: 'usb-1' }]);
    const transport = await openHid(ADDRESS, systemTimers, hid.binding);
    const lost: Error[] = [];
    transport.onLost((error) => lost.push(error));
    hid.fail(new Error('could not read from HID device: No such device'));
    hid.fail(new Error('could not read from HID device'));
    expect(lost).toHaveLength(1);
    expect(lost[0]).toMatchObject({ code: 'PORT_MISSING' });
    expect(hid.closed()).toBeGreaterThan(0);
    await expect(transport.write(Uint8Array.of(0))).rejects.toMatchObject({ code: 'PORT_MISSING' });
  });
});
