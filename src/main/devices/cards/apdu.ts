// Command APDUs as cards and security modules take them, and what a PSAM is asked to compute.
import type { ApduAccess } from '../../../../drivers/kit/chip-reader.ts';
import { fromHex } from '../../../shared/domain/card-image.ts';
import { asFault, Fault, type FaultCode } from '../../../shared/domain/fault.ts';

export interface Apdu {
  readonly cla: number;
  readonly ins: number;
  readonly p1: number;
  readonly p2: number;
  readonly data?: Uint8Array;
  /** Bytes wanted back, 1 to 256; none when left out. */
  readonly expected?: number;
}

export interface ApduAnswer {
  readonly data: Uint8Array;
  /** SW1 and SW2. */
  readonly sw: number;
}

/** Uses of the PSAM's keys, as its P1 of 80 1A numbers them here. */
export const APDU_KEY_USE = { authentication: 0x01, lineProtection: 0x02 } as const;
type KeyUse = (typeof APDU_KEY_USE)[keyof typeof APDU_KEY_USE];

const SAM_SLOTS = [1, 2, 3, 4] as const;
const BLOCK_BYTES = 8;
const PAD = 0x80;

function encode({ cla, ins, p1, p2, data = new Uint8Array(), expected }: Apdu): Uint8Array {
  const le = expected === undefined ? [] : [expected & 0xff];
  const body = data.length > 0 ? [data.length, ...data] : [];
  return Uint8Array.of(cla, ins, p1, p2, ...body, ...(body.length > 0 ? [] : le));
}

/** Sends a command over T=0: fetches what 61 xx announces, asks again with the length that 6C xx names. Rejects with FRAME_SHORT on an answer without a status. */
export async function exchange(transmit: (command: Uint8Array) => Promise<Uint8Array>, command: Apdu): Promise<ApduAnswer> {
  const answer = split(await transmit(encode(command)));
  if (answer.sw >> 8 === 0x61) {
    const rest = { cla: 0x00, ins: 0xc0, p1: 0, p2: 0, expected: answer.sw & 0xff || 256 };
    return split(await transmit(encode(rest)));
  }
  // A wrong length is refused before anything happens: only reading commands are answered so.
  if (answer.sw >> 8 === 0x6c) return split(await transmit(encode({ ...command, expected: answer.sw & 0xff || 256 })));
  return answer;
}

function split(response: Uint8Array): ApduAnswer {
  if (response.length < 2) throw new Fault('FRAME_SHORT', { reason: 'status' });
  const [sw1 = 0, sw2 = 0] = response.subarray(-2);
  return { data: response.slice(0, -2), sw: sw1 * 256 + sw2 };
}

/** Returns the answer when its status is 90 00; throws DEVICE_REJECTED with the step and the status otherwise. */
export function requireOk<Answer extends { readonly sw: number }>(answer: Answer, step: string): Answer {
  if (answer.sw !== 0x9000) throw new Fault('DEVICE_REJECTED', { reason: step, status: answer.sw.toString(16).padStart(4, '0') });
  return answer;
}

/** Selects an application by its AID (hex); throws `missing` when the card does not have it. */
export async function selectApplication(
  send: (command: Apdu) => Promise<ApduAnswer>,
  applicationId: string,
  missing: FaultCode,
): Promise<void> {
  const answer = await send({ cla: 0x00, ins: 0xa4, p1: 0x04, p2: 0x00, data: fromHex(applicationId) });
  if (answer.sw === 0x6a82) throw new Fault(missing, { reason: 'application' });
  requireOk(answer, 'select');
}

/** A security module that has been given one card's number: it computes with the card's own keys and never shows them. */
export interface Psam {
  /** Returns 8 bytes encrypted with the card's key of that use. */
  encrypt(use: KeyUse, block: Uint8Array): Promise<Uint8Array>;
  /** Returns the four bytes of the MAC over `message`, whose chain begins with `start` (8 bytes). */
  mac(use: KeyUse, start: Uint8Array, message: Uint8Array): Promise<Uint8Array>;
}

/** Finds the security module with the application among the reader's module slots. Throws CARD_CHIP_UNSUPPORTED when none has it. */
export async function openPsam(
  face: ApduAccess,
  wanted: { readonly applicationId: string; readonly diversifier: Uint8Array; readonly keyVersion: number },
): Promise<Psam> {
  const send = await findModule(face, wanted.applicationId);
  const prepare = async (use: KeyUse) => {
    const ready = await send({ cla: 0x80, ins: 0x1a, p1: use, p2: wanted.keyVersion, data: wanted.diversifier });
    // 6A 88: no key of that version.
    if (ready.sw === 0x6a88 || ready.sw === 0x9403) throw new Fault('CARD_KEY_REFUSED', { reason: 'psam', keyVersion: wanted.keyVersion });
    requireOk(ready, 'psam-derive');
  };
  return {
    async encrypt(use, block) {
      await prepare(use);
      return requireOk(await send({ cla: 0x80, ins: 0xfa, p1: 0x00, p2: 0x00, data: block }), 'psam-encrypt').data;
    },
    async mac(use, start, message) {
      await prepare(use);
      const data = Uint8Array.of(...start, ...padded(message));
      return requireOk(await send({ cla: 0x80, ins: 0xfa, p1: 0x05, p2: 0x00, data }), 'psam-mac').data.slice(0, 4);
    },
  };
}

async function findModule(face: ApduAccess, applicationId: string): Promise<(command: Apdu) => Promise<ApduAnswer>> {
  for (const slot of SAM_SLOTS) {
    const send = (command: Apdu) => exchange((bytes) => face.transmit(slot, bytes), command);
    try {
      await selectApplication(send, applicationId, 'CARD_CHIP_UNSUPPORTED');
      return send;
    } catch (error) {
      // An empty slot, one that the reader does not have, or another module.
      const { code } = asFault(error);
      if (code !== 'CARD_CHIP_UNSUPPORTED' && code !== 'CARD_ABSENT' && code !== 'DEVICE_REJECTED') throw error;
    }
  }
  throw new Fault('CARD_CHIP_UNSUPPORTED', { reason: 'psam' });
}

/** ISO 9797-1 method 2: 80, then 00 up to a whole block. */
function padded(message: Uint8Array): Uint8Array {
  const result = new Uint8Array(Math.ceil((message.length + 1) / BLOCK_BYTES) * BLOCK_BYTES);
  result.set(message);
  result[message.length] = PAD;
  return result;
}
