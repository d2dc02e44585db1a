// The dock that is a folder: a real folder, the real transport, the driver, and the maker's program at the other side.
import { mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import folderDriver from '../../drivers/generic-folder-dock/driver.ts';
import manifest from '../../drivers/generic-folder-dock/manifest.json' with { type: 'json' };
import { simulator } from '../../drivers/generic-folder-dock/simulator.ts';
import { manifestSchema } from '../../drivers/kit/manifest.ts';
import type { DockReceivedFile } from '../../drivers/kit/meter-dock.ts';
import { systemTimers } from '../../drivers/kit/transport.ts';
import { openFolder } from '../../src/main/devices/transports/folder.ts';
import { openConnection } from '../../src/main/devices/transports/open.ts';

const parsed = manifestSchema.parse(manifest);
const options = { ...manifest.options, settleMs: 50 };
let root: string;
let path: string;
const closers: (() => Promise<unknown>)[] = [];

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'countertop-dock-'));
  path = join(root, 'exchange');
  mkdirSync(path);
});
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
  rmSync(root, { recursive: true, force: true });
});

async function openDock() {
  if (parsed.kind !== 'driver') throw new Error('no driver manifest');
  const connection = await openConnection({ kind: 'folder', path }, parsed, systemTimers);
  const open = await folderDriver.open({ ...connection, timers: systemTimers, options, trace: () => {} });
  closers.push(() => open.close());
  if (open.meterDock === undefined) throw new Error('no meter-reading dock');
  return { open, dock: open.meterDock, transport: connection.transport };
}

async function openProgram() {
  const program = simulator.createFolderDock?.({ timers: systemTimers, options });
  if (program === undefined) throw new Error('the driver ships no simulated program');
  const { folder, transport } = await openFolder({ path }, systemTimers);
  closers.push(() => transport.close());
  program.attach(folder);
  return program;
}

it('books go out and readings come back, byte for byte, and once', async () => {
  const { dock } = await openDock();
  const program = await openProgram();
  const book = { name: '抄表册-07.csv', data: Uint8Array.from({ length: 70_000 }, (_, index) => index & 0xff) };
  expect(await dock.send([book])).toMatchObject({ fault: null, files: [{ state: 'acknowledged' }] });
  expect(await program.takeAll()).toEqual([book.name]);
  expect(program.files.get(book.name)).toEqual(book.data);

  const readings = { name: 'readings-07.csv', data: Uint8Array.of(1, 2, 3) };
  await program.put([readings]);
  const kept: DockReceivedFile[] = [];
  const got = await dock.receive({ keep: async (file) => void kept.push(file) });
  expect(got).toMatchObject({ fault: null, files: [readings] });
  await program.put([readings]);
  expect(await dock.receive({ whole: kept })).toMatchObject({ fault: null, files: [], repeated: [{ name: readings.name }] });
  expect(readdirSync(join(path, 'done')).sort()).toEqual(['readings-07.2.csv', 'readings-07.csv', book.name]);
});

it('a folder that goes away is missed, and served again when it is back', async () => {
  const { open, dock, transport } = await openDock();
  const lost = new Promise((resolve) => transport.onLost(resolve));
  const waiting = dock.receive();
  renameSync(path, join(root, 'away'));
  expect(await lost).toMatchObject({ code: 'PORT_MISSING' });
  expect(await waiting).toMatchObject({ fault: { code: 'PORT_MISSING' } });
  await expect(open.probe()).rejects.toMatchObject({ code: 'PORT_MISSING' });
  await expect(openDock()).rejects.toMatchObject({ code: 'PORT_MISSING' });

  renameSync(join(root, 'away'), path);
  const again = await openDock();
  writeFileSync(join(path, 'readings-08.csv'), 'x');
  expect(await again.dock.handshake(new AbortController().signal)).toBe('ready-to-send');
  expect((await again.dock.receive()).files.map(({ name }) => name)).toEqual(['readings-08.csv']);
});
