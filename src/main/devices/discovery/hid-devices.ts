// The USB HID devices that the system reports.
import { access, constants } from 'node:fs/promises';
import { Fault } from '../../../shared/domain/fault.ts';
import type { SeenDevice } from './fingerprints.ts';

/** One interface of a device as hidapi lists it. */
export interface ListedHid {
  readonly path?: string | undefined;
  readonly vendorId: number;
  readonly productId: number;
  readonly serialNumber?: string | undefined;
  readonly manufacturer?: string | undefined;
  readonly product?: string | undefined;
}

export interface HidSources {
  devicesAsync(): Promise<readonly ListedHid[]>;
  /** Rejects with the system's error when the path may not be opened. */
  mayOpen(path: string): Promise<void>;
}

export const systemHidSources: HidSources = {
  async devicesAsync() {
    const { default: hid } = await import('node-hid');
    return hid.devicesAsync();
  },
  async mayOpen(path) {
    // Only Linux gives its HID devices as files; elsewhere opening them tells.
    if (path.startsWith('/dev/')) await access(path, constants.R_OK | constants.W_OK);
  },
};

/** Returns the devices and, for each that is there and may not be opened, PORT_DENIED. Rejects with DISCOVERY_UNAVAILABLE when hidapi cannot look. */
export async function listHidDevices(
  sources: HidSources = systemHidSources,
): Promise<{ readonly devices: SeenDevice[]; readonly faults: Fault[] }> {
  const listed = await sources.devicesAsync().catch((cause: Error) => {
    const code = /permission|access denied/i.test(cause.message) ? 'PORT_DENIED' : 'DISCOVERY_UNAVAILABLE';
    throw new Fault(code, { bus: 'hid', missing: 'hidapi', reason: cause.message }, { cause });
  });
  const devices = new Map<string, SeenDevice>();
  const faults: Fault[] = [];
  // hidapi lists a device once per use of it; a path is opened once.
  for (const { path, vendorId, productId, serialNumber = '', manufacturer = '', product = '' } of listed) {
    if (path === undefined || path === '' || devices.has(path)) continue;
    devices.set(path, { bus: 'hid', address: path, name: `${manufacturer} ${product}`.trim(), vendorId, productId, serialNumber });
    await sources.mayOpen(path).catch((cause: NodeJS.ErrnoException) => {
      if (cause.code === 'EACCES' || cause.code === 'EPERM') faults.push(new Fault('PORT_DENIED', { bus: 'hid', path }, { cause }));
    });
  }
  return { devices: [...devices.values()], faults };
}
