// The meter's reading in a request's form: what its use costs up to there, shown while it is typed, owed when the step is taken.
import { Fault } from '../../../shared/domain/fault.ts';
import type { RequestState } from '../../../shared/domain/requests.ts';
import type { UseCaseContext } from '../actor.ts';
import { receivableView } from '../charges.ts';
import { billsFor, type TakenReading, takeReading, type UseBill } from '../final-bill.ts';
import type { WriteTx } from '../ports/store.ts';
import { numberOf, type RequestDefinition, type Scene, textOf } from './definition.ts';

type BilledScene = Pick<Scene, 'account' | 'meter' | 'form' | 'today'>;

/** Returns the reading in the form; null where there is none, or no meter. */
function readingOf({ account, meter, form, today }: BilledScene, requestId: string): TakenReading | null {
  const readingLitres = numberOf(form, 'readingLitres');
  if (meter === null || readingLitres === null) return null;
  const before = numberOf(form, 'billedLitres');
  const billedBefore = before === null ? null : { readingLitres: before, on: textOf(form, 'billedOn') };
  return { account, meter, readingLitres, on: today, requestId, billedBefore };
}

/** Returns what the reading in the form will cost when `step` is left; nothing while the form is not complete or wrong. */
export function comingBills(definition: RequestDefinition, scene: Scene, step: RequestState): readonly UseBill[] {
  const reading = readingOf(scene, '');
  if (reading === null || definition.reading?.bills !== true || definition.reading.step !== step) return [];
  try {
    return billsFor(scene.store, reading);
  } catch (error) {
    // Its own obstacle, or the field beside it, says what is wrong.
    if (error instanceof Fault) return [];
    throw error;
  }
}

/** Keeps the reading of the step that is left, and bills it where the request does. Throws READING_UNKNOWN, READING_BACKWARDS, TARIFF_MISSING. */
export function keepReading(
  context: UseCaseContext,
  tx: WriteTx,
  request: { readonly definition: RequestDefinition; readonly scene: BilledScene; readonly step: RequestState; readonly requestId: string },
): void {
  const { definition, scene, step, requestId } = request;
  const reading = readingOf(scene, requestId);
  if (reading === null || definition.reading?.step !== step) return;
  takeReading(context, tx, { ...reading, bills: definition.reading.bills });
}

/** Returns the bills that the request has raised, as they stand. */
export function billsOf(
  { store, account }: Pick<Scene, 'store' | 'account'>,
  requestId: string,
  now: Parameters<typeof receivableView>[1],
): ReturnType<typeof receivableView>[] {
  const rows = store.receivablesOf(account.accountId, 'all').filter(({ bill }) => bill !== undefined && bill.requestId === requestId);
  return rows.map((row) => receivableView(row, now));
}
