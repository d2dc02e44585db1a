// Whole transfers over a line, with the account of what was whole when they ended. The counter and the handheld's simulator run the same.
import {
  accountReceiving,
  accountSending,
  type DockControl,
  type DockFile,
  type DockReceiveResult,
  type DockSendResult,
  encodeBatchHeader,
  Fault,
  type Meaning,
  requireSendableFiles,
  type Timers,
  type Transport,
} from '../kit/index.ts';
import { runTransfer } from './link.ts';
import { receiveFiles } from './receiver.ts';
import { sendFiles } from './sender.ts';
import type { DockSettings } from './settings.ts';

export interface TransferOptions {
  readonly transport: Transport;
  readonly timers: Timers;
  readonly settings: DockSettings;
  readonly control: DockControl;
  trace(direction: 'sent' | 'received', bytes: Uint8Array, note?: Meaning): void;
}

/** Refuses what cannot be sent as it is, before the first byte: also a name without a GB18030 form, and more than one file by XMODEM. */
function requireSendable(files: readonly DockFile[], { protocol, maxFileBytes }: DockSettings): void {
  const refuse = (reason: string, cause?: unknown) => new Fault('INPUT_INVALID', { field: 'files', reason }, { cause });
  requireSendableFiles(files, { maxFileBytes });
  if (protocol === 'xmodem' && files.length > 1) throw refuse('xmodem-one-file');
  for (const { name, data } of files) {
    try {
      encodeBatchHeader({ name, sizeBytes: data.length });
    } catch (cause) {
      throw refuse('name', cause);
    }
  }
}

/** Sends the files that are not in `control.whole`; throws INPUT_INVALID before the first byte, else says how each file ended. */
export async function sendBatch(files: readonly DockFile[], options: TransferOptions): Promise<DockSendResult> {
  const { settings, control } = options;
  requireSendable(files, settings);
  return accountSending(files, {
    control,
    transfer: (due, notes) =>
      runTransfer({ ...options, timing: settings.timing, signal: control.signal }, (link) =>
        sendFiles(link, { ...settings, files: due, ...notes }),
      ),
  });
}

/** Receives until the sender has ended, and says what was whole. */
export function receiveBatch(options: TransferOptions): Promise<DockReceiveResult> {
  const { settings, control } = options;
  return accountReceiving({
    control,
    transfer: (notes) =>
      runTransfer({ ...options, timing: settings.timing, signal: control.signal }, (link) => receiveFiles(link, { ...settings, ...notes })),
  });
}
