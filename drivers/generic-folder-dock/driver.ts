// A dock whose maker gives only a program: the program fills and empties a folder, and so does the counter.
//
// Nothing in a folder confirms a transfer as a line does. A file is taken when it has stopped growing, and moved to `done` only when the caller
// has it for good: after `keep`, or when the next transfer names it in `whole`. A crash in between makes it repeated; it is never lost.
import { createDockDevice, type DriverContext, defineDriver, Fault, type OpenDevice } from '../kit/index.ts';
import { type FolderSide, receiveFiles, sendFiles } from './exchange.ts';
import { readSettings } from './settings.ts';

async function openDock({ transport, folder, timers, options, trace }: DriverContext): Promise<OpenDevice> {
  if (folder === undefined) throw new Fault('SETTINGS_INVALID', { field: 'transport.kind', reason: 'needs a folder' });
  const side: FolderSide = { folder, timers, settings: readSettings(options), trace };
  return createDockDevice(transport, {
    send: (files, control) => sendFiles(side, files, control),
    receive: (control) => receiveFiles(side, control),
    async handshake(signal) {
      if (signal.aborted) throw new Fault('DEVICE_CANCELLED', { by: 'counter' });
      const files = await folder.list();
      return files.some(({ name }) => side.settings.isIncoming(name)) ? 'ready-to-send' : 'ready-to-receive';
    },
    async probe() {
      await folder.list();
    },
  });
}

export default defineDriver({ open: openDock });
