// Files into the folder and out of it, with the account of what was whole when the transfer ended.
import {
  asFault,
  type DockFile,
  type DockFileIdentity,
  type DockReceivedFile,
  type DockReceiveResult,
  type DockSendResult,
  type DockSentFile,
  type DriverContext,
  type DropFolder,
  Fault,
  identifyFile,
  includesFile,
  type RunningDockControl,
  requireSendableFiles,
  say,
  type Timers,
} from '../kit/index.ts';
import type { FolderDockSettings } from './settings.ts';

export interface FolderSide {
  readonly folder: DropFolder;
  readonly timers: Timers;
  readonly settings: FolderDockSettings;
  readonly trace: DriverContext['trace'];
}

type Look = Awaited<ReturnType<DropFolder['list']>>[number];

const NO_BYTES = new Uint8Array(0);

/** Puts the files there that are not in `control.whole`; throws INPUT_INVALID before the first, else says how each ended. */
export async function sendFiles(
  { folder, settings, trace }: FolderSide,
  files: readonly DockFile[],
  control: RunningDockControl,
): Promise<DockSendResult> {
  requireSendableFiles(files, settings);
  for (const { name } of files) {
    // It would be taken for a handheld's the next time.
    if (settings.isIncoming(name)) throw new Fault('INPUT_INVALID', { field: 'files', reason: 'name-is-incoming' });
  }
  const account: DockSentFile[] = files.map((file) => {
    const identity = identifyFile(file);
    return { ...identity, state: includesFile(control.whole ?? [], identity) ? 'skipped' : 'unsent' };
  });
  try {
    for (const [index, { name, data }] of files.entries()) {
      const file = account[index];
      if (file === undefined || file.state === 'skipped') continue;
      requireRunning(control);
      control.onProgress?.({ fileName: name, fileBytes: 0, fileSizeBytes: data.length });
      account[index] = { ...file, state: 'unknown' };
      await folder.write(name, data);
      account[index] = { ...file, state: 'acknowledged' };
      trace('sent', NO_BYTES, say('{name}, {count} bytes', { name, count: data.length }));
      control.onProgress?.({ fileName: name, fileBytes: data.length, fileSizeBytes: data.length });
    }
    return { files: account, fault: null };
  } catch (error) {
    return { files: account, fault: asFault(error).toData() };
  }
}

/** Takes every finished file, in the order of their names, until none is left that still grows. */
export async function receiveFiles(side: FolderSide, control: RunningDockControl): Promise<DockReceiveResult> {
  const { folder, timers, settings, trace } = side;
  const files: DockReceivedFile[] = [];
  const repeated: DockFileIdentity[] = [];
  const tooLarge: Look[] = [];
  /** What was dealt with and still lies there. */
  const settled: Look[] = [];
  let brokenOff: DockReceiveResult['brokenOff'] = null;

  const incoming = async () =>
    [...(await folder.list())].filter(({ name }) => settings.isIncoming(name)).sort((one, other) => (one.name < other.name ? -1 : 1));

  /** A file that was written anew since it was read stays: it is another one. */
  async function archive(look: Look): Promise<void> {
    if (includesLook(await folder.list(), look)) await folder.archive(look.name);
  }

  async function take(look: Look): Promise<void> {
    const { name, sizeBytes } = look;
    if (sizeBytes > settings.maxFileBytes) {
      tooLarge.push(look);
      settled.push(look);
      return;
    }
    brokenOff = { name, receivedBytes: 0 };
    control.onProgress?.({ fileName: name, fileBytes: 0, fileSizeBytes: sizeBytes });
    const data = await folder.read(name).catch(async (error: unknown) => {
      if (includesLook(await folder.list(), look)) throw error;
      return null;
    });
    // Changed or gone between the look and the reading: it is not finished after all.
    if (data === null || data.length !== sizeBytes || !includesLook(await folder.list(), look)) {
      brokenOff = null;
      return;
    }
    requireRunning(control);
    const identity = identifyFile({ name, data });
    trace('received', NO_BYTES, say('{name}, {count} bytes', { name, count: sizeBytes }));
    control.onProgress?.({ fileName: name, fileBytes: sizeBytes, fileSizeBytes: sizeBytes });
    settled.push(look);
    if (includesFile([...(control.whole ?? []), ...files], identity)) {
      repeated.push(identity);
      brokenOff = null;
      return archive(look);
    }
    const received: DockReceivedFile = { ...identity, data, length: 'declared' };
    await control.keep?.(received);
    files.push(received);
    brokenOff = null;
    if (control.keep) await archive(look);
  }

  try {
    requireRunning(control);
    let before: readonly Look[] = [];
    let movedAtMs = timers.now();
    let sawFile = false;
    const unsettled = async () => (await incoming()).filter((look) => !includesLook(settled, look));
    for (;;) {
      const now = await unsettled();
      const finished = now.filter((look) => includesLook(before, look));
      for (const look of finished) {
        requireRunning(control);
        await take(look);
      }
      if (finished.length > 0 || (!sawFile && now.length > 0)) movedAtMs = timers.now();
      sawFile ||= now.length > 0;
      // One of those that were taken may have been written anew meanwhile.
      before = finished.length > 0 ? await unsettled() : now;
      const [slow] = before;
      if (slow === undefined && sawFile) break;
      if (slow === undefined && timers.now() - movedAtMs >= settings.startTimeoutMs)
        throw new Fault('DEVICE_NO_ANSWER', { reason: 'not-started' });
      if (slow !== undefined && timers.now() - movedAtMs >= settings.growTimeoutMs) {
        brokenOff = { name: slow.name, receivedBytes: 0 };
        throw new Fault('DEVICE_TIMEOUT', { reason: 'still-growing', file: slow.name });
      }
      await pause(side, control);
    }
    const [first] = tooLarge;
    // The others have come all the same: one file must not block the rest.
    if (first !== undefined) throw new Fault('FRAME_UNEXPECTED', { reason: 'too-large', file: first.name });
    return { files, repeated, brokenOff, fault: null };
  } catch (error) {
    return { files, repeated, brokenOff, fault: asFault(error).toData() };
  }
}

function includesLook(looks: readonly Look[], look: Look): boolean {
  return looks.some(
    ({ name, sizeBytes, modifiedMs }) => name === look.name && sizeBytes === look.sizeBytes && modifiedMs === look.modifiedMs,
  );
}

function requireRunning({ signal }: RunningDockControl): void {
  if (signal.aborted) throw new Fault('DEVICE_CANCELLED', { by: 'counter' });
}

/** Waits until the next look; rejects at once when cancelled. */
async function pause({ timers, settings }: FolderSide, control: RunningDockControl): Promise<void> {
  const { signal } = control;
  requireRunning(control);
  return new Promise((resolve, reject) => {
    const cancel = () => {
      timers.clearTimeout(timer);
      reject(new Fault('DEVICE_CANCELLED', { by: 'counter' }));
    };
    const timer = timers.setTimeout(() => {
      signal.removeEventListener('abort', cancel);
      resolve();
    }, settings.settleMs);
    signal.addEventListener('abort', cancel, { once: true });
  });
}
