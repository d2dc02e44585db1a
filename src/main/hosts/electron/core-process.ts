// The core under Electron: a utility process that serves the pages the shell lets in, and asks the shell for its children.

import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { MessagePortMain } from 'electron';
import { Fault } from '../../../shared/domain/fault.ts';
import { createErrorLines } from '../../processes/error-lines.ts';
import type { ProcessHandle } from '../../processes/launch.ts';
import type { VaultLock } from '../../secrets/vault-file.ts';
import { type Counter, composeCounter } from '../compose.ts';
import { DataFolderInUse } from '../data-folder.ts';
import { readFlags } from '../flags.ts';
import type { Line } from '../gate.ts';
import { type LoopbackServer, startLoopbackServer } from '../loopback/server.ts';
import { programFiles } from '../program-files.ts';
import { launchSidecar } from '../sidecar.ts';
import type { FromCore, ToCore, VaultKeyAnswer, VaultKeyAsked } from './messages.ts';
import type { Failure } from './sentences.ts';

interface Child {
  attach(port: MessagePortMain): void;
  exited(): void;
  wrote(text: string): void;
}

const files = programFiles();
const flags = readFlags(process.argv.slice(2));
const tokenFile = join(flags.dataDir, 'loopback-token.json');
const children = new Map<number, Child>();
let lastChildId = 0;
/** Who waits for the shell's next answer about the key of the vault. */
const vaultKeyAnswers: ((answer: VaultKeyAnswer) => void)[] = [];
let counter: Counter | null = null;
let door: LoopbackServer | null = null;

// What nobody awaited is a fault of ours, but no reason to leave a customer at the counter: every fact is already on disk.
process.on('unhandledRejection', (error) => console.error('not handled', error));

const tell = (message: FromCore) => process.parentPort.postMessage(message);

/** The system's own store for secrets, which only Electron's main process reaches. */
const systemLock: VaultLock = {
  name: 'system',
  async load() {
    const { exists, key } = await askVaultKey('load');
    if (exists && key === null) throw new Fault('KEY_VAULT_FAILED', { reason: 'lock-closed' });
    return key;
  },
  async create() {
    const { key } = await askVaultKey('create');
    if (key === null) throw new Fault('KEY_VAULT_FAILED', { reason: 'lock-closed' });
    return Uint8Array.from(key);
  },
};

process.parentPort.on('message', ({ data, ports }) => {
  const message = data as ToCore;
  const [port] = ports;
  if (message.type === 'connect' && port !== undefined) counter?.gate.serve(lineOf(port), 'window');
  else if (message.type === 'launched' && port !== undefined) children.get(message.childId)?.attach(port);
  else if (message.type === 'wrote') children.get(message.childId)?.wrote(message.text);
  else if (message.type === 'exited') children.get(message.childId)?.exited();
  else if (message.type === 'vault-key') vaultKeyAnswers.shift()?.(message);
  else if (message.type === 'close') void close();
});

try {
  counter = await composeCounter({
    dataDir: flags.dataDir,
    host: 'electron',
    version: files.version,
    driverRoots: files.driverRoots,
    demoAccounts: flags.demoAccounts ?? undefined,
    systemLock: (await askVaultKey('look')).available ? systemLock : undefined,
    launchers: {
      devices: ({ bits }) =>
        bits === 32 && files.sidecar !== null ? launchSidecar(files.sidecar, files.driverRoots) : launch(files.deviceProcess, []),
      hall: () => launch(files.hallProcess, []),
      headquarters: ({ args }) => launch(files.headquarters, args),
    },
  });
  if (flags.port !== null) await openDoor(counter, flags.port);
  tell({ type: 'ready', notices: counter.notices });
  counter.startLater();
} catch (error) {
  console.error(error);
  tell({ type: 'failed', failure: failureOf(error), detail: error instanceof Error ? error.message : String(error) });
}

function askVaultKey(act: VaultKeyAsked['act']): Promise<VaultKeyAnswer> {
  return new Promise((resolve) => {
    vaultKeyAnswers.push(resolve);
    tell({ type: 'vault-key', act });
  });
}

function failureOf(error: unknown): Failure {
  if (error instanceof DataFolderInUse) return 'in-use';
  if (error instanceof Fault && error.code === 'KEY_VAULT_FAILED') return 'keys-closed';
  return error instanceof Fault && error.code === 'DATABASE_NEWER' ? 'too-new' : 'cannot-start';
}

/** Only with --port: the same guarded door as on the loopback host, for support and scripts. */
async function openDoor(opened: Counter, port: number): Promise<void> {
  door = await startLoopbackServer({ gate: opened.gate, rendererDir: files.rendererDir, port });
  rmSync(tokenFile, { force: true });
  writeFileSync(tokenFile, `${JSON.stringify({ url: door.url, token: door.token, pid: process.pid })}\n`, { mode: 0o600 });
}

async function close(): Promise<void> {
  if (door !== null) {
    rmSync(tokenFile, { force: true });
    await door.close();
  }
  await counter?.close();
  process.exit(0);
}

function lineOf(port: MessagePortMain): Line {
  return {
    send: (text) => port.postMessage(text),
    onMessage: (listener) => {
      port.on('message', (event) => listener(event.data));
      port.start();
    },
    onClose: (listener) => void port.on('close', listener),
  };
}

/** Asks the shell for a child. Its port comes a moment later; what is said before waits for it. */
function launch(entry: string, args: readonly string[]): ProcessHandle {
  lastChildId += 1;
  const childId = lastChildId;
  const early: unknown[] = [];
  const listeners: ((message: unknown) => void)[] = [];
  const exits: (() => void)[] = [];
  const errorListeners: ((text: string) => void)[] = [];
  const errorLines = createErrorLines((text) => {
    for (const listener of errorListeners) listener(text);
  });
  let line: MessagePortMain | null = null;
  children.set(childId, {
    attach(port) {
      line = port;
      for (const message of early.splice(0)) port.postMessage(message);
      port.on('message', (event) => {
        for (const listener of listeners) listener(event.data);
      });
      port.start();
    },
    exited() {
      children.delete(childId);
      line?.close();
      errorLines.end();
      for (const listener of exits) listener();
    },
    wrote: errorLines.push,
  });
  tell({ type: 'launch', childId, entry, args });
  return {
    pid: undefined,
    kill: () => tell({ type: 'kill', childId }),
    onExit: (listener) => exits.push(listener),
    onErrorLine: (listener) => errorListeners.push(listener),
    channel: {
      send: (message) => {
        if (line === null) early.push(message);
        else line.postMessage(message);
      },
      onMessage: (listener) => listeners.push(listener),
      onClose: (listener) => exits.push(listener),
      close: () => line?.close(),
    },
  };
}
