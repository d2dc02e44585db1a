// The counter's data folder: where it lies, and the lock that lets only one counter work in it.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';

/** Returns this user's data folder, the same for both hosts. */
export function defaultDataDir(
  system: { readonly platform: string; readonly env: Readonly<Record<string, string | undefined>>; readonly home: string } = {
    platform: process.platform,
    env: process.env,
    home: homedir(),
  },
): string {
  const { platform, env, home } = system;
  if (platform === 'win32') return join(env.LOCALAPPDATA ?? join(home, 'AppData', 'Local'), 'Countertop');
  if (platform === 'darwin') return join(home, 'Library', 'Application Support', 'Countertop');
  return join(env.XDG_DATA_HOME || join(home, '.local', 'share'), 'countertop');
}

/** Thrown when another process works in the data folder. */
export class DataFolderInUse extends Error {
  constructor(place: { readonly dataDir: string; readonly pid: string }) {
    const by = place.pid === '' ? '' : ` (process ${place.pid})`;
    super(`Another counter${by} is already running on ${place.dataDir}. Close it first, or choose another folder with --data.`);
    this.name = 'DataFolderInUse';
  }
}

/**
 * Makes the folder and takes its lock; returns the function that gives it back. Throws DataFolderInUse.
 * The lock is SQLite's own on a small file: the system lets go of it when the process dies in whatever way, on every platform.
 */
export function lockDataFolder(dataDir: string): () => void {
  mkdirSync(dataDir, { recursive: true, mode: 0o700 });
  const pidFile = join(dataDir, 'counter.pid');
  const lock = new Database(join(dataDir, 'counter.lock'), { timeout: 0 });
  try {
    lock.exec('BEGIN EXCLUSIVE');
  } catch {
    lock.close();
    throw new DataFolderInUse({ dataDir, pid: readOrEmpty(pidFile) });
  }
  writeFileSync(pidFile, String(process.pid));
  return () => lock.close();
}

function readOrEmpty(file: string): string {
  try {
    return readFileSync(file, 'utf8').trim();
  } catch {
    return '';
  }
}
