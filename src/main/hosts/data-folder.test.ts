// Tests of the data folder's place and lock.
import { spawnSync } from 'node:child_process';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { DataFolderInUse, defaultDataDir, lockDataFolder } from './data-folder.ts';

test.each([
  ['linux', {}, '/home/a/.local/share/countertop'],
  ['linux', { XDG_DATA_HOME: '/data' }, '/data/countertop'],
  ['darwin', {}, '/home/a/Library/Application Support/Countertop'],
  ['win32', { LOCALAPPDATA: '/l' }, '/l/Countertop'],
])('%s with %o', (platform, env, expected) => {
  expect(defaultDataDir({ platform, env, home: '/home/a' })).toBe(expected);
});

test('a second counter on the same folder is refused, and let in after the first is gone or killed', () => {
  const dataDir = join(mkdtempSync(join(tmpdir(), 'countertop-lock-')), 'new');
  const release = lockDataFolder(dataDir);
  expect(() => lockDataFolder(dataDir)).toThrow(DataFolderInUse);
  expect(() => lockDataFolder(dataDir)).toThrow(`process ${process.pid}`);
  release();
  const script = `import { lockDataFolder } from ${JSON.stringify(join(import.meta.dirname, 'data-folder.ts'))};
    lockDataFolder(${JSON.stringify(dataDir)}); process.kill(process.pid, 'SIGKILL');`;
  expect(spawnSync(process.execPath, ['--input-type=module', '-e', script]).signal).toBe('SIGKILL');
  lockDataFolder(dataDir)();
});
