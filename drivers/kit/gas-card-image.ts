// A trade card as bytes: the canonical image of what a maker's library reads, so that images before and after work as on a memory card.
//
// Byte map (numbers: 32 bits with sign, high byte first, -1 = the maker does not support it; texts: UTF-8, 00-filled, empty = not supported):
//
//     0 magic "TD" · 2 version 01 · 3 state (0 content, 1 blank, 2 foreign; without content the rest is 00)
//     4 dqdm, 4 · 8 kh, 32 · 40 yhh, 32 · 72 tm, 32 · 104 klx · 108 bkcs
//   112 cs · 116 ql · 120 ljgql · 124 sqrq, 8 · 132 bjql · 136 czsx · 140 tzed · 144 oldprice · 148 newprice · 152 sxrq, 8 · 160 sxbj
//   164 kzt · 168 ljyql · 172 syql                                                              (the meter's own)
//
// The card key `kmm` is left out: images stand in the journal. Whoever writes a card reads it first and hands the library its own key back.
import type { ByteRange } from '../../src/shared/domain/card-image.ts';
import { Fault } from '../../src/shared/domain/fault.ts';
import type { GasCardFields } from './gas-card-library.ts';

export const GAS_CARD_IMAGE_BYTES = 176;
/** What the meter writes: state, volume used, volume left. */
export const GAS_CARD_METER_RANGE: ByteRange = { from: 164, to: 176 };

const MAGIC = [0x54, 0x44, 1];
const STATE = 3;
const STATES = ['content', 'blank', 'foreign'] as const;

export type GasCardImage = { readonly kind: 'content'; readonly fields: GasCardFields } | { readonly kind: 'blank' | 'foreign' };

type FieldName = keyof GasCardFields;
type TextName = { [Name in FieldName]: GasCardFields[Name] extends string ? Name : never }[FieldName];
type NumberName = Exclude<FieldName, TextName>;

const TEXTS: Readonly<Record<Exclude<TextName, 'kmm'>, { readonly at: number; readonly bytes: number }>> = {
  dqdm: { at: 4, bytes: 4 },
  kh: { at: 8, bytes: 32 },
  yhh: { at: 40, bytes: 32 },
  tm: { at: 72, bytes: 32 },
  sqrq: { at: 124, bytes: 8 },
  sxrq: { at: 152, bytes: 8 },
};

const NUMBERS: Readonly<Record<NumberName, number>> = {
  klx: 104,
  bkcs: 108,
  cs: 112,
  ql: 116,
  ljgql: 120,
  bjql: 132,
  czsx: 136,
  tzed: 140,
  oldprice: 144,
  newprice: 148,
  sxbj: 160,
  kzt: 164,
  ljyql: 168,
  syql: 172,
};

export const GAS_CARD_TEXTS = Object.keys(TEXTS) as readonly (keyof typeof TEXTS)[];
export const GAS_CARD_NUMBERS = Object.keys(NUMBERS) as readonly NumberName[];

/** Returns fields of which nothing is known: texts empty, numbers -1. */
export function emptyGasCard(): GasCardFields {
  const texts = GAS_CARD_TEXTS.map((name) => [name, ''] as const);
  const numbers = GAS_CARD_NUMBERS.map((name) => [name, -1] as const);
  return Object.fromEntries([['kmm', ''], ...texts, ...numbers]) as unknown as GasCardFields;
}

/** Returns the image of a card. Throws LIBRARY_FAILED { field } for a text or number that has no room in it. */
export function encodeGasCard(card: GasCardImage): Uint8Array {
  const image = new Uint8Array(GAS_CARD_IMAGE_BYTES);
  const view = new DataView(image.buffer);
  image.set(MAGIC);
  image[STATE] = STATES.indexOf(card.kind);
  if (card.kind !== 'content') return image;
  for (const name of GAS_CARD_TEXTS) {
    const bytes = new TextEncoder().encode(card.fields[name]);
    const { at, bytes: room } = TEXTS[name];
    if (bytes.length > room || bytes.includes(0)) throw new Fault('LIBRARY_FAILED', { field: name, reason: 'no room in the image' });
    image.set(bytes, at);
  }
  for (const name of GAS_CARD_NUMBERS) {
    const value = card.fields[name];
    if (value !== (value | 0)) throw new Fault('LIBRARY_FAILED', { field: name, reason: 'not a 32-bit integer' });
    view.setInt32(NUMBERS[name], value);
  }
  return image;
}

/** Returns what an image says, its `kmm` empty; null when it is none of a trade card. */
export function decodeGasCard(image: Uint8Array): GasCardImage | null {
  if (image.length !== GAS_CARD_IMAGE_BYTES || MAGIC.some((byte, index) => image[index] !== byte)) return null;
  const kind = STATES[image[STATE] ?? STATES.length];
  if (kind === undefined) return null;
  if (kind !== 'content') return { kind };
  const view = new DataView(image.buffer, image.byteOffset, image.length);
  const texts = GAS_CARD_TEXTS.map((name) => {
    const { at, bytes } = TEXTS[name];
    const end = image.subarray(at, at + bytes).indexOf(0);
    return [name, new TextDecoder().decode(image.subarray(at, end < 0 ? at + bytes : at + end))] as const;
  });
  const numbers = GAS_CARD_NUMBERS.map((name) => [name, view.getInt32(NUMBERS[name])] as const);
  return { kind, fields: Object.fromEntries([['kmm', ''], ...texts, ...numbers]) as unknown as GasCardFields };
}
