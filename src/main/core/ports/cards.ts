// Ports to card layouts and to the keys of cards.
import type { CardAccess } from '../../../shared/domain/card-access.ts';
import type { CardLayout } from '../../../shared/domain/card-layout.ts';

export interface CardLayouts {
  get(layoutId: string): CardLayout | null;
  all(): readonly CardLayout[];
}

export interface MifareSectorKeys {
  readonly sector: number;
  /** Six bytes: reads. */
  readonly keyA: Uint8Array;
  /** Six bytes: reads and writes. */
  readonly keyB: Uint8Array;
}

/** What a chip wants of one card before it is written, some before they are read. Never in a log, a fault, a trace or the renderer. */
export type CardKeys =
  /** Three bytes. */
  | { readonly chip: 'SLE4442'; readonly psc: Uint8Array }
  /** Wants nothing. */
  | { readonly chip: 'AT24C02' }
  /** Of a sector several pairs may be named: they are tried in their order. */
  | { readonly chip: 'MIFARE-S50'; readonly sectors: readonly MifareSectorKeys[] }
  /** No key: those live in the PSAM, which derives the card's own from eight bytes made of its number. `keyVersion` is the PSAM's. */
  | { readonly chip: 'CPU'; readonly diversifier: Uint8Array; readonly keyVersion: number }
  /** The maker's library has its own. */
  | { readonly chip: 'TRADE-DLL' };

/** One way to read what lies in the slot. */
export interface CardReadChoice {
  readonly layoutId: string;
  readonly access: CardAccess;
  /** Which of the branch's keys `keys` come from; null for the transport keys of a new card, or without keys. */
  readonly keyVersion: number | null;
  /** Needed for chips that give nothing without; null otherwise. */
  readonly keys: CardKeys | null;
}

/** The branch's master keys, of which each card's own are derived. Several versions, so that keys can be rotated while cards still have older ones. */
export interface KeyVault {
  /** Versions held, newest first. A card made before versions were counted has version 0. */
  readonly versions: readonly number[];
  /**
   * Returns the keys of one card: of its number for chips that are read without a key, of the chip's own number (`uid`) for the others.
   * Throws CARD_KEY_REFUSED when the version is not held.
   */
  cardKeys(card: {
    readonly layoutId: string;
    readonly access: CardAccess;
    readonly cardNo: string;
    readonly uid: Uint8Array | null;
    readonly keyVersion: number;
  }): CardKeys;
  /** Returns the keys that the chip's maker delivers new cards with. */
  transportKeys(access: CardAccess): CardKeys;
}
