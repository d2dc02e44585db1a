// The loopback host: the counter under plain Node, its page in a browser on this machine.
import { spawn } from 'node:child_process';
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Counter, composeCounter, prepareDataFolder } from '../compose.ts';
import { type Flags, readFlags } from '../flags.ts';
import { programFiles } from '../program-files.ts';
import { nodeLaunchers } from './launchers.ts';
import { type LoopbackServer, startLoopbackServer } from './server.ts';

const files = programFiles();

// What nobody awaited is a fault of ours, but no reason to leave a customer at the counter: every fact is already on disk.
process.on('unhandledRejection', (error) => console.error('not handled', error));

try {
  await run(readFlags(process.argv.slice(2)));
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exit(1);
}

async function run(flags: Flags): Promise<void> {
  const options = {
    dataDir: flags.dataDir,
    host: 'loopback',
    version: files.version,
    driverRoots: files.driverRoots,
    demoAccounts: flags.demoAccounts ?? undefined,
  } as const;
  if (flags.prepareOnly) return prepareDataFolder(options);
  const counter = await composeCounter({ ...options, launchers: nodeLaunchers() });
  const door = await startLoopbackServer({ gate: counter.gate, rendererDir: files.rendererDir, port: flags.port ?? 0 }).catch(
    async (error: unknown) => {
      await counter.close();
      throw error;
    },
  );
  const tokenFile = join(flags.dataDir, 'loopback-token.json');
  rmSync(tokenFile, { force: true });
  writeFileSync(tokenFile, `${JSON.stringify({ url: door.url, token: door.token, pid: process.pid })}\n`, { mode: 0o600 });
  closeOnSignal({ counter, door, tokenFile });
  for (const notice of counter.notices) console.error(notice);
  console.log(door.openUrl);
  if (flags.open) openBrowser(door.openUrl);
  counter.startLater();
}

function closeOnSignal(running: { readonly counter: Counter; readonly door: LoopbackServer; readonly tokenFile: string }): void {
  let closing = false;
  const close = async () => {
    // A second signal means now.
    if (closing) process.exit(130);
    closing = true;
    rmSync(running.tokenFile, { force: true });
    await running.door.close();
    await running.counter.close();
    process.exit(0);
  };
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => void close());
}

function openBrowser(url: string): void {
  const [command, args]: [string, string[]] =
    process.platform === 'win32'
      ? ['rundll32', ['url.dll,FileProtocolHandler', url]]
      : process.platform === 'darwin'
        ? ['open', [url]]
        : ['xdg-open', [url]];
  // Without a browser the printed address is all there is.
  spawn(command, args, { stdio: 'ignore', detached: true })
    .on('error', () => {})
    .unref();
}
