// A duplex line in memory with hooks that corrupt, drop, delay or cut what passes.
import { Fault } from '../../../src/shared/domain/fault.ts';
import type { Timers, Transport } from '../transport.ts';

/** What becomes of one write: pieces with the delay after which each arrives. */
export type Mishap = (bytes: Uint8Array) => readonly { readonly bytes: Uint8Array; readonly delayMs: number }[];

/** The bytes arrive unharmed. */
export const pass: Mishap = (bytes) => [{ bytes, delayMs: 0 }];
/** The bytes never arrive. */
export const drop: Mishap = () => [];

/** Returns a mishap that flips bits of the byte at `offset`. */
export function corrupt(offset: number, mask = 0xff): Mishap {
  return (bytes) => [{ bytes: bytes.map((byte, index) => (index === offset ? byte ^ mask : byte)), delayMs: 0 }];
}

/** Returns a mishap that lets only the first `length` bytes through. */
export function cut(length: number): Mishap {
  return (bytes) => [{ bytes: bytes.slice(0, length), delayMs: 0 }];
}

/** Returns a mishap that lets the bytes arrive late. */
export function delay(delayMs: number): Mishap {
  return (bytes) => [{ bytes, delayMs }];
}

/** Returns a mishap that delivers the bytes in pieces of `size`, `pauseMs` apart. */
export function split({ size, pauseMs }: { readonly size: number; readonly pauseMs: number }): Mishap {
  return (bytes) =>
    Array.from({ length: Math.ceil(bytes.length / size) }, (_, index) => ({
      bytes: bytes.slice(index * size, (index + 1) * size),
      delayMs: index * pauseMs,
    }));
}

/** Returns a mishap that delivers a byte at a time, behind what was sent before, as a serial line does. */
export function trickle(timers: Timers, { byteMs }: { readonly byteMs: number }): Mishap {
  let freeAtMs = 0;
  return (bytes) =>
    Array.from(bytes, (byte) => {
      freeAtMs = Math.max(freeAtMs, timers.now()) + byteMs;
      return { bytes: Uint8Array.of(byte), delayMs: freeAtMs - timers.now() };
    });
}

/** Returns a mishap that replaces the bytes by others. */
export function replace(change: (bytes: Uint8Array) => Uint8Array): Mishap {
  return (bytes) => [{ bytes: change(bytes), delayMs: 0 }];
}

export interface Direction {
  /** What happens to the next writes, one each; afterwards bytes pass unharmed. */
  next(...mishaps: readonly Mishap[]): void;
  /** What happens to every write from now on that `next` does not name. */
  always(mishap: Mishap): void;
  /** Every write so far as it was sent. */
  readonly sent: Uint8Array[];
}

export interface MemoryLine {
  /** The driver's end. */
  readonly host: Transport;
  /** The device's end. */
  readonly device: Transport;
  readonly toHost: Direction;
  readonly toDevice: Direction;
  /** The plug is pulled: both ends lose the line. */
  lose(fault?: Fault): void;
}

/** Returns a line whose two ends are joined in memory; each write arrives as one chunk unless a mishap says otherwise. */
export function createMemoryLine(timers: Timers): MemoryLine {
  let lost: Fault | null = null;
  const losers = new Set<(error: Error) => void>();

  function direction() {
    const listeners = new Set<(chunk: Uint8Array) => void>();
    const planned: Mishap[] = [];
    const sent: Uint8Array[] = [];
    let usual = pass;
    const deliver = (bytes: Uint8Array) => {
      if (!lost) for (const listener of [...listeners]) listener(bytes);
    };
    return {
      listeners,
      control: {
        sent,
        next: (...mishaps: readonly Mishap[]) => void planned.push(...mishaps),
        always(mishap: Mishap) {
          usual = mishap;
        },
      },
      async write(bytes: Uint8Array): Promise<void> {
        if (lost) throw lost;
        const copy = bytes.slice();
        sent.push(copy);
        for (const piece of (planned.shift() ?? usual)(copy)) {
          if (piece.delayMs > 0) timers.setTimeout(() => deliver(piece.bytes), piece.delayMs);
          else queueMicrotask(() => deliver(piece.bytes));
        }
      },
    };
  }

  const toHost = direction();
  const toDevice = direction();

  function end(out: typeof toHost, into: typeof toHost): Transport {
    const own = new Set<(error: Error) => void>();
    return {
      write: (bytes) => out.write(bytes),
      onData(listener) {
        into.listeners.add(listener);
        return () => into.listeners.delete(listener);
      },
      onLost(listener) {
        own.add(listener);
        losers.add(listener);
        return () => losers.delete(listener);
      },
      async close() {
        into.listeners.clear();
        for (const listener of own) losers.delete(listener);
      },
    };
  }

  return {
    host: end(toDevice, toHost),
    device: end(toHost, toDevice),
    toHost: toHost.control,
    toDevice: toDevice.control,
    lose(fault = new Fault('PORT_FAILED', { reason: 'unplugged' })) {
      lost = fault;
      for (const listener of [...losers]) listener(fault);
    },
  };
}
