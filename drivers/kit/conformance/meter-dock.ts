// Conformance of a dock: what every one keeps, whether a line or a folder is between the counter and the handheld.
import { describe, expect, test } from 'vitest';
import { Fault } from '../../../src/shared/domain/fault.ts';
import { identifyFile } from '../dock-files.ts';
import type { DockFile, DockReceivedFile } from '../meter-dock.ts';
import { driverIdOf } from './bench.ts';
import { type DockBench, type DockUnderTest, dockBytes, openFolderDock, openLineDock } from './dock-bench.ts';
import { dockOverFolder } from './dock-folder.ts';
import { dockOverBadLine } from './dock-line.ts';

const SIZES = [0, 1, 127, 128, 129, 1024, 5_000];

/** Declares the tests of a dock's driver against its simulator; a line's or a folder's own are among them. */
export function meterDockConformance(underTest: DockUnderTest): void {
  const overLine = underTest.simulator.createMeterDock !== undefined;
  const open = (): Promise<DockBench> => (overLine ? openLineDock(underTest) : openFolderDock(underTest));
  const { single = false, outgoingName = (name) => name, incomingName = (name) => name } = underTest;
  const outgoing = (name: string, size: number, salt = 0): DockFile => ({ name: outgoingName(name), data: dockBytes(size, salt) });
  const incoming = (name: string, size: number, salt = 0): DockFile => ({ name: incomingName(name), data: dockBytes(size, salt) });
  const batches = <T>(files: readonly T[]): readonly (readonly T[])[] => (single ? files.map((file) => [file]) : [files]);
  const hashes = (files: readonly { readonly sha256: string }[]) => files.map(({ sha256 }) => sha256);
  const hashesOf = (files: readonly DockFile[]) => files.map((file) => identifyFile(file).sha256);
  const never = new AbortController().signal;

  describe(`${driverIdOf(underTest)} as a dock${single ? ', one file at a time' : ''}`, () => {
    test('brings files of every size to the handheld, byte for byte', async () => {
      for (const files of batches(SIZES.map((size) => outgoing(`b${size}.csv`, size)))) {
        const { sends, held } = await open();
        const sent = await sends(files);
        expect(sent).toEqual({ fault: null, files: files.map((file) => ({ ...identifyFile(file), state: 'acknowledged' })) });
        expect([...held.values()]).toEqual(files.map(({ data }) => data));
        if (!single) expect([...held.keys()]).toEqual(files.map(({ name }) => name));
      }
    });

    test('brings files of every size from the handheld, byte for byte, none twice', async () => {
      for (const files of batches(SIZES.map((size) => incoming(`r${size}.csv`, size)))) {
        const { receives } = await open();
        const got = await receives(files);
        expect(got).toMatchObject({ fault: null, brokenOff: null, repeated: [] });
        expect(new Set(hashes(got.files))).toEqual(new Set(hashesOf(files)));
        expect(got.files).toHaveLength(files.length);
        expect(got.files.map(({ data }) => identifyFile({ name: '', data }).sha256)).toEqual(hashes(got.files));
        if (!single) expect(new Set(got.files.map(({ name }) => name))).toEqual(new Set(files.map(({ name }) => name)));
      }
    });

    test('says how far it is, never backwards, up to the size of each file', async () => {
      const { sends, receives } = await open();
      for (const way of ['send', 'receive']) {
        const seen: [string, number][] = [];
        const onProgress = ({ fileName, fileBytes }: { readonly fileName: string; readonly fileBytes: number }) =>
          void seen.push([fileName, fileBytes]);
        if (way === 'send') await sends([outgoing('b.csv', 3_000)], { onProgress });
        else await receives([incoming('r.csv', 3_000)], { onProgress });
        const counts = seen.map(([, bytes]) => bytes);
        expect(counts).toEqual([...counts].sort((one, other) => one - other));
        // Without a declared size the filling of the last block counts.
        expect(counts.at(-1)).toBeGreaterThanOrEqual(3_000);
        if (!single) expect(counts.at(-1)).toBe(3_000);
      }
    });

    test('leaves out what the handheld has, and needs nobody when it has everything', async () => {
      const { sends, dock, run, held } = await open();
      const files = single ? [outgoing('a.csv', 300)] : [outgoing('a.csv', 300), outgoing('b.csv', 200)];
      const [first] = files;
      if (first === undefined) throw new Error('no file');
      const all = await sends(files, single ? {} : { whole: [identifyFile(first)] });
      expect(all.files.map(({ state }) => state)).toEqual(single ? ['acknowledged'] : ['skipped', 'acknowledged']);
      expect(held.size).toBe(1);
      const again = await run(dock.send(files, { whole: files.map(identifyFile) }));
      expect(again).toMatchObject({ fault: null, files: files.map(() => ({ state: 'skipped' })) });
    });

    test('reports a second upload as repeated, and an altered one of the same name as new', async () => {
      const { receives } = await open();
      const first = await receives([incoming('r.csv', 700)]);
      const second = await receives([incoming('r.csv', 700)], { whole: first.files });
      expect(second).toMatchObject({ fault: null, files: [], repeated: [{ sha256: first.files[0]?.sha256 }] });
      const altered = await receives([incoming('r.csv', 700, 1)], { whole: first.files });
      expect(altered).toMatchObject({ fault: null, repeated: [], files: [{ sizeBytes: 700 }] });
      expect(hashes(altered.files)).not.toEqual(hashes(first.files));
    });

    test('hands each file to be kept before it is confirmed; what could not be kept comes again', async () => {
      const { receives, timers } = await open();
      const kept: DockReceivedFile[] = [];
      const file = incoming('r.csv', 700);
      const broken = await receives([file], { keep: () => Promise.reject(new Fault('DATABASE_FAILED')) });
      expect(broken).toMatchObject({ files: [], repeated: [], fault: { code: 'DATABASE_FAILED' } });
      expect(broken.brokenOff).not.toBeNull();
      await timers.advance(60_000);
      const got = await receives([file], {
        keep: async (received) => {
          await new Promise<void>((resolve) => timers.setTimeout(resolve, 4_000));
          kept.push(received);
        },
      });
      expect(got).toMatchObject({ fault: null, brokenOff: null, files: [{ sizeBytes: 700 }] });
      expect(hashes(kept)).toEqual(hashes(got.files));
    });

    test('does one thing at a time', async () => {
      const { dock, run, timers, sends } = await open();
      const stop = new AbortController();
      const waiting = dock.receive({ signal: stop.signal });
      await timers.advance(10);
      for (const second of [dock.receive(), dock.send([outgoing('b.csv', 1)]), dock.handshake(never)])
        await expect(second).rejects.toMatchObject({ code: 'DEVICE_BUSY' });
      stop.abort();
      expect((await run(waiting)).fault).toEqual({ code: 'DEVICE_CANCELLED', context: { by: 'counter' } });
      await timers.advance(60_000);
      expect((await sends([outgoing('b.csv', 1)])).fault).toBeNull();
    });

    test.each<[string, readonly DockFile[]]>([
      ['no file', []],
      ['a path', [outgoing('../b.csv', 1)]],
      ['a name of Windows’ own', [{ name: 'nul', data: dockBytes(1) }]],
      ['one name twice', [outgoing('A.csv', 1), outgoing('a.csv', 2)]],
    ])('refuses %s before anything happens', async (_name, files) => {
      const { dock, run, held } = await open();
      await expect(run(dock.send(files))).rejects.toMatchObject({ code: 'INPUT_INVALID' });
      expect(held.size).toBe(0);
    });

    test('ends by itself when nobody offers anything', async () => {
      const { dock, run } = await open();
      expect(await run(dock.receive())).toEqual({
        files: [],
        repeated: [],
        brokenOff: null,
        fault: { code: 'DEVICE_NO_ANSWER', context: expect.anything() },
      });
    });

    test('a cancel before the first byte moves nothing', async () => {
      const { dock, run, held } = await open();
      const signal = AbortSignal.abort();
      const cancelled = { code: 'DEVICE_CANCELLED', context: { by: 'counter' } };
      expect(await run(dock.send([outgoing('b.csv', 10)], { signal }))).toMatchObject({ fault: cancelled, files: [{ state: 'unsent' }] });
      expect(await run(dock.receive({ signal }))).toMatchObject({ fault: cancelled, files: [] });
      await expect(run(dock.handshake(signal))).rejects.toMatchObject(cancelled);
      expect(held.size).toBe(0);
    });

    test('a handshake says what the handheld wants and moves no file', async () => {
      const { dock, whileReadyTo, receives, timers, held } = await open();
      const file = incoming('r.csv', 300);
      expect(await whileReadyTo('receive', [], () => dock.handshake(never))).toBe('ready-to-receive');
      await timers.advance(60_000);
      expect(await whileReadyTo('send', [file], () => dock.handshake(never))).toBe('ready-to-send');
      expect(held.size).toBe(0);
      await timers.advance(60_000);
      expect(await receives([file])).toMatchObject({ fault: null, repeated: [], files: [{ sizeBytes: 300 }] });
    });

    test('once closed it is offline, once lost it says so, and its probe as well', async () => {
      for (const [how, code] of [
        ['closed', /^DEVICE_OFFLINE$/],
        ['lost', /^PORT_/],
      ] as const) {
        const bench = await open();
        await bench.run(bench.open.probe());
        const waiting = bench.dock.receive();
        await bench.timers.advance(10);
        if (how === 'closed') await bench.run(bench.open.close());
        else bench.lose();
        expect((await bench.run(waiting)).fault?.code).toMatch(how === 'closed' ? /^DEVICE_CANCELLED$/ : code);
        const fault = { code: expect.stringMatching(code) };
        await expect(bench.run(bench.dock.receive())).rejects.toMatchObject(fault);
        await expect(bench.run(bench.dock.send([outgoing('b.csv', 1)]))).rejects.toMatchObject(fault);
        await expect(bench.run(bench.dock.handshake(never))).rejects.toMatchObject(fault);
        await expect(bench.run(bench.open.probe())).rejects.toMatchObject(fault);
      }
    });

    if (overLine) dockOverBadLine(underTest);
    else dockOverFolder(underTest);
  });
}
