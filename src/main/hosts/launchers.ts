// What a host brings so that the core can have child processes.
import type { DeviceProcessStart } from '../devices/launch.ts';
import type { ProcessHandle } from '../processes/launch.ts';

/** How the host starts child processes. Each child ends by itself when this process is gone. */
export interface Launchers {
  devices(start: DeviceProcessStart): ProcessHandle;
  hall(): ProcessHandle;
  headquarters(start: { readonly args: readonly string[]; readonly logFile: string }): Pick<ProcessHandle, 'kill' | 'onExit'>;
}
