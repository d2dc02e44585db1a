// Where the files of the program lie: built in out/, or in the source tree under plain Node.
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { findSidecar, SIDECAR_FOLDER, type Sidecar } from './sidecar.ts';

export interface ProgramFiles {
  readonly deviceProcess: string;
  readonly hallProcess: string;
  readonly headquarters: string;
  /** The thread that draws paper. */
  readonly paperWorker: string;
  /** The thread that makes files of tables. */
  readonly tableWorker: string;
  readonly driverRoots: readonly string[];
  readonly rendererDir: string;
  /** The 32-bit process for makers' libraries; null where it is not installed, as everywhere but on Windows. */
  readonly sidecar: Sidecar | null;
  /** Of the program, from package.json. */
  readonly version: string;
}

/**
 * Returns the files that go with the module at `moduleDir`, this one by itself: all built when it is built, else all source but the page. On
 * Windows the sidecar is looked for in `resourcesDir`, then beside the build.
 */
export function programFiles(
  moduleDir: string = import.meta.dirname,
  { platform, resourcesDir }: { readonly platform: NodeJS.Platform; readonly resourcesDir: string | undefined } = thisSystem(),
): ProgramFiles {
  const root = programRoot(moduleDir);
  const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { readonly version: string };
  const out = join(root, 'out');
  const rendererDir = join(out, 'renderer');
  const besides = resourcesDir === undefined ? [out] : [resourcesDir, out];
  const sidecar =
    platform === 'win32'
      ? findSidecar(
          besides.map((folder) => join(folder, SIDECAR_FOLDER)),
          platform,
        )
      : null;
  if (moduleDir.startsWith(out)) {
    const main = join(out, 'main');
    return {
      deviceProcess: join(main, 'device-process.js'),
      hallProcess: join(main, 'hall-process.js'),
      headquarters: join(main, 'hq.js'),
      paperWorker: join(main, 'paper-worker.js'),
      tableWorker: join(main, 'table-worker.js'),
      driverRoots: [join(main, 'drivers')],
      rendererDir,
      sidecar,
      version,
    };
  }
  return {
    deviceProcess: join(root, 'src/main/devices/device-process.ts'),
    hallProcess: join(root, 'src/main/hall/hall-process.ts'),
    headquarters: join(root, 'src/hq/main.ts'),
    paperWorker: join(root, 'src/main/printing/pdf/worker.ts'),
    tableWorker: join(root, 'src/main/printing/tables/worker.ts'),
    driverRoots: [join(root, 'drivers')],
    rendererDir,
    sidecar,
    version,
  };
}

/** `resourcesDir` is where an installed program has what was packed beside it; Electron alone says so. */
function thisSystem(): { readonly platform: NodeJS.Platform; readonly resourcesDir: string | undefined } {
  const { platform, resourcesPath } = process as unknown as { readonly platform: NodeJS.Platform; readonly resourcesPath?: string };
  return { platform, resourcesDir: resourcesPath };
}

/** The folder that holds package.json, at or above `dir`. */
function programRoot(dir: string): string {
  if (existsSync(join(dir, 'package.json'))) return dir;
  const above = dirname(dir);
  if (above === dir) throw new Error('package.json of the program not found');
  return programRoot(above);
}
