// Looks at every bus. One that cannot be searched never keeps the others from being seen.
import type { Bus } from '../../../../drivers/kit/manifest.ts';
import { asFault, type FaultData } from '../../../shared/domain/fault.ts';
import { listPcscReaders } from '../transports/pcsc.ts';
import type { SeenDevice } from './fingerprints.ts';
import { listHidDevices } from './hid-devices.ts';
import { listSerialPorts } from './serial-ports.ts';
import { listUsbPrinters } from './usb-printers.ts';

export interface Sighting {
  readonly devices: readonly SeenDevice[];
  readonly faults: readonly FaultData[];
}

/** One look at a bus. */
export type Look = () => Promise<{ readonly devices: readonly SeenDevice[]; readonly faults?: readonly { toData(): FaultData }[] }>;

const SYSTEM_LOOKS: Readonly<Record<Bus, Look>> = {
  serial: async () => ({ devices: await listSerialPorts() }),
  hid: () => listHidDevices(),
  pcsc: async () => ({ devices: (await listPcscReaders()).map(pcscReader) }),
  'usb-printer': async () => ({ devices: await listUsbPrinters({ platform: process.platform, sysRoot: '/sys' }) }),
};

/** Returns what the buses report now, and a fault for each that could not be searched. Never rejects. */
export async function lookForDevices(
  buses: readonly Bus[] = ['serial', 'hid', 'pcsc', 'usb-printer'],
  looks: Readonly<Record<Bus, Look>> = SYSTEM_LOOKS,
): Promise<Sighting> {
  const found = await Promise.all(
    buses.map((bus) =>
      looks[bus]().then(
        ({ devices, faults = [] }) => ({ devices, faults: faults.map((fault) => fault.toData()) }),
        (error: unknown) => ({ devices: [], faults: [searchFault(bus, error)] }),
      ),
    ),
  );
  return { devices: found.flatMap(({ devices }) => devices), faults: found.flatMap(({ faults }) => faults) };
}

function searchFault(bus: Bus, error: unknown): FaultData {
  const { code, context } = asFault(error).toData();
  if (code === 'INTERNAL') {
    const reason = error instanceof Error ? error.message : '';
    return { code: 'DISCOVERY_UNAVAILABLE', context: { bus, missing: bus, reason } };
  }
  // What would be a missing port for one device is a bus that nobody can look at.
  if (code === 'PORT_MISSING') return { code: 'DISCOVERY_UNAVAILABLE', context: { bus, missing: context.reason ?? bus, ...context } };
  return { code, context: { bus, ...context } };
}

function pcscReader(name: string): SeenDevice {
  return { bus: 'pcsc', address: name, name, vendorId: null, productId: null, serialNumber: '' };
}
