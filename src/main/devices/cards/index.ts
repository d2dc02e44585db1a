// Reading and writing a card of any kind through a reader: the order that never spends a last attempt and never hides a half write.
import type { CardChip, ChipReader } from '../../../../drivers/kit/chip-reader.ts';
import { type Outcome, outcomeOf } from '../../../../drivers/kit/outcome.ts';
import { readingNeedsKeys } from '../../../shared/domain/card-access.ts';
import { sameBytes } from '../../../shared/domain/card-image.ts';
import { asFault, Fault } from '../../../shared/domain/fault.ts';
import type { CardReadChoice } from '../../core/ports/cards.ts';
import type { CardSnapshot } from '../../core/ports/devices.ts';
import { at24c02 } from './at24c02.ts';
import { cpuCard } from './cpu.ts';
import { mifareS50 } from './mifare.ts';
import type { CardChipModule, CardWriteHooks, CardWriteTask } from './module.ts';
import { sle4442 } from './sle4442.ts';
import { tradeDll } from './trade-dll.ts';

const MODULES: Readonly<Partial<Record<CardChip, CardChipModule>>> = {
  SLE4442: sle4442,
  AT24C02: at24c02,
  'MIFARE-S50': mifareS50,
  CPU: cpuCard,
  'TRADE-DLL': tradeDll,
};

/** Chips whose keys the counter can put in place of the maker's. */
const TAKES_NEW_KEYS: ReadonlySet<CardChip> = new Set<CardChip>(['SLE4442', 'MIFARE-S50']);

function moduleOf(chip: CardChip): CardChipModule {
  const found = MODULES[chip];
  if (found === undefined) throw new Fault('CARD_CHIP_UNSUPPORTED', { chip });
  return found;
}

/**
 * Returns what is in the slot, read by the first choice that fits it. Presents nothing that is counted. Without a fitting choice, or without the
 * keys that the chip wants for reading, the image is null and the chip and its number say what to come back with.
 * Rejects with the reader's faults; a card pulled out meanwhile is simply absent.
 */
export async function readCard(
  reader: ChipReader,
  request: { readonly cardSlot: number; readonly choices: readonly CardReadChoice[] },
): Promise<CardSnapshot> {
  const { cardSlot, choices } = request;
  const none = { chip: null, uid: null, layoutId: null, keyVersion: null, image: null, attemptsLeft: null };
  const { presence, chip, uid } = await reader.identify(cardSlot);
  if (presence !== 'present') return { presence, ...none };
  const present = { presence, ...none, chip, uid: uid === null ? null : Uint8Array.from(uid) };
  try {
    for (const { layoutId, access, keyVersion, keys } of choices) {
      if (access.chip !== chip || (keys === null && readingNeedsKeys(chip))) continue;
      try {
        const place = { cardSlot, access, keys };
        const module = moduleOf(chip);
        const image = await module.read(reader, place);
        return { ...present, image, attemptsLeft: (await module.attemptsLeft?.(reader, place)) ?? null, layoutId, keyVersion };
      } catch (error) {
        const { code } = asFault(error);
        if (code !== 'CARD_KEY_REFUSED' && code !== 'CARD_OTHER_LAYOUT') throw error;
      }
    }
    return present;
  } catch (error) {
    const { code } = asFault(error);
    if (code === 'CARD_ABSENT') return { presence: 'absent', ...none };
    if (code === 'CARD_DAMAGED') return { presence: 'damaged', ...none };
    throw error;
  }
}

/**
 * Writes a card: compare, attempts left, keys, write, read back. `done` carries the image read back, whatever it holds.
 * Until the first byte that changes the image is sent every failure is `refused`, from then on `unknown`.
 * With nothing to write no secret is presented.
 */
export async function writeCard(reader: ChipReader, task: CardWriteTask, hooks: CardWriteHooks): Promise<Outcome<Uint8Array>> {
  let effectBegan = false;
  const effectBegins = () => {
    effectBegan = true;
    hooks.effectBegins();
  };
  return outcomeOf(
    async () => {
      checkWrites(task);
      const { cardSlot: slot } = task;
      const module = moduleOf(task.access.chip);
      const { presence, chip } = await reader.identify(slot);
      if (presence === 'absent') throw new Fault('CARD_ABSENT', { slot });
      if (presence === 'damaged') throw new Fault('CARD_DAMAGED', { slot });
      if (chip !== task.access.chip) throw new Fault('CARD_CHANGED_ELSEWHERE', { slot });
      if (!sameBytes(await module.read(reader, task), task.expected)) throw new Fault('CARD_CHANGED_ELSEWHERE', { slot });
      if (task.writes.length > 0) {
        if (task.newKeys !== undefined && !TAKES_NEW_KEYS.has(task.access.chip))
          throw new Fault('CARD_CHIP_UNSUPPORTED', { reason: 'newKeys' });
        requireAttempts(task, (await module.attemptsLeft?.(reader, task)) ?? null);
        hooks.signal.throwIfAborted();
        await module.write(reader, task, { signal: hooks.signal, progress: (step) => hooks.progress(step), effectBegins });
      }
      return module.read(reader, task);
    },
    () => effectBegan,
  );
}

function checkWrites({ expected, writes }: CardWriteTask): void {
  const outside = writes.some(({ address, data }) => data.length === 0 || address + data.length > expected.length);
  if (outside) throw new Fault('INPUT_INVALID', { field: 'writes' });
}

/** Throws unless a counted secret may be presented: CARD_LOCKED with none left, CARD_LAST_ATTEMPT with one that nobody has allowed. */
function requireAttempts({ cardSlot: slot, allowLastAttempt }: CardWriteTask, attemptsLeft: number | null): void {
  if (attemptsLeft === 0) throw new Fault('CARD_LOCKED', { slot });
  if (attemptsLeft === 1 && !allowLastAttempt) throw new Fault('CARD_LAST_ATTEMPT', { slot, attemptsLeft });
}
