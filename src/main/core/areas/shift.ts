// Calls of the area shift: the clerk's drawer.

import { branchOf } from '../actor.ts';
import type { Guard } from '../guard.ts';
import { requireShift, shiftView } from '../shift-view.ts';
import { closeShift, countShift, handOverShift, listPending } from '../usecases/close-shift.ts';
import { drawerOptions, dropCash, moveCash, openDrawerByHand, openShift } from '../usecases/keep-drawer.ts';

export const shiftArea = ({ guarded, who, ports, sessions, approvals, approverOf }: Guard) => ({
  current: guarded.shift.current.handler(({ context }) => {
    const shift = ports.store.openShiftOf(who(context).actor.staffNo);
    return shift === null ? null : shiftView(ports.store, shift);
  }),
  options: guarded.shift.options.handler(({ context }) => drawerOptions(who(context))),
  open: guarded.shift.open.handler(async ({ input, context }) => openShift(who(context), input, await approverOf(input.approval))),
  payIn: guarded.shift.payIn.handler(async ({ input, context }) => moveCash(who(context), 'in', input, await approverOf(input.approval))),
  payOut: guarded.shift.payOut.handler(async ({ input, context }) =>
    moveCash(who(context), 'out', input, await approverOf(input.approval)),
  ),
  drop: guarded.shift.drop.handler(async ({ input, context }) => dropCash(who(context), input, await approverOf(input.approval))),
  openDrawer: guarded.shift.openDrawer.handler(async ({ input, context }) =>
    openDrawerByHand(who(context), input, await approverOf(input.approval)),
  ),
  pending: guarded.shift.pending.handler(({ input, context }) => listPending(who(context), approvals, input.shiftId)),
  count: guarded.shift.count.handler(async ({ input, context }) =>
    countShift(who(context), input, input.taker === undefined ? null : await sessions.authenticate(input.taker)),
  ),
  close: guarded.shift.close.handler(async ({ input, context }) =>
    closeShift(who(context), approvals, input, await approverOf(input.approval)),
  ),
  handOver: guarded.shift.handOver.handler(async ({ input, context }) =>
    handOverShift(who(context), approvals, input, await approverOf(input.approval)),
  ),
  unclosed: guarded.shift.unclosed.handler(() => ports.store.unclosedShifts().map((shift) => shiftView(ports.store, shift))),
  today: guarded.shift.today.handler(({ context }) => {
    const { actor } = who(context);
    const { store } = ports;
    return store
      .shiftsOf(branchOf(store).businessDate)
      .filter((shift) => actor.role !== 'clerk' || (shift.clerk === actor.staffNo && shift.counterId === store.counterId()))
      .map((shift) => shiftView(store, shift));
  }),
  find: guarded.shift.find.handler(({ input, context }) => {
    const shiftId = ports.store.shiftEndedBy(input.hash)?.shiftId ?? '';
    return shiftView(ports.store, requireShift(who(context), ports.store, shiftId));
  }),
  get: guarded.shift.get.handler(({ input, context }) => shiftView(ports.store, requireShift(who(context), ports.store, input.shiftId))),
  openings: guarded.shift.openings.handler(({ input, context }) => {
    const { shiftId } = requireShift(who(context), ports.store, input.shiftId);
    return ports.store
      .drawerOpeningsOf(shiftId)
      .map(({ openingId, why, reason, by, approvedBy, atMs }) => ({ openingId, why, reason, by, approvedBy, atMs }));
  }),
});
