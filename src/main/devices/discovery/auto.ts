// Finds the device that a slot with the transport `auto` means, whatever port it has today.
import { BUSES, type Bus, type DriverManifest } from '../../../../drivers/kit/manifest.ts';
import { Fault } from '../../../shared/domain/fault.ts';
import type { TransportSettings } from '../settings.ts';
import { matchFingerprints, type SeenDevice } from './fingerprints.ts';
import type { lookForDevices } from './look.ts';

export interface AutoSearch {
  readonly settings: Extract<TransportSettings, { kind: 'auto' }>;
  readonly manifest: DriverManifest;
  readonly look: typeof lookForDevices;
  /** Transports of the other slots: what they use is not this slot's device. */
  readonly taken: readonly TransportSettings[];
}

/**
 * Returns the transport of the device whose fingerprint scores highest for this driver. Rejects with SETTINGS_INVALID when the driver has no
 * fingerprint or several devices score the same (the reason names them: one of them must be set), PORT_MISSING when none is plugged in, and with
 * the bus' own fault when it could not be searched.
 */
export async function findTransport({ settings, manifest, look, taken }: AutoSearch): Promise<TransportSettings> {
  const invalid = (reason: string) => new Fault('SETTINGS_INVALID', { field: 'transport.kind', driver: manifest.id, reason });
  const buses = BUSES.filter((bus) => manifest.fingerprints.some((fingerprint) => fingerprint.bus === bus));
  if (buses.length === 0) throw invalid('the driver has no fingerprint: name the port');
  const { devices, faults } = await look(buses);
  const candidates = devices
    .filter((device) => !taken.some((transport) => usesDevice(transport, device)))
    .map((device) => ({ device, score: matchFingerprints(device, [manifest])[0]?.score ?? 0 }))
    .filter(({ score }) => score > 0);
  const highest = Math.max(0, ...candidates.map(({ score }) => score));
  const [first, ...others] = candidates.filter(({ score }) => score === highest).map(({ device }) => device);
  if (first === undefined) {
    const [fault] = faults;
    throw fault === undefined ? new Fault('PORT_MISSING', { driver: manifest.id, reason: 'not plugged in' }) : Fault.from(fault);
  }
  if (others.length > 0) throw invalid(`several devices fit: ${[first, ...others].map(({ address }) => address).join(', ')}`);
  return transportOf(first, settings);
}

/** Whether the transport's settings mean this device. */
export function usesDevice(transport: TransportSettings, device: SeenDevice): boolean {
  switch (transport.kind) {
    case 'serial':
    case 'usb-printer':
      return device.bus === transport.kind && device.address === transport.path;
    case 'hid':
      return (
        device.bus === 'hid' &&
        device.vendorId === transport.vendorId &&
        device.productId === transport.productId &&
        (transport.serialNumber === undefined || transport.serialNumber === device.serialNumber)
      );
    case 'pcsc':
      return device.bus === 'pcsc' && device.address.toLowerCase().includes(transport.reader.toLowerCase());
    default:
      return false;
  }
}

function transportOf(device: SeenDevice, { line }: AutoSearch['settings']): TransportSettings {
  const { address, vendorId, productId, serialNumber } = device;
  const kinds: Readonly<Record<Bus, () => TransportSettings>> = {
    serial: () => ({ kind: 'serial', path: address, ...(line === undefined ? {} : { line }) }),
    hid: () => ({
      kind: 'hid',
      vendorId: vendorId ?? 0,
      productId: productId ?? 0,
      ...(serialNumber === '' ? {} : { serialNumber }),
    }),
    pcsc: () => ({ kind: 'pcsc', reader: address }),
    'usb-printer': () => ({ kind: 'usb-printer', path: address }),
  };
  return kinds[device.bus]();
}
