// The account of a transfer: what was whole when it ended, whatever the protocol was and however it ended.
import type { Fault } from '../../src/shared/domain/fault.ts';
import { identifyFile, includesFile } from './dock-files.ts';
import type {
  DockControl,
  DockFile,
  DockFileIdentity,
  DockProgress,
  DockReceivedFile,
  DockReceiveResult,
  DockSendResult,
  DockSentFile,
} from './meter-dock.ts';

/** What a protocol tells while it sends; files are named by their place among those that it was given. */
export interface SendingNotes {
  onProgress(progress: DockProgress): void;
  /** The end of a file leaves now: from here until `onAcknowledged` nobody knows whether the other side has it. */
  onEnding(index: number): void;
  onAcknowledged(index: number): void;
}

/** What a protocol tells while it receives. */
export interface ReceivingNotes {
  onProgress(progress: DockProgress): void;
  /** A file is whole; its end is acknowledged when this has resolved. */
  onWhole(file: DockFile, length: DockReceivedFile['length']): Promise<void>;
}

/** Sends by `transfer` the files that are not in `control.whole` and says how each ended. `transfer` resolves with the fault that ended it early. */
export async function accountSending(
  files: readonly DockFile[],
  {
    control,
    transfer,
  }: { readonly control: DockControl; readonly transfer: (due: readonly DockFile[], notes: SendingNotes) => Promise<Fault | null> },
): Promise<DockSendResult> {
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
  const fault = await transfer(
    due.flatMap((index) => own[index] ?? []),
    {
      onProgress: (progress) => control.onProgress?.(progress),
      onEnding: (position) => mark(position, 'unknown'),
      onAcknowledged: (position) => mark(position, 'acknowledged'),
    },
  );
  return { files: account, fault: fault?.toData() ?? null };
}

/** Receives by `transfer` and says what was whole; a file that the caller or this transfer has already is repeated. */
export async function accountReceiving({
  control,
  transfer,
}: {
  readonly control: DockControl;
  readonly transfer: (notes: ReceivingNotes) => Promise<Fault | null>;
}): Promise<DockReceiveResult> {
  const files: DockReceivedFile[] = [];
  const repeated: DockFileIdentity[] = [];
  let open: { readonly name: string; readonly receivedBytes: number } | null = null;
  const fault = await transfer({
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
  });
  return { files, repeated, brokenOff: open, fault: fault?.toData() ?? null };
}
