// The bookkeeping that every transport shares: listeners, losing the line once, and writes that must not wait for ever.
import type { Timers, Transport } from '../../../../drivers/kit/transport.ts';
import { Fault } from '../../../shared/domain/fault.ts';

/**
 * Longest a write may take, ms: a form at 9600 baud takes some seconds, a printer without paper holds the line for as long as a clerk needs to see it.
 * Beyond it the other side has stopped the line by flow control and will not start it again, or the binding has forgotten.
 */
const WRITE_LIMIT_MS = 60_000;

/** What a binding does for the line. */
export interface LineActions {
  /** Hands the bytes to the binding and calls back once, with the error if it failed. */
  write(bytes: Uint8Array, finished: (error?: Error | null) => void): void;
  close(): Promise<void>;
}

/** A transport and the two things its binding reports. */
export interface Line {
  readonly transport: Transport;
  received(chunk: Uint8Array): void;
  /** The line is gone; pending and later writes reject with this fault. */
  lost(fault: Fault): void;
}

/**
 * Makes a transport out of a binding's actions. A write that does not settle rejects with DEVICE_TIMEOUT { reason: 'write' } after a minute: nobody
 * knows how much of it has gone out.
 */
export function createLine(actions: LineActions, timers: Timers): Line {
  const dataListeners = new Set<(chunk: Uint8Array) => void>();
  const lostListeners = new Set<(error: Error) => void>();
  const pending = new Set<(fault: Fault) => void>();
  let ended: Fault | null = null;

  function end(fault: Fault): void {
    ended = fault;
    for (const give of [...pending]) give(fault);
  }

  return {
    received(chunk) {
      for (const listener of [...dataListeners]) listener(chunk);
    },
    lost(fault) {
      if (ended !== null) return;
      end(fault);
      for (const listener of [...lostListeners]) listener(fault);
    },
    transport: {
      write(bytes) {
        if (ended !== null) return Promise.reject(ended);
        return new Promise((resolve, reject) => {
          const give = (fault: Fault) => settle(() => reject(fault));
          const settle = (act: () => void) => {
            if (!pending.delete(give)) return;
            timers.clearTimeout(limit);
            act();
          };
          const limit = timers.setTimeout(() => give(new Fault('DEVICE_TIMEOUT', { reason: 'write' })), WRITE_LIMIT_MS);
          pending.add(give);
          actions.write(bytes, (error) => {
            if (error === null || error === undefined) settle(resolve);
            else give(new Fault('PORT_FAILED', { reason: error.message }, { cause: error }));
          });
        });
      },
      onData(listener) {
        dataListeners.add(listener);
        return () => dataListeners.delete(listener);
      },
      onLost(listener) {
        lostListeners.add(listener);
        return () => lostListeners.delete(listener);
      },
      async close() {
        if (ended !== null) return;
        end(new Fault('PORT_FAILED', { reason: 'closed' }));
        await actions.close();
      },
    },
  };
}
