// A dock for meter-reading handhelds that pass files by XMODEM-CRC, XMODEM-1K or YMODEM batch.
//
// The dock itself answers nothing: a handheld speaks only while its own key "send" or "receive" has been pressed. A probe therefore says
// whether the line is there, not whether somebody is on it; a handshake does.
import { createDockDevice, type DockReadiness, type DriverContext, defineDriver, type OpenDevice } from '../kit/index.ts';
import { listenForHandheld } from './handshake.ts';
import { runTransfer } from './link.ts';
import { readSettings } from './settings.ts';
import { receiveBatch, sendBatch } from './transfers.ts';

function openDock({ transport, timers, options, trace }: DriverContext): OpenDevice {
  const settings = readSettings(options);
  const basics = { transport, timers, settings, trace };
  return createDockDevice(transport, {
    send: (files, control) => sendBatch(files, { ...basics, control }),
    receive: (control) => receiveBatch({ ...basics, control }),
    async handshake(signal) {
      let found: DockReadiness = 'silent';
      const link = { transport, timers, trace, signal, timing: settings.timing, leavesQuietly: true };
      const fault = await runTransfer(link, async (opened) => {
        found = await listenForHandheld(opened);
      });
      if (fault) throw fault;
      return found;
    },
  });
}

export default defineDriver({ open: async (context) => openDock(context) });
