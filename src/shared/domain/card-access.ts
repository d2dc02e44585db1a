// How the image of a layout is read from its chip: which bytes, blocks or files it is made of, one after the other.

/** A transparent file of a CPU card, read and written by its short identifier. */
export interface CpuCardFile {
  /** Short file identifier, 1 to 30. */
  readonly sfi: number;
  /** At most 256; a multiple of 16, so that pieces of files are pieces of the image. */
  readonly bytes: number;
}

export type CardAccess =
  /** The 256 bytes of main memory. */
  | { readonly chip: 'SLE4442' }
  /** All 256 bytes. */
  | { readonly chip: 'AT24C02' }
  /** The data blocks of these sectors; trailers are never part of it, nor is the maker's block 0. */
  | { readonly chip: 'MIFARE-S50'; readonly sectors: readonly number[] }
  /** The files of an application. Its keys live in a PSAM; `keyId` names the external authentication key on the card. */
  | {
      readonly chip: 'CPU';
      /** AID, hex. */
      readonly applicationId: string;
      readonly files: readonly CpuCardFile[];
      readonly keyId: number;
      /** AID of the application in the PSAM that holds the keys, hex. */
      readonly psamApplicationId: string;
    }
  /** What the maker's library says of the card, as its device module lays it out. */
  | { readonly chip: 'TRADE-DLL' };

/** Access by its chip. */
export type AccessOf<Chip extends CardAccess['chip']> = Extract<CardAccess, { readonly chip: Chip }>;

export const MIFARE_BLOCK_BYTES = 16;
const MIFARE_SECTORS = 16;
const BLOCKS_PER_SECTOR = 4;
const MEMORY_CARD_BYTES = 256;
const EEPROM_PAGE_BYTES = 8;
/** What one UPDATE BINARY carries at most: the piece of a file that may be torn inside. */
const CPU_PIECE_BYTES = 16;

/** Returns the numbers of the blocks that make up the image, in its order. */
export function mifareBlocks(access: AccessOf<'MIFARE-S50'>): readonly number[] {
  return access.sectors.flatMap((sector) =>
    Array.from({ length: BLOCKS_PER_SECTOR - 1 }, (_, index) => sector * BLOCKS_PER_SECTOR + index).filter((block) => block > 0),
  );
}

/** Returns the sector of a block. */
export function mifareSectorOf(block: number): number {
  return Math.floor(block / BLOCKS_PER_SECTOR);
}

/** Returns the length of the image, or null where the chip does not say it (a maker's library). */
export function imageBytesOf(access: Exclude<CardAccess, { readonly chip: 'TRADE-DLL' }>): number;
export function imageBytesOf(access: CardAccess): number | null;
export function imageBytesOf(access: CardAccess): number | null {
  switch (access.chip) {
    case 'SLE4442':
    case 'AT24C02':
      return MEMORY_CARD_BYTES;
    case 'MIFARE-S50':
      return mifareBlocks(access).length * MIFARE_BLOCK_BYTES;
    case 'CPU':
      return access.files.reduce((sum, file) => sum + file.bytes, 0);
    case 'TRADE-DLL':
      return null;
  }
}

/** Returns how many bytes, at addresses that are multiples of it, the chip writes in one act: pulled out in the middle, all of them may hold anything. */
export function tearUnitBytes(access: CardAccess): number {
  switch (access.chip) {
    case 'SLE4442':
    case 'TRADE-DLL':
      return 1;
    case 'AT24C02':
      return EEPROM_PAGE_BYTES;
    case 'MIFARE-S50':
      return MIFARE_BLOCK_BYTES;
    case 'CPU':
      return CPU_PIECE_BYTES;
  }
}

/** Whether nothing of the chip's image can be read without a key. */
export function readingNeedsKeys(chip: CardAccess['chip']): boolean {
  return chip === 'MIFARE-S50';
}

/** Whether two layouts read the same bytes of the same chip. */
export function sameAccess(left: CardAccess, right: CardAccess): boolean {
  return JSON.stringify(left) === JSON.stringify(right);
}

/** Returns what is wrong with how a layout says it is read, in words for whoever wrote it; null when nothing is. */
export function accessProblem(layout: {
  readonly access: CardAccess;
  readonly imageBytes: number;
  readonly meterRanges: readonly { readonly from: number; readonly to: number }[];
}): string | null {
  const { access, imageBytes, meterRanges } = layout;
  if (
    access.chip === 'MIFARE-S50' &&
    !access.sectors.every((sector) => Number.isInteger(sector) && sector >= 0 && sector < MIFARE_SECTORS)
  ) {
    return 'sectors are 0 to 15';
  }
  if (
    access.chip === 'CPU' &&
    !access.files.every(({ sfi, bytes }) => sfi >= 1 && sfi <= 30 && bytes <= 256 && bytes % CPU_PIECE_BYTES === 0)
  ) {
    return 'files have an identifier of 1 to 30 and at most 256 bytes in multiples of 16';
  }
  const expected = imageBytesOf(access);
  if (expected !== null && expected !== imageBytes) return `the image has ${imageBytes} bytes, the chip gives ${expected}`;
  const unit = tearUnitBytes(access);
  // A torn unit may hold anything: no purchase may take the meter's own bytes with it.
  const apart = meterRanges.every(({ from, to }) => from % unit === 0 && (to % unit === 0 || to === imageBytes));
  return apart ? null : `the meter's bytes share a unit of ${unit} bytes with others`;
}
