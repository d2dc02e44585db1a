// What the device process can do with one kind of chip; one module per kind, all of them used by cards/index.ts alone.
import type { ChipReader } from '../../../../drivers/kit/chip-reader.ts';
import type { AccessOf, CardAccess } from '../../../shared/domain/card-access.ts';
import type { CardWrite } from '../../../shared/domain/card-image.ts';
import { Fault } from '../../../shared/domain/fault.ts';
import type { CardKeys } from '../../core/ports/cards.ts';
import type { WriteProgress } from '../../core/ports/devices.ts';

/** A card in a slot, and how it is read. */
export interface CardPlace {
  readonly cardSlot: number;
  readonly access: CardAccess;
  /** Null where reading needs none, or none is known. */
  readonly keys: CardKeys | null;
}

/** A write as the reader's side sees it. */
export interface CardWriteTask extends CardPlace {
  readonly keys: CardKeys;
  /** Put in place of `keys`, and presented, before the first write. */
  readonly newKeys?: CardKeys | undefined;
  /** What the card holds; compared before the module is called. */
  readonly expected: Uint8Array;
  /** Not empty, within the image, in the order in which they are to be made. */
  readonly writes: readonly CardWrite[];
  readonly allowLastAttempt: boolean;
}

export interface CardWriteHooks {
  /** Aborted with a Fault as its reason: stops before the next step. */
  readonly signal: AbortSignal;
  progress(progress: WriteProgress): void;
  /** Called right before the first byte that changes the image is sent. What fails before is refused, what fails after is unknown. */
  effectBegins(): void;
}

export interface CardChipModule {
  /**
   * Returns the image, as long as the layout's. Spends no attempt of any counter. Rejects with the reader's faults, with CARD_KEY_REFUSED when a key for
   * reading is wrong, and with CARD_OTHER_LAYOUT when the card is of the chip but has nothing of what `access` names.
   */
  read(reader: ChipReader, place: CardPlace): Promise<Uint8Array>;
  /** Returns the attempts left to present a key, and spends none. Left out where the chip does not count. */
  attemptsLeft?(reader: ChipReader, place: CardPlace): Promise<number>;
  /**
   * Presents what the chip wants and makes the writes. Before it is called the image has been compared and the attempts left have been looked at; the
   * caller reads back. Rejects with CARD_PSC_WRONG or CARD_KEY_REFUSED when a key was the wrong one. Repeats nothing.
   */
  write(reader: ChipReader, task: CardWriteTask, hooks: CardWriteHooks): Promise<void>;
}

/** Returns the face of the reader for a chip; throws CARD_CHIP_UNSUPPORTED when it has none. */
export function requireFace<Face extends 'sle4442' | 'eeprom' | 'mifare' | 'cpu' | 'sam' | 'tradeDll'>(
  reader: ChipReader,
  face: Face,
): NonNullable<ChipReader[Face]> {
  const found = reader[face];
  if (found === undefined) throw new Fault('CARD_CHIP_UNSUPPORTED', { reason: face });
  return found as NonNullable<ChipReader[Face]>;
}

/** Returns the access if it is for this chip; throws INPUT_INVALID otherwise. */
export function accessOf<Chip extends CardAccess['chip']>(place: CardPlace, chip: Chip): AccessOf<Chip> {
  if (place.access.chip !== chip) throw new Fault('INPUT_INVALID', { field: 'access' });
  return place.access as AccessOf<Chip>;
}

/** Returns the keys if they are for this chip; throws INPUT_INVALID otherwise. */
export function keysOf<Chip extends CardAccess['chip']>(place: CardPlace, chip: Chip): Extract<CardKeys, { readonly chip: Chip }> {
  if (place.keys?.chip !== chip) throw new Fault('INPUT_INVALID', { field: 'keys' });
  return place.keys as Extract<CardKeys, { readonly chip: Chip }>;
}

/** Sends the pieces one after the other, with the hooks kept: abort before each, the effect before the first, progress after each. */
export async function writePieces(
  pieces: readonly CardWrite[],
  hooks: CardWriteHooks,
  send: (piece: CardWrite) => Promise<void>,
): Promise<void> {
  const totalBytes = pieces.reduce((sum, piece) => sum + piece.data.length, 0);
  let doneBytes = 0;
  for (const [index, piece] of pieces.entries()) {
    hooks.signal.throwIfAborted();
    if (index === 0) hooks.effectBegins();
    await send(piece);
    doneBytes += piece.data.length;
    hooks.progress({ doneBytes, totalBytes });
  }
  hooks.signal.throwIfAborted();
}
