// A dock for meter-reading handhelds that pass files by XMODEM-CRC, XMODEM-1K or YMODEM batch.
//
// The dock itself answers nothing: a handheld speaks only while its own key "send" or "receive" has been pressed. A probe therefore says
// whether the line is there, not whether somebody is on it.
import { type DockReadiness, type DriverContext, defineDriver, Fault, type MeterDock, type OpenDevice } from '../kit/index.ts';
import { listenForHandheld } from './handshake.ts';
import { runTransfer } from './link.ts';
import { readSettings } from './settings.ts';
import { receiveBatch, sendBatch } from './transfers.ts';

function openDock({ transport, timers, options, trace }: DriverContext): OpenDevice {
  const settings = readSettings(options);
  const closing = new AbortController();
  let gone: Fault | null = null;
  let running: Promise<unknown> | null = null;
  const stopLost = transport.onLost((error) => {
    gone = error instanceof Fault ? error : new Fault('PORT_FAILED', { reason: error.name }, { cause: error });
  });

  /** One transfer at a time: two would answer each other's blocks. */
  async function alone<T>(transfer: () => Promise<T>): Promise<T> {
    if (gone) throw gone;
    if (running) throw new Fault('DEVICE_BUSY');
    const own = transfer();
    running = own;
    try {
      return await own;
    } finally {
      running = null;
    }
  }

  const basics = { transport, timers, settings, trace };
  const untilClosed = (signal?: AbortSignal) => (signal ? AbortSignal.any([signal, closing.signal]) : closing.signal);
  const meterDock: MeterDock = {
    send: (files, control = {}) =>
      alone(() => sendBatch(files, { ...basics, control: { ...control, signal: untilClosed(control.signal) } })),
    receive: (control = {}) => alone(() => receiveBatch({ ...basics, control: { ...control, signal: untilClosed(control.signal) } })),
    handshake: (signal) =>
      alone(async () => {
        let found: DockReadiness = 'silent';
        const fault = await runTransfer(
          { transport, timers, trace, timing: settings.timing, signal: untilClosed(signal), leavesQuietly: true },
          async (link) => {
            found = await listenForHandheld(link);
          },
        );
        if (fault) throw fault;
        return found;
      }),
  };

  return {
    meterDock,
    async probe() {
      if (gone) throw gone;
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

export default defineDriver({ open: async (context) => openDock(context) });
