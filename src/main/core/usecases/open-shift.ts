// The clerk opens a drawer with its float.
import { Fault } from '../../../shared/domain/fault.ts';
import { branchOf, record, type UseCaseContext } from '../actor.ts';
import { type ShiftView, shiftView } from '../views.ts';

/** Returns the open shift. The same shiftId again changes nothing; another one while a shift is open is SHIFT_ALREADY_OPEN. */
export function openShift(context: UseCaseContext, input: { readonly shiftId: string; readonly floatFen: number }): ShiftView {
  const { ports, actor } = context;
  ports.store.write((tx) => {
    const open = tx.openShiftOf(actor.staffNo);
    if (open?.shiftId === input.shiftId) return;
    if (open !== null) throw new Fault('SHIFT_ALREADY_OPEN', { openedAtMs: open.openedAtMs });
    branchOf(tx);
    const withShift = { ...context, actor: { ...actor, shiftId: input.shiftId } };
    record(withShift, tx, {
      id: input.shiftId,
      kind: 'shift.opened',
      accountId: '',
      payload: { shiftId: input.shiftId, floatFen: input.floatFen },
    });
  });
  ports.sync.nudge();
  ports.events.publish({ type: 'changed', area: 'shift', accountId: '' });
  const shift = ports.store.openShiftOf(actor.staffNo);
  if (shift === null) throw new Fault('JOURNAL_BROKEN', { reason: 'no shift' });
  return shiftView(ports.store, shift);
}
