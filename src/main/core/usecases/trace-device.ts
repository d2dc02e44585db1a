// The bytes on a device's line, for whoever looks for a fault.
import type { Inputs, Outputs } from '../../../shared/contract/index.ts';
import type { UseCaseContext } from '../actor.ts';
import { requireConsole } from '../technician.ts';

/** Returns the last frames of the slot's line, oldest first, with what they mean in the language; the driver has masked secrets. */
export function traceDevice({ ports }: UseCaseContext, { slot, language = 'en' }: Inputs['devices']['trace']): Outputs['devices']['trace'] {
  return requireConsole(ports)
    .trace(slot, language)
    .map(({ atMs, direction, hex, note }) => ({ atMs, direction, hex, note }));
}
