// Frames of the four-slot SLE4442 reader: pure encoding and decoding of its 40 bytes.
//
// Public protocol, 19200 8N1, the same shape both ways:
//   0 head or status · 1 slot 1–4 · 2 operation (bit 7 write) · 3 frame state · 4 address · 5 count · 6–37 data · 38–39 sum, high byte first
// Our reading where the description is short: byte 5 counts pages in a read and in every answer, data bytes in a write; a page is 2 bytes (16
// pages fill the 32 data bytes) and stays an option of the model; byte 4 is a byte address in both.
import { type FixedFrameFormat, type SaidMeaning, say, withSum16 } from '../kit/index.ts';

export const SLOTS = 4;
export const FRAME_BYTES = 40;
export const DATA_BYTES = 32;
export const MAIN_BYTES = 256;
const DATA_OFFSET = 6;

export const HEAD_REQUEST = 0x55;
/** First byte of an answer. */
export const STATUS = {
  ok: 0x55,
  noCard: 0x5a,
  damaged: 0xa5,
  pscNotVerified: 0xaa,
  noStartFrame: 0xab,
  pscFailed: 0xbb,
} as const;

/** Bits 2–0 of byte 2. */
export const MEMORY = { main: 0, security: 1, psc: 2, status: 3 } as const;
export const WRITE_BIT = 0x80;
/** Byte 3. */
export const PART = { single: 0, start: 1, middle: 2, end: 3 } as const;

const HEADS = new Set<number>(Object.values(STATUS));

/** How the framer finds a frame, in either direction. */
export const FRAME_FORMAT: FixedFrameFormat = { frameBytes: FRAME_BYTES, isHead: (byte) => HEADS.has(byte) };

export interface ReaderFrame {
  /** 55h in a request, one of STATUS in an answer. */
  readonly head: number;
  readonly slot: number;
  /** Operation with its write bit. */
  readonly operation: number;
  readonly part: number;
  readonly address: number;
  /** Pages or data bytes, see the head of this file. */
  readonly count: number;
  /** Always 32 bytes when decoded; shorter ones are filled with 00 when encoded. */
  readonly data: Uint8Array;
}

/** Returns the 40 bytes of a frame. Throws RangeError when a field does not fit. */
export function encodeFrame(frame: ReaderFrame): Uint8Array {
  if (frame.data.length > DATA_BYTES) throw new RangeError('more than 32 data bytes');
  const fields = [frame.head, frame.slot, frame.operation, frame.part, frame.address, frame.count];
  if (fields.some((field) => !Number.isInteger(field) || field < 0 || field > 255)) throw new RangeError('field is no byte');
  const body = new Uint8Array(FRAME_BYTES - 2);
  body.set(fields);
  body.set(frame.data, DATA_OFFSET);
  return withSum16(body);
}

/** Returns the fields of 40 bytes whose sum the framer has checked. */
export function decodeFrame(bytes: Uint8Array): ReaderFrame {
  const [head = 0, slot = 0, operation = 0, part = 0, address = 0, count = 0] = bytes;
  return { head, slot, operation, part, address, count, data: bytes.slice(DATA_OFFSET, DATA_OFFSET + DATA_BYTES) };
}

/**
 * Returns the frame as it may stand in a trace: PSC bytes are 00, in a presentation (either direction) and in security memory after its
 * error counter; the sum too, because it would give a hint.
 */
export function maskSecrets(bytes: Uint8Array): Uint8Array {
  const memory = (bytes[2] ?? 0) & 0x07;
  if (memory !== MEMORY.psc && memory !== MEMORY.security) return bytes;
  const shown = bytes.slice();
  shown.fill(0, memory === MEMORY.psc ? DATA_OFFSET : DATA_OFFSET + 1);
  return shown;
}

const MEMORY_WORDS = new Map<number, SaidMeaning>([
  [MEMORY.main, say('main')],
  [MEMORY.security, say('security')],
  [MEMORY.psc, say('PSC')],
  [MEMORY.status, say('status')],
]);
const PART_WORDS = new Map<number, SaidMeaning>([
  [PART.start, say('first')],
  [PART.middle, say('middle')],
  [PART.end, say('last')],
]);
const STATUS_WORDS = new Map<number, SaidMeaning>([
  [STATUS.ok, say('done')],
  [STATUS.noCard, say('no card')],
  [STATUS.damaged, say('card damaged')],
  [STATUS.pscNotVerified, say('PSC not verified')],
  [STATUS.noStartFrame, say('no start frame')],
  [STATUS.pscFailed, say('PSC wrong')],
]);

/** Returns in words what a frame says. Nothing of its data. */
export function describeFrame(bytes: Uint8Array, direction: 'sent' | 'received'): SaidMeaning {
  const { head, slot, operation, part, address, count } = decodeFrame(bytes);
  const code = operation & 0x07;
  const isWrite = (operation & WRITE_BIT) !== 0;
  const memory = MEMORY_WORDS.get(code) ?? say('memory {code}', { code });
  const access = isWrite ? say('writes {memory}', { memory }) : say('reads {memory}', { memory });
  const act = code === MEMORY.psc && isWrite ? say('presents PSC') : access;
  const sent = say('slot {slot} {act}', {
    slot,
    act: code === MEMORY.main ? describeSpan({ act, address, count, part, inBytes: isWrite && direction === 'sent' }) : act,
  });
  if (direction === 'sent') return sent;
  return say('{request}: {result}', { request: sent, result: STATUS_WORDS.get(head) ?? say('result {code}', { code: head.toString(16) }) });
}

/** A write is asked for in bytes; pages are what a read asks for and what every answer says. */
function describeSpan(span: {
  readonly act: SaidMeaning;
  readonly address: number;
  readonly count: number;
  readonly part: number;
  readonly inBytes: boolean;
}): SaidMeaning {
  const { act, address, count, part } = span;
  const place = span.inBytes
    ? say('{act} from {address}, {count} bytes', { act, address, count })
    : say('{act} from {address}, {count} pages', { act, address, count });
  return part === PART.single ? place : say('{act}, {which} frame', { act: place, which: PART_WORDS.get(part) ?? say('unknown') });
}

/** Splits a write of any length into the parts that travel in one frame each. */
export function splitWrite(
  address: number,
  data: Uint8Array,
): { readonly part: number; readonly address: number; readonly data: Uint8Array }[] {
  const pieces = Math.ceil(data.length / DATA_BYTES);
  return Array.from({ length: pieces }, (_, index) => ({
    part: pieces === 1 ? PART.single : index === 0 ? PART.start : index === pieces - 1 ? PART.end : PART.middle,
    address: address + index * DATA_BYTES,
    data: data.slice(index * DATA_BYTES, (index + 1) * DATA_BYTES),
  }));
}

/**
 * Splits a read into frames of whole pages that never reach past the end of main memory. `skip` is the number of bytes at the start of an answer's data that were not asked
 * for.
 */
export function splitRead(span: {
  readonly address: number;
  readonly length: number;
  readonly pageBytes: number;
}): { readonly address: number; readonly pages: number; readonly skip: number; readonly take: number }[] {
  const perFrame = Math.floor(DATA_BYTES / span.pageBytes) * span.pageBytes;
  const parts = [];
  for (let done = 0; done < span.length; done += perFrame) {
    const from = span.address + done;
    const take = Math.min(perFrame, span.length - done);
    const pages = Math.ceil(take / span.pageBytes);
    const address = Math.min(from, MAIN_BYTES - pages * span.pageBytes);
    parts.push({ address, pages, skip: from - address, take });
  }
  return parts;
}
