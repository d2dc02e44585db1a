// Capability: a reader for several kinds of card; one face per kind of chip it can talk to.
import type { CardPresence, MemoryCardReader } from './card-reader.ts';
import type { GasCardLibrary } from './gas-card-library.ts';

/** Kinds of card. `TRADE-DLL`: a card that only its maker's library understands (kit/gas-card-library.ts). */
export const CARD_CHIPS = ['SLE4442', 'AT24C02', 'MIFARE-S50', 'CPU', 'TRADE-DLL'] as const;
export type CardChip = (typeof CARD_CHIPS)[number];

export interface CardIdentification {
  readonly presence: CardPresence;
  /** Null unless a card of a known kind is present. */
  readonly chip: CardChip | null;
  /** Serial number that the chip was made with (a contactless card's UID); null where it has none. */
  readonly uid: Uint8Array | null;
}

/** SLE4442: see MemoryCardReader, whose methods of the same names these are. */
export type Sle4442Access = Pick<MemoryCardReader, 'readMain' | 'readErrorCounter' | 'presentPsc' | 'updateMain' | 'changePsc'>;

/** Plain EEPROM cards (AT24C01/02/16): no secret, every byte can be written by anybody. */
export interface EepromAccess {
  read(slot: number, span: { readonly address: number; readonly length: number }): Promise<Uint8Array>;
  /** Writes bytes; a page of 8 can tear inside. CARD_ABSENT when the card is pulled out. Never repeated by the driver. */
  write(slot: number, address: number, data: Uint8Array): Promise<void>;
}

/** Mifare Classic S50: 16 sectors of 4 blocks of 16 bytes. */
export interface MifareAccess {
  /** Opens a sector with a key of 6 bytes. Rejects with CARD_KEY_REFUSED when it is the wrong one; that spends nothing. */
  authenticate(slot: number, sector: number, key: { readonly kind: 'A' | 'B'; readonly bytes: Uint8Array }): Promise<void>;
  /** Returns 16 bytes of a block (0–63) of the sector that is open. */
  readBlock(slot: number, block: number): Promise<Uint8Array>;
  /** Writes 16 bytes of a block of the sector that is open. Never repeated by the driver. */
  writeBlock(slot: number, block: number, data: Uint8Array): Promise<void>;
}

/** Cards and security modules that speak ISO 7816-4. */
export interface ApduAccess {
  /** Sends a command APDU and returns the response with its two status bytes at the end. Never repeated by the driver. */
  transmit(slot: number, command: Uint8Array): Promise<Uint8Array>;
}

/**
 * A reader for several kinds of card. Slots count from 1. Every method rejects with a Fault (FRAME_…, CARD_…, DEVICE_…, PORT_…). A face that is
 * missing is a kind of card that this reader cannot talk to. A driver for SLE4442 alone offers a MemoryCardReader instead.
 */
export interface ChipReader {
  readonly slots: number;
  /** Says what lies in the slot. Needs no secret and presents none. */
  identify(slot: number): Promise<CardIdentification>;
  /** Called whenever a card is put in or pulled out. Returns the function that stops it. */
  onPresence(listener: (slot: number, presence: CardPresence) => void): () => void;
  readonly sle4442?: Sle4442Access;
  readonly eeprom?: EepromAccess;
  readonly mifare?: MifareAccess;
  readonly cpu?: ApduAccess;
  /** Security modules (PSAM) in the reader's own slots, counted from 1. */
  readonly sam?: ApduAccess;
  readonly tradeDll?: GasCardLibrary;
}

/** What a driver has opened as far as cards are concerned. */
interface CardFaces {
  readonly cardReader?: MemoryCardReader;
  readonly chipReader?: ChipReader;
}

/** Returns the device's reader in the form for several kinds of card; null when it reads no cards. */
export function chipReaderOf(device: CardFaces): ChipReader | null {
  if (device.chipReader !== undefined) return device.chipReader;
  const reader = device.cardReader;
  if (reader === undefined) return null;
  return {
    slots: reader.slots,
    async identify(slot) {
      const presence = await reader.status(slot);
      return { presence, chip: presence === 'present' ? 'SLE4442' : null, uid: null };
    },
    onPresence: (listener) => reader.onPresence(listener),
    sle4442: reader,
  };
}

/** Returns the device's SLE4442 reader; null when it cannot talk to such cards. */
export function memoryReaderOf(device: CardFaces): MemoryCardReader | null {
  if (device.cardReader !== undefined) return device.cardReader;
  const { chipReader } = device;
  const access = chipReader?.sle4442;
  if (chipReader === undefined || access === undefined) return null;
  return {
    slots: chipReader.slots,
    status: async (slot) => (await chipReader.identify(slot)).presence,
    onPresence: (listener) => chipReader.onPresence(listener),
    readMain: (slot, address, length) => access.readMain(slot, address, length),
    readErrorCounter: (slot) => access.readErrorCounter(slot),
    presentPsc: (slot, psc) => access.presentPsc(slot, psc),
    updateMain: (slot, address, data) => access.updateMain(slot, address, data),
    changePsc: access.changePsc,
  };
}
