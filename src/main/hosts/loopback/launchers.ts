// Starts the counter's child processes under plain Node.
import { fork } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import { launchForked } from '../../processes/launch.ts';
import type { Launchers } from '../launchers.ts';
import { programFiles } from '../program-files.ts';
import { launchSidecar } from '../sidecar.ts';

/** Returns launchers whose children end by themselves when this process is gone: their IPC channel breaks with it. */
export function nodeLaunchers(): Launchers {
  const files = programFiles();
  return {
    devices: ({ bits }) =>
      bits === 32 && files.sidecar !== null ? launchSidecar(files.sidecar, files.driverRoots) : launchForked(files.deviceProcess),
    hall: () => launchForked(files.hallProcess),
    headquarters({ args, logFile }) {
      const log = openSync(logFile, 'a', 0o600);
      const child = fork(files.headquarters, [...args, '--exit-with-parent'], { stdio: ['ignore', 'ignore', log, 'ipc'], execArgv: [] });
      closeSync(log);
      return {
        kill: () => child.kill('SIGTERM'),
        onExit: (listener) => {
          child.on('exit', listener);
          child.on('error', listener);
        },
      };
    },
  };
}
