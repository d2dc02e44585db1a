// All cards of the demo hall in one file of fixed records, changed byte by byte as card memory is.
import { closeSync, fsyncSync, mkdirSync, openSync, readFileSync, renameSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';
import type { SimulatedCard } from '../../../drivers/kit/simulator.ts';
import { Fault } from '../../shared/domain/fault.ts';

/** A card as it is made. */
export interface CardRecord {
  readonly cardNo: string;
  /** Main memory, 256 bytes. */
  readonly image: Uint8Array;
  /** Error counter byte, 7 when full. */
  readonly errorCounter: number;
  /** Three bytes. */
  readonly psc: Uint8Array;
  /** Cards made to cause trouble: the label that the bench shows; '' for ordinary ones. 'damaged' has a broken chip. */
  readonly flaw: string;
  /** First 32 bytes: true where protection is set for ever. None when left out. */
  readonly protectedBytes?: readonly boolean[];
}

/** A card at the bench. */
export interface HallCard extends SimulatedCard {
  readonly cardNo: string;
  readonly flaw: string;
}

export interface CardFile {
  /** Number of cards. */
  readonly size: number;
  /** The same object for the same card every time; null for a number that is not in the file. */
  get(cardNo: string): HallCard | null;
  close(): void;
}

/** Record: card number 24 | main memory 256 | error counter 1 | PSC 3 | protection bits 4 | flaw 16 | reserve 16. Texts are ASCII padded with 0. */
const NUMBER_BYTES = 24;
const MAIN_BYTES = 256;
const PSC_BYTES = 3;
const PROTECTION_BYTES = 4;
const FLAW_BYTES = 16;
const AT_MAIN = NUMBER_BYTES;
const AT_COUNTER = AT_MAIN + MAIN_BYTES;
const AT_PSC = AT_COUNTER + 1;
const AT_PROTECTION = AT_PSC + PSC_BYTES;
const AT_FLAW = AT_PROTECTION + PROTECTION_BYTES;
const RECORD_BYTES = AT_FLAW + FLAW_BYTES + 16;
/** Header: the format's name and version. */
const MAGIC = Buffer.from('CTHALLC1', 'ascii');
const RECORDS_PER_WRITE = 4_096;

/** Writes a new file with the cards, in place of an old one; a crash leaves the old one or none. Throws RangeError on a record that does not fit. */
export function createCardFile(file: string, cards: Iterable<CardRecord>): void {
  mkdirSync(dirname(file), { recursive: true });
  const temporary = `${file}.new`;
  const descriptor = openSync(temporary, 'w', 0o600);
  try {
    writeSync(descriptor, MAGIC);
    const batch = Buffer.alloc(RECORD_BYTES * RECORDS_PER_WRITE);
    let used = 0;
    for (const card of cards) {
      encodeRecord(card).copy(batch, used);
      used += RECORD_BYTES;
      if (used < batch.length) continue;
      writeSync(descriptor, batch);
      used = 0;
    }
    writeSync(descriptor, batch, 0, used);
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
  renameSync(temporary, file);
}

/** Opens the file of a demo hall. Throws HALL_UNAVAILABLE when it is not one. */
export function openCardFile(file: string): CardFile {
  const content = readFileSync(file);
  const records = (content.length - MAGIC.length) / RECORD_BYTES;
  if (!content.subarray(0, MAGIC.length).equals(MAGIC) || !Number.isInteger(records)) {
    throw new Fault('HALL_UNAVAILABLE', { reason: 'not a card file' });
  }
  const index = new Map<string, number>();
  for (let record = 0; record < records; record += 1) {
    const at = MAGIC.length + record * RECORD_BYTES;
    index.set(text(content.subarray(at, at + NUMBER_BYTES)), at);
  }
  const descriptor = openSync(file, 'r+');
  const opened = new Map<string, HallCard>();
  return {
    size: records,
    get(cardNo) {
      const known = opened.get(cardNo);
      if (known !== undefined) return known;
      const at = index.get(cardNo);
      if (at === undefined) return null;
      const card = openCard({ descriptor, at, record: Buffer.from(content.subarray(at, at + RECORD_BYTES)) });
      opened.set(cardNo, card);
      return card;
    },
    close: () => closeSync(descriptor),
  };
}

function encodeRecord(card: CardRecord): Buffer {
  if (Buffer.byteLength(card.cardNo) > NUMBER_BYTES || card.image.length !== MAIN_BYTES || card.psc.length !== PSC_BYTES) {
    throw new RangeError(`card ${card.cardNo} does not fit its record`);
  }
  if (Buffer.byteLength(card.flaw) > FLAW_BYTES) throw new RangeError(`flaw ${card.flaw} does not fit its record`);
  const record = Buffer.alloc(RECORD_BYTES);
  record.write(card.cardNo, 0, 'ascii');
  record.set(card.image, AT_MAIN);
  record[AT_COUNTER] = card.errorCounter;
  record.set(card.psc, AT_PSC);
  record.set(encodeProtection(card.protectedBytes ?? []), AT_PROTECTION);
  record.write(card.flaw, AT_FLAW, 'ascii');
  return record;
}

/** Writes each changed byte by itself, so that a kill at any time leaves what a card would hold. */
function openCard(place: { readonly descriptor: number; readonly at: number; readonly record: Buffer }): HallCard {
  const { descriptor, at, record: stored } = place;
  const flaw = text(stored.subarray(AT_FLAW, AT_FLAW + FLAW_BYTES));
  const card: HallCard = {
    cardNo: text(stored.subarray(0, NUMBER_BYTES)),
    flaw,
    damaged: flaw === 'damaged',
    main: Uint8Array.from(stored.subarray(AT_MAIN, AT_COUNTER)),
    errorCounter: stored[AT_COUNTER] ?? 0,
    psc: Uint8Array.from(stored.subarray(AT_PSC, AT_PROTECTION)),
    protectedBytes: decodeProtection(stored.subarray(AT_PROTECTION, AT_FLAW)),
    persist() {
      const memory = [...card.main, card.errorCounter, ...card.psc, ...encodeProtection(card.protectedBytes)];
      for (const [offset, byte] of memory.entries()) {
        if (stored[AT_MAIN + offset] === byte) continue;
        stored[AT_MAIN + offset] = byte;
        writeSync(descriptor, stored, AT_MAIN + offset, 1, at + AT_MAIN + offset);
      }
    },
  };
  return card;
}

function encodeProtection(bits: readonly boolean[]): Uint8Array {
  const bytes = new Uint8Array(PROTECTION_BYTES);
  for (const [index, set] of bits.entries()) if (set) bytes[index >> 3] = (bytes[index >> 3] ?? 0) | (1 << (index & 7));
  return bytes;
}

function decodeProtection(bytes: Uint8Array): boolean[] {
  return Array.from({ length: PROTECTION_BYTES * 8 }, (_, index) => (((bytes[index >> 3] ?? 0) >> (index & 7)) & 1) === 1);
}

function text(bytes: Uint8Array): string {
  const end = bytes.indexOf(0);
  return Buffer.from(end < 0 ? bytes : bytes.subarray(0, end)).toString('ascii');
}
