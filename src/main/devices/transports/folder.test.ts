// The folder of a dock's own program: plain files only, never half of one, and a folder that goes and comes back.
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { DropFolder } from '../../../../drivers/kit/folder.ts';
import { systemTimers, type Transport } from '../../../../drivers/kit/transport.ts';
import { openFolder } from './folder.ts';

let root: string;
let path: string;
let folder: DropFolder;
let transport: Transport;

beforeEach(async () => {
  root = mkdtempSync(join(tmpdir(), 'countertop-folder-'));
  path = join(root, 'exchange');
  mkdirSync(path);
  ({ folder, transport } = await openFolder({ path }, systemTimers));
});
afterEach(async () => {
  await transport.close();
  chmodSync(path, 0o700);
  rmSync(root, { recursive: true, force: true });
});

const bytes = (text: string) => Uint8Array.from(Buffer.from(text));

describe('a drop folder', () => {
  it('writes, lists, reads and archives plain files', async () => {
    await folder.write('抄表册-1.csv', bytes('abc'));
    await folder.write('抄表册-1.csv', bytes('abcd'));
    expect(await folder.list()).toEqual([{ name: '抄表册-1.csv', sizeBytes: 4, modifiedMs: expect.any(Number) }]);
    expect(await folder.read('抄表册-1.csv')).toEqual(bytes('abcd'));
    await folder.archive('抄表册-1.csv');
    expect(await folder.list()).toEqual([]);
    expect(readdirSync(join(path, 'done'))).toEqual(['抄表册-1.csv']);
    expect(readdirSync(path)).toEqual(['done']);
  });

  it('keeps every file that was archived under one name', async () => {
    for (const text of ['one', 'two', 'three']) {
      await folder.write('r.csv', bytes(text));
      await folder.archive('r.csv');
    }
    const kept = readdirSync(join(path, 'done')).map((name) => [name, readFileSync(join(path, 'done', name), 'utf8')]);
    expect(kept).toEqual([
      ['r.2.csv', 'two'],
      ['r.3.csv', 'three'],
      ['r.csv', 'one'],
    ]);
  });

  it.each(['../out.csv', '..', '.', '', '/etc/passwd', 'a/b', 'a\\b', 'c:x', 'nul', '.r.csv.part'])('refuses the name %j', async (name) => {
    await expect(folder.read(name)).rejects.toMatchObject({ code: 'INPUT_INVALID' });
    await expect(folder.write(name, bytes('x'))).rejects.toMatchObject({ code: 'INPUT_INVALID' });
    await expect(folder.archive(name)).rejects.toMatchObject({ code: 'INPUT_INVALID' });
    expect(readdirSync(root)).toEqual(['exchange']);
  });

  it('neither lists nor follows nor replaces links, folders and hidden files', async () => {
    writeFileSync(join(root, 'secret'), 'secret');
    symlinkSync(join(root, 'secret'), join(path, 'link.csv'));
    mkdirSync(join(path, 'sub.csv'));
    writeFileSync(join(path, '.half'), 'x');
    expect(await folder.list()).toEqual([]);
    for (const name of ['link.csv', 'sub.csv']) {
      await expect(folder.read(name)).rejects.toMatchObject({ code: 'PORT_FAILED' });
      await expect(folder.write(name, bytes('x'))).rejects.toMatchObject({ code: 'PORT_FAILED' });
      await expect(folder.archive(name)).rejects.toMatchObject({ code: 'PORT_FAILED' });
    }
    expect(readFileSync(join(root, 'secret'), 'utf8')).toBe('secret');

    symlinkSync(root, join(path, 'done'));
    await folder.write('r.csv', bytes('x'));
    await expect(folder.archive('r.csv')).rejects.toMatchObject({ code: 'PORT_FAILED' });
    expect(existsSync(join(root, 'r.csv'))).toBe(false);
  });

  it('never lets half a file be seen', async () => {
    const long = new Uint8Array(3_000_000).fill(65);
    const sizes = new Set<number>();
    const writing = folder.write('long.csv', long).then(() => 'written');
    while ((await Promise.race([writing, folder.list()])) !== 'written') for (const file of await folder.list()) sizes.add(file.sizeBytes);
    for (const file of await folder.list()) sizes.add(file.sizeBytes);
    expect([...sizes]).toEqual([long.length]);
    // What a power cut has left of an earlier attempt is in nobody's way.
    writeFileSync(join(path, '.long.csv.part'), 'half');
    await folder.write('long.csv', bytes('again'));
    expect(readdirSync(path)).toEqual(['long.csv']);
  });

  it('names a file that is not there', async () => {
    await expect(folder.read('no.csv')).rejects.toMatchObject({ code: 'PORT_FAILED', context: { reason: 'ENOENT' } });
  });

  it('carries no bytes', async () => {
    await expect(transport.write(bytes('x'))).rejects.toMatchObject({ code: 'PORT_FAILED' });
  });

  it('says within 2 s that it is gone, and opens again when it is back', async () => {
    const startMs = performance.now();
    const lost = new Promise((resolve) => transport.onLost(resolve));
    renameSync(path, join(root, 'away'));
    expect(await lost).toMatchObject({ code: 'PORT_MISSING', context: { path } });
    expect(performance.now() - startMs).toBeLessThan(2_000);
    await expect(folder.list()).rejects.toMatchObject({ code: 'PORT_MISSING' });
    await expect(openFolder({ path }, systemTimers)).rejects.toMatchObject({ code: 'PORT_MISSING' });

    renameSync(join(root, 'away'), path);
    const again = await openFolder({ path }, systemTimers);
    expect(await again.folder.list()).toEqual([]);
    await again.transport.close();
  });

  it('tells a call at once that it is gone', async () => {
    rmSync(path, { recursive: true });
    await expect(folder.write('r.csv', bytes('x'))).rejects.toMatchObject({ code: 'PORT_MISSING' });
    mkdirSync(path);
  });

  it('is not opened where there is no folder', async () => {
    writeFileSync(join(root, 'file'), '');
    await expect(openFolder({ path: join(root, 'file') }, systemTimers)).rejects.toMatchObject({ code: 'PORT_MISSING' });
  });

  // Root may do everything.
  it.runIf(process.getuid?.() !== 0 && process.platform !== 'win32')('says when it may not be written to', async () => {
    chmodSync(path, 0o500);
    await expect(folder.write('r.csv', bytes('x'))).rejects.toMatchObject({ code: 'PORT_DENIED' });
    await expect(openFolder({ path }, systemTimers)).rejects.toMatchObject({ code: 'PORT_DENIED' });
  });

  it('is silent once it is closed', async () => {
    let losses = 0;
    transport.onLost(() => {
      losses += 1;
    });
    await transport.close();
    await expect(folder.list()).rejects.toMatchObject({ code: 'PORT_FAILED', context: { reason: 'closed' } });
    expect(losses).toBe(0);
  });
});
