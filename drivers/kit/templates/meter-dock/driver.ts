// Driver of the vendor-model handheld dock.
import {
  accountReceiving,
  accountSending,
  createDockDevice,
  createScanFramer,
  type DockReadiness,
  type DriverContext,
  defineDriver,
  Fault,
  type OpenDevice,
  requireSendableFiles,
} from '../../index.ts';
import { decodeFrame, describeFrame, FRAME_FORMAT, KIND } from './frames.ts';
import { readSettings, receiveFiles, sendFiles } from './transfer.ts';

/** Which frame of a handheld that waits says what it wants. */
const WANTS: Readonly<Record<number, DockReadiness>> = { [KIND.call]: 'ready-to-receive', [KIND.offer]: 'ready-to-send' };

function openDock({ transport, timers, options, trace }: DriverContext): OpenDevice {
  const settings = readSettings(options);
  const basics = { transport, timers, settings, trace };

  /** A handheld whose key was pressed speaks by itself, so it is only listened to. */
  function listen(signal: AbortSignal): Promise<DockReadiness> {
    return new Promise((resolve, reject) => {
      const framer = createScanFramer(FRAME_FORMAT);
      const end = (act: () => void) => {
        timers.clearTimeout(timer);
        signal.removeEventListener('abort', cancel);
        stopData();
        stopLost();
        act();
      };
      const cancel = () => end(() => reject(new Fault('DEVICE_CANCELLED', { by: 'counter' })));
      // It says so again after a time-out, and once more if that was damaged.
      const timer = timers.setTimeout(() => end(() => resolve('silent')), 3 * settings.responseTimeoutMs);
      const stopLost = transport.onLost((error) =>
        end(() => reject(error instanceof Fault ? error : new Fault('PORT_FAILED', { reason: error.name }, { cause: error }))),
      );
      const stopData = transport.onData((chunk) => {
        for (const event of framer.push(chunk)) {
          trace('received', event.bytes, event.kind === 'frame' ? describeFrame(event.bytes) : event.kind);
          const wanted = event.kind === 'frame' ? WANTS[decodeFrame(event.bytes).kind] : undefined;
          if (wanted) end(() => resolve(wanted));
        }
      });
      signal.addEventListener('abort', cancel, { once: true });
      if (signal.aborted) cancel();
    });
  }

  return createDockDevice(transport, {
    async send(files, control) {
      requireSendableFiles(files, settings);
      return accountSending(files, { control, transfer: (due, notes) => sendFiles(due, notes, { ...basics, control }) });
    },
    receive: (control) => accountReceiving({ control, transfer: (notes) => receiveFiles(notes, { ...basics, control }) }),
    handshake: listen,
  });
}

export default defineDriver({ open: async (context) => openDock(context) });
