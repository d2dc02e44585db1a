// The 32-bit Node beside the program, in which makers' 32-bit libraries run; scripts/pack-sidecar.ts lays it out.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { launchForked, type ProcessHandle } from '../processes/launch.ts';

/** Name of its folder: under `out` in the source tree, under Electron's resources in an installed program (`electron-builder.yml`). */
export const SIDECAR_FOLDER = 'sidecar';

export interface Sidecar {
  /** Its Node. */
  readonly runtime: string;
  readonly deviceProcess: string;
  /** The program's own drivers once more: what lies in an archive of Electron's no other Node can read. */
  readonly driverRoot: string;
}

/** Returns the sidecar in the first of the folders that holds one for this system; null when none does. */
export function findSidecar(folders: readonly string[], platform: NodeJS.Platform = process.platform): Sidecar | null {
  for (const folder of folders) {
    const sidecar = {
      runtime: join(folder, platform === 'win32' ? 'node.exe' : 'node'),
      deviceProcess: join(folder, 'app', 'device-process.js'),
      driverRoot: join(folder, 'app', 'drivers'),
    };
    if (existsSync(sidecar.runtime) && existsSync(sidecar.deviceProcess)) return sidecar;
  }
  return null;
}

/** Starts the device process of the sidecar. Where the core names the program's own drivers, the process is told the sidecar's. */
export function launchSidecar(sidecar: Sidecar, programDrivers: readonly string[]): ProcessHandle {
  const handle = launchForked(sidecar.deviceProcess, sidecar.runtime);
  const own = new Set(programDrivers);
  return {
    ...handle,
    channel: {
      ...handle.channel,
      send: (message) => handle.channel.send(withDriverRoot(message, (root) => (own.has(root) ? sidecar.driverRoot : root))),
    },
  };
}

/** Returns the message with its driver roots translated, if it has any. */
function withDriverRoot(message: unknown, translate: (root: string) => string): unknown {
  if (typeof message !== 'object' || message === null || !('driverRoots' in message)) return message;
  const { driverRoots } = message;
  if (!Array.isArray(driverRoots)) return message;
  return { ...message, driverRoots: driverRoots.map((root: unknown) => (typeof root === 'string' ? translate(root) : root)) };
}
