// Watches the file of an open device: a hang-up that nothing was reading or writing at is told by nobody, but the file goes with the plug.
import { stat } from 'node:fs/promises';
import type { Timers } from '../../../../drivers/kit/transport.ts';

/** How often the file is looked for, ms. */
const LOOK_EVERY_MS = 500;

/**
 * Calls `gone` once when the file is no longer there, or is another one: a plug that was pulled and put back between two looks, or a link such as
 * /dev/serial/by-id that leads to another port now. Returns what ends the watch.
 */
export function watchDeviceFile(watched: { readonly path: string; readonly timers: Timers; gone(error: Error): void }): () => void {
  const { path, timers, gone } = watched;
  let ended = false;
  let timer: unknown = null;
  let first: string | null = null;

  async function look(): Promise<void> {
    try {
      const { dev, ino, rdev } = await stat(path);
      const found = `${dev} ${ino} ${rdev}`;
      first ??= found;
      if (found !== first) throw new Error('another device');
      if (!ended) timer = timers.setTimeout(() => void look(), LOOK_EVERY_MS);
    } catch (error) {
      if (!ended) gone(error instanceof Error ? error : new Error(String(error)));
    }
  }

  void look();
  return () => {
    ended = true;
    timers.clearTimeout(timer);
  };
}
