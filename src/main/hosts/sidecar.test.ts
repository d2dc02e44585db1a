// Finding the sidecar, and telling its process where its own drivers are.
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { findSidecar, launchSidecar } from './sidecar.ts';

const ROOT = mkdtempSync(join(tmpdir(), 'countertop-sidecar-'));
afterAll(() => rmSync(ROOT, { recursive: true, force: true }));

describe('sidecar', () => {
  it('is found where both its Node and its program are', () => {
    const folder = join(ROOT, 'windows');
    mkdirSync(join(folder, 'app'), { recursive: true });
    expect(findSidecar(['', ROOT, folder], 'win32')).toBeNull();
    writeFileSync(join(folder, 'node.exe'), '');
    expect(findSidecar([folder], 'win32')).toBeNull();
    writeFileSync(join(folder, 'app', 'device-process.js'), '');
    expect(findSidecar([ROOT, folder], 'win32')?.runtime).toBe(join(folder, 'node.exe'));
    // Packed for Windows it is of no use elsewhere.
    expect(findSidecar([folder], 'linux')).toBeNull();
  });

  it.runIf(process.platform !== 'win32')('runs under its own Node and is told its own drivers', async () => {
    const folder = join(ROOT, 'here');
    mkdirSync(join(folder, 'app'), { recursive: true });
    symlinkSync(process.execPath, join(folder, 'node'));
    const echo = 'process.on("message", (message) => process.send({ message, runtime: process.argv0 }));';
    writeFileSync(join(folder, 'app', 'device-process.js'), echo);
    const sidecar = findSidecar([folder]);
    if (sidecar === null) throw new Error('not found');
    const handle = launchSidecar(sidecar, ['/program/drivers']);
    const heard: unknown[] = [];
    const ended = new Promise<void>((resolve) => handle.onExit(resolve));
    handle.channel.onMessage((message) => heard.push(message));
    handle.channel.send({ type: 'configure', driverRoots: ['/program/drivers', '/data/drivers'], image: Uint8Array.of(1, 2) });
    handle.channel.send({ type: 'ping', n: 1 });
    await expect.poll(() => heard.length).toBe(2);
    const runtime = join(folder, 'node');
    const driverRoots = [join(folder, 'app', 'drivers'), '/data/drivers'];
    expect(heard).toEqual([
      { message: { type: 'configure', driverRoots, image: Uint8Array.of(1, 2) }, runtime },
      { message: { type: 'ping', n: 1 }, runtime },
    ]);
    handle.kill();
    await ended;
  });
});
