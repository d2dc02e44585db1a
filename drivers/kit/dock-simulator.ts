// A handheld in its dock: what its keys do and what its memory holds; how it transfers is the protocol's.
import { Fault } from '../../src/shared/domain/fault.ts';
import type { DockFile, DockReceiveResult, DockSendResult } from './meter-dock.ts';
import type { SimulatedMeterDock } from './simulator.ts';
import type { Transport } from './transport.ts';

/** One press of a key: the line while the handheld is in its dock, and the key that cancels. */
export interface HandheldKey {
  readonly transport: Transport;
  readonly control: { readonly signal: AbortSignal };
}

/** The line as the handheld has it: it ends when the handheld is taken out, though the cable stays. */
function contactsOf(cable: Transport): { readonly transport: Transport; pull(): void } {
  let fault: Fault | null = null;
  const losers = new Set<(error: Error) => void>();
  return {
    pull() {
      const pulled = new Fault('PORT_MISSING', { reason: 'out of the dock' });
      fault = pulled;
      for (const listener of [...losers]) listener(pulled);
    },
    transport: {
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
    },
  };
}

/** Returns a handheld that transfers so. */
export function createSimulatedHandheld(transfers: {
  receive(key: HandheldKey): Promise<DockReceiveResult>;
  send(files: readonly DockFile[], key: HandheldKey): Promise<DockSendResult>;
}): SimulatedMeterDock {
  const files = new Map<string, Uint8Array>();
  let contacts: ReturnType<typeof contactsOf> | null = null;
  let pressed: AbortController | null = null;

  async function press<T>(transfer: (key: HandheldKey) => Promise<T>): Promise<T> {
    if (contacts === null) throw new Fault('DEVICE_OFFLINE');
    if (pressed !== null) throw new Fault('DEVICE_BUSY');
    const own = new AbortController();
    pressed = own;
    try {
      return await transfer({ transport: contacts.transport, control: { signal: own.signal } });
    } finally {
      pressed = null;
    }
  }

  const detach = () => {
    contacts?.pull();
    contacts = null;
  };

  return {
    files,
    attach(cable) {
      detach();
      contacts = contactsOf(cable);
    },
    detach,
    receive: () =>
      press(async (key) => {
        const result = await transfers.receive(key);
        for (const { name, data } of result.files) files.set(name, data);
        return result;
      }),
    send: (chosen) => press((key) => transfers.send(chosen ?? [...files].map(([name, data]) => ({ name, data })), key)),
    cancel: () => pressed?.abort(),
  };
}
