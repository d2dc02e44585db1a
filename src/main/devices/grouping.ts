// Which device process serves which slot: one per bus, and one of its own for what can take its process down.
import { BUSES, type DriverManifest } from '../../../drivers/kit/manifest.ts';
import { DEVICE_SLOTS } from '../../shared/contract/devices.ts';
import type { DeviceSlot } from '../core/ports/devices.ts';
import type { DeviceBinding, Settings } from './settings.ts';

/** A device process and the slots that it serves. */
export interface GroupPlan {
  readonly group: string;
  readonly slots: readonly DeviceSlot[];
}

/** Returns a group for every bus and every risky slot that the settings use, and no others. `manifestOf` is null for an unknown driver. */
export function planGroups(devices: Settings['devices'], manifestOf: (driverId: string) => DriverManifest | null): GroupPlan[] {
  const groups = new Map<string, DeviceSlot[]>();
  for (const slot of DEVICE_SLOTS) {
    const binding = devices[slot];
    if (binding === undefined) continue;
    const group = groupOf(slot, binding, manifestOf(binding.driver));
    groups.set(group, [...(groups.get(group) ?? []), slot]);
  }
  return [...groups].map(([group, slots]) => ({ group, slots }));
}

function groupOf(slot: DeviceSlot, binding: DeviceBinding, manifest: DriverManifest | null): string {
  const { kind } = binding.transport;
  const alone = `slot-${slot}`;
  if (kind === 'dll' || manifest?.risky === true) return alone;
  if (kind !== 'auto') return kind;
  // A device that is looked for belongs to the one bus on which it can be found.
  const found = BUSES.filter((bus) => manifest?.fingerprints.some((fingerprint) => fingerprint.bus === bus));
  return found.length === 1 && found[0] !== undefined ? found[0] : alone;
}
