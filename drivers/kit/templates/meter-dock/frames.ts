// Frames of vendor-model: pure encoding and decoding. An example protocol; put your device's in its place.
//
// 115200 8N1, the same shape both ways:
//   0 head B5h · 1 kind · 2, 3 session · 4, 5 number · 6, 7 number n of data bytes · 8… n data bytes · two bytes CRC-16/XMODEM of all before; all high byte first
// A sender offers itself until a receiver calls. The receiver draws the session; a frame of another one, however late, means nothing. Then every frame of
// the sender is numbered and answered by an ACK with its number: for each file one of `file`, as many of `data` as it takes and one of `end`, after all of
// them `done`. Whoever waits in vain says again what he said last. Either side may cancel at any time.
import { crc16Xmodem, type Meaning, type SaidMeaning, type ScanFrameFormat, say } from '../../index.ts';

const HEAD = 0xb5;
const DATA_OFFSET = 8;
const CRC_BYTES = 2;
const SHA256_BYTES = 32;
const SIZE_BYTES = 4;

/** File bytes in one frame of `data`. */
export const BLOCK_BYTES = 512;
export const KIND = { offer: 1, call: 2, file: 3, data: 4, end: 5, done: 6, ack: 7, cancel: 8 } as const;

export interface DockFrame {
  readonly kind: number;
  readonly session: number;
  readonly number: number;
  readonly data: Uint8Array;
}

/** What `file` says of the file that follows. */
export interface FileHeader {
  readonly name: string;
  readonly sizeBytes: number;
  /** 64 hex digits, small letters. */
  readonly sha256: string;
}

const word = (value: number) => [value >> 8, value & 0xff];
const wordAt = (bytes: Uint8Array, at: number) => ((bytes[at] ?? 0) << 8) + (bytes[at + 1] ?? 0);

/** How the framer finds a frame, in either direction. */
export const FRAME_FORMAT: ScanFrameFormat = {
  isHead: (byte) => byte === HEAD,
  isFill: () => false,
  lengthOf(held) {
    if (held.length < DATA_OFFSET) return 'more';
    const dataBytes = wordAt(held, 6);
    return dataBytes > BLOCK_BYTES ? 'none' : DATA_OFFSET + dataBytes + CRC_BYTES;
  },
  isGood: (frame) => crc16Xmodem(frame.subarray(0, -CRC_BYTES)) === wordAt(frame, frame.length - CRC_BYTES),
};

export function encodeFrame({ kind, session, number, data }: DockFrame): Uint8Array {
  const body = Uint8Array.of(HEAD, kind, ...word(session), ...word(number), ...word(data.length), ...data);
  return Uint8Array.of(...body, ...word(crc16Xmodem(body)));
}

/** Returns the fields of bytes that the framer has checked. */
export function decodeFrame(bytes: Uint8Array): DockFrame {
  return { kind: bytes[1] ?? 0, session: wordAt(bytes, 2), number: wordAt(bytes, 4), data: bytes.slice(DATA_OFFSET, -CRC_BYTES) };
}

/** Returns the data of `file`: size, SHA-256, name in UTF-8. */
export function encodeHeader({ name, sizeBytes, sha256 }: FileHeader): Uint8Array {
  const bytes = Buffer.alloc(SIZE_BYTES);
  bytes.writeUInt32BE(sizeBytes);
  return Uint8Array.from(Buffer.concat([bytes, Buffer.from(sha256, 'hex'), Buffer.from(name, 'utf8')]));
}

export function decodeHeader(data: Uint8Array): FileHeader {
  const bytes = Buffer.from(data);
  return {
    sizeBytes: bytes.length < SIZE_BYTES ? 0 : bytes.readUInt32BE(),
    sha256: bytes.subarray(SIZE_BYTES, SIZE_BYTES + SHA256_BYTES).toString('hex'),
    name: bytes.subarray(SIZE_BYTES + SHA256_BYTES).toString('utf8'),
  };
}

/** Returns what a frame means, in either direction, for the trace. */
export function describeFrame(bytes: Uint8Array): Meaning {
  const { kind, number, data } = decodeFrame(bytes);
  const name = KIND_WORDS.get(kind) ?? say('kind {kind}', { kind });
  return data.length === 0
    ? say('{name} {number}', { name, number })
    : say('{name} {number}, {count} bytes', { name, number, count: data.length });
}

const KIND_WORDS = new Map<number, SaidMeaning>([
  [KIND.offer, say('offer')],
  [KIND.call, say('call')],
  [KIND.file, say('file')],
  [KIND.data, say('data')],
  [KIND.end, say('end')],
  [KIND.done, say('done')],
  [KIND.ack, say('ack')],
  [KIND.cancel, say('cancel')],
]);
