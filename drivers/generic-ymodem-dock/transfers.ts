// Whole transfers over a line, with the account of what was whole when they ended. The counter and the handheld's simulator run the same.
import {
  type DockControl,
  type DockFile,
  type DockFileIdentity,
  type DockReceivedFile,
  type DockReceiveResult,
  type DockSendResult,
  type DockSentFile,
  encodeBatchHeader,
  Fault,
  identifyFile,
  includesFile,
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
  trace(direction: 'sent' | 'received', bytes: Uint8Array, note?: string): void;
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
  // The caller may change its buffers while the transfer lasts.
  const own = files.map(({ name, data }) => ({ name, data: data.slice() }));
  const account: DockSentFile[] = own.map((file) => {
    const identity = identifyFile(file);
    return { ...identity, state: includesFile(control.whole ?? [], identity) ? 'skipped' : 'unsent' };
  });
  const due = [...own.keys()].filter((index) => account[index]?.state === 'unsent');
  const mark = (position: number, state: DockSentFile['state']) => {
    const index = due[position];
    const file = index === undefined ? undefined : account[index];
    if (index !== undefined && file !== undefined) account[index] = { ...file, state };
  };
  if (due.length === 0) return { files: account, fault: null };
  const fault = await runTransfer({ ...options, timing: settings.timing, signal: control.signal }, (link) =>
    sendFiles(link, {
      ...settings,
      files: due.flatMap((index) => own[index] ?? []),
      onProgress: (progress) => control.onProgress?.(progress),
      onEnding: (position) => mark(position, 'unknown'),
      onAcknowledged: (position) => mark(position, 'acknowledged'),
    }),
  );
  return { files: account, fault: fault?.toData() ?? null };
}

/** Receives until the sender has ended, and says what was whole. */
export async function receiveBatch(options: TransferOptions): Promise<DockReceiveResult> {
  const { settings, control } = options;
  const files: DockReceivedFile[] = [];
  const repeated: DockFileIdentity[] = [];
  let open: { readonly name: string; readonly receivedBytes: number } | null = null;
  const fault = await runTransfer({ ...options, timing: settings.timing, signal: control.signal }, (link) =>
    receiveFiles(link, {
      ...settings,
      onProgress(progress) {
        open = { name: progress.fileName, receivedBytes: progress.fileBytes };
        control.onProgress?.(progress);
      },
      async onWhole(file, length) {
        const identity = identifyFile(file);
        if (includesFile([...(control.whole ?? []), ...files], identity)) {
          repeated.push(identity);
        } else {
          const received = { ...identity, data: file.data, length };
          await control.keep?.(received);
          files.push(received);
        }
        open = null;
      },
    }),
  );
  return { files, repeated, brokenOff: open, fault: fault?.toData() ?? null };
}
