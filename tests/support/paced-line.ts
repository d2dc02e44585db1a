// A line as slow as its baud rate: one end of a line, in memory or on a pseudo terminal, behind which bytes pass one after the other.
import type { Timers, Transport } from '../../drivers/kit/transport.ts';

export interface LinePace {
  readonly baudRate: number;
  /** Start, data, parity and stop bits; 10 for 8N1. */
  readonly bitsPerByte?: number;
  /** A clock in fractions of a ms keeps real lines exact; see `preciseTimers`. */
  readonly timers: Timers;
}

/** A UART hands over what its buffer holds, not each byte. */
const SLICE_BYTES = 16;
/** Sums of fractions of a ms are not exact. */
const TOLERANCE_MS = 1e-6;

/** Pieces that pass within so little time are handed over together, when the last of them has passed. */
const TOGETHER_MS = 4;
/** The system's timers are late by about this much. */
const LATENESS_MS = 2;

/** Timers exact to a small part of a ms: they sleep until shortly before, and watch the clock for the rest. */
export const preciseTimers: Timers = {
  now: () => performance.now(),
  setTimeout(callback, delayMs) {
    const atMs = performance.now() + delayMs;
    const handle: PreciseHandle = { sleeping: undefined, watching: undefined };
    const watch = () => {
      if (performance.now() >= atMs) callback();
      else handle.watching = setImmediate(watch);
    };
    if (delayMs > LATENESS_MS) handle.sleeping = setTimeout(watch, Math.floor(delayMs - LATENESS_MS));
    else handle.watching = setImmediate(watch);
    return handle;
  },
  clearTimeout(handle) {
    if (handle === null || handle === undefined) return;
    const { sleeping, watching } = handle as PreciseHandle;
    clearTimeout(sleeping);
    clearImmediate(watching);
  },
};

interface PreciseHandle {
  sleeping: NodeJS.Timeout | undefined;
  watching: NodeJS.Immediate | undefined;
}

/** Returns how long so many bytes take in one direction, ms. */
export function lineTimeMs(byteCount: number, { baudRate, bitsPerByte = 10 }: Pick<LinePace, 'baudRate' | 'bitsPerByte'>): number {
  return (byteCount * bitsPerByte * 1_000) / baudRate;
}

/**
 * Returns `transport` behind a line of this rate, full duplex: what is written leaves, and what arrives is handed on, at line rate. A write
 * resolves when its last byte has passed. One end is enough: whoever holds the other one has the same slow line.
 */
export function paceTransport(transport: Transport, pace: LinePace): Transport {
  const listeners = new Set<(chunk: Uint8Array) => void>();
  const inward = createLane(pace, (bytes) => {
    for (const listener of [...listeners]) listener(bytes);
  });
  let refused: Error | null = null;
  const outward = createLane(pace, (bytes) => {
    transport.write(bytes).catch((error: Error) => {
      refused = error;
    });
  });
  transport.onData((chunk) => void inward.push(chunk));
  return {
    async write(bytes) {
      if (refused) throw refused;
      await outward.push(bytes);
      if (refused) throw refused;
    },
    onData(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    onLost: (listener) => transport.onLost(listener),
    async close() {
      inward.stop();
      outward.stop();
      await transport.close();
    },
  };
}

/** One direction. */
function createLane(pace: LinePace, deliver: (bytes: Uint8Array) => void) {
  const { timers } = pace;
  const onTheWay: { readonly bytes: Uint8Array; readonly atMs: number; passed(): void }[] = [];
  let freeAtMs = Number.NEGATIVE_INFINITY;
  let timer: unknown = null;

  function arm(): void {
    const [first] = onTheWay;
    const togetherUntilMs = (first?.atMs ?? 0) + TOGETHER_MS;
    const last = onTheWay.findLast(({ atMs }) => atMs <= togetherUntilMs);
    timer = last === undefined ? null : timers.setTimeout(run, Math.max(0, last.atMs - timers.now()));
  }

  function run(): void {
    const nowMs = timers.now() + TOLERANCE_MS;
    const count = onTheWay.findIndex(({ atMs }) => atMs > nowMs);
    const due = onTheWay.splice(0, count < 0 ? onTheWay.length : count);
    if (due.length > 0) deliver(new Uint8Array(Buffer.concat(due.map(({ bytes }) => bytes))));
    for (const { passed } of due) passed();
    arm();
  }

  return {
    /** Resolves when the last of these bytes has passed. */
    push(bytes: Uint8Array): Promise<void> {
      freeAtMs = Math.max(freeAtMs, timers.now());
      return new Promise((resolve) => {
        if (bytes.length === 0) return resolve();
        for (let from = 0; from < bytes.length; from += SLICE_BYTES) {
          const slice = bytes.slice(from, from + SLICE_BYTES);
          freeAtMs += lineTimeMs(slice.length, pace);
          onTheWay.push({ bytes: slice, atMs: freeAtMs, passed: from + SLICE_BYTES >= bytes.length ? resolve : () => {} });
        }
        if (timer === null) arm();
      });
    },
    stop(): void {
      timers.clearTimeout(timer);
      timer = null;
      for (const { passed } of onTheWay.splice(0)) passed();
    },
  };
}
