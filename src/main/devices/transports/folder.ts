// A folder that a dock's own program fills and empties, in the place of a line.
import { constants } from 'node:fs';
import { access, lstat, mkdir, open, readdir, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { isPlainFileName } from '../../../../drivers/kit/file-name.ts';
import type { DropFolder } from '../../../../drivers/kit/folder.ts';
import type { Timers, Transport } from '../../../../drivers/kit/transport.ts';
import { Fault, type FaultCode } from '../../../shared/domain/fault.ts';
import { createLine } from './line.ts';

/** How often the folder is looked for, and how long a look may take (a network share that has gone answers nothing), ms. */
const LOOK_EVERY_MS = 500;
const LOOK_LIMIT_MS = 1_000;
const DONE = 'done';
/** Never follows a link; Windows has no such flag and is asked before. */
const NO_FOLLOW = constants.O_NOFOLLOW ?? 0;

/**
 * Opens the folder. Rejects with PORT_MISSING, PORT_DENIED or PORT_FAILED and the path in the context. The transport carries no bytes; it is
 * lost with PORT_MISSING when the folder is gone, within 1.5 s.
 */
export async function openFolder(
  { path }: { readonly path: string },
  timers: Timers,
): Promise<{ readonly transport: Transport; readonly folder: DropFolder }> {
  await checkFolder(path);
  let timer: unknown = null;
  let closed = false;
  let gone: Fault | null = null;
  const line = createLine(
    {
      write: (_bytes, finished) => finished(new Error('a folder carries no bytes')),
      async close() {
        closed = true;
        timers.clearTimeout(timer);
      },
    },
    timers,
  );

  function lose(fault: Fault): void {
    if (closed || gone !== null) return;
    gone = fault;
    line.lost(fault);
  }

  function lookAgain(): void {
    timer = timers.setTimeout(() => {
      const limit = timers.setTimeout(() => lose(new Fault('PORT_MISSING', { path, reason: 'no answer' })), LOOK_LIMIT_MS);
      checkFolder(path)
        .then(() => !closed && gone === null && lookAgain(), lose)
        .finally(() => timers.clearTimeout(limit));
    }, LOOK_EVERY_MS);
  }
  lookAgain();

  /** Runs one action on the folder; what fails becomes a PORT_… fault, PORT_MISSING when the folder itself is gone. */
  async function act<T>(task: () => Promise<T>): Promise<T> {
    if (closed) throw new Fault('PORT_FAILED', { path, reason: 'closed' });
    if (gone !== null) throw gone;
    try {
      return await task();
    } catch (error) {
      if (error instanceof Fault) throw error;
      await checkFolder(path);
      throw portFault(path, error);
    }
  }

  return {
    transport: line.transport,
    folder: {
      list: () => act(() => listFiles(path)),
      read: (name) => act(() => readFileOf(path, name)),
      write: (name, data) => act(() => writeFileTo(path, name, data)),
      archive: (name) => act(() => archiveFile(path, name)),
    },
  };
}

async function checkFolder(path: string): Promise<void> {
  try {
    if (!(await stat(path)).isDirectory()) throw new Fault('PORT_MISSING', { path, reason: 'not a folder' });
    await access(path, constants.R_OK | constants.W_OK);
  } catch (error) {
    throw error instanceof Fault ? error : portFault(path, error, 'PORT_MISSING');
  }
}

/** `missing` is what the absence of the thing asked for means: of the folder PORT_MISSING, of a file in it PORT_FAILED. */
function portFault(path: string, error: unknown, missing: FaultCode = 'PORT_FAILED'): Fault {
  const reason = (error as NodeJS.ErrnoException).code ?? String(error);
  const codes: Readonly<Record<string, FaultCode>> = {
    ENOENT: missing,
    ENOTDIR: missing,
    ENODEV: 'PORT_MISSING',
    ESTALE: 'PORT_MISSING',
    ENOTCONN: 'PORT_MISSING',
    EACCES: 'PORT_DENIED',
    EPERM: 'PORT_DENIED',
    EROFS: 'PORT_DENIED',
  };
  return new Fault(codes[reason] ?? 'PORT_FAILED', { path, reason }, { cause: error });
}

/** Hidden files are half-written ones: ours, and by custom those of other programs. */
function requirePlain(name: string): string {
  if (!isPlainFileName(name) || name.startsWith('.')) throw new Fault('INPUT_INVALID', { field: 'name', reason: 'not a plain file name' });
  return name;
}

async function listFiles(path: string) {
  const names = (await readdir(path, { withFileTypes: true }))
    .filter((entry) => entry.isFile() && isPlainFileName(entry.name) && !entry.name.startsWith('.'))
    .map(({ name }) => name)
    .sort();
  const files: { readonly name: string; readonly sizeBytes: number; readonly modifiedMs: number }[] = [];
  for (const name of names) {
    // Whoever shares the folder may take a file away between the two looks.
    const found = await lstat(join(path, name)).catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return null;
      throw error;
    });
    if (found?.isFile()) files.push({ name, sizeBytes: found.size, modifiedMs: found.mtimeMs });
  }
  return files;
}

async function readFileOf(path: string, name: string): Promise<Uint8Array> {
  const file = join(path, requirePlain(name));
  await requireRegular(file);
  const handle = await open(file, constants.O_RDONLY | NO_FOLLOW);
  try {
    return new Uint8Array(await handle.readFile());
  } finally {
    await handle.close();
  }
}

async function requireRegular(file: string): Promise<void> {
  if (!(await lstat(file)).isFile()) throw new Fault('PORT_FAILED', { reason: 'not a regular file' });
}

async function writeFileTo(path: string, name: string, data: Uint8Array): Promise<void> {
  const target = join(path, requirePlain(name));
  if (await exists(target)) await requireRegular(target);
  const half = join(path, `.${name}.part`);
  // Left over from a counter that lost its power.
  await rm(half, { force: true });
  try {
    const handle = await open(half, 'wx');
    try {
      await handle.writeFile(data);
      await handle.sync();
    } finally {
      await handle.close();
    }
    await rename(half, target);
  } catch (error) {
    await rm(half, { force: true }).catch(() => {});
    throw error;
  }
}

async function archiveFile(path: string, name: string): Promise<void> {
  const file = join(path, requirePlain(name));
  await requireRegular(file);
  const done = join(path, DONE);
  await mkdir(done).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'EEXIST') throw error;
  });
  if (!(await lstat(done)).isDirectory()) throw new Fault('PORT_FAILED', { path, reason: `${DONE} is not a folder` });
  for (let copy = 1; ; copy += 1) {
    const place = join(done, copy === 1 ? name : numbered(name, copy));
    if (await exists(place)) continue;
    await rename(file, place);
    return;
  }
}

/** `r.csv` and 2 give `r.2.csv`. */
function numbered(name: string, copy: number): string {
  const dot = name.lastIndexOf('.');
  return dot <= 0 ? `${name}.${copy}` : `${name.slice(0, dot)}.${copy}${name.slice(dot)}`;
}

async function exists(file: string): Promise<boolean> {
  return lstat(file).then(
    () => true,
    (error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return false;
      throw error;
    },
  );
}
