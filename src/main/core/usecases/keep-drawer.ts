// The drawer while a shift is open: opened with its float, cash in and out beside sales, drops to the safe, openings by hand.
import type { Inputs, Outputs } from '../../../shared/contract/index.ts';
import { Fault } from '../../../shared/domain/fault.ts';
import { DENOMINATIONS_FEN, type ShiftRow, sumOfLines } from '../../../shared/domain/shifts.ts';
import { branchOf, record, type UseCaseContext } from '../actor.ts';
import { type Approver, requireApproval, requireSecondPerson } from '../approval.ts';
import { openAnyDrawer, openDrawerForCash, putOpening } from '../drawer.ts';
import type { ReadStore, WriteTx } from '../ports/store.ts';
import { carriedCash, shiftPolicy } from '../shift-books.ts';
import { announceShift, type ShiftView } from '../shift-view.ts';

type OpenInput = Omit<Inputs['shift']['open'], 'approval'>;
type MoneyInput = Omit<Inputs['shift']['payIn'], 'approval'>;
type DropInput = Required<Omit<Inputs['shift']['drop'], 'approval'>>;

/** Whose shift keeps another from being opened at this counter; '' for nobody's. */
function drawerOf(store: ReadStore, staffNo: string): string {
  const here = store.unclosedShifts().filter((shift) => shift.counterId === store.counterId() && shift.clerk !== staffNo);
  return here.length < shiftPolicy(store).drawersPerCounter ? '' : (here[0]?.clerk ?? '');
}

/** Returns what the company says about drawers, and what opening one finds here. */
export function drawerOptions({ ports, actor }: UseCaseContext): Outputs['shift']['options'] {
  const { categories, dropNeedsWitness, noSaleRole, signedFromFen } = shiftPolicy(ports.store);
  return {
    categories: [...categories],
    ...{ dropNeedsWitness, noSaleRole, signedFromFen },
    denominationsFen: [...DENOMINATIONS_FEN],
    carriedFen: carriedCash(ports.store)?.amountFen ?? 0,
    drawerOf: drawerOf(ports.store, actor.staffNo),
  };
}

/** Throws what keeps the clerk from a drawer at this counter. Returns whether a supervisor must stand by: a shift elsewhere may only seem open. */
function lookRound(store: ReadStore, staffNo: string): { readonly elsewhere: ShiftRow | null } {
  const own = store.openShiftOf(staffNo);
  if (own !== null) throw new Fault('SHIFT_ALREADY_OPEN', { openedAtMs: own.openedAtMs, businessDate: own.businessDate });
  const taken = drawerOf(store, staffNo);
  if (taken !== '') throw new Fault('DRAWER_IN_USE', { clerk: taken });
  return { elsewhere: store.unclosedShifts().find((shift) => shift.clerk === staffNo) ?? null };
}

/**
 * Returns the open shift. The same shiftId again changes nothing. Throws SHIFT_ALREADY_OPEN, DRAWER_IN_USE { clerk }, SHIFT_ELSEWHERE { counterId } and
 * SUPERVISOR_REQUIRED where a second person must stand by and does not.
 */
export function openShift(context: UseCaseContext, input: OpenInput, approver: Approver | null): ShiftView {
  const { ports, actor } = context;
  const { shiftId, floatFen } = input;
  ports.store.write((tx) => {
    const existing = tx.shift(shiftId);
    if (existing !== null) {
      if (existing.clerk !== actor.staffNo || existing.floatFen !== floatFen) throw new Fault('SHIFT_ID_REUSED', { shiftId });
      return;
    }
    const { elsewhere } = lookRound(tx, actor.staffNo);
    if (elsewhere !== null && approver === null) throw new Fault('SHIFT_ELSEWHERE', { counterId: elsewhere.counterId });
    branchOf(tx);
    const carried = carriedCash(tx);
    const isShort = carried !== null && floatFen < carried.amountFen;
    const approvedBy = elsewhere !== null || isShort ? requireSecondPerson(context, approver) : '';
    record({ ...context, actor: { ...actor, shiftId } }, tx, {
      id: shiftId,
      kind: 'shift.opened',
      accountId: '',
      payload: { shiftId, floatFen, ...(carried === null ? {} : { carried }), ...(approvedBy === '' ? {} : { approvedBy }) },
    });
  });
  return announceShift(context, shiftId);
}

/** The actor's shift with its movement of this id as it was recorded before; null where it was not. Throws SHIFT_ID_REUSED for another sum. */
function movedBefore(
  { actor }: UseCaseContext,
  tx: WriteTx,
  movement: { readonly movementId: string; readonly amountFen: number },
): boolean {
  const found = tx.shift(actor.shiftId)?.movements.find(({ movementId }) => movementId === movement.movementId);
  if (found !== undefined && found.amountFen !== movement.amountFen) throw new Fault('SHIFT_ID_REUSED', { shiftId: movement.movementId });
  return found !== undefined;
}

/** Throws SHIFT_TAKES_NO_MONEY once the shift is counted. */
function requireOpenDrawer({ actor }: UseCaseContext, tx: WriteTx): void {
  const state = tx.shift(actor.shiftId)?.state ?? '';
  if (state !== 'open') throw new Fault('SHIFT_TAKES_NO_MONEY', { state });
}

/**
 * Puts cash into the drawer or takes it out, once per id, and opens it. Throws CATEGORY_UNKNOWN, SHIFT_ID_REUSED, SHIFT_TAKES_NO_MONEY and the faults of an
 * approval.
 */
export function moveCash(context: UseCaseContext, way: 'in' | 'out', input: MoneyInput, approver: Approver | null): ShiftView {
  const { ports, actor } = context;
  const { movementId, category, reason, amountFen } = input;
  const isNew = ports.store.write((tx) => {
    if (movedBefore(context, tx, { movementId, amountFen: way === 'in' ? amountFen : -amountFen })) return false;
    requireOpenDrawer(context, tx);
    const found = shiftPolicy(tx).categories.find(({ code, direction }) => code === category && direction === way);
    if (found === undefined) throw new Fault('CATEGORY_UNKNOWN', { category });
    const approvedBy = requireApproval(context, { limit: way === 'in' ? 'payInFen' : 'payOutFen', amount: amountFen }, approver);
    const kind = way === 'in' ? 'shift.paid-in' : 'shift.paid-out';
    const payload = { movementId, shiftId: actor.shiftId, category, reason, amountFen, against: found.against, approvedBy };
    record(context, tx, { id: movementId, kind, accountId: '', payload });
    putOpening(context, tx, { why: way === 'in' ? 'paid-in' : 'paid-out', subjectId: movementId });
    return true;
  });
  if (isNew) openDrawerForCash(ports);
  return announceShift(context, actor.shiftId);
}

/**
 * Puts counted cash into the safe, once per id. What the ledger thinks is in the drawer is not asked: an answer would tell. Throws SHIFT_ID_REUSED,
 * SHIFT_TAKES_NO_MONEY, SUPERVISOR_REQUIRED, INPUT_INVALID { field } where nothing is dropped.
 */
export function dropCash(context: UseCaseContext, input: DropInput, approver: Approver | null): ShiftView {
  const { ports, actor } = context;
  const { movementId, bagNo } = input;
  const lines = input.lines.filter(({ count }) => count > 0);
  const amountFen = sumOfLines(lines);
  if (amountFen === 0) throw new Fault('INPUT_INVALID', { field: 'lines', reason: 'empty' });
  const isNew = ports.store.write((tx) => {
    if (movedBefore(context, tx, { movementId, amountFen: -amountFen })) return false;
    requireOpenDrawer(context, tx);
    const approvedBy = shiftPolicy(tx).dropNeedsWitness ? requireSecondPerson(context, approver) : '';
    const payload = { movementId, shiftId: actor.shiftId, lines, amountFen, bagNo, approvedBy };
    record(context, tx, { id: movementId, kind: 'shift.dropped', accountId: '', payload });
    putOpening(context, tx, { why: 'drop', subjectId: movementId });
    return true;
  });
  if (isNew) openDrawerForCash(ports);
  return announceShift(context, actor.shiftId);
}

/** Opens the drawer without any business: for change anybody, for anything else the policy's role. Once per id. Throws the faults of an approval. */
export async function openDrawerByHand(
  context: UseCaseContext,
  input: Omit<Inputs['shift']['openDrawer'], 'approval'>,
  approver: Approver | null,
): Promise<Outputs['shift']['openDrawer']> {
  const { ports, actor } = context;
  const { openingId, why, reason } = input;
  const known = (store: ReadStore) => store.drawerOpeningsOf(actor.shiftId).some((opening) => opening.openingId === openingId);
  const isNew = ports.store.write((tx) => {
    if (known(tx)) return false;
    const role = why === 'change' ? 'clerk' : shiftPolicy(tx).noSaleRole;
    const approvedBy = requireApproval(context, { limit: 'payOutFen', amount: 0, role }, approver);
    return putOpening(context, tx, { openingId, why, subjectId: '', reason, approvedBy });
  });
  if (!isNew) return { fault: null };
  announceShift(context, actor.shiftId);
  return { fault: await openAnyDrawer(ports) };
}
