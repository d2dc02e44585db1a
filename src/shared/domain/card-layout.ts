// What a card layout is: the meaning of the bytes on a prepaid card, apart from the reader that moves them.
import type { CardAccess } from './card-access.ts';
import type { ByteRange, CardWrite, ImageVerdict } from './card-image.ts';
import type { Commodity, Supplied } from './commodity.ts';

/** A purchase as it stands on the card. Dates are YYYY-MM-DD. */
export interface CardPurchase {
  /** Rises by one with every purchase written to a card of the account; 0 on a card without a purchase. */
  readonly sequence: number;
  readonly volumeLitres: number;
  /** All purchases of the account up to and with this one. */
  readonly cumulativeLitres: number;
  /** Average price of the purchase, fen per m³, for the meter's display. */
  readonly priceFenPerM3: number;
  readonly date: string;
}

/** What the meter wrote back when it last had the card. */
export interface MeterReturn {
  /** The last purchase sequence that the meter loaded. */
  readonly loadedSequence: number;
  readonly remainingLitres: number;
  readonly cumulativeUseLitres: number;
  /** Bit set: 1 battery low, 2 valve fault, 4 magnetic interference, 8 cover opened. */
  readonly faults: number;
  readonly meterNo: string;
}

/** `supply`: what the card buys; volumes of a power card are watt-hours, and its price is per kWh. */
export interface CardIdentity extends Supplied {
  readonly cardNo: string;
  readonly regionCode: string;
  readonly accountNo: string;
}

export interface CardContent extends CardIdentity {
  /** The valid purchase with the highest sequence; null on a new card. */
  readonly purchase: CardPurchase | null;
  readonly meterReturn: MeterReturn | null;
  /** Whether the meter has loaded `purchase`; true when there is none. */
  readonly takenByMeter: boolean;
  /** A record failed its check while another is intact: the trace of a torn write. */
  readonly tornRecord: boolean;
}

/**
 * What a maker's tool card does to the meter that takes it: clears it, reads its state back, lets it be moved to another account, or gives it another
 * price table.
 */
export const TOOL_KINDS = ['clear', 'check', 'transfer', 'price'] as const;
export type ToolKind = (typeof TOOL_KINDS)[number];

/**
 * The prices that a price-set card carries to meters, as a plan's version has them. What a household adds to the limits is not in it: a meter does not
 * know its household. `supply`: what meters it is for.
 */
export interface PriceTable extends Supplied {
  /** YYYY-MM-DD. */
  readonly effectiveFrom: string;
  /** Upper limits of all tiers but the last, in litres a year, or watt-hours. */
  readonly limitsLitres: readonly number[];
  /** One more than limits: fen per m³, or per kWh. */
  readonly pricesFenPerM3: readonly number[];
}

/** A tool card as it is to be made; `prices` belong to a price-set card and to no other. */
export interface ToolCard {
  readonly tool: ToolKind;
  readonly toolNo: string;
  readonly regionCode: string;
  readonly prices?: PriceTable;
}

/** What an image is, as far as this layout can tell. Reading never needs a secret. */
export type CardReading =
  | { readonly kind: 'content'; readonly content: CardContent }
  | { readonly kind: 'blank' }
  | { readonly kind: 'other-layout' }
  | { readonly kind: 'other-region'; readonly regionCode: string }
  /** No customer's card, whatever its region. */
  | ({ readonly kind: 'tool' } & ToolCard)
  | { readonly kind: 'damaged'; readonly identity: CardIdentity | null };

/** Where a card that stands in for another goes on; for layouts that keep a count beside the purchase. */
export interface CardBeginning {
  /** Purchases made before the next one. */
  readonly sequence: number;
  readonly cumulativeLitres: number;
  /** Cards made in place of others for the account; 0 on its first. */
  readonly reissues: number;
}

/**
 * What is done when a purchase is asked for while the card still holds one that the meter has not taken: it is refused; or sold in its place once the
 * clerk has confirmed that the volume on the card is given up (`warn`); or sold together with it, as one purchase of both volumes (`add`).
 */
export const LOADED_SALES = ['refuse', 'warn', 'add'] as const;
export type LoadedSale = (typeof LOADED_SALES)[number];

/** The volume on a card that its meter has not taken, and what a sale does with it. */
export interface UnloadedSale {
  readonly litres: number;
  readonly way: Exclude<LoadedSale, 'refuse'>;
}

export interface CardLayout {
  readonly id: string;
  /** How the image is read from its chip; its chip is the manifest's. */
  readonly access: CardAccess;
  readonly imageBytes: number;
  /** The meter's own bytes: it may change them at any time, the counter never writes them in a purchase. */
  readonly meterRanges: readonly ByteRange[];
  /** What its cards can be made for; gas alone where it is left out. */
  readonly commodities?: readonly Commodity[];
  /** Purchases are whole multiples of this. */
  readonly volumeStepLitres: number;
  readonly maxVolumeLitres: number;
  /** Returns the most that the meter of this card takes at once, where the card says it; left out elsewhere. */
  maxVolumeOf?(image: Uint8Array): number;
  /**
   * What a sale may do while the card still holds a purchase that the meter has not taken: `byDefault`, or another of `ways` where the company's policy
   * says so. Left out where it is always refused: a meter that takes purchases by number, one after the other, takes none after one that was left out.
   * `add` belongs to a card whose meter takes neither purchase while its write is torn.
   */
  readonly sellWhileLoaded?: { readonly byDefault: LoadedSale; readonly ways: readonly LoadedSale[] };
  /** Reads the image for a branch of region `regionCode`. Never throws on any bytes of the right length. */
  read(image: Uint8Array, regionCode: string): CardReading;
  /** Returns the version of the branch's keys that a card of this layout was made with. Left out where the image does not say it: version 0. */
  keyVersionOf?(image: Uint8Array): number;
  /** Whether a card of this layout has its number from whoever made the blank card, printed on it, as its keys go by that number. */
  readonly numberPrinted?: boolean;
  /** Returns the image of a personalised card without a purchase, from a blank card's image. */
  planIssue(blank: Uint8Array, identity: CardIdentity & { readonly keyVersion?: number; readonly begins?: CardBeginning }): Uint8Array;
  /** The tool cards that this layout knows; none where it is left out. */
  readonly tools?: readonly ToolKind[];
  /**
   * Returns the image of a tool card, from the image of a blank one or of another tool card; there where `tools` is. Throws RangeError on a number or prices
   * that do not fit.
   */
  planTool?(blank: Uint8Array, card: ToolCard): Uint8Array;
  /** Whether a price-set card of this layout can carry the table; left out where it has none. */
  holdsPrices?(prices: PriceTable): boolean;
  /**
   * Returns the image after the last purchase was taken back, `cumulativeLitres` as before it. Left out where a card can be put back to the image before its
   * purchase; where this is there, the purchase count stays.
   */
  planRefund?(image: Uint8Array, cumulativeLitres: number): Uint8Array;
  /** Returns the whole image after writing `purchase`. */
  planPurchase(image: Uint8Array, purchase: CardPurchase): Uint8Array;
  /** Returns the writes that lead from `found` to `after`, in the order that keeps an older record readable longest. */
  orderWrites(found: Uint8Array, after: Uint8Array): readonly CardWrite[];
  /**
   * Says what an image found means for a planned write, where its bytes alone do not (a meter that clears the volume it has taken). Left out
   * where `judgeImage` and the meter's return record say it.
   */
  judge?(images: { readonly before: Uint8Array; readonly after: Uint8Array; readonly found: Uint8Array }): ImageVerdict | 'taken-by-meter';
}
