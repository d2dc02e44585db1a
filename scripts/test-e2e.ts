// npm run test:e2e, npm run test:electron: the end-to-end tests on the loopback host or in the real Electron; builds what is stale first.
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { buildIfStale, ROOT } from './support/build.ts';
import { findElectron } from './support/electron.ts';

const [host = 'loopback', ...rest] = process.argv.slice(2);
if (host !== 'loopback' && host !== 'electron') {
  console.error('usage: test-e2e.ts loopback|electron [playwright arguments]');
  process.exit(2);
}
if (host === 'electron') {
  const { executable, reason } = findElectron();
  if (executable === null) {
    console.error(`The Electron tests need a runtime: ${reason}. Name one in ELECTRON_OVERRIDE_DIST_PATH.`);
    process.exit(1);
  }
}
await buildIfStale();
const cli = join(ROOT, 'node_modules/@playwright/test/cli.js');
const result = spawnSync(process.execPath, [cli, 'test', ...rest], {
  cwd: ROOT,
  stdio: 'inherit',
  env: { ...process.env, COUNTERTOP_HOST: host },
});
process.exit(result.status ?? 1);
