// The bytes on a device's line, for whoever looks for a fault.
import type { Inputs, Outputs } from '../../../shared/contract/index.ts';
import type { UseCaseContext } from '../actor.ts';
import { requireConsole } from '../technician.ts';

/** Returns the last frames of the slot's line, oldest first; the driver has masked secrets. */
export function traceDevice({ ports }: UseCaseContext, { slot }: Inputs['devices']['trace']): Outputs['devices']['trace'] {
  return requireConsole(ports)
    .trace(slot)
    .map(({ atMs, direction, hex, note }) => ({ atMs, direction, hex, note }));
}
