// Keeps a child process alive: heartbeat, kill when it stays silent, restart with back-off.
import type { Timers } from '../../../drivers/kit/transport.ts';
import type { ProcessHandle } from './launch.ts';

const PING_EVERY_MS = 500;
/** Six pings in a row without any message make three seconds of silence. Counting pings, not time: a core that slept is no reason to kill. */
const SILENT_PINGS = 6;
/** A fresh process loads its modules first; on a busy old PC that takes a while. */
const SILENT_PINGS_AT_START = 30;
const FIRST_RESTART_MS = 200;
/** A process that ends again and again, or hangs as soon as it runs, must not take an old PC's time from what works. */
const LAST_RESTART_MS = 30_000;
/** A process that speaks after this many pings has started well, however much it said before; the next restart is quick again. */
const STEADY_PINGS = 20;
/** How long a process that was told to end may take to let go of what it holds. */
const GOODBYE_MS = 2_000;

export interface ProcessKeeperOptions {
  launch(): ProcessHandle;
  readonly timers: Timers;
  /** The heartbeat message; the process answers it, or says anything else. */
  ping(n: number): unknown;
  /** What tells the process to let go of everything and end; without it `stop` kills at once. */
  readonly goodbye?: unknown;
  /** The process runs and takes messages. */
  started(): void;
  received(message: unknown): void;
  /** The process is gone. Another one is on its way unless `stop` was called. */
  lost(): void;
}

export interface ProcessKeeper {
  start(): void;
  /** Ends the process and resolves when it is gone. */
  stop(): Promise<void>;
  alive(): boolean;
  /** Kills the process; the next one starts by itself. */
  kill(): void;
  /** Starts the next process at once if one is waited for: somebody asks for it. */
  hurry(): void;
  /** Sends to the running process; without one the message is dropped. */
  send(message: unknown): void;
}

export function createProcessKeeper(options: ProcessKeeperOptions): ProcessKeeper {
  const { timers } = options;
  let current: ProcessHandle | null = null;
  let timer: unknown = null;
  let stopped = true;
  let restartMs = FIRST_RESTART_MS;
  let unanswered = 0;
  let answered = 0;
  /** Pings that the running process was sent. */
  let asked = 0;
  let pings = 0;
  let gone: PromiseWithResolvers<void> | null = null;

  function launch(): void {
    const handle = options.launch();
    current = handle;
    unanswered = 0;
    answered = 0;
    asked = 0;
    handle.onExit(() => ended(handle));
    handle.channel.onMessage((message) => {
      if (current !== handle) return;
      unanswered = 0;
      answered += 1;
      if (asked >= STEADY_PINGS) restartMs = FIRST_RESTART_MS;
      options.received(message);
    });
    options.started();
    timer = timers.setTimeout(() => beat(handle), PING_EVERY_MS);
  }

  function beat(handle: ProcessHandle): void {
    if (unanswered >= (answered === 0 ? SILENT_PINGS_AT_START : SILENT_PINGS)) {
      // 'exit' follows and starts the next one.
      handle.kill();
      return;
    }
    unanswered += 1;
    asked += 1;
    pings += 1;
    handle.channel.send(options.ping(pings));
    timer = timers.setTimeout(() => beat(handle), PING_EVERY_MS);
  }

  function ended(handle: ProcessHandle): void {
    if (current !== handle) return;
    current = null;
    timers.clearTimeout(timer);
    gone?.resolve();
    gone = null;
    options.lost();
    if (stopped) return;
    timer = timers.setTimeout(launch, restartMs);
    restartMs = Math.min(restartMs * 2, LAST_RESTART_MS);
  }

  return {
    start() {
      if (!stopped) return;
      stopped = false;
      launch();
    },
    async stop() {
      stopped = true;
      timers.clearTimeout(timer);
      if (current === null) return;
      const handle = current;
      gone ??= Promise.withResolvers();
      if (options.goodbye === undefined) handle.kill();
      else {
        handle.channel.send(options.goodbye);
        timer = timers.setTimeout(() => handle.kill(), GOODBYE_MS);
      }
      await gone.promise;
    },
    alive: () => current !== null,
    kill: () => current?.kill(),
    hurry() {
      if (stopped || current !== null) return;
      timers.clearTimeout(timer);
      launch();
    },
    send: (message) => current?.channel.send(message),
  };
}
