// Printers in A4 that the counter drives itself: a folder that something else watches, and any program that takes a PDF.
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { access, mkdir, open, rename, rm } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { done, refused, unknown } from '../../../drivers/kit/outcome.ts';
import { Fault } from '../../shared/domain/fault.ts';
import type { SystemPrinter } from '../core/ports/print-jobs.ts';

/** A spooler that says nothing for so long has hung. */
const PROGRAM_LIMIT_MS = 60_000;
const MOST_WORDS = 300;

/** What the settings file says of the printer. */
export type SystemPrinterSettings =
  | { readonly kind: 'folder'; readonly path: string }
  /** `{title}` and `{copies}` stand for the job's; the PDF comes on standard input, or where `{file}` stands. */
  | { readonly kind: 'program'; readonly command: readonly [string, ...string[]] };

function isThere(file: string): Promise<boolean> {
  return access(file).then(
    () => true,
    () => false,
  );
}

function failed(reason: string): Fault {
  return new Fault('PAPER_PRINTER_FAILED', { reason: reason.trim().slice(0, MOST_WORDS) });
}

/** What writing a file takes; tests put a disk that is full in its place. */
export interface Files {
  readonly open: (file: string) => Promise<{ write(bytes: Uint8Array): Promise<unknown>; sync(): Promise<void>; close(): Promise<void> }>;
}

const FILES: Files = {
  async open(file) {
    const handle = await open(file, 'w', 0o600);
    return { write: (bytes) => handle.writeFile(bytes), sync: () => handle.sync(), close: () => handle.close() };
  },
};

/** Writes the file whole or not at all: beside its place first, durable, then under its name. Throws what the file system says. */
export async function writeWhole(file: string, bytes: Uint8Array, files: Files = FILES): Promise<void> {
  const beside = `${file}.part`;
  try {
    const handle = await files.open(beside);
    try {
      await handle.write(bytes);
      await handle.sync();
    } finally {
      await handle.close();
    }
    await rename(beside, file);
  } catch (error) {
    await rm(beside, { force: true });
    throw error;
  }
}

/** A PDF per job in a folder, named so that the same job finds its own file and is not printed twice. */
function folderPrinter(folder: string, files: Files): SystemPrinter {
  return {
    name: basename(folder),
    async print({ jobId, title, pdf, copies }) {
      const mark = createHash('sha256').update(jobId).digest('hex').slice(0, 8);
      const name = `${title}${copies > 1 ? ` x${copies}` : ''}`.replace(/[\\/:*?"<>|\p{Cc}]/gu, '').slice(0, 120);
      const file = join(folder, `${name} ${mark}.pdf`);
      try {
        if (await isThere(file)) return done({ proof: 'verified' });
        await mkdir(folder, { recursive: true });
        await writeWhole(file, pdf, files);
        return done({ proof: 'verified' });
      } catch (error) {
        return refused(failed(error instanceof Error ? error.message : String(error)).toData());
      }
    },
  };
}

/** A program such as `lp` or a PDF viewer's print switch. What it takes over is a spooler's from then on. */
function programPrinter([program, ...args]: readonly [string, ...string[]], folder: string, files: Files): SystemPrinter {
  return {
    name: basename(program),
    async print({ jobId, title, copies, pdf }) {
      const file = join(folder, `${createHash('sha256').update(jobId).digest('hex').slice(0, 16)}.pdf`);
      const takesFile = args.some((arg) => arg.includes('{file}'));
      const filled = args.map((arg) => arg.replace('{title}', title).replace('{copies}', String(copies)).replace('{file}', file));
      try {
        if (takesFile) {
          await mkdir(folder, { recursive: true });
          await writeWhole(file, pdf, files);
        }
      } catch (error) {
        return refused(failed(error instanceof Error ? error.message : String(error)).toData());
      }
      try {
        return await run(program, filled, takesFile ? null : pdf);
      } finally {
        await rm(file, { force: true });
      }
    },
  };
}

function run(program: string, args: readonly string[], input: Uint8Array | null): ReturnType<SystemPrinter['print']> {
  return new Promise((resolve) => {
    const child = spawn(program, args, {
      stdio: ['pipe', 'ignore', 'pipe'],
      timeout: PROGRAM_LIMIT_MS,
      killSignal: 'SIGKILL',
      windowsHide: true,
    });
    let words = '';
    let begun = false;
    child.on('spawn', () => {
      begun = true;
    });
    child.stderr.on('data', (bytes: Buffer) => {
      if (words.length < MOST_WORDS) words += bytes.toString('utf8');
    });
    child.on('error', (error) => {
      if (!begun) resolve(refused(failed(error.message).toData()));
    });
    child.on('close', (code, signal) => {
      if (code === 0) resolve(done({ proof: 'unverified' }));
      // A spooler that says no has taken nothing; one that was stopped may have.
      else if (code !== null) resolve(refused(failed(words || `${program} ${code}`).toData()));
      else resolve(unknown(failed(words || `${program} ${signal ?? ''}`).toData()));
    });
    // A program that ends early does not read to the end.
    child.stdin.on('error', () => {});
    child.stdin.end(input ?? undefined);
  });
}

/** Returns the printer that the settings name. `folder`: where a program finds its file for the moment. */
export function createSystemPrinter(
  settings: SystemPrinterSettings,
  from: { readonly folder: string; readonly files?: Files },
): SystemPrinter {
  const { folder, files = FILES } = from;
  return settings.kind === 'folder' ? folderPrinter(settings.path, files) : programPrinter(settings.command, folder, files);
}
