// A meter of the trade's contract: takes the whole volume of a card that is next in count, clears it, and writes its two numbers back.
import { decodeGasCard, encodeGasCard, type GasCardFields } from '../kit/index.ts';

export type MeterResult =
  /** The volume is in the meter now. */
  | 'loaded'
  /** The card holds nothing that the meter does not have. */
  | 'nothing-new'
  /** A purchase in between is missing: not loaded. */
  | 'sequence-gap'
  /** The card is bound to another meter, or is none of a user. */
  | 'wrong-card';

/** What the meter keeps; volumes in 0.01 m³. An opening card binds it to its number. */
export interface MeterState {
  readonly kh: string | null;
  readonly loadedCount: number;
  readonly remaining: number;
  readonly used: number;
}

/** A card as the meter holds it: the image changes, then `persist` is called. */
export interface MeterCard {
  readonly main: Uint8Array;
  persist(): void;
}

export interface Meter {
  take(card: MeterCard): MeterResult;
  /** Burns gas, 0.01 m³; returns what there was, at most `volume`. */
  use(volume: number): number;
  state(): MeterState;
}

const HUNDREDTHS_PER_M3 = 100;

/** Returns a meter: new and bound to no card, or as it was when `state()` was stored. `reports` false: a maker without the two numbers. */
export function createMeter(options: { readonly state?: MeterState; readonly reports?: boolean } = {}): Meter {
  let state: MeterState = options.state ?? { kh: null, loadedCount: 0, remaining: 0, used: 0 };
  const reports = options.reports ?? true;

  function give(card: MeterCard, fields: GasCardFields): void {
    const numbers = reports ? { ljyql: state.used, syql: state.remaining } : { ljyql: -1, syql: -1 };
    card.main.set(encodeGasCard({ kind: 'content', fields: { ...fields, ...numbers, kzt: 1 } }));
    card.persist();
  }

  return {
    take(card) {
      const found = decodeGasCard(card.main);
      if (found?.kind !== 'content') return 'wrong-card';
      const { fields } = found;
      // Only an opening card binds a meter that is bound to none.
      if (state.kh === null && fields.kzt !== 0) return 'wrong-card';
      if (state.kh !== null && state.kh !== fields.kh) return 'wrong-card';
      const ahead = fields.cs - state.loadedCount;
      if (ahead > 1) return 'sequence-gap';
      state = { ...state, kh: fields.kh };
      if (ahead === 1 && fields.ql > 0) {
        state = { ...state, loadedCount: fields.cs, remaining: state.remaining + fields.ql * HUNDREDTHS_PER_M3 };
        give(card, { ...fields, ql: 0 });
        return 'loaded';
      }
      give(card, fields);
      return 'nothing-new';
    },
    use(volume) {
      const used = Math.min(volume, Math.max(state.remaining, 0));
      state = { ...state, used: state.used + used, remaining: state.remaining - used };
      return used;
    },
    state: () => state,
  };
}
