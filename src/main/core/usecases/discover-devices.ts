// What is plugged in on every bus, and which driver would fit.
import type { Outputs } from '../../../shared/contract/index.ts';
import type { UseCaseContext } from '../actor.ts';
import { requireDone } from '../reader.ts';
import { requireConsole } from '../technician.ts';

/** Returns what the buses report now. Throws DISCOVERY_UNAVAILABLE, DEVICE_PROCESS_LOST, DEVICE_TIMEOUT, DEVICE_BUSY. */
export async function discoverDevices({ ports }: UseCaseContext): Promise<Outputs['devices']['discover']> {
  const { devices, faults } = requireDone(await requireConsole(ports).discover());
  return {
    devices: devices.map((device) => ({ ...device, matches: device.matches.map((match) => ({ ...match })) })),
    faults: faults.map(({ code, context }) => ({ code, context: { ...context } })),
  };
}
