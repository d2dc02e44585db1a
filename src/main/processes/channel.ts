// Channels between processes: the same two-way message pipe over fork IPC, Electron's utilityProcess and, for tests, memory.

/** A two-way channel between two processes. `close` ends it from this side; `onClose` tells that the other side is gone. */
export interface Channel {
  send(message: unknown): void;
  onMessage(listener: (message: unknown) => void): void;
  onClose(listener: () => void): void;
  close(): void;
}

/** Electron's process.parentPort, by shape, so that only hosts/electron imports electron. */
interface ParentPort {
  postMessage(message: unknown): void;
  on(event: 'message', listener: (event: { readonly data: unknown }) => void): void;
}

/**
 * Returns the channel from this child process to the process that started it: Electron's parentPort or fork IPC.
 * Throws when there is no parent. The process should end when the channel closes.
 */
export function channelToParent(): Channel {
  const { parentPort } = process as unknown as { readonly parentPort?: ParentPort };
  if (parentPort !== undefined) {
    return {
      send: (message) => parentPort.postMessage(message),
      onMessage: (listener) => parentPort.on('message', (event) => listener(event.data)),
      // Electron ends a utility process together with its parent; there is no event to wait for.
      onClose: () => {},
      close: () => process.exit(0),
    };
  }
  if (process.send === undefined) throw new Error('this file runs as a child process only');
  return {
    send(message) {
      // A parent that has just died takes the pipe with it; the 'disconnect' event follows.
      if (process.connected) process.send?.(message, undefined, {}, () => {});
    },
    onMessage: (listener) => process.on('message', listener),
    onClose: (listener) => process.on('disconnect', listener),
    close: () => process.disconnect(),
  };
}

/** Returns the two ends of a channel in memory. Messages are cloned as between processes and arrive in order, one microtask later. */
export function createChannelPair(): { readonly left: Channel; readonly right: Channel } {
  const ends = [newEnd(), newEnd()] as const;
  let open = true;
  const endOf = (own: End, other: End): Channel => ({
    send(message) {
      const copy: unknown = structuredClone(message);
      queueMicrotask(() => {
        if (open) for (const listener of other.messages) listener(copy);
      });
    },
    onMessage: (listener) => own.messages.push(listener),
    onClose: (listener) => own.closes.push(listener),
    close() {
      if (!open) return;
      open = false;
      queueMicrotask(() => {
        for (const listener of other.closes) listener();
      });
    },
  });
  return { left: endOf(ends[0], ends[1]), right: endOf(ends[1], ends[0]) };
}

interface End {
  readonly messages: ((message: unknown) => void)[];
  readonly closes: (() => void)[];
}

function newEnd(): End {
  return { messages: [], closes: [] };
}
