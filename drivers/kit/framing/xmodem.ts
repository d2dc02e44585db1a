// Blocks of XMODEM-CRC, XMODEM-1K and YMODEM as bytes: built, checked, taken apart. Who sends what when is the driver's.
import iconv from 'iconv-lite';
import { crc16Xmodem } from '../../../src/shared/domain/crc.ts';
import { isPlainFileName } from '../file-name.ts';

export const SOH = 0x01;
export const STX = 0x02;
export const EOT = 0x04;
export const ACK = 0x06;
export const NAK = 0x15;
export const CAN = 0x18;
/** What fills the last block of a file. */
export const PADDING = 0x1a;
/** The letter C: the receiver asks for blocks with a CRC. */
export const START_CRC = 0x43;

export type BlockBytes = 128 | 1024;

/** Start byte, number, its complement, and two bytes of CRC. */
const OVERHEAD_BYTES = 5;

/** Returns the length in bytes of the whole block that a start byte announces; null when it starts none. */
export function blockLength(start: number): number | null {
  if (start === SOH) return 128 + OVERHEAD_BYTES;
  if (start === STX) return 1024 + OVERHEAD_BYTES;
  return null;
}

/** Returns the size of the next block: 1024 only where it carries the rest in fewer bytes than blocks of 128 would. */
export function nextBlockBytes({ restBytes, maxBytes }: { readonly restBytes: number; readonly maxBytes: BlockBytes }): BlockBytes {
  return maxBytes === 1024 && restBytes > 7 * 128 ? 1024 : 128;
}

export interface BlockContent {
  /** Counts from 1 (0 is YMODEM's header); only its low 8 bits travel. */
  readonly number: number;
  /** At most `blockBytes`; the rest is filled up. */
  readonly data: Uint8Array;
  readonly blockBytes: BlockBytes;
  /** 1Ah by default; YMODEM's header is filled with 0. */
  readonly padding?: number;
}

/** Returns start byte | number | 255 − number | data | CRC-16, high byte first. Throws RangeError when the data do not fit. */
export function encodeBlock({ number, data, blockBytes, padding = PADDING }: BlockContent): Uint8Array {
  if (data.length > blockBytes) throw new RangeError(`${data.length} bytes in a block of ${blockBytes}`);
  const block = new Uint8Array(blockBytes + OVERHEAD_BYTES).fill(padding);
  block[0] = blockBytes === 1024 ? STX : SOH;
  block[1] = number & 0xff;
  block[2] = 0xff - (number & 0xff);
  block.set(data, 3);
  const crc = crc16Xmodem(block.subarray(3, 3 + blockBytes));
  block[3 + blockBytes] = crc >> 8;
  block[4 + blockBytes] = crc & 0xff;
  return block;
}

export type DecodedBlock =
  | { readonly kind: 'block'; readonly number: number; readonly data: Uint8Array }
  | { readonly kind: 'short' | 'bad-number' | 'bad-crc' | 'no-block' };

/** Takes one whole block apart; `data` still holds the padding. Damage is a kind, never thrown. */
export function decodeBlock(bytes: Uint8Array): DecodedBlock {
  const [start = -1, number = 0, complement = 0] = bytes;
  const length = blockLength(start);
  if (length === null) return { kind: 'no-block' };
  if (bytes.length < length) return { kind: 'short' };
  if (number + complement !== 0xff) return { kind: 'bad-number' };
  const data = bytes.slice(3, length - 2);
  // Data followed by their own CRC have the CRC 0.
  return crc16Xmodem(bytes.subarray(3, length)) === 0 ? { kind: 'block', number, data } : { kind: 'bad-crc' };
}

/** The header of one file in a YMODEM batch. */
export interface BatchHeader {
  readonly name: string;
  /** Null when the sender does not say. */
  readonly sizeBytes: number | null;
}

/**
 * Returns YMODEM's block 0: name, NUL, size in decimal. Names travel as GB18030, the coding of handhelds here; ASCII stays ASCII.
 * Throws RangeError for a name that cannot be sent as it is.
 */
export function encodeBatchHeader({ name, sizeBytes }: BatchHeader): Uint8Array {
  const bytes = iconv.encode(name, 'gb18030');
  if (!isPlainFileName(name) || iconv.decode(bytes, 'gb18030') !== name) throw new RangeError('not a file name');
  const data = Uint8Array.from([...bytes, 0, ...Buffer.from(sizeBytes === null ? '' : `${sizeBytes}`, 'latin1')]);
  // One byte more, so that the size always ends in a NUL.
  return encodeBlock({ number: 0, data, blockBytes: data.length < 128 ? 128 : 1024, padding: 0 });
}

/** Returns the block that ends a YMODEM batch: a block 0 without a name. */
export function encodeBatchEnd(): Uint8Array {
  return encodeBlock({ number: 0, data: new Uint8Array(0), blockBytes: 128, padding: 0 });
}

/**
 * Reads the data of a block 0. `end`: the batch is over. `invalid`: no file name, or a size that is no number.
 * A path before the name is dropped: the sender never chooses the folder.
 */
export function decodeBatchHeader(data: Uint8Array): BatchHeader | 'end' | 'invalid' {
  if (data[0] === 0) return 'end';
  const nameEnd = data.indexOf(0);
  if (nameEnd < 0) return 'invalid';
  const name =
    iconv
      .decode(Buffer.from(data.subarray(0, nameEnd)), 'gb18030')
      .split(/[/\\]/)
      .at(-1) ?? '';
  if (!isPlainFileName(name)) return 'invalid';
  const sizeEnd = data.indexOf(0, nameEnd + 1);
  // Behind the size stand time, mode and more, separated by spaces; nothing here needs them.
  const [size = ''] = Buffer.from(data.subarray(nameEnd + 1, sizeEnd < 0 ? data.length : sizeEnd))
    .toString('latin1')
    .split(' ');
  if (size === '') return { name, sizeBytes: null };
  return /^\d{1,15}$/.test(size) ? { name, sizeBytes: Number(size) } : 'invalid';
}
