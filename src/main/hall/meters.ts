// The meters of the demo hall: the rules come from the meter simulator that a layout folder ships.
import type { DriverRegistry } from '../processes/driver-registry.ts';
import type { HallMeter } from './hall-file.ts';

export interface MeterRules {
  /** What the meter does with a card that holds `image`: how it is afterwards, and what it has written to the card. */
  take(meter: HallMeter, image: Uint8Array): { readonly meter: HallMeter; readonly image: Uint8Array };
}

/** Returns the rules of the first layout with a meter simulator; null when there is none. */
export async function loadMeterRules(registry: DriverRegistry): Promise<MeterRules | null> {
  for (const entry of registry.layouts.values()) {
    const module = await entry.module('meter-simulator');
    if (module !== null) return null;
  }
  return null;
}
