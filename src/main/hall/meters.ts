// The meters of the demo hall: what they do comes from the meter simulator that a layout folder ships.
import type { CardLayout } from '../../shared/domain/card-layout.ts';
import type { DriverRegistry } from '../processes/driver-registry.ts';
import type { HallMeter } from './hall-file.ts';

/** One byte of card memory that the meter writes. */
export interface MeterWrite {
  readonly address: number;
  readonly byte: number;
}

export interface MeterRules {
  /** Returns whose card the image is, by the first layout that knows it; null for a card of nobody. */
  ownerOf(image: Uint8Array, regionCode: string): { readonly layoutId: string; readonly accountNo: string } | null;
  /** Whether the image is a maker's tool card, which is nobody's and goes to any meter. */
  isTool(image: Uint8Array, regionCode: string): boolean;
  /** What the meter does with a card that holds `image`: how it is afterwards, and what it writes to the card, in this order. */
  take(meter: HallMeter, image: Uint8Array): { readonly meter: HallMeter; readonly writes: readonly MeterWrite[] };
  /** The customer burns gas, until the credit is used up and the valve closes. */
  use(meter: HallMeter, litres: number): HallMeter;
}

type MeterState = Omit<HallMeter, 'cardNo' | 'lastResult' | 'layoutId'>;

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

/** A layout of the hall's chip whose folder ships a meter: what the demo branch issues and its meters read. */
export interface HallLayout {
  readonly layout: CardLayout;
  readonly meters: MeterModule;
}

/** Returns the layouts of the hall's chip whose folders ship a meter simulator, in the order of the folders. */
export async function hallLayouts(registry: DriverRegistry): Promise<readonly HallLayout[]> {
  const found: HallLayout[] = [];
  for (const entry of registry.layouts.values()) {
    if (entry.chip !== HALL_CHIP) continue;
    const module = await entry.module('meter-simulator');
    if (typeof module?.createMeter !== 'function') continue;
    found.push({ layout: await entry.layout(), meters: module as unknown as MeterModule });
  }
  return found;
}

/** Returns the rules of the meters of those layouts; null when there is none. */
export async function loadMeterRules(registry: DriverRegistry): Promise<MeterRules | null> {
  const [first, ...rest] = await hallLayouts(registry);
  return first === undefined ? null : rulesOf([first, ...rest]);
}

function rulesOf(known: readonly [HallLayout, ...HallLayout[]]): MeterRules {
  // The meters of the first demo halls do not say their layout.
  const moduleOf = ({ layoutId }: HallMeter): MeterModule => (known.find(({ layout }) => layout.id === layoutId) ?? known[0]).meters;
  return {
    ownerOf(image, regionCode) {
      for (const { layout } of known) {
        const reading = layout.read(image, regionCode);
        if (reading.kind === 'content') return { layoutId: layout.id, accountNo: reading.content.accountNo };
      }
      return null;
    },
    isTool: (image, regionCode) => known.some(({ layout }) => layout.read(image, regionCode).kind === 'tool'),
    take(before, image) {
      const meter = moduleOf(before).createMeter({ state: stateOf(before) });
      const writes: MeterWrite[] = [];
      const main = image.slice();
      const known = image.slice();
      const persist = () => {
        for (const [address, byte] of main.entries()) if (known[address] !== byte) writes.push({ address, byte });
        known.set(main);
      };
      const lastResult = meter.take({ main, persist });
      return { meter: { ...before, ...meter.state(), lastResult }, writes };
    },
    use(before, litres) {
      const meter = moduleOf(before).createMeter({ state: stateOf(before) });
      const lastResult = meter.use(litres) < litres ? 'valve-closed' : 'used';
      return { ...before, ...meter.state(), lastResult };
    },
  };
}

function stateOf({ cardNo: _, lastResult: __, layoutId: ___, ...state }: HallMeter): MeterState {
  return state;
}
