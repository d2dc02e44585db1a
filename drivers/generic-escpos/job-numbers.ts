// Numbers behind which a printer says that it is done with everything in front of them: GS ( H, "process ID response".
//
// The command carries four bytes of 20h to 7Eh and is answered, when all data in front of it has been printed, with 37h 22h, the four bytes, and 00h. Real-time
// status bytes can come in between: they have bit 4 set, so numbers are made of bytes that have it clear, and the two never mix.
import { GS } from './commands.ts';

const HEADER = 0x37;
const IDENTIFIER = 0x22;
/** How many answers are remembered: a job is asked about soon or not at all. */
const REMEMBERED = 16;

/** Returns the command that makes the printer announce the number in its turn. */
export function numberRequest(number: string): Uint8Array {
  return Uint8Array.of(GS, 0x28, 0x48, 6, 0, 0x30, 0x30, ...Buffer.from(number, 'latin1'));
}

/**
 * Returns the number of a job: 20 bits of a hash (FNV-1a) of its id in four letters, so that every process that knows the id knows the number. Two of the
 * few jobs that can be open at a time share one once in 65,000 times.
 */
export function numberOfJob(jobId: string): string {
  let hash = 0x811c9dc5;
  for (const byte of Buffer.from(jobId, 'utf8')) hash = Math.imul(hash ^ byte, 0x01000193) >>> 0;
  const folded = (hash ^ (hash >>> 20)) & 0xfffff;
  return [0, 5, 10, 15].map((shift) => letter((folded >>> shift) & 31)).join('');
}

/** 40h to 4Fh and 60h to 6Fh: bit 4 clear. */
function letter(value: number): string {
  return String.fromCharCode(value < 16 ? 0x40 + value : 0x50 + value);
}

/** Returns the number of the `count`th question "are you done with everything"; never a job's. */
export function numberOfFence(count: number): string {
  return [0, 4, 8, 12].map((shift) => String.fromCharCode(0x20 + ((count >>> shift) & 15))).join('');
}

export interface HeardNumbers {
  /** Takes a byte that is no status; returns whether it belongs to an answer. */
  received(byte: number): boolean;
  has(number: string): boolean;
  /** What was heard of this number belongs to the past: it is about to be given again. */
  forget(number: string): void;
}

/** Returns a collector of announced numbers. */
export function createHeardNumbers(): HeardNumbers {
  let heard: readonly string[] = [];
  let block: number[] | null = null;
  /** The end of an answer may be missing: some HID bridges cut zeros off the end of a report. */
  let endDue = false;
  return {
    received(byte) {
      if (byte === HEADER) {
        block = [];
        endDue = false;
        return true;
      }
      const isEnd = endDue && byte === 0;
      endDue = false;
      if (isEnd) return true;
      if (block === null) return false;
      const isExpected = block.length === 0 ? byte === IDENTIFIER : byte >= 0x20 && byte <= 0x7e;
      if (!isExpected) {
        block = null;
        return false;
      }
      block.push(byte);
      if (block.length === 5) {
        heard = [...heard, String.fromCharCode(...block.slice(1))].slice(-REMEMBERED);
        block = null;
        endDue = true;
      }
      return true;
    },
    has: (number) => heard.includes(number),
    forget(number) {
      heard = heard.filter((other) => other !== number);
    },
  };
}
