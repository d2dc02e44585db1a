// A pcscd of the test's own with Debian's virtual reader, and a simulated reader whose cards lie in it.
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { SimulatedChipCard } from '../../drivers/kit/cards/index.ts';
import { CCID, ccidStatusOf, createCcidFramer, decodeCcid, encodeCcid } from '../../drivers/kit/framing/ccid.ts';
import type { SimulatedChipReader } from '../../drivers/kit/simulator.ts';
import { createMemoryLine } from '../../drivers/kit/testing/line.ts';
import { systemTimers } from '../../drivers/kit/transport.ts';
import { findFreePort } from '../../src/main/hall/cable.ts';

const VIRTUAL_READER = '/usr/lib/pcsc/drivers/serial/libifdvpcd.so';
const SOCKET_FOLDER = '/run/pcscd';
/** Gives the daemon a socket folder of its own: its place is fixed, so it is covered in a mount namespace. */
const PRIVATE = `mkdir -p ${SOCKET_FOLDER} && mount --bind "$1" ${SOCKET_FOLDER} && shift && exec "$@"`;
const START_LIMIT_MS = 10_000;

/** Whether pcscd and its virtual reader are installed and a mount namespace can be made (which takes root). */
export function canRunPcscd(): boolean {
  if (!existsSync(VIRTUAL_READER)) return false;
  const folder = mkdtempSync(join(tmpdir(), 'pcscd-'));
  const tried = spawnSync('unshare', ['--mount', 'sh', '-c', PRIVATE, 'sh', folder, 'pcscd', '--version']);
  rmSync(folder, { recursive: true });
  return tried.status === 0;
}

export interface TestPcscd {
  /** Port of the virtual reader's first slot. */
  readonly port: number;
  start(): Promise<void>;
  /** Ends the daemon as a crash would. */
  kill(): Promise<void>;
  close(): Promise<void>;
}

/** Returns a daemon that is not started yet, and makes this process' PC/SC speak to it: call it before PC/SC is used first. */
export async function createPcscd(): Promise<TestPcscd> {
  const folder = mkdtempSync(join(tmpdir(), 'pcscd-'));
  const sockets = join(folder, 'sockets');
  mkdirSync(sockets);
  const socket = join(sockets, 'pcscd.comm');
  process.env.PCSCLITE_CSOCK_NAME = socket;
  const port = await findFreePort();
  const hexPort = `0x${port.toString(16)}`;
  const config = join(folder, 'reader.conf');
  writeFileSync(config, `FRIENDLYNAME "Virtual PCD"\nDEVICENAME /dev/null:${hexPort}\nLIBPATH ${VIRTUAL_READER}\nCHANNELID ${hexPort}\n`);
  let daemon: ChildProcess | null = null;

  async function kill(): Promise<void> {
    const dying = daemon;
    daemon = null;
    if (dying === null || dying.exitCode !== null) return;
    const gone = new Promise((resolve) => dying.once('exit', resolve));
    dying.kill('SIGKILL');
    await gone;
    rmSync(sockets, { recursive: true });
    mkdirSync(sockets);
  }

  return {
    port,
    kill,
    async start() {
      daemon = spawn('unshare', ['--mount', 'sh', '-c', PRIVATE, 'sh', sockets, 'pcscd', '--foreground', '--config', config], {
        stdio: 'ignore',
      });
      const endMs = Date.now() + START_LIMIT_MS;
      while (!existsSync(socket)) {
        if (Date.now() > endMs) throw new Error('pcscd does not start');
        await new Promise((resolve) => setTimeout(resolve, 20));
      }
    },
    async close() {
      await kill();
      rmSync(folder, { recursive: true });
    },
  };
}

/** Control bytes of the virtual reader's protocol: two bytes of length, then one of these or an APDU. */
const CONTROL = { off: 0, on: 1, reset: 2, atr: 4 } as const;

/** Returns the message with its length in front, high byte first. */
function withLength(bytes: Uint8Array): Uint8Array {
  return Uint8Array.of(bytes.length >> 8, bytes.length & 0xff, ...bytes);
}

export interface VirtualCards {
  /** Puts a card into slot 1 of the virtual reader; resolves when it is plugged in. */
  insert(card: SimulatedChipCard): Promise<void>;
  remove(): Promise<void>;
  /** Pulls it after so many more bytes of its memory have been written. */
  removeAfterWrittenBytes(bytes: number): void;
  /** Number of APDUs that the daemon has sent. */
  readonly apdus: number;
}

/** Returns the slot of the virtual reader behind `port`; `device` answers for the card what the reader of its kind would. */
export function createVirtualCards(device: SimulatedChipReader, port: number): VirtualCards {
  const line = createMemoryLine(systemTimers);
  const framer = createCcidFramer();
  const waiting: ((answer: Uint8Array | null) => void)[] = [];
  let socket: Socket | null = null;
  let sequence = 0;
  let apdus = 0;
  device.attach(line.device);
  line.host.onData((chunk) => {
    for (const event of framer.push(chunk)) {
      const message = decodeCcid(event.bytes);
      if (message !== null) waiting.shift()?.(ccidStatusOf(message).command === 'ok' ? message.data : null);
    }
  });
  device.onTorn(() => void unplug());

  function ask(type: number, data: Uint8Array = new Uint8Array(0)): Promise<Uint8Array | null> {
    sequence = (sequence + 1) & 0xff;
    return new Promise((resolve) => {
      waiting.push(resolve);
      void line.host.write(encodeCcid({ type, slot: 0, sequence, parameters: new Uint8Array(3), data }));
    });
  }

  async function unplug(): Promise<void> {
    const plugged = socket;
    socket = null;
    if (plugged === null) return;
    await new Promise<void>((resolve) => {
      plugged.once('close', () => resolve());
      plugged.destroy();
    });
  }

  async function serve(plugged: Socket, message: Uint8Array, state: { atr: Uint8Array }): Promise<void> {
    const answer = (bytes: Uint8Array | null) => {
      if (bytes !== null && plugged === socket) plugged.write(withLength(bytes));
    };
    if (message.length !== 1) {
      apdus += 1;
      answer(await ask(CCID.xfrBlock, message));
    } else if (message[0] === CONTROL.off) await ask(CCID.iccPowerOff);
    else if (message[0] === CONTROL.atr) answer(state.atr);
    else state.atr = (await ask(CCID.iccPowerOn)) ?? state.atr;
  }

  async function plug(): Promise<void> {
    const state = { atr: (await ask(CCID.iccPowerOn)) ?? new Uint8Array(0) };
    const plugged = connect(port, '127.0.0.1');
    socket = plugged;
    let held = Buffer.alloc(0);
    let last: Promise<void> = Promise.resolve();
    plugged.on('error', () => {
      // The daemon was killed.
    });
    plugged.on('data', (chunk: Buffer) => {
      held = Buffer.concat([held, chunk]);
      while (held.length >= 2 && held.length >= 2 + held.readUInt16BE(0)) {
        const message = Uint8Array.from(held.subarray(2, 2 + held.readUInt16BE(0)));
        held = held.subarray(2 + message.length);
        last = last.then(() => serve(plugged, message, state));
      }
    });
    await new Promise<void>((resolve) => plugged.once('connect', () => resolve()));
  }

  return {
    get apdus() {
      return apdus;
    },
    async insert(card) {
      device.insert(1, card);
      await plug();
    },
    async remove() {
      device.remove(1);
      await unplug();
    },
    removeAfterWrittenBytes: (bytes) => device.removeAfterWrittenBytes(1, bytes),
  };
}
