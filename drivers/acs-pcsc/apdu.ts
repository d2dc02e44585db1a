// Command APDUs: the readers' pseudo-APDUs for cards that speak none themselves, and what of them a trace may show.
//
// Memory cards: ACS reference manuals (ACR38x version 6.02 §9.2.2, ACR39x version 1.03 §8.4, ACR1281U §6). Contactless cards: PC/SC part 3, section 3.2.2.
import { toHex } from '../kit/index.ts';

/** Card types of the select command. The I2C type covers 1 to 16 kbit. */
export const CARD_TYPE = { i2c: 0x01, sle4442: 0x06 } as const;

export const SW_OK = 0x9000;
/** Behind this the reader has refused or the card has not answered; some readers then need a pause. */
export const SW_FAILED = 0x6300;
/** A presented PSC was right: the error counter is full again. */
export const SW_PSC_RIGHT = 0x9007;

const GET_DATA = 0xca;
const GET_RESPONSE = 0xc0;
const LOAD_KEY = 0x82;
const AUTHENTICATE = 0x86;
const PRESENT = 0x20;
const READ = 0xb0;
const READ_COUNTER = 0xb1;
const CHANGE_CODE = 0xd2;
const SELECT_TYPE = 0xa4;

const KEY_TYPE = { A: 0x60, B: 0x61 } as const;
/** Place in the reader's volatile memory that the keys go through. */
const KEY_NUMBER = 0x00;

export const selectType = (type: number) => Uint8Array.of(0xff, SELECT_TYPE, 0, 0, 1, type);
export const readMemory = (address: number, length: number) => Uint8Array.of(0xff, READ, address >> 8, address & 0xff, length);
export const readCounter = () => Uint8Array.of(0xff, READ_COUNTER, 0, 0, 4);
export const presentPsc = (psc: Uint8Array) => Uint8Array.of(0xff, PRESENT, 0, 0, psc.length, ...psc);
/** CHANGE_CODE_MEMORY_CARD: P2 is the PSC's place in security memory. The present one must have been accepted before. */
export const changePsc = (psc: Uint8Array) => Uint8Array.of(0xff, CHANGE_CODE, 0, 1, psc.length, ...psc);
export const getUid = () => Uint8Array.of(0xff, GET_DATA, 0, 0, 0);
export const loadKey = (key: Uint8Array) => Uint8Array.of(0xff, LOAD_KEY, 0, KEY_NUMBER, key.length, ...key);
export const authenticate = (block: number, kind: 'A' | 'B') =>
  Uint8Array.of(0xff, AUTHENTICATE, 0, 0, 5, 1, 0, block, KEY_TYPE[kind], KEY_NUMBER);
export const getResponse = (length: number) => Uint8Array.of(0x00, GET_RESPONSE, 0, 0, length);

/** Returns a write: `instruction` is D0h in ACS readers for memory cards, D6h in others and for contactless cards. */
export function writeMemory(instruction: number, place: { readonly address: number; readonly data: Uint8Array }): Uint8Array {
  const { address, data } = place;
  return Uint8Array.of(0xff, instruction, address >> 8, address & 0xff, data.length, ...data);
}

/** Returns the two status bytes at the end of a response as one number; 0 when there are none. */
export function statusWordOf(response: Uint8Array): number {
  return response.length < 2 ? 0 : ((response.at(-2) ?? 0) << 8) | (response.at(-1) ?? 0);
}

/** Returns a response without its status bytes. */
export function bodyOf(response: Uint8Array): Uint8Array {
  return response.slice(0, -2);
}

/** A command that may carry a secret, and what its answer may show. */
export interface Secrets {
  /** From here on the command's bytes are secret; its length when none are. */
  readonly sentFrom: number;
  /** Likewise the answer's, its status bytes left aside. */
  readonly answerFrom: number;
}

const HEAD_BYTES = 5;

/** Returns what must not stand in a trace. `onMifare`: a read or write of a block, whose sector trailers hold keys. */
export function secretsOf(apdu: Uint8Array, { onMifare }: { readonly onMifare: boolean }): Secrets {
  const [cla, instruction, , p2 = 0] = apdu;
  const none = { sentFrom: apdu.length, answerFrom: Number.POSITIVE_INFINITY };
  // VERIFY carries a PIN on CPU cards as the PSC on others.
  if (instruction === PRESENT || (cla === 0xff && (instruction === LOAD_KEY || instruction === CHANGE_CODE)))
    return { ...none, sentFrom: HEAD_BYTES };
  if (cla !== 0xff) return none;
  // The SLE4442 shows its PSC behind the error counter once it has been accepted.
  if (instruction === READ_COUNTER) return { ...none, answerFrom: 1 };
  if (onMifare && p2 % 4 === 3) return { sentFrom: HEAD_BYTES, answerFrom: 0 };
  return none;
}

/** Returns the bytes with zeros from `from` to `to`. */
export function masked(bytes: Uint8Array, span: { readonly from: number; readonly to: number }): Uint8Array {
  return span.from < span.to ? bytes.slice().fill(0, span.from, span.to) : bytes;
}

/** Returns a command or an answer as it stands in the trace; `bytes` are masked already. */
export function describe(bytes: Uint8Array): string {
  return toHex(bytes)
    .toUpperCase()
    .replaceAll(/(..)(?=.)/g, '$1 ');
}
