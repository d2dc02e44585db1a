// Starts the device process under plain Node.
import { launchForked, type ProcessHandle } from '../processes/launch.ts';

export type DeviceProcessHandle = ProcessHandle;

/** Forks device-process.ts (or its built .js). Every message from it is checked by the device client. */
export function launchForkedDeviceProcess(entryFile: string): DeviceProcessHandle {
  return launchForked(entryFile);
}
