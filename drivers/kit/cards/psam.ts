// A PSAM: the branch's master keys in a chip that computes with them and never shows them.
//
//     00 A4 04 00 Lc AID            SELECT; FCI by GET RESPONSE
//     80 1A use version 08 number   derives the card's own key of that use (1 authentication, 2 line protection) from eight bytes of its number;
//                                   6A 88 where it holds no key of the version
//     80 FA 00 00 08 block          encrypts a block with the derived key; 8 bytes by GET RESPONSE
//     80 FA 05 00 Lc start|data     MAC over whole blocks, its chain begun with the first eight bytes; 4 bytes by GET RESPONSE
//     00 C0 00 00 Le                GET RESPONSE

import type { CardWork, SimulatedCpuCard } from './chip.ts';
import { type CpuCardKeys, cpuCardKeys, type PsamKeys, sameBytes, status } from './cpu.ts';
import { encryptBlock, macOf } from './des.ts';

const BLOCK_BYTES = 8;
const USES: Readonly<Record<number, keyof CpuCardKeys>> = { 1: 'authentication', 2: 'lineProtection' };

/** Returns a security module with the application and its keys. */
export function createSimulatedPsam(module: { readonly applicationId: Uint8Array; readonly keys: readonly PsamKeys[] }): SimulatedCpuCard {
  let selected = false;
  let derived: Uint8Array | null = null;
  let waiting = new Uint8Array();

  function derive(use: number, version: number, diversifier: Uint8Array): Uint8Array {
    const masters = module.keys.find((keys) => keys.version === version);
    const kind = USES[use];
    if (!selected || masters === undefined || kind === undefined) return status(0x6a88);
    if (diversifier.length !== BLOCK_BYTES) return status(0x6700);
    derived = cpuCardKeys(masters, diversifier)[kind];
    return status(0x9000);
  }

  function compute(mode: number, data: Uint8Array): Uint8Array {
    if (derived === null) return status(0x6985);
    if (data.length === 0 || data.length % BLOCK_BYTES !== 0 || (mode === 0x05 && data.length === BLOCK_BYTES)) return status(0x6700);
    if (mode === 0x00) return respond(encryptBlock(derived, data.subarray(0, BLOCK_BYTES)));
    return mode === 0x05 ? respond(macOf(derived, data.subarray(0, BLOCK_BYTES), data.subarray(BLOCK_BYTES))) : status(0x6a86);
  }

  function respond(data: Uint8Array): Uint8Array {
    waiting = Uint8Array.from(data);
    return status(0x6100 | data.length);
  }

  return {
    chip: 'CPU',
    uid: null,
    atr: Uint8Array.of(0x3b, 0x10, 0x11),
    reset() {
      selected = false;
      derived = null;
      waiting = new Uint8Array();
    },
    // biome-ignore lint/correctness/useYield: a module changes nothing that could tear
    *transmit(command): CardWork<Uint8Array> {
      const [cla = 0, ins = 0, p1 = 0, p2 = 0, p3 = 0] = command;
      const data = command.slice(5, 5 + p3);
      switch ((cla << 8) | ins) {
        case 0x00a4:
          selected = p1 === 0x04 && sameBytes(data, module.applicationId);
          derived = null;
          return selected ? respond(Uint8Array.of(0x6f, data.length + 2, 0x84, data.length, ...data)) : status(0x6a82);
        case 0x00c0: {
          const answer = waiting;
          waiting = new Uint8Array();
          return answer.length > 0 ? status(0x9000, answer.slice(0, p3 || 256)) : status(0x6985);
        }
        case 0x801a:
          return derive(p1, p2, data);
        case 0x80fa:
          return compute(p1, data);
        default:
          return status(0x6d00);
      }
    },
  };
}
