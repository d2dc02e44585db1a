// A slot of the settings is bound to a driver over a line, or set free, and opened at once.
import type { Inputs, Outputs } from '../../../shared/contract/index.ts';
import { Fault } from '../../../shared/domain/fault.ts';
import type { UseCaseContext } from '../actor.ts';
import { faultFrom } from '../reader.ts';
import { requireSetup } from '../technician.ts';

/** Returns the slot as it is afterwards, also where the device does not answer. Throws SETTINGS_INVALID, DRIVER_UNKNOWN, DEVICE_PROCESS_LOST, DEVICE_BUSY. */
export async function bindDevice(
  { ports }: UseCaseContext,
  { slot, binding }: Inputs['devices']['assign'],
): Promise<Outputs['devices']['assign']> {
  requireSetup(ports).bind(slot, binding === null ? null : { ...binding, options: binding.options ?? {} });
  const opened = await ports.devices.reconnect(slot);
  // A slot that was set free is not configured any more: that is what was asked for.
  if (opened.kind !== 'done' && opened.fault.code !== 'DEVICE_NOT_CONFIGURED') throw faultFrom(opened.fault);
  const state = ports.devices.states().find((candidate) => candidate.slot === slot);
  if (state === undefined) throw new Fault('DEVICE_PROCESS_LOST', { slot });
  return { ...state, cards: [...state.cards] };
}
