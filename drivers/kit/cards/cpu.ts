// A CPU card as its operating system answers: one application with transparent files, an external authentication key with a retry counter, and
// line protection of every change.
//
//     00 A4 04 00 Lc AID                 SELECT; FCI by GET RESPONSE
//     00 B0 80|sfi offset Le             READ BINARY, free
//     00 84 00 00 04                     GET CHALLENGE; good for one command that follows
//     00 82 00 key 08 cryptogram         EXTERNAL AUTHENTICATE: the challenge with four zero bytes, encrypted with the card's authentication key.
//                                        63 Cx with the attempts left, 69 83 with none; without data it only says how many there are
//     04 D6 80|sfi offset Lc data MAC    UPDATE BINARY after authentication; MAC over header, Lc and data, padded with 80 00…, its chain begun with
//                                        challenge and zeros, under the card's line protection key. 93 02 on a wrong one
//     00 C0 00 00 Le                     GET RESPONSE
//
// Files are written in pieces of 16 bytes at addresses that are multiples of it; a piece can tear inside. The attempt is spent before the cryptogram is
// compared and given back afterwards, so that pulling the card out in between gains nothing.

import type { CardWork, SimulatedCpuCard } from './chip.ts';
import { deriveCardKey, encryptBlock, macOf, padBlocks } from './des.ts';
import { programPage } from './pages.ts';

export const CPU_ATTEMPTS = 3;
const PIECE_BYTES = 16;
const MAC_BYTES = 4;
const SW = {
  ok: 0x9000,
  wrongLength: 0x6700,
  notAllowed: 0x6982,
  locked: 0x6983,
  noChallenge: 0x6985,
  noFile: 0x6a82,
  noKey: 0x6a88,
  wrongOffset: 0x6b00,
  wrongInstruction: 0x6d00,
  wrongMac: 0x9302,
} as const;

export interface CpuCardKeys {
  /** 16 bytes each: the card's own. */
  readonly authentication: Uint8Array;
  readonly lineProtection: Uint8Array;
}

/** What the card keeps. */
export interface CpuCardMemory {
  readonly applicationId: Uint8Array;
  /** Lengths are multiples of 16. */
  readonly files: readonly { readonly sfi: number; readonly bytes: number }[];
  /** All files one after the other. */
  readonly bytes: Uint8Array;
  attemptsLeft: number;
  /** Key number of the external authentication key. */
  readonly keyId: number;
  readonly keys: CpuCardKeys;
  readonly damaged?: boolean;
  /** Called after each single byte changed, the counter among them. */
  persist(): void;
}

/** Master keys of a branch by version, as its PSAM holds them. */
export interface PsamKeys {
  readonly version: number;
  readonly authentication: Uint8Array;
  readonly lineProtection: Uint8Array;
}

/** Returns the card's own keys of the branch's. `diversifier`: eight bytes of the card's number. */
export function cpuCardKeys(masters: PsamKeys, diversifier: Uint8Array): CpuCardKeys {
  return {
    authentication: deriveCardKey(masters.authentication, diversifier),
    lineProtection: deriveCardKey(masters.lineProtection, diversifier),
  };
}

/** Returns the card over its memory. `challenge` returns four bytes that nobody can foretell; a test may count. */
export function createSimulatedCpuCard(memory: CpuCardMemory, challenge: () => Uint8Array): SimulatedCpuCard {
  let selected = false;
  let authenticated = false;
  let asked: Uint8Array | null = null;
  let waiting = new Uint8Array();

  function fileOf(p1: number): { readonly start: number; readonly bytes: number } | null {
    let start = 0;
    for (const file of memory.files) {
      if (p1 === (0x80 | file.sfi)) return { start, bytes: file.bytes };
      start += file.bytes;
    }
    return null;
  }

  /** The challenge with zeros, once. */
  function takeChallenge(): Uint8Array | null {
    if (asked === null) return null;
    const block = Uint8Array.of(...asked, 0, 0, 0, 0);
    asked = null;
    return block;
  }

  function read(p1: number, p2: number, expected: number): Uint8Array {
    const file = fileOf(p1);
    if (!selected || file === null) return status(SW.noFile);
    if (p2 >= file.bytes) return status(SW.wrongOffset);
    const rest = file.bytes - p2;
    if (expected > rest) return status(0x6c00 | rest);
    return status(SW.ok, memory.bytes.slice(file.start + p2, file.start + p2 + expected));
  }

  function* setAttempts(attemptsLeft: number): CardWork<void> {
    yield;
    memory.attemptsLeft = attemptsLeft;
    memory.persist();
  }

  function* authenticate(keyId: number, data: Uint8Array): CardWork<Uint8Array> {
    if (!selected || keyId !== memory.keyId) return status(SW.noKey);
    if (memory.attemptsLeft === 0) return status(SW.locked);
    if (data.length === 0) return status(0x63c0 | memory.attemptsLeft);
    const block = takeChallenge();
    if (block === null) return status(SW.noChallenge);
    authenticated = false;
    yield* setAttempts(memory.attemptsLeft - 1);
    const expected = encryptBlock(memory.keys.authentication, block);
    if (!expected.every((byte, index) => byte === data[index]))
      return status(memory.attemptsLeft === 0 ? SW.locked : 0x63c0 | memory.attemptsLeft);
    yield* setAttempts(CPU_ATTEMPTS);
    authenticated = true;
    return status(SW.ok);
  }

  function* update(header: Uint8Array, body: Uint8Array): CardWork<Uint8Array> {
    const [, , p1 = 0, p2 = 0] = header;
    const file = fileOf(p1);
    const start = takeChallenge();
    if (!selected || file === null) return status(SW.noFile);
    if (!authenticated) return status(SW.notAllowed);
    if (start === null) return status(SW.noChallenge);
    const data = body.subarray(0, -MAC_BYTES);
    if (body.length <= MAC_BYTES) return status(SW.wrongLength);
    if (p2 + data.length > file.bytes) return status(SW.wrongOffset);
    const mac = macOf(memory.keys.lineProtection, start, padBlocks(Uint8Array.of(...header, ...data)));
    if (!mac.every((byte, index) => byte === body[data.length + index])) {
      authenticated = false;
      return status(SW.wrongMac);
    }
    for (let at = 0; at < data.length; ) {
      const length = Math.min(PIECE_BYTES - ((p2 + at) % PIECE_BYTES), data.length - at);
      yield* programPage(memory, file.start + p2 + at, data.subarray(at, at + length));
      at += length;
    }
    return status(SW.ok);
  }

  function respond(data: Uint8Array): Uint8Array {
    waiting = Uint8Array.from(data);
    return status(0x6100 | data.length);
  }

  return {
    chip: 'CPU',
    damaged: memory.damaged ?? false,
    uid: null,
    // Direct convention, T=0, TA1 11, no historical bytes.
    atr: Uint8Array.of(0x3b, 0x10, 0x11),
    reset() {
      selected = false;
      authenticated = false;
      asked = null;
      waiting = new Uint8Array();
    },
    *transmit(command): CardWork<Uint8Array> {
      const [cla = 0, ins = 0, p1 = 0, p2 = 0, p3 = 0] = command;
      const hasData = command.length > 5;
      const data = command.slice(5, 5 + p3);
      if (hasData && data.length !== p3) return status(SW.wrongLength);
      const expected = hasData ? 0 : p3 || 256;
      switch ((cla << 8) | ins) {
        case 0x00a4: {
          selected = p1 === 0x04 && sameBytes(data, memory.applicationId);
          authenticated = false;
          return selected ? respond(Uint8Array.of(0x6f, data.length + 2, 0x84, data.length, ...data)) : status(SW.noFile);
        }
        case 0x00c0: {
          const answer = waiting;
          waiting = new Uint8Array();
          return answer.length > 0 ? status(SW.ok, answer.slice(0, expected)) : status(SW.noChallenge);
        }
        case 0x00b0:
          return read(p1, p2, expected);
        case 0x0084:
          asked = challenge();
          return status(SW.ok, asked);
        case 0x0082:
          return yield* authenticate(p2, hasData ? data : new Uint8Array());
        case 0x04d6:
          return yield* update(command.slice(0, 5), data);
        default:
          return status(SW.wrongInstruction);
      }
    },
  };
}

/** Returns the response: data and two status bytes. */
export function status(sw: number, data: Uint8Array = new Uint8Array()): Uint8Array {
  return Uint8Array.of(...data, sw >> 8, sw & 0xff);
}

/** Whether two byte strings are the same. */
export function sameBytes(left: Uint8Array, right: Uint8Array): boolean {
  return left.length === right.length && left.every((byte, index) => byte === right[index]);
}
