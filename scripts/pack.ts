// npm run pack [-- --dir]: the installer for the system it runs on, in dist: an NSIS installer on Windows, an AppImage on Linux; --dir the folder alone.
//
// electron-builder.yml says what goes into it. electron-builder fetches the Electron of package.json, and the tools that make installers, once;
// where ELECTRON_OVERRIDE_DIST_PATH names a runtime, that one is packed and `--dir` reaches for nothing. Such a package is for tests, not for a branch.
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { parseArgs } from 'node:util';
import { build, type Configuration, Platform } from 'electron-builder';
import { buildIfStale, ROOT } from './support/build.ts';
import { findElectron } from './support/electron.ts';

const { values } = parseArgs({
  options: { win: { type: 'boolean' }, linux: { type: 'boolean' }, dir: { type: 'boolean', default: false } },
});
const here = process.platform === 'win32' ? Platform.WINDOWS : Platform.LINUX;
const asked = values.win ? Platform.WINDOWS : values.linux ? Platform.LINUX : here;
// npm ci installs the native packages of one system only.
if (asked !== here || !['win32', 'linux'].includes(process.platform)) {
  console.error(`A package for ${asked.name} is made on ${asked.name}: the native packages that are installed here are this system's.`);
  process.exit(2);
}

await buildIfStale();
if (asked === Platform.WINDOWS) execFileSync(process.execPath, [join(ROOT, 'scripts/pack-sidecar.ts')], { stdio: 'inherit' });
const made = await build({
  projectDir: ROOT,
  targets: asked.createTarget(values.dir ? 'dir' : undefined),
  config: runtime(),
  publish: 'never',
});
console.log(`Packed ${made.length === 0 ? 'the folder in dist' : made.map((file) => relative(process.cwd(), file)).join(', ')}.`);

/** Returns what is to be set for a runtime that is here already. */
function runtime(): Configuration {
  const folder = process.env.ELECTRON_OVERRIDE_DIST_PATH;
  if (!folder) return {};
  const { executable, reason } = findElectron();
  if (executable === null) throw new Error(`Nothing to pack: ${reason}`);
  return { electronDist: folder, electronVersion: readFileSync(join(folder, 'version'), 'utf8').trim().replace(/^v/, '') };
}
