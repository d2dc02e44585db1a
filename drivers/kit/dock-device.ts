// A dock as an open device: one transfer at a time, ended when the device is closed or its line is lost.
import { Fault } from '../../src/shared/domain/fault.ts';
import type { OpenDevice } from './driver.ts';
import type { DockControl, DockFile, DockReadiness, DockReceiveResult, DockSendResult } from './meter-dock.ts';
import type { Transport } from './transport.ts';

/** A caller's control with the signal that also fires when the device is closed. */
export type RunningDockControl = DockControl & { readonly signal: AbortSignal };

/** What a driver does; each is called alone. Rejections and results are those of `MeterDock`. */
export interface DockActions {
  send(files: readonly DockFile[], control: RunningDockControl): Promise<DockSendResult>;
  receive(control: RunningDockControl): Promise<DockReceiveResult>;
  handshake(signal: AbortSignal): Promise<DockReadiness>;
  /** Asks for a sign of life; without it a dock lives as long as its line. */
  probe?(): Promise<void>;
}

/** Returns the device; two calls at once would answer each other's blocks, so the second rejects with DEVICE_BUSY. */
export function createDockDevice(transport: Transport, actions: DockActions): OpenDevice {
  const closing = new AbortController();
  let gone: Fault | null = null;
  let running: Promise<unknown> | null = null;
  const stopLost = transport.onLost((error) => {
    gone = error instanceof Fault ? error : new Fault('PORT_FAILED', { reason: error.name }, { cause: error });
  });

  async function alone<T>(act: () => Promise<T>): Promise<T> {
    if (gone) throw gone;
    if (running) throw new Fault('DEVICE_BUSY');
    const own = act();
    running = own;
    try {
      return await own;
    } finally {
      running = null;
    }
  }

  const untilClosed = (signal?: AbortSignal) => (signal ? AbortSignal.any([signal, closing.signal]) : closing.signal);
  const controlOf = (control: DockControl = {}) => ({ ...control, signal: untilClosed(control.signal) });

  return {
    meterDock: {
      send: (files, control) => alone(() => actions.send(files, controlOf(control))),
      receive: (control) => alone(() => actions.receive(controlOf(control))),
      handshake: (signal) => alone(() => actions.handshake(untilClosed(signal))),
    },
    async probe() {
      if (gone) throw gone;
      await actions.probe?.();
    },
    async close() {
      gone ??= new Fault('DEVICE_OFFLINE');
      stopLost();
      // The handheld is told before the line goes.
      closing.abort();
      await running?.catch(() => undefined);
      await transport.close();
    },
  };
}
