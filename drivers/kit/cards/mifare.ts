// A Mifare Classic S50 as its chip behaves: 16 sectors of 4 blocks, two keys and access bits in the last block of each. The cipher on the air is the
// reader's business and not simulated.
//
// Source of the access conditions: MF1ICS50 data sheet, "memory access".
import type { CardWork, SimulatedMifare } from './chip.ts';
import { type PersistentBytes, programPage } from './pages.ts';

const SECTORS = 16;
const BLOCKS = 4;
const BLOCK_BYTES = 16;
const KEY_BYTES = 6;
const AT_ACCESS = 6;
const AT_KEY_B = 10;

export const MIFARE_BYTES = SECTORS * BLOCKS * BLOCK_BYTES;
/** Access bits: data blocks are read with either key and written with key B, the trailer's keys are changed with key B and never read. */
export const ACCESS_BY_KEYS = Uint8Array.of(0x78, 0x77, 0x88, 0x00);

/** What the card keeps; `bytes` are its 1024. */
export interface MifareMemory extends PersistentBytes {
  /** Four bytes. */
  readonly uid: Uint8Array;
  readonly damaged?: boolean;
}

type KeyKind = 'A' | 'B';
type Condition = 'A' | 'B' | 'AB' | '';

/** By C1 C2 C3 as a number. */
const READ_DATA: readonly Condition[] = ['AB', 'AB', 'AB', 'B', 'AB', 'B', 'AB', ''];
const WRITE_DATA: readonly Condition[] = ['AB', '', '', 'B', 'B', '', 'B', ''];
/** The trailer: key A and key B are written together with the access bits where all three may be. */
const WRITE_KEYS: readonly Condition[] = ['A', 'A', '', 'B', 'B', '', '', ''];
const WRITE_ACCESS: readonly Condition[] = ['', 'A', '', 'B', '', 'B', '', ''];
const READ_KEY_B: readonly Condition[] = ['A', 'A', 'A', '', '', '', '', ''];

/** Returns the bytes of a card as its maker delivers it: zeros, all keys FF FF FF FF FF FF, access bits FF 07 80 69. */
export function newMifareBytes(uid: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(MIFARE_BYTES);
  bytes.set(uid);
  bytes[uid.length] = uid.reduce((sum, byte) => sum ^ byte, 0);
  for (let sector = 0; sector < SECTORS; sector += 1) {
    bytes.set([0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x07, 0x80, 0x69, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff], trailerOf(sector));
  }
  return bytes;
}

/** Writes a sector's trailer directly, as whoever issues the card does. */
export function setMifareKeys(
  bytes: Uint8Array,
  keys: { readonly sector: number; readonly keyA: Uint8Array; readonly keyB: Uint8Array },
): void {
  bytes.set([...keys.keyA, ...ACCESS_BY_KEYS, ...keys.keyB], trailerOf(keys.sector));
}

function trailerOf(sector: number): number {
  return (sector * BLOCKS + BLOCKS - 1) * BLOCK_BYTES;
}

/** Returns the chip over its memory. */
export function createSimulatedMifare(memory: MifareMemory): SimulatedMifare {
  const { bytes } = memory;
  let open: { readonly sector: number; readonly kind: KeyKind } | null = null;

  /** C1 C2 C3 of a block as a number; null where the access bits contradict their complements, which locks the sector for ever. */
  function condition(block: number): number | null {
    const at = trailerOf(Math.floor(block / BLOCKS)) + AT_ACCESS;
    const [low = 0, middle = 0, high = 0] = bytes.subarray(at, at + 3);
    const c1 = middle >> 4;
    const c2 = high & 0x0f;
    const c3 = high >> 4;
    if ((low & 0x0f) !== (c1 ^ 0x0f) || low >> 4 !== (c2 ^ 0x0f) || (middle & 0x0f) !== (c3 ^ 0x0f)) return null;
    const bit = block % BLOCKS;
    return (((c1 >> bit) & 1) << 2) | (((c2 >> bit) & 1) << 1) | ((c3 >> bit) & 1);
  }

  /** Whether the open sector's key may do what `table` says for the block. */
  function may(block: number, table: readonly Condition[]): boolean {
    const sector = Math.floor(block / BLOCKS);
    const bits = condition(block);
    if (open === null || open.sector !== sector || bits === null || block < 0 || block >= SECTORS * BLOCKS) return false;
    // A key B that can be read is data, no key.
    const trailer = condition(sector * BLOCKS + BLOCKS - 1);
    if (open.kind === 'B' && trailer !== null && READ_KEY_B[trailer] !== '') return false;
    return (table[bits] ?? '').includes(open.kind);
  }

  return {
    chip: 'MIFARE-S50',
    damaged: memory.damaged ?? false,
    uid: memory.uid,
    atr: new Uint8Array(),
    reset() {
      open = null;
    },
    authenticate(sector, key) {
      const at = trailerOf(sector) + (key.kind === 'A' ? 0 : AT_KEY_B);
      const fits = sector < SECTORS && key.bytes.length === KEY_BYTES && key.bytes.every((byte, index) => byte === bytes[at + index]);
      open = fits ? { sector, kind: key.kind } : null;
      return fits;
    },
    readBlock(block) {
      const content = bytes.slice(block * BLOCK_BYTES, (block + 1) * BLOCK_BYTES);
      if (block % BLOCKS !== BLOCKS - 1) return may(block, READ_DATA) ? content : null;
      if (open === null || open.sector !== Math.floor(block / BLOCKS)) return null;
      content.fill(0, 0, KEY_BYTES);
      if (!may(block, READ_KEY_B)) content.fill(0, AT_KEY_B);
      return content;
    },
    *writeBlock(block, data): CardWork<boolean> {
      const isTrailer = block % BLOCKS === BLOCKS - 1;
      const allowed = isTrailer ? may(block, WRITE_KEYS) && may(block, WRITE_ACCESS) : block > 0 && may(block, WRITE_DATA);
      if (!allowed || data.length !== BLOCK_BYTES) return false;
      yield* programPage(memory, block * BLOCK_BYTES, data);
      return true;
    },
  };
}
