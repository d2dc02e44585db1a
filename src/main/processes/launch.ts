// Starts a child process of plain Node and gives its channel; the Electron host has its own launcher of the same shape.
import { fork } from 'node:child_process';
import type { Channel } from './channel.ts';
import { createErrorLines } from './error-lines.ts';

/** A running child: its channel, the means to end it at once, and the news of its end. */
export interface ProcessHandle {
  readonly channel: Channel;
  readonly pid: number | undefined;
  /** Ends the process at once (SIGKILL); `onExit` follows. */
  kill(): void;
  /** Called once when the process has ended, for whatever reason, also when it could not be started. */
  onExit(listener: () => void): void;
  /** Called with each line that the process writes to its standard error, cut to 300 characters. */
  onErrorLine(listener: (line: string) => void): void;
}

/**
 * Forks `entryFile` under the Node that runs this process, or under the one at `runtime`. Structured clone over IPC; standard error is passed on
 * to ours, standard output is closed.
 */
export function launchForked(entryFile: string, runtime: string = process.execPath): ProcessHandle {
  const stdio = ['ignore', 'ignore', 'pipe', 'ipc'] as const;
  const child = fork(entryFile, [], { serialization: 'advanced', stdio: [...stdio], execArgv: [], execPath: runtime });
  const exits: (() => void)[] = [];
  const errorListeners: ((line: string) => void)[] = [];
  const errorLines = createErrorLines((line) => {
    for (const listener of errorListeners) listener(line);
  });
  child.stderr?.setEncoding('utf8');
  child.stderr?.on('data', (text: string) => {
    process.stderr.write(text);
    errorLines.push(text);
  });
  child.stderr?.on('end', () => errorLines.end());
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
    onErrorLine: (listener) => errorListeners.push(listener),
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
