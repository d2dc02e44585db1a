// npm run dev: builds on every change and keeps a loopback counter running on the newest build; the page is reloaded by hand.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, watch } from 'node:fs';
import { join } from 'node:path';
import { readFlags, writeFlags } from '../src/main/hosts/flags.ts';
import { buildIfStale, ROOT } from './support/build.ts';

const WATCHED = ['src', 'drivers', 'migrations'];
/** An editor writes a file in several steps, and "save all" several files. */
const SETTLE_MS = 200;

const flags = readFlags(process.argv.slice(2));
let args = writeFlags(flags);
let counter: ChildProcess | null = null;
let timer: NodeJS.Timeout | null = null;
let building = Promise.resolve();

building = rebuild(true);
for (const folder of WATCHED) {
  const path = join(ROOT, folder);
  if (!existsSync(path)) continue;
  watch(path, { recursive: true }, () => {
    if (timer !== null) clearTimeout(timer);
    timer = setTimeout(() => {
      building = building.then(() => rebuild(false));
    }, SETTLE_MS);
  });
}
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => void stopCounter().then(() => process.exit(0)));

async function rebuild(first: boolean): Promise<void> {
  try {
    const built = await buildIfStale();
    if (first || built.includes('program')) await restart();
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
  }
}

async function restart(): Promise<void> {
  await stopCounter();
  counter = spawn(process.execPath, [join(ROOT, 'out/main/loopback.js'), ...args], { stdio: 'inherit' });
  // The browser is opened once.
  args = writeFlags({ ...flags, open: false });
}

async function stopCounter(): Promise<void> {
  if (counter === null || counter.exitCode !== null || counter.signalCode !== null) return;
  counter.kill('SIGTERM');
  await once(counter, 'exit');
}
