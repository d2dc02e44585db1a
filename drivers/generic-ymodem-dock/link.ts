// The line as a transfer sees it: bytes awaited with time limits, a cancel that ends every wait, and a clean line afterwards.
import { CAN, Fault, type Meaning, say, type Timers, type Transport } from '../kit/index.ts';
import { describeChunk } from './meaning.ts';

/** Times in ms. */
export interface DockTiming {
  /** For the other side to be made ready. */
  readonly startTimeoutMs: number;
  /** Between two calls of a receiver for the start. */
  readonly startEveryMs: number;
  /** How long a receiver waits for a block before it asks again. */
  readonly blockTimeoutMs: number;
  /** How long a sender waits for an answer; longer than `blockTimeoutMs`, so that the receiver asks first. */
  readonly replyTimeoutMs: number;
  /** Longest pause inside a block. */
  readonly interByteMs: number;
  /** Tries after the first, per block, before a side gives up. */
  readonly retries: number;
}

export interface DockLink {
  readonly timing: DockTiming;
  now(): number;
  /** Bytes that have arrived and were not taken. */
  readonly waiting: number;
  /** Returns `count` bytes, or fewer after `firstMs` without the first one or `nextMs` without another. Rejects when cancelled or lost. */
  take(request: { readonly count: number; readonly firstMs: number; readonly nextMs: number }): Promise<Uint8Array>;
  /** Swallows until nothing has come for `quietMs`; returns the last bytes it swallowed, at most 16. */
  drain(quietMs: number): Promise<Uint8Array>;
  send(bytes: Uint8Array, note?: Meaning): Promise<void>;
}

/** Waits no longer than this for a line to fall silent: a device that never stops talking must not hold the counter. */
const DRAIN_LIMIT_MS = 20_000;
/** A block of 1029 bytes at 300 baud takes 34 s. */
const WRITE_TIMEOUT_MS = 60_000;
const TAIL_BYTES = 16;
/** Two would do; more survive a damaged byte. */
const CANCEL = new Uint8Array(8).fill(CAN);

/** The other side has sent CAN CAN. */
export function cancelledByDevice(): Fault {
  return new Fault('DEVICE_CANCELLED', { by: 'device' });
}

export interface LinkOptions {
  readonly transport: Transport;
  readonly timers: Timers;
  readonly timing: DockTiming;
  readonly signal?: AbortSignal | undefined;
  /** The other side is told nothing when this ends early: it was only listened to. */
  readonly leavesQuietly?: boolean;
  trace(direction: 'sent' | 'received', bytes: Uint8Array, note?: Meaning): void;
}

/**
 * Runs one transfer over the transport; returns the fault that ended it, or null. However it ends: nobody listens any more, and unless the
 * line is gone the other side was told (CAN, when it was not the one to cancel) and the line has fallen silent.
 */
export async function runTransfer(options: LinkOptions, act: (link: DockLink) => Promise<void>): Promise<Fault | null> {
  const { transport, timers, timing, signal, trace } = options;
  let buffer = new Uint8Array(0);
  let lost: Fault | null = null;
  let cancelled: Fault | null = null;
  let wait: { readonly count: number; readonly nextMs: number; timer: unknown; settle(fault: Fault | null): void } | null = null;
  const writes = new Set<(fault: Fault) => void>();

  function fail(fault: Fault): void {
    wait?.settle(fault);
    for (const reject of [...writes]) reject(fault);
  }
  const cancel = () => {
    cancelled = new Fault('DEVICE_CANCELLED', { by: 'counter' });
    fail(cancelled);
  };
  const stopLost = transport.onLost((error) => {
    lost = error instanceof Fault ? error : new Fault('PORT_FAILED', { reason: error.name }, { cause: error });
    fail(lost);
  });
  const stopData = transport.onData((chunk) => {
    trace('received', chunk, describeChunk(chunk));
    const longer = new Uint8Array(buffer.length + chunk.length);
    longer.set(buffer);
    longer.set(chunk, buffer.length);
    buffer = longer;
    if (!wait) return;
    timers.clearTimeout(wait.timer);
    if (buffer.length >= wait.count) wait.settle(null);
    else wait.timer = timers.setTimeout(() => wait?.settle(null), wait.nextMs);
  });

  const link: DockLink = {
    timing,
    now: () => timers.now(),
    get waiting() {
      return buffer.length;
    },
    take({ count, firstMs, nextMs }) {
      const taken = () => {
        const bytes = buffer.slice(0, count);
        buffer = buffer.slice(count);
        return bytes;
      };
      const fault = lost ?? cancelled;
      if (fault) return Promise.reject(fault);
      if (buffer.length >= count) return Promise.resolve(taken());
      return new Promise((resolve, reject) => {
        const own = {
          count,
          nextMs,
          timer: timers.setTimeout(() => own.settle(null), buffer.length > 0 ? nextMs : firstMs),
          settle(failure: Fault | null) {
            wait = null;
            timers.clearTimeout(own.timer);
            if (failure) reject(failure);
            else resolve(taken());
          },
        };
        wait = own;
      });
    },
    async drain(quietMs) {
      const startMs = timers.now();
      let tail = new Uint8Array(0);
      for (;;) {
        const bytes = await link.take({ count: 4096, firstMs: quietMs, nextMs: quietMs });
        tail = Uint8Array.from([...tail, ...bytes.slice(-TAIL_BYTES)]).slice(-TAIL_BYTES);
        if (bytes.length < 4096 || timers.now() - startMs > DRAIN_LIMIT_MS) return tail;
      }
    },
    send(bytes, note) {
      const fault = lost ?? cancelled;
      if (fault) return Promise.reject(fault);
      trace('sent', bytes, note ?? describeChunk(bytes));
      return new Promise((resolve, reject) => {
        const end = (act: () => void) => {
          if (!writes.delete(give)) return;
          timers.clearTimeout(limit);
          act();
        };
        const give = (failure: Fault) => end(() => reject(failure));
        const limit = timers.setTimeout(() => give(new Fault('DEVICE_TIMEOUT', { reason: 'write' })), WRITE_TIMEOUT_MS);
        writes.add(give);
        transport.write(bytes).then(
          () => end(resolve),
          (error) => give(error instanceof Fault ? error : new Fault('PORT_FAILED', {}, { cause: error })),
        );
      });
    },
  };

  let ended: Fault | null = null;
  try {
    if (signal?.aborted) cancel();
    signal?.addEventListener('abort', cancel, { once: true });
    await act(link);
  } catch (error) {
    ended = error instanceof Fault ? error : new Fault('INTERNAL', {}, { cause: error });
  }
  signal?.removeEventListener('abort', cancel);
  if (ended && lost === null && !options.leavesQuietly) {
    cancelled = null;
    // What fails from here on changes nothing about how the transfer ended.
    try {
      if (ended.context.by !== 'device') await link.send(CANCEL, say('cancel'));
      await link.drain(timing.interByteMs);
    } catch {}
  }
  stopLost();
  stopData();
  return ended;
}
