// What a technician's calls need of the ports; a counter without it says that its device service is not there.
import { Fault } from '../../shared/domain/fault.ts';
import type { DeviceConsole } from './ports/device-console.ts';
import type { DeviceSetup } from './ports/device-setup.ts';
import type { Ports } from './ports/index.ts';

/** Throws DEVICE_PROCESS_LOST where nobody looks after devices. */
export function requireConsole({ deviceConsole }: Ports): DeviceConsole {
  if (deviceConsole === null) throw new Fault('DEVICE_PROCESS_LOST');
  return deviceConsole;
}

/** Throws DEVICE_PROCESS_LOST where nobody looks after devices. */
export function requireSetup({ deviceSetup }: Ports): DeviceSetup {
  if (deviceSetup === null) throw new Fault('DEVICE_PROCESS_LOST');
  return deviceSetup;
}
