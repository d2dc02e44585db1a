// Builds what is stale: the program (main processes, preload, drivers) and the page, each in its own process, side by side.
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

export const ROOT = join(import.meta.dirname, '../..');

export type Part = 'program' | 'page';

const CONFIG = ['package-lock.json', 'electron.vite.config.ts', 'scripts/support/build-part.ts'];
const INPUTS: Readonly<Record<Part, readonly string[]>> = {
  program: ['src/main', 'src/hq', 'src/preload', 'src/shared', 'drivers', 'migrations', ...CONFIG],
  page: ['src/renderer', 'src/shared', ...CONFIG],
};
const OUTPUTS: Readonly<Record<Part, string>> = { program: 'out/main/loopback.js', page: 'out/renderer/index.html' };

/** Builds the parts that are stale and says so; returns those it has built. Rejects when a build fails, after printing what it said. */
export async function buildIfStale(parts: readonly Part[] = ['program', 'page']): Promise<readonly Part[]> {
  const stale = parts.map((part) => ({ part, inputs: fingerprint(part) })).filter(({ part, inputs }) => isStale(part, inputs));
  if (stale.length === 0) return [];
  const startedMs = performance.now();
  const names = stale.map(({ part }) => `the ${part}`).join(' and ');
  console.log(`Building ${names} …`);
  await Promise.all(
    stale.map(async ({ part, inputs }) => {
      rmSync(stampFile(part), { force: true });
      await runPart(part);
      mkdirSync(join(ROOT, 'out'), { recursive: true });
      writeFileSync(stampFile(part), inputs);
    }),
  );
  console.log(`Built ${names} in ${((performance.now() - startedMs) / 1000).toFixed(1)} s.`);
  return stale.map(({ part }) => part);
}

function isStale(part: Part, inputs: string): boolean {
  if (!existsSync(join(ROOT, OUTPUTS[part])) || !existsSync(stampFile(part))) return true;
  return readFileSync(stampFile(part), 'utf8') !== inputs;
}

function stampFile(part: Part): string {
  return join(ROOT, 'out', `.${part}.stamp`);
}

/** Name, size and time of every input file: any edit, addition or removal changes it, and it takes milliseconds. */
function fingerprint(part: Part): string {
  const hash = createHash('sha256');
  for (const input of INPUTS[part]) for (const line of filesOf(join(ROOT, input))) hash.update(line);
  return hash.digest('hex');
}

function filesOf(path: string): string[] {
  const stat = statSync(path, { throwIfNoEntry: false });
  if (stat === undefined || path.endsWith('.test.ts') || path.endsWith('.test.tsx')) return [];
  if (!stat.isDirectory()) return [`${path} ${stat.size} ${stat.mtimeMs}\n`];
  return readdirSync(path)
    .sort()
    .flatMap((name) => filesOf(join(path, name)));
}

function runPart(part: Part): Promise<void> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [join(ROOT, 'scripts/support/build-part.ts'), part], { stdio: ['ignore', 'pipe', 'pipe'] });
    let said = '';
    for (const stream of [child.stdout, child.stderr])
      stream.on('data', (text) => {
        said += text;
      });
    child.on('error', reject);
    child.on('exit', (code) => {
      if (code === 0) return resolve();
      console.error(said);
      reject(new Error(`the build of the ${part} failed`));
    });
  });
}
