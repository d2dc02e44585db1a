// Watches the file of an open device: a hang-up that nothing was reading or writing at is told by nobody, but the file goes with the plug.
import { stat } from 'node:fs/promises';
import type { Timers } from '../../../../drivers/kit/transport.ts';

/** How often the file is looked for, ms. */
const LOOK_EVERY_MS = 500;

/** Returns which device a path leads to now; null where there is none. Asked before the device is opened, so that no change is missed. */
export async function deviceAt(path: string): Promise<string | null> {
  try {
    const { dev, ino, rdev } = await stat(path);
    return `${dev} ${ino} ${rdev}`;
  } catch {
    return null;
  }
}

/**
 * Calls `gone` once when the file is no longer there, or is another one: a plug that was pulled and put back between two looks, or a link such as
 * /dev/serial/by-id that leads to another port now. Returns what ends the watch.
 */
export function watchDeviceFile(watched: {
  readonly path: string;
  /** What `deviceAt` said before it was opened. */
  readonly device: string | null;
  readonly timers: Timers;
  gone(error: Error): void;
}): () => void {
  const { path, device, timers, gone } = watched;
  let ended = false;
  let timer: unknown = null;

  async function look(): Promise<void> {
    const found = await deviceAt(path);
    if (ended) return;
    if (found === device) timer = timers.setTimeout(() => void look(), LOOK_EVERY_MS);
    else gone(new Error(found === null ? 'the device file is gone' : 'another device'));
  }

  void look();
  return () => {
    ended = true;
    timers.clearTimeout(timer);
  };
}
