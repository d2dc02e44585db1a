// Work with the card in the reader under one lease, with outcomes turned into values or faults.
import type { CardChip } from '../../../drivers/kit/chip-reader.ts';
import type { Outcome } from '../../../drivers/kit/outcome.ts';
import { type CardAccess, readingNeedsKeys } from '../../shared/domain/card-access.ts';
import { Fault, type FaultCode, type FaultData, isFaultCode } from '../../shared/domain/fault.ts';
import { assessCard, type CardAssessment } from './card-assessment.ts';
import type { CardKeys, CardReadChoice } from './ports/cards.ts';
import type { Devices, HeldReader } from './ports/devices.ts';
import type { Ports } from './ports/index.ts';

/** A fault from another process; a code this version does not know becomes DEVICE_REJECTED with the code named. */
export function faultFrom(data: { readonly code: string; readonly context: FaultData['context'] }): Fault {
  return isFaultCode(data.code) ? new Fault(data.code, data.context) : new Fault('DEVICE_REJECTED', { ...data.context, code: data.code });
}

/** Returns the value of a finished call; throws its fault otherwise. Only for calls whose effect needs no decision. */
export function requireDone<T>(outcome: Outcome<T>): T {
  if (outcome.kind === 'done') return outcome.value;
  throw faultFrom(outcome.fault);
}

/** The last task of each reader's queue. */
const lastTasks = new WeakMap<Devices, Promise<unknown>>();

/**
 * Holds the reader for `task`, after the tasks of this core that asked before: two windows take turns, and every device call ends
 * by its own limit. Throws the fault of the lease, or what the task throws.
 */
export function holdReader<T>(ports: Ports, task: (reader: HeldReader) => Promise<T>): Promise<T> {
  const turn = (lastTasks.get(ports.devices) ?? Promise.resolve()).then(() => holdNow(ports, task));
  lastTasks.set(
    ports.devices,
    turn.catch(() => {}),
  );
  return turn;
}

async function holdNow<T>(ports: Ports, task: (reader: HeldReader) => Promise<T>): Promise<T> {
  let thrown: { readonly error: unknown } | null = null;
  const outcome = await ports.devices.withReader(async (reader) => {
    try {
      return await task(reader);
    } catch (error) {
      thrown = { error };
      return null;
    }
  });
  if (thrown !== null) throw (thrown as { readonly error: unknown }).error;
  return requireDone(outcome) as T;
}

/**
 * Reads the card in the slot and says what it is. A chip that gives nothing without keys is read a second time, with the keys that belong to
 * its number. Throws DEVICE_…, PORT_…, FRAME_… faults.
 */
export async function readAndAssess(ports: Ports, reader: HeldReader, slot: number): Promise<CardAssessment> {
  const free = ports.layouts.all().map(({ id, access }): CardReadChoice => ({ layoutId: id, access, keyVersion: null, keys: null }));
  const snapshot = requireDone(await reader.read(slot, free));
  const { chip, uid, image } = snapshot;
  if (image !== null || chip === null || !readingNeedsKeys(chip)) return assessCard(ports, snapshot);
  return assessCard(ports, requireDone(await reader.read(slot, keyedChoices(ports, chip, uid))));
}

/** Every layout of the chip with the keys of every version, newest first, and with those of a new card. A wrong one costs such a chip nothing. */
function keyedChoices(ports: Ports, chip: CardChip, uid: Uint8Array | null): CardReadChoice[] {
  return ports.layouts
    .all()
    .filter(({ access }) => access.chip === chip)
    .flatMap(({ id: layoutId, access }) => [
      ...ports.keys.versions.map((keyVersion): CardReadChoice => {
        const keys = ports.keys.cardKeys({ layoutId, access, cardNo: '', uid, keyVersion });
        return { layoutId, access, keyVersion, keys };
      }),
      { layoutId, access, keyVersion: null, keys: ports.keys.transportKeys(access) },
      // Torn while it was made: some sectors have their own keys already.
      { layoutId, access, keyVersion: null, keys: halfMadeKeys(ports, { layoutId, access, uid }) },
    ]);
}

/** Returns the card's own keys of the newest version with its maker's behind them, for a card whose making may have been torn between the two. */
export function halfMadeKeys(
  { keys }: Pick<Ports, 'keys'>,
  card: { readonly layoutId: string; readonly access: CardAccess; readonly uid: Uint8Array | null },
): CardKeys {
  const [keyVersion = 0] = keys.versions;
  const own = keys.cardKeys({ ...card, cardNo: '', keyVersion });
  const makers = keys.transportKeys(card.access);
  if (own.chip !== 'MIFARE-S50' || makers.chip !== 'MIFARE-S50') return own;
  return { chip: own.chip, sectors: [...own.sectors, ...makers.sectors] };
}

/** Throws unless the card in the reader is the one named. */
export function requireCard(assessment: CardAssessment, cardNo: string): void {
  const found = assessment.identity?.cardNo ?? null;
  if (found !== null && found !== cardNo) throw new Fault('CARD_MISMATCH', { expected: cardNo, found });
  if (assessment.fault !== null) throw new Fault(assessment.fault satisfies FaultCode);
}
