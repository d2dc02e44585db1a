// Every opening of a drawer: written down first, then the pulse. Nothing waits for it and nothing fails by it.
import type { FaultData } from '../../shared/domain/fault.ts';
import type { DrawerReason } from '../../shared/domain/shifts.ts';
import { record, recordNow, type UseCaseContext } from './actor.ts';
import { isConfigured } from './customer-side.ts';
import type { Ports } from './ports/index.ts';
import type { WriteTx } from './ports/store.ts';
import { faultFrom } from './reader.ts';

export interface Opening {
  /** Made before the act where repeating must change nothing; else a new one. */
  readonly openingId?: string;
  readonly why: DrawerReason;
  /** What it is for; '' for none. */
  readonly subjectId: string;
  readonly reason?: string;
  readonly approvedBy?: string;
}

function factOf({ ports, actor }: UseCaseContext, opening: Opening) {
  const { openingId = ports.ids.uuid(), why, subjectId, reason = '', approvedBy = '' } = opening;
  const payload = { openingId, shiftId: actor.shiftId, why, subjectId, reason, approvedBy };
  return { id: openingId, kind: 'drawer.opened', accountId: '', payload } as const;
}

/** Writes down that the drawer is opened, in the same transaction as what it is for. Returns false when its id was there before. */
export function putOpening(context: UseCaseContext, tx: WriteTx, opening: Opening): boolean {
  return record(context, tx, factOf(context, opening));
}

/** As putOpening, in a transaction of its own. */
export function putOpeningNow(context: UseCaseContext, opening: Opening): boolean {
  return recordNow(context, factOf(context, opening));
}

/** Writes the opening of the drawer that has a line of its own down, where there is one: a drawer behind the printer opens with the receipt. */
export function putOwnOpening(context: UseCaseContext, tx: WriteTx, opening: Opening): void {
  if (isConfigured(context.ports, 'drawer')) putOpening(context, tx, opening);
}

/** Opens the drawer that has a line of its own, for cash that moved. One behind the printer opens with the receipt. */
export function openOwnDrawer(ports: Pick<Ports, 'devices'>): void {
  if (isConfigured(ports, 'drawer')) void ports.devices.openDrawer();
}

/** Opens the drawer, whatever it hangs on, for cash that moves without a receipt behind which it would open. Nobody waits for it. */
export function openDrawerForCash({ devices }: Pick<Ports, 'devices'>): void {
  void devices.openDrawer();
}

/** Opens the drawer, whatever it hangs on, and returns what kept it from obeying, or null. */
export async function openAnyDrawer({ devices }: Pick<Ports, 'devices'>): Promise<FaultData | null> {
  const outcome = await devices.openDrawer();
  return outcome.kind === 'done' ? null : faultFrom(outcome.fault).toData();
}
