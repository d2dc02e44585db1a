// Debian's lrzsz as the other side of a dock: its programs on a pseudo terminal, joined to a second one that counts every byte.
import { spawn } from 'node:child_process';
import { accessSync, closeSync, constants, mkdtempSync, openSync, rmSync } from 'node:fs';
import { constants as osConstants, setPriority, tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import dockDriver from '../../drivers/generic-ymodem-dock/driver.ts';
import manifest from '../../drivers/generic-ymodem-dock/manifest.json' with { type: 'json' };
import { inWords, type Meaning } from '../../drivers/kit/meaning.ts';
import type { MeterDock } from '../../drivers/kit/meter-dock.ts';
import { systemTimers } from '../../drivers/kit/transport.ts';
import { openSerial } from '../../src/main/devices/transports/serial.ts';
import { openPty } from '../../src/main/hall/pty.ts';

export type LrzszProgram = 'sx' | 'rx' | 'sb' | 'rb';

/** Whether the four programs are there, on a system with pseudo terminals. */
export function lrzszIsInstalled(): boolean {
  const folders = process.platform === 'win32' ? [] : (process.env.PATH ?? '').split(delimiter);
  return ['sx', 'rx', 'sb', 'rb'].every((program) => folders.some((folder) => isExecutable(join(folder, program))));
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** A serial cable between two pseudo terminals. */
export interface CountedCable {
  /** Terminal devices of the two ends. */
  readonly near: string;
  readonly far: string;
  /** Bytes that have passed so far. */
  readonly passed: { fromNear: number; fromFar: number };
  close(): Promise<void>;
}

/**
 * Returns two pseudo terminals whose other ends are joined. What the near end sends travels `travelMs`: lrzsz empties its input right after each
 * ACK, and a block that is there by then is lost, which no real line is fast enough for.
 */
export function openCountedCable({ travelMs }: { readonly travelMs: number }): CountedCable {
  const near = openPty();
  const far = openPty();
  const passed = { fromNear: 0, fromFar: 0 };
  near.transport.onData((chunk) => {
    passed.fromNear += chunk.length;
    // What is still under way when the cable goes is lost with it.
    setTimeout(() => far.transport.write(chunk).catch(() => {}), travelMs);
  });
  far.transport.onData((chunk) => {
    passed.fromFar += chunk.length;
    near.transport.write(chunk).catch(() => {});
  });
  return {
    near: near.path,
    far: far.path,
    passed,
    async close() {
      await near.close();
      await far.close();
    },
  };
}

/** Returns an empty folder and the function that removes it. */
export function temporaryFolder(): { readonly path: string; remove(): void } {
  const path = mkdtempSync(join(tmpdir(), 'countertop-lrzsz-'));
  return { path, remove: () => rmSync(path, { recursive: true, force: true }) };
}

/** What to run, on which terminal, in which folder. */
export interface LrzszRun {
  readonly program: LrzszProgram;
  readonly args?: readonly string[];
  readonly terminal: string;
  readonly folder: string;
}

/** Runs one of the programs; resolves with its exit code (null when it was killed) and the end of what it said. */
export function runLrzsz({ program, args = [], terminal, folder }: LrzszRun) {
  const descriptor = openSync(terminal, constants.O_RDWR | constants.O_NOCTTY);
  const child = spawn(program, args, { cwd: folder, stdio: [descriptor, descriptor, 'pipe'] });
  closeSync(descriptor);
  // The less often lrzsz is held up between an ACK and emptying its input, the fewer blocks it throws away; only root may ask for that.
  try {
    if (child.pid !== undefined) setPriority(child.pid, osConstants.priority.PRIORITY_HIGHEST);
  } catch {}
  let said = '';
  child.stderr?.on('data', (chunk: Buffer) => {
    said = (said + chunk.toString('latin1')).slice(-500);
  });
  const exited = new Promise<{ readonly code: number | null; readonly said: string }>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => resolve({ code, said }));
  });
  return { exited, kill: () => child.kill('SIGKILL') };
}

/** Opens the dock's driver on a terminal, through the real serial transport. `repeatedBytes` counts those of blocks sent once more. */
export async function openDock(terminal: string, over: Readonly<Record<string, string | number | boolean>>) {
  const line = { baudRate: 115_200, dataBits: 8, parity: 'none', stopBits: 1 } as const;
  const transport = await openSerial({ path: terminal, line }, systemTimers);
  const open = await dockDriver.open({ transport, timers: systemTimers, options: { ...manifest.options, ...over }, trace });
  let last = '';
  let repeatedBytes = 0;
  function trace(direction: 'sent' | 'received', bytes: Uint8Array, note: Meaning = ''): void {
    if (direction !== 'sent') return;
    const text = inWords(note);
    if (text === last && text.startsWith('block')) repeatedBytes += bytes.length;
    last = text;
  }
  const dock: MeterDock | undefined = open.meterDock;
  if (dock === undefined) throw new Error('no meter-reading dock');
  return { dock, repeatedBytes: () => repeatedBytes, close: () => open.close() };
}

/** Returns so many bytes, every value among them, the same ones each time; the last is never 1Ah, which XMODEM takes for its filling. */
export function sampleBytes(length: number): Uint8Array {
  return Uint8Array.from({ length }, (_, index) => (index === length - 1 ? 0x0a : (index * 7 + (index >> 8)) & 0xff));
}
