// Finds the Electron runtime, or fetches it once through the package's own installer.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from './build.ts';

const PACKAGE = join(ROOT, 'node_modules/electron');
const UNREACHABLE_MARK = join(ROOT, 'node_modules/.cache/countertop/electron-unreachable');
const DOWNLOADS = 'https://github.com/electron/electron/releases/';
const CONNECT_LIMIT_MS = 2_000;
const TRY_AGAIN_AFTER_MS = 24 * 3_600_000;

export interface RuntimeSearch {
  /** Path of the executable; null when there is none. */
  readonly executable: string | null;
  /** Where it was found, or why there is none, for people. */
  readonly reason: string;
}

/** Looks for a runtime that is already there. */
export function findElectron(env: NodeJS.ProcessEnv = process.env): RuntimeSearch {
  const name = process.platform === 'win32' ? 'electron.exe' : 'electron';
  const override = env.ELECTRON_OVERRIDE_DIST_PATH;
  if (override) {
    const executable = join(override, name);
    return existsSync(executable)
      ? { executable, reason: 'the runtime in ELECTRON_OVERRIDE_DIST_PATH' }
      : { executable: null, reason: 'there is no Electron in ELECTRON_OVERRIDE_DIST_PATH' };
  }
  const pathFile = join(PACKAGE, 'path.txt');
  const installed = existsSync(pathFile) ? join(PACKAGE, 'dist', readFileSync(pathFile, 'utf8')) : '';
  if (installed !== '' && existsSync(installed)) return { executable: installed, reason: 'the installed runtime' };
  return { executable: null, reason: 'no Electron runtime is installed' };
}

/** Like findElectron; fetches a missing runtime. A download that cannot be reached is given up at once and not tried again for a day. */
export async function findOrFetchElectron(): Promise<RuntimeSearch> {
  const found = findElectron();
  if (found.executable !== null || process.env.ELECTRON_OVERRIDE_DIST_PATH || !existsSync(join(PACKAGE, 'install.js'))) return found;
  const mark = statSync(UNREACHABLE_MARK, { throwIfNoEntry: false });
  if (mark !== undefined && Date.now() - mark.mtimeMs < TRY_AGAIN_AFTER_MS)
    return { executable: null, reason: 'no Electron runtime is installed and its download could not be reached today' };
  if (await reachable(process.env.ELECTRON_MIRROR ?? process.env.npm_config_electron_mirror ?? DOWNLOADS)) {
    console.log('Fetching the Electron runtime, once …');
    const fetched = spawnSync(process.execPath, [join(PACKAGE, 'install.js')], { stdio: ['ignore', 'inherit', 'ignore'] });
    if (fetched.status === 0) return findElectron();
  }
  mkdirSync(join(UNREACHABLE_MARK, '..'), { recursive: true });
  writeFileSync(UNREACHABLE_MARK, '');
  return { executable: null, reason: 'no Electron runtime is installed and its download cannot be reached' };
}

async function reachable(url: string): Promise<boolean> {
  try {
    const answer = await fetch(url, { method: 'HEAD', redirect: 'manual', signal: AbortSignal.timeout(CONNECT_LIMIT_MS) });
    return answer.status < 500;
  } catch {
    return false;
  }
}
