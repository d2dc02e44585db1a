// Simulated cards as hardware: what any simulated reader may find in its slots, and what it can make each chip do.

/**
 * An operation of a chip. It yields right before each byte of the card's memory changes: whoever runs it lets the byte's time pass there, or never
 * resumes it, and then the card was pulled and that byte is still the old one. After each byte the card has called its `persist`.
 */
export type CardWork<T> = Generator<void, T, void>;

/** What every chip has. What a session knows (PSC accepted, sector open, file selected) dies with the power, memory does not. */
interface PoweredChip {
  /** Contacts or chip broken: the reader sees a card and cannot talk to it. */
  readonly damaged?: boolean;
  /** Serial number that the chip was made with, a contactless card's UID; null where it has none. */
  readonly uid: Uint8Array | null;
  /** What the chip itself answers to a reset; empty where it answers none (a plain EEPROM, a contactless card: its reader makes one up). */
  readonly atr: Uint8Array;
  /** Power gone or reset line pulled: the session is forgotten. */
  reset(): void;
}

/** SLE4442: 256 bytes, protection bits, an error counter and a PSC. */
export interface SimulatedSle4442 extends PoweredChip {
  readonly chip: 'SLE4442';
  /** Returns `length` bytes; addresses go round behind the last. */
  readMain(address: number, length: number): Uint8Array;
  /** Returns the error counter and the three PSC bytes, which are 00 until the PSC has been accepted. */
  readSecurity(): Uint8Array;
  /** Returns the four bytes of protection memory: a bit is 0 where its byte can never change again, low bits first. */
  readProtection(): Uint8Array;
  /** Whether the PSC has been accepted since the card has power. */
  isVerified(): boolean;
  /** The chip's own sequence: clear one bit of the counter, compare, restore the counter. Returns whether the PSC was right. */
  present(psc: Uint8Array): CardWork<boolean>;
  /** Returns false, and changes nothing, without an accepted PSC. A protected byte keeps its value all the same. */
  updateMain(address: number, data: Uint8Array): CardWork<boolean>;
  /** Writes error counter (address 0) and PSC (1 to 3). Returns false without an accepted PSC. */
  updateSecurity(address: number, data: Uint8Array): CardWork<boolean>;
  /** Clears the protection bits of those bytes that equal `data`, for ever. Returns false without an accepted PSC. */
  protect(address: number, data: Uint8Array): CardWork<boolean>;
}

/** Plain EEPROM (AT24C01/02/16). */
export interface SimulatedEeprom extends PoweredChip {
  readonly chip: 'AT24C02';
  readonly sizeBytes: number;
  /** Bytes of a page, inside which a write goes round. */
  readonly pageBytes: number;
  read(address: number, length: number): Uint8Array;
  write(address: number, data: Uint8Array): CardWork<void>;
}

/** Mifare Classic S50. */
export interface SimulatedMifare extends PoweredChip {
  readonly chip: 'MIFARE-S50';
  /** Opens a sector; a wrong key closes the one that was open and returns false. */
  authenticate(sector: number, key: { readonly kind: 'A' | 'B'; readonly bytes: Uint8Array }): boolean;
  /** Returns 16 bytes, or null when the block's sector is not open or its access bits forbid it. A trailer's key A reads as 00. */
  readBlock(block: number): Uint8Array | null;
  /** Returns false, and changes nothing, where reading would return null. */
  writeBlock(block: number, data: Uint8Array): CardWork<boolean>;
}

/** A CPU card or a security module by APDU. Speaks T=0: 61 xx and 6C xx are answers here, and GET RESPONSE is a command. */
export interface SimulatedCpuCard extends PoweredChip {
  readonly chip: 'CPU';
  /** Returns the response with its two status bytes at the end. */
  transmit(command: Uint8Array): CardWork<Uint8Array>;
}

/** A card of any kind that can be put into a simulated reader. */
export type SimulatedChipCard = SimulatedSle4442 | SimulatedEeprom | SimulatedMifare | SimulatedCpuCard;
