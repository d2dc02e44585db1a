// Starts device processes under plain Node.
import { launchForked, type ProcessHandle } from '../processes/launch.ts';

export type DeviceProcessHandle = ProcessHandle;

/** Which device process is wanted. */
export interface DeviceProcessStart {
  /** Its bus (`serial`, `tcp`, …), `slot-reader` for a slot of its own, or `discovery`; for logs and process lists. */
  readonly group: string;
  /** 32 when what it loads is 32-bit code. */
  readonly bits?: 32;
}

/** Forks device-process.ts (or its built .js). Every message from it is checked by the device client. */
export function launchForkedDeviceProcess(entryFile: string): DeviceProcessHandle {
  return launchForked(entryFile);
}
