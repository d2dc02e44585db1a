// The meters of the demo hall: what they do comes from the meter simulator that a layout folder ships.
import type { DriverRegistry } from '../processes/driver-registry.ts';
import type { HallMeter } from './hall-file.ts';

/** One byte of card memory that the meter writes. */
export interface MeterWrite {
  readonly address: number;
  readonly byte: number;
}

export interface MeterRules {
  /** What the meter does with a card that holds `image`: how it is afterwards, and what it writes to the card, in this order. */
  take(meter: HallMeter, image: Uint8Array): { readonly meter: HallMeter; readonly writes: readonly MeterWrite[] };
  /** The customer burns gas, until the credit is used up and the valve closes. */
  use(meter: HallMeter, litres: number): HallMeter;
}

type MeterState = Omit<HallMeter, 'cardNo' | 'lastResult'>;

/** What a meter-simulator.ts exports. */
export interface MeterModule {
  createMeter(options: { readonly state: MeterState }): {
    take(card: { readonly main: Uint8Array; persist(): void }): string;
    /** Returns the litres that there were. */
    use(litres: number): number;
    state(): MeterState;
  };
}

/** The chip of the demo hall's cards: what its card file holds. */
const HALL_CHIP = 'SLE4442';

/** Returns the first layout of the hall's chip whose folder ships a meter simulator, and the simulator: what the demo branch issues and its meters read. */
export async function firstMeter(registry: DriverRegistry): Promise<{ readonly layoutId: string; readonly module: MeterModule } | null> {
  for (const entry of registry.layouts.values()) {
    if (entry.chip !== HALL_CHIP) continue;
    const module = await entry.module('meter-simulator');
    if (typeof module?.createMeter === 'function') return { layoutId: entry.id, module: module as unknown as MeterModule };
  }
  return null;
}

/** Returns the rules of the first layout with a meter simulator; null when there is none. */
export async function loadMeterRules(registry: DriverRegistry): Promise<MeterRules | null> {
  const meter = await firstMeter(registry);
  return meter === null ? null : rulesOf(meter.module);
}

function rulesOf(module: MeterModule): MeterRules {
  return {
    take(before, image) {
      const meter = module.createMeter({ state: stateOf(before) });
      const writes: MeterWrite[] = [];
      const main = image.slice();
      const known = image.slice();
      const persist = () => {
        for (const [address, byte] of main.entries()) if (known[address] !== byte) writes.push({ address, byte });
        known.set(main);
      };
      const lastResult = meter.take({ main, persist });
      return { meter: { ...meter.state(), cardNo: before.cardNo, lastResult }, writes };
    },
    use(before, litres) {
      const meter = module.createMeter({ state: stateOf(before) });
      const lastResult = meter.use(litres) < litres ? 'valve-closed' : 'used';
      return { ...meter.state(), cardNo: before.cardNo, lastResult };
    },
  };
}

function stateOf({ cardNo: _, lastResult: __, ...state }: HallMeter): MeterState {
  return state;
}
