// Starts a whole counter for a test: the loopback host as its own process on a fresh data folder.
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { connectCounter, readDoor } from '../../scripts/support/client.ts';
import type { CounterClient } from '../../src/shared/contract/index.ts';

const ROOT = join(import.meta.dirname, '../..');
const START_LIMIT_MS = 60_000;
/** A demo hall small enough to be made in a moment. */
export const TEST_ACCOUNTS = 300;

export interface RunningCounter {
  readonly dataDir: string;
  /** Address without and with the token. */
  readonly url: string;
  readonly openUrl: string;
  readonly token: string;
  readonly pid: number;
  /** Opens one more line of its own; every line is a sender with its own session. */
  connect(): Promise<CounterClient>;
  /** Ends the process with SIGKILL, as a power cut would; resolves when it is gone. The data folder stays. */
  kill(): Promise<void>;
  /** Ends the process in order; resolves with its exit code. The data folder stays. */
  stop(): Promise<number | null>;
}

/** Returns a new folder below the system's temporary folder; `remove` deletes it. */
export function temporaryDataDir(): { readonly dataDir: string; remove(): void } {
  const dataDir = mkdtempSync(join(tmpdir(), 'countertop-'));
  return { dataDir, remove: () => rmSync(dataDir, { recursive: true, force: true, maxRetries: 5 }) };
}

/**
 * Starts a counter on `dataDir` and resolves when its door is open. `built` takes the program from out/, else from the source tree.
 * Rejects with what the program said when it ends before that.
 */
export async function startCounter(options: {
  readonly dataDir: string;
  readonly built?: boolean;
  readonly args?: readonly string[];
}): Promise<RunningCounter> {
  const entry = join(ROOT, options.built === true ? 'out/main/loopback.js' : 'src/main/hosts/loopback/main.ts');
  const args = ['--no-open', '--port', '0', '--data', options.dataDir, '--demo-accounts', String(TEST_ACCOUNTS), ...(options.args ?? [])];
  const child = spawn(process.execPath, [entry, ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
  const openUrl = await addressOf(child);
  const door = readDoor(options.dataDir);
  const lines: { close(): void }[] = [];
  const gone = new Promise<number | null>((resolve) => child.once('exit', (code) => resolve(code)));
  const end = (signal: NodeJS.Signals) => {
    for (const line of lines.splice(0)) line.close();
    if (child.exitCode === null && child.signalCode === null) child.kill(signal);
    return gone;
  };
  return {
    dataDir: options.dataDir,
    url: door.url,
    openUrl,
    token: door.token,
    pid: door.pid,
    async connect() {
      const line = await connectCounter(door);
      lines.push(line);
      return line.client;
    },
    async kill() {
      await end('SIGKILL');
    },
    stop: () => end('SIGTERM'),
  };
}

function addressOf(child: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    if (child.stdout === null || child.stderr === null) throw new Error('the child has no output');
    let said = '';
    const limit = setTimeout(() => {
      child.kill('SIGKILL');
      reject(new Error(`the counter printed no address; it said: ${said}`));
    }, START_LIMIT_MS);
    child.stderr.on('data', (text) => {
      said += text;
    });
    createInterface({ input: child.stdout }).on('line', (line) => {
      said += `${line}\n`;
      if (!/^http:\/\/127\.0\.0\.1:\d+\/open\?token=/.test(line)) return;
      clearTimeout(limit);
      resolve(line);
    });
    child.once('exit', (code) => {
      clearTimeout(limit);
      reject(new Error(`the counter ended with ${code}; it said: ${said}`));
    });
  });
}
