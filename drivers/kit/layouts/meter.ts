// The reference meter: takes a card of Countertop's own records, loads a purchase if and only if it is the next one, and writes the return record.
import type { CardLayout, MeterReturn, PriceTable, ToolCard } from '../../../src/shared/domain/card-layout.ts';
import type { Supplied } from '../../../src/shared/domain/commodity.ts';
import { encodeMeterReturn, type RecordMap } from './records.ts';

export type MeterResult =
  /** The purchase is in the meter now. */
  | 'loaded'
  /** The card holds nothing that the meter does not have. */
  | 'nothing-new'
  /** A purchase in between is missing: not loaded. */
  | 'sequence-gap'
  /** The card belongs to another account or region: nothing written. */
  | 'wrong-account'
  /** The card buys what this meter does not measure: nothing written. */
  | 'wrong-commodity'
  /** A maker's tool card of the region: what it is for is done. */
  | 'tool-done'
  /** Blank, foreign or damaged: nothing written. */
  | 'unreadable';

/** What the meter keeps through a power failure; plain JSON. `loadedSequence` and volumes as in its return record. */
export interface MeterState extends MeterReturn, Supplied {
  readonly regionCode: string;
  /** '' after a transfer card: whoever hangs it up again says whose it is. */
  readonly accountNo: string;
  /** What a price-set card has brought; left out before the first one. */
  readonly prices?: PriceTable | undefined;
}

/** A card as the meter holds it: the image's bytes, which stay changed one by one. */
export interface MeterCard {
  readonly main: Uint8Array;
  /** Called after each single byte changed. What it throws is a card pulled out: the rest is not written. */
  persist(): void;
}

export interface Meter {
  /** Takes the card. What it loads stays loaded even when the card is pulled out while the return record is written. */
  take(card: MeterCard): MeterResult;
  /** Burns gas, or power in watt-hours; returns what there was, at most `litres`. */
  use(litres: number): number;
  /** Sets the fault bits: 1 battery low, 2 valve fault, 4 magnetic interference, 8 cover opened. */
  setFaults(faults: number): void;
  state(): MeterState;
}

/** A meter that is new and bound to an account, or one as it was when `state()` was stored. */
export type MeterOptions =
  | (Supplied & { readonly meterNo: string; readonly regionCode: string; readonly accountNo: string })
  | { readonly state: MeterState };

/** Returns a meter for cards of the layout. Throws RangeError on values no meter can hold. */
export function createRecordMeter({ layout, map }: { readonly layout: CardLayout; readonly map: RecordMap }, options: MeterOptions): Meter {
  let state: MeterState =
    'state' in options
      ? { ...options.state }
      : {
          meterNo: options.meterNo,
          regionCode: options.regionCode,
          accountNo: options.accountNo,
          ...(options.supply === undefined ? {} : { supply: options.supply }),
          loadedSequence: 0,
          remainingLitres: 0,
          cumulativeUseLitres: 0,
          faults: 0,
        };
  encodeMeterReturn(state);

  /** The record's tag goes first and comes back last: torn in between, the record is no record, whatever its CRC. */
  function writeReturn(card: MeterCard): void {
    const record = encodeMeterReturn(state);
    const put = (offset: number, byte: number) => {
      if (card.main[map.meterReturn + offset] === byte) return;
      card.main[map.meterReturn + offset] = byte;
      card.persist();
    };
    if (record.every((byte, offset) => card.main[map.meterReturn + offset] === byte)) return;
    put(0, 0);
    for (const [offset, byte] of record.entries()) if (offset > 0) put(offset, byte);
    put(0, record[0] ?? 0);
  }

  /** A tool card is taken as often as it comes, by every meter of its region: whoever has made it answers for where it goes. */
  function takeTool({ tool, regionCode, prices }: ToolCard, card: MeterCard): MeterResult {
    if (regionCode !== state.regionCode) return 'wrong-account';
    switch (tool) {
      case 'clear':
        state = { ...state, remainingLitres: 0, faults: 0 };
        break;
      case 'check':
        writeReturn(card);
        break;
      case 'transfer':
        state = { ...state, accountNo: '', loadedSequence: 0 };
        break;
      case 'price':
        if (prices === undefined) return 'unreadable';
        if (prices.supply !== state.supply) return 'wrong-commodity';
        state = { ...state, prices };
    }
    return 'tool-done';
  }

  return {
    take(card) {
      const reading = layout.read(card.main, state.regionCode);
      if (reading.kind === 'tool') return takeTool(reading, card);
      if (reading.kind === 'other-region') return 'wrong-account';
      if (reading.kind !== 'content') return 'unreadable';
      const { accountNo, purchase, supply } = reading.content;
      if (supply !== state.supply) return 'wrong-commodity';
      if (accountNo !== state.accountNo) return 'wrong-account';
      const ahead = purchase === null ? 0 : purchase.sequence - state.loadedSequence;
      if (purchase !== null && ahead === 1) {
        state = { ...state, loadedSequence: purchase.sequence, remainingLitres: state.remainingLitres + purchase.volumeLitres };
      }
      writeReturn(card);
      if (ahead === 1) return 'loaded';
      return ahead > 1 ? 'sequence-gap' : 'nothing-new';
    },
    use(litres) {
      if (!Number.isSafeInteger(litres) || litres < 0) throw new RangeError('not integer litres');
      const used = Math.min(litres, state.remainingLitres);
      state = { ...state, remainingLitres: state.remainingLitres - used, cumulativeUseLitres: state.cumulativeUseLitres + used };
      return used;
    },
    setFaults(faults) {
      encodeMeterReturn({ ...state, faults });
      state = { ...state, faults };
    },
    state: () => ({ ...state }),
  };
}
