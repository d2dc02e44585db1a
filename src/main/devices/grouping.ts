// Which device process serves which slot: one per bus, and one of its own for what can take its process down or did not come with the program.
import { BUSES } from '../../../drivers/kit/manifest.ts';
import { DEVICE_SLOTS } from '../../shared/contract/devices.ts';
import type { DeviceSlot } from '../core/ports/devices.ts';
import type { DriverEntry } from '../processes/driver-registry.ts';
import type { DeviceBinding, Settings } from './settings.ts';

/** A device process and the slots that it serves. */
export interface GroupPlan {
  readonly group: string;
  readonly slots: readonly DeviceSlot[];
}

/** What a plan needs to know of a driver. */
export type PlannedDriver = Pick<DriverEntry, 'manifest' | 'signedVersion'>;

/**
 * Returns a group for every bus, every risky slot and every slot of a driver from outside that the settings use, and no others. A driver from outside
 * shares its process with nobody: neither its endless loop nor what it does to the globals is felt on another line. `driverOf` is null for an
 * unknown driver.
 */
export function planGroups(devices: Settings['devices'], driverOf: (driverId: string) => PlannedDriver | null): GroupPlan[] {
  const groups = new Map<string, DeviceSlot[]>();
  for (const slot of DEVICE_SLOTS) {
    const binding = devices[slot];
    if (binding === undefined) continue;
    const group = groupOf(slot, binding, driverOf(binding.driver));
    groups.set(group, [...(groups.get(group) ?? []), slot]);
  }
  return [...groups].map(([group, slots]) => ({ group, slots }));
}

function groupOf(slot: DeviceSlot, binding: DeviceBinding, driver: PlannedDriver | null): string {
  const { kind } = binding.transport;
  const alone = `slot-${slot}`;
  const manifest = driver?.manifest;
  if (kind === 'dll' || manifest?.risky === true) return alone;
  if (driver !== null && driver.signedVersion !== null) return alone;
  if (kind !== 'auto') return kind;
  // A device that is looked for belongs to the one bus on which it can be found.
  const found = BUSES.filter((bus) => manifest?.fingerprints.some((fingerprint) => fingerprint.bus === bus));
  return found.length === 1 && found[0] !== undefined ? found[0] : alone;
}
