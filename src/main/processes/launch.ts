// Starts a child process of plain Node and gives its channel; the Electron host has its own launcher of the same shape.
import { fork } from 'node:child_process';
import type { Channel } from './channel.ts';

/** A running child: its channel, the means to end it at once, and the news of its end. */
export interface ProcessHandle {
  readonly channel: Channel;
  readonly pid: number | undefined;
  /** Ends the process at once (SIGKILL); `onExit` follows. */
  kill(): void;
  /** Called once when the process has ended, for whatever reason, also when it could not be started. */
  onExit(listener: () => void): void;
}

/**
 * Forks `entryFile` under the Node that runs this process, or under the one at `runtime`. Structured clone over IPC; standard error is ours,
 * standard output is closed.
 */
export function launchForked(entryFile: string, runtime: string = process.execPath): ProcessHandle {
  const stdio = ['ignore', 'ignore', 'inherit', 'ipc'] as const;
  const child = fork(entryFile, [], { serialization: 'advanced', stdio: [...stdio], execArgv: [], execPath: runtime });
  const exits: (() => void)[] = [];
  let ended = false;
  const end = () => {
    if (ended) return;
    ended = true;
    for (const listener of exits) listener();
  };
  child.on('exit', end);
  child.on('error', end);
  return {
    pid: child.pid,
    kill: () => child.kill('SIGKILL'),
    onExit: (listener) => exits.push(listener),
    channel: {
      send(message) {
        // The child may have died a moment ago; its 'exit' tells, not the failed send.
        if (child.connected) child.send(message as object, () => {});
      },
      onMessage: (listener) => child.on('message', listener),
      onClose: (listener) => child.on('disconnect', listener),
      close: () => {
        if (child.connected) child.disconnect();
      },
    },
  };
}
