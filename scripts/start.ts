// npm start: builds what is stale, then starts the counter on Electron where that can run, else on the loopback host, and says which and why.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { readFlags, writeFlags } from '../src/main/hosts/flags.ts';
import { buildIfStale, ROOT } from './support/build.ts';
import { findOrFetchElectron } from './support/electron.ts';

const flags = flagsOrExit();
const program = buildIfStale(['program']);
const [choice] = await Promise.all([chooseHost(), buildIfStale(['page']), program.then(prepareDataFolder)]).catch((error: unknown) =>
  exit(1, error),
);
console.log(`Countertop on ${choice.executable === null ? 'the loopback host' : 'Electron'}: ${choice.reason}.`);
if (choice.executable === null) {
  // In this very process: there is nothing between the terminal and the counter that could outlive it.
  process.argv = [process.argv[0] ?? '', join(ROOT, 'out/main/loopback.js'), ...writeFlags(flags)];
  await import(join(ROOT, 'out/main/loopback.js'));
} else {
  // Chromium refuses to start its own sandbox for root.
  const asRoot = process.getuid?.() === 0 ? ['--no-sandbox'] : [];
  const child = spawn(choice.executable, [...asRoot, ROOT, ...writeFlags(flags)], { stdio: 'inherit' });
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => child.kill(signal));
  child.on('exit', (code) => process.exit(code ?? 1));
}

/** On a machine's first start the demo hall is made while the page is still being built. */
async function prepareDataFolder(): Promise<void> {
  if (existsSync(flags.dataDir)) return;
  console.log('Making the demo hall …');
  const child = spawn(process.execPath, [join(ROOT, 'out/main/loopback.js'), '--prepare-only', '--data', flags.dataDir], {
    stdio: 'inherit',
  });
  const [code] = await once(child, 'exit');
  if (code !== 0) process.exit(1);
}

function flagsOrExit() {
  try {
    return readFlags(process.argv.slice(2));
  } catch (error) {
    return exit(2, error);
  }
}

function exit(code: number, error: unknown): never {
  console.error(error instanceof Error ? error.message : error);
  process.exit(code);
}

async function chooseHost(): Promise<{ readonly executable: string | null; readonly reason: string }> {
  if (flags.host === 'loopback') return { executable: null, reason: 'asked for' };
  const display = process.platform === 'win32' || process.platform === 'darwin' || process.env.DISPLAY || process.env.WAYLAND_DISPLAY;
  if (!display && flags.host !== 'electron') return { executable: null, reason: 'there is no display' };
  const search = await findOrFetchElectron();
  if (search.executable === null && flags.host === 'electron') {
    console.error(`Electron was asked for, but ${search.reason}.`);
    process.exit(1);
  }
  return search;
}
