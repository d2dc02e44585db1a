// What carries bytes between a driver and its device.

/** An open line. Bytes in, bytes out; framing is the driver's. */
export interface Transport {
  /** Resolves when the bytes have left this process; rejects with a PORT_… fault when the line is gone. */
  write(bytes: Uint8Array): Promise<void>;
  /** Called with every chunk that arrives, in order. Returns the function that stops listening. */
  onData(listener: (chunk: Uint8Array) => void): () => void;
  /** Called once when the line is gone, with the reason; not called after `close()`. */
  onLost(listener: (error: Error) => void): () => void;
  close(): Promise<void>;
}

/** Timers as a parameter, so that tests turn the hands. All values are in milliseconds. */
export interface Timers {
  now(): number;
  setTimeout(callback: () => void, delayMs: number): unknown;
  clearTimeout(handle: unknown): void;
}

export const systemTimers: Timers = {
  now: () => Date.now(),
  setTimeout: (callback, delayMs) => setTimeout(callback, delayMs),
  clearTimeout: (handle) => clearTimeout(handle as NodeJS.Timeout),
};
