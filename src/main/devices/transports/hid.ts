// USB HID devices: one chunk is one report.
import type { Timers, Transport } from '../../../../drivers/kit/transport.ts';
import { Fault, type FaultCode } from '../../../shared/domain/fault.ts';
import { createLine } from './line.ts';

/** The part of node-hid that is used here; tests replace it by recorded reports. */
export interface HidBinding {
  devicesAsync(vendorId: number, productId: number): Promise<readonly { readonly path?: string; readonly serialNumber?: string }[]>;
  readonly HIDAsync: { open(path: string): Promise<HidHandle> };
}

export interface HidHandle {
  on(event: 'data', listener: (report: Buffer) => void): unknown;
  on(event: 'error', listener: (error: Error) => void): unknown;
  write(report: Buffer): Promise<number>;
  close(): Promise<void>;
}

export interface HidAddress {
  readonly vendorId: number;
  readonly productId: number;
  /** Needed only where two devices of the same kind are plugged in. */
  readonly serialNumber?: string;
}

/**
 * Opens a HID device. A chunk written starts with the report number, 0 for devices that do not number their reports, as hidapi
 * wants it; a chunk received is a report as hidapi gives it (the number comes first only when the device numbers its reports).
 * Rejects with PORT_MISSING, PORT_DENIED, PORT_BUSY or PORT_FAILED.
 */
export async function openHid(address: HidAddress, timers: Timers, binding?: HidBinding): Promise<Transport> {
  const hid = binding ?? (await loadNodeHid());
  const { vendorId, productId, serialNumber } = address;
  const fault = (error: Error) => new Fault(hidFaultCode(error.message), { vendorId, productId, reason: error.message }, { cause: error });
  const found = await hid.devicesAsync(vendorId, productId).catch((error: Error) => {
    throw fault(error);
  });
  const device = found.find((candidate) => serialNumber === undefined || candidate.serialNumber === serialNumber);
  if (device?.path === undefined) throw new Fault('PORT_MISSING', { vendorId, productId, reason: 'not plugged in' });
  const handle = await hid.HIDAsync.open(device.path).catch((error: Error) => {
    throw fault(error);
  });
  const line = createLine(
    {
      write: (bytes, finished) => {
        handle.write(Buffer.from(bytes)).then(() => finished(), finished);
      },
      close: () => handle.close(),
    },
    timers,
  );
  handle.on('data', (report) => line.received(report));
  handle.on('error', (error) => {
    line.lost(fault(error));
    // hidapi keeps the handle of a device that is gone; the next open needs it freed. Closing a dead handle may fail.
    handle.close().catch(() => {});
  });
  return line.transport;
}

function hidFaultCode(text: string): FaultCode {
  if (/no such device|not found|not connected|disconnected/i.test(text)) return 'PORT_MISSING';
  if (/permission denied|access denied/i.test(text)) return 'PORT_DENIED';
  if (/busy|exclusive/i.test(text)) return 'PORT_BUSY';
  return 'PORT_FAILED';
}

async function loadNodeHid(): Promise<HidBinding> {
  const module = await import('node-hid').catch((cause: Error) => {
    throw new Fault('PORT_FAILED', { reason: `hidapi: ${cause.message}` }, { cause });
  });
  return module.default;
}
