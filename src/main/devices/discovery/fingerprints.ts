// Which drivers fit a device that announces itself.
import type { Bus, DriverManifest, Fingerprint } from '../../../../drivers/kit/manifest.ts';

/** A device as a bus reports it. */
export interface SeenDevice {
  readonly bus: Bus;
  /** Path, COM name, PC/SC name: what a transport's settings take; for HID the system's path of it. */
  readonly address: string;
  /** What the device or the system calls it; may be empty. */
  readonly name: string;
  readonly vendorId: number | null;
  readonly productId: number | null;
  readonly serialNumber: string;
}

export interface FingerprintMatch {
  readonly driverId: string;
  /** 1 to 100, the best of the driver's fingerprints that fit. */
  readonly score: number;
}

/**
 * Returns the drivers whose fingerprints fit the device, best first, equal ones by id. A device without ids and without a name fits nothing: a
 * plain COM port can be anything.
 */
export function matchFingerprints(device: SeenDevice, manifests: Iterable<DriverManifest>): FingerprintMatch[] {
  const matches: FingerprintMatch[] = [];
  for (const { id: driverId, fingerprints } of manifests) {
    const score = Math.max(0, ...fingerprints.filter((fingerprint) => fits(device, fingerprint)).map((fingerprint) => fingerprint.score));
    if (score > 0) matches.push({ driverId, score });
  }
  return matches.sort((a, b) => b.score - a.score || a.driverId.localeCompare(b.driverId));
}

/** Everything that the fingerprint names must be as found, and it must name more than the bus. */
function fits(device: SeenDevice, { bus, vendorId, productId, name }: Fingerprint): boolean {
  if (bus !== device.bus) return false;
  if (vendorId === undefined && productId === undefined && name === undefined) return false;
  if (vendorId !== undefined && vendorId !== device.vendorId) return false;
  if (productId !== undefined && productId !== device.productId) return false;
  return name === undefined || device.name.toLowerCase().includes(name.toLowerCase());
}
