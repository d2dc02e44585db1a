// Calls of the area shift: the clerk's shift.
import type { Guard } from '../guard.ts';
import { openShift } from '../usecases/open-shift.ts';
import { shiftView } from '../views.ts';

export const shiftArea = ({ guarded, who, ports }: Guard) => ({
  current: guarded.shift.current.handler(({ context }) => {
    const shift = ports.store.openShiftOf(who(context).actor.staffNo);
    return shift === null ? null : shiftView(ports.store, shift);
  }),
  open: guarded.shift.open.handler(({ input, context }) => openShift(who(context), input)),
});
