// A handheld in its dock: what its keys do, what its memory holds, the real bytes on whatever line it is given.
import { Fault, type SimulatedMeterDock, type SimulatorModule, type Timers, type Transport } from '../kit/index.ts';
import { readSettings } from './settings.ts';
import { receiveBatch, sendBatch } from './transfers.ts';

function createMeterDock({
  timers,
  options,
}: {
  readonly timers: Timers;
  readonly options: Readonly<Record<string, string | number | boolean>>;
}): SimulatedMeterDock {
  const settings = readSettings(options);
  const files = new Map<string, Uint8Array>();
  let line: Transport | null = null;
  let pull: (() => void) | null = null;
  let key: AbortController | null = null;

  /** The line as the handheld has it: it ends when the handheld is taken out, though the cable stays. */
  function contacts(cable: Transport): Transport {
    let fault: Fault | null = null;
    const losers = new Set<(error: Error) => void>();
    pull = () => {
      const pulled = new Fault('PORT_MISSING', { reason: 'out of the dock' });
      fault = pulled;
      for (const listener of [...losers]) listener(pulled);
    };
    return {
      write: (bytes) => (fault ? Promise.reject(fault) : cable.write(bytes)),
      onData: (listener) =>
        cable.onData((chunk) => {
          if (!fault) listener(chunk);
        }),
      onLost(listener) {
        losers.add(listener);
        const stop = cable.onLost(listener);
        return () => {
          losers.delete(listener);
          stop();
        };
      },
      close: () => cable.close(),
    };
  }

  async function press<T>(transfer: (options: Parameters<typeof receiveBatch>[0]) => Promise<T>): Promise<T> {
    if (line === null) throw new Fault('DEVICE_OFFLINE');
    if (key !== null) throw new Fault('DEVICE_BUSY');
    const own = new AbortController();
    key = own;
    try {
      return await transfer({ transport: line, timers, settings, control: { signal: own.signal }, trace: () => {} });
    } finally {
      key = null;
    }
  }

  const detach = () => {
    pull?.();
    pull = null;
    line = null;
  };

  return {
    files,
    attach(cable) {
      detach();
      line = contacts(cable);
    },
    detach,
    receive: () =>
      press(async (transfer) => {
        const result = await receiveBatch(transfer);
        for (const { name, data } of result.files) files.set(name, data);
        return result;
      }),
    send: (chosen) => press((transfer) => sendBatch(chosen ?? [...files].map(([name, data]) => ({ name, data })), transfer)),
    cancel: () => key?.abort(),
  };
}

export const simulator: SimulatorModule = { createMeterDock };
