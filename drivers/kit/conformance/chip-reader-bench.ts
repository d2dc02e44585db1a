// A driver for several kinds of card joined to its simulator: what both halves of its suite start from.
import type { CardChip, ChipReader } from '../chip-reader.ts';
import { type HeldCard, heldCpuCard, heldEeprom, heldMifare, heldSle4442 } from '../testing/chips.ts';
import { type DriverUnderTest, openDriver, optionsOf } from './bench.ts';

/** Returns driver and simulator, joined; `byteTimeMs` is the time one byte takes in card memory. */
export async function openChips(underTest: DriverUnderTest, { byteTimeMs = 0 } = {}) {
  const bench = await openDriver(underTest);
  const { timers, line, open } = bench;
  const device = underTest.simulator.createChipReader?.({ timers, byteTimeMs, options: optionsOf(underTest) });
  if (!device) throw new Error('simulator.ts has no createChipReader');
  if (!open.chipReader) throw new Error('the driver opened no chipReader');
  device.attach(line.device);
  return { ...bench, device, chips: open.chipReader };
}

export type ChipBench = Awaited<ReturnType<typeof openChips>>;

/** Returns the face, which the driver must have. */
export function faceOf<Name extends 'sle4442' | 'eeprom' | 'mifare' | 'cpu'>(chips: ChipReader, name: Name): NonNullable<ChipReader[Name]> {
  const face = chips[name];
  if (!face) throw new Error(`the driver has no face ${name}`);
  return face;
}

export interface Kind {
  readonly chip: CardChip;
  readonly face: 'sle4442' | 'eeprom' | 'mifare' | 'cpu';
  held(how?: { readonly damaged?: boolean }): HeldCard;
  /** A call that this kind of card answers. */
  read(chips: ChipReader, slot: number): Promise<unknown>;
}

/** Every kind of card, with a call for it. */
export const KINDS: readonly Kind[] = [
  { chip: 'SLE4442', face: 'sle4442', held: heldSle4442, read: (chips, slot) => faceOf(chips, 'sle4442').readMain(slot, 0, 8) },
  {
    chip: 'AT24C02',
    face: 'eeprom',
    held: heldEeprom,
    read: (chips, slot) => faceOf(chips, 'eeprom').read(slot, { address: 0, length: 8 }),
  },
  {
    chip: 'MIFARE-S50',
    face: 'mifare',
    held: heldMifare,
    read: (chips, slot) => faceOf(chips, 'mifare').authenticate(slot, 1, { kind: 'A', bytes: new Uint8Array(6).fill(0xff) }),
  },
  {
    chip: 'CPU',
    face: 'cpu',
    held: heldCpuCard,
    read: (chips, slot) => faceOf(chips, 'cpu').transmit(slot, Uint8Array.of(0, 0x84, 0, 0, 4)),
  },
];
