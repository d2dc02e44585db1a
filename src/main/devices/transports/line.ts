// The bookkeeping that every transport shares: listeners, losing the line once, and writes that must not wait for ever.
import type { Transport } from '../../../../drivers/kit/transport.ts';
import { Fault } from '../../../shared/domain/fault.ts';

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

/** Makes a transport out of a binding's actions. */
export function createLine(actions: LineActions): Line {
  const dataListeners = new Set<(chunk: Uint8Array) => void>();
  const lostListeners = new Set<(error: Error) => void>();
  const pending = new Set<(fault: Fault) => void>();
  let ended: Fault | null = null;

  function end(fault: Fault): void {
    ended = fault;
    for (const reject of [...pending]) reject(fault);
    pending.clear();
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
          pending.add(reject);
          actions.write(bytes, (error) => {
            if (!pending.delete(reject)) return;
            if (error === null || error === undefined) resolve();
            else reject(new Fault('PORT_FAILED', { reason: error.message }, { cause: error }));
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
