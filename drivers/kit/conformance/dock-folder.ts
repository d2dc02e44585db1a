// Conformance of a dock that is a folder: half-written files, crashes between keeping and moving, a folder that goes and comes back.
import { describe, expect, test } from 'vitest';
import { Fault } from '../../../src/shared/domain/fault.ts';
import { identifyFile } from '../dock-files.ts';
import type { DockReceivedFile } from '../meter-dock.ts';
import { type DockUnderTest, dockBytes, openFolderDock } from './dock-bench.ts';

/** Declares the tests of the folder; meterDockConformance calls it. */
export function dockOverFolder(underTest: DockUnderTest): void {
  const { outgoingName = (name) => name, incomingName = (name) => name } = underTest;
  const openBench = () => openFolderDock(underTest);
  const FIRST = incomingName('a.csv');
  const SECOND = incomingName('b.csv');
  const keepInto = (kept: DockReceivedFile[]) => async (file: DockReceivedFile) => void kept.push(file);

  describe('through a folder', () => {
    test('a file that still grows is taken when it has stopped, whole', async () => {
      const { shared, dock, run, timers } = await openBench();
      const data = dockBytes(10_000);
      const write = (length: number) => {
        shared.write(FIRST, data.subarray(0, length));
        if (length < data.length) timers.setTimeout(() => write(Math.min(data.length, length + 700)), 600);
      };
      write(700);
      const got = await run(dock.receive());
      expect(got).toMatchObject({ fault: null, files: [{ name: FIRST, sizeBytes: data.length }] });
      expect(got.files[0]?.data).toEqual(data);
    });

    test('a file that never stops growing is left, the finished one is taken', async () => {
      const { shared, dock, run, timers } = await openBench();
      shared.write(SECOND, dockBytes(100));
      const write = () => {
        shared.write(FIRST, dockBytes(100 + timers.now()));
        timers.setTimeout(write, 300);
      };
      write();
      const got = await run(dock.receive());
      expect(got).toMatchObject({ files: [{ name: SECOND }], brokenOff: { name: FIRST }, fault: { code: 'DEVICE_TIMEOUT' } });
      expect(shared.files.has(FIRST)).toBe(true);
    });

    test('a kept file is moved away, and only then', async () => {
      const { shared, dock, run } = await openBench();
      shared.write(FIRST, dockBytes(100));
      const lying: boolean[] = [];
      await run(
        dock.receive({
          async keep() {
            lying.push(shared.files.has(FIRST));
          },
        }),
      );
      expect(lying).toEqual([true]);
      expect([...shared.files.keys()]).toEqual([]);
      expect(shared.done.map(({ name }) => name)).toEqual([FIRST]);
    });

    test('without anybody who keeps it, a file lies there until it is named as whole', async () => {
      const { shared, dock, run } = await openBench();
      shared.write(FIRST, dockBytes(100));
      const first = await run(dock.receive());
      expect([first.files.length, shared.files.has(FIRST)]).toEqual([1, true]);
      const second = await run(dock.receive({ whole: first.files }));
      expect(second).toMatchObject({ fault: null, files: [], repeated: [{ name: FIRST }] });
      expect([shared.files.has(FIRST), shared.done.length]).toEqual([false, 1]);
    });

    test('a crash at every action leaves nothing lost and nothing doubled', async () => {
      const files = [FIRST, SECOND].map((name, index) => ({ name, data: dockBytes(500, index) }));
      let actions = 0;
      for (let crashAt = 1; ; crashAt += 1) {
        const { shared, dock, run, program } = await openBench();
        await run(program.put(files));
        const kept: DockReceivedFile[] = [];
        actions = 0;
        shared.onAction(() => {
          actions += 1;
          if (actions === crashAt) throw new Fault('PORT_FAILED', { reason: 'crash' });
        });
        const broken = await run(dock.receive({ keep: keepInto(kept) }));
        shared.onAction(() => {});
        if (broken.fault !== null) {
          // What was kept is all that survives a crash.
          if (shared.files.size > 0) await run(dock.receive({ whole: kept.slice(), keep: keepInto(kept) }));
        }
        expect(kept.map(({ name, data }) => identifyFile({ name, data }))).toEqual(files.map(identifyFile));
        expect(shared.done.map(({ name }) => name)).toEqual([FIRST, SECOND]);
        if (actions < crashAt) break;
      }
      expect(actions).toBeGreaterThan(6);
    });

    test('a file that is written anew while it is kept is another one, and comes too', async () => {
      const { shared, dock, run, timers } = await openBench();
      shared.write(FIRST, dockBytes(100));
      const kept: DockReceivedFile[] = [];
      const got = await run(
        dock.receive({
          async keep(file) {
            kept.push(file);
            if (kept.length > 1) return;
            await new Promise<void>((resolve) => timers.setTimeout(resolve, 50));
            shared.write(FIRST, dockBytes(100, 1));
          },
        }),
      );
      expect(got.fault).toBeNull();
      expect(kept.map(({ data }) => data)).toEqual([dockBytes(100), dockBytes(100, 1)]);
      expect(shared.done.map(({ data }) => data)).toEqual([dockBytes(100, 1)]);
    });

    test('a file that is taken away before it is read is nobody’s fault', async () => {
      const { shared, dock, run } = await openBench();
      shared.write(FIRST, dockBytes(100));
      shared.write(SECOND, dockBytes(200));
      shared.onAction((action, name) => {
        if (action === 'read' && name === FIRST) shared.files.delete(FIRST);
      });
      expect(await run(dock.receive())).toMatchObject({ fault: null, brokenOff: null, files: [{ name: SECOND }] });
    });

    test('what the counter has put there is never taken back', async () => {
      const { shared, dock, run } = await openBench();
      const book = { name: outgoingName('book.csv'), data: dockBytes(300) };
      expect((await run(dock.send([book]))).fault).toBeNull();
      expect((await run(dock.receive())).fault?.code).toBe('DEVICE_NO_ANSWER');
      expect([...shared.files.keys()]).toEqual([book.name]);
      await expect(run(dock.send([{ name: FIRST, data: book.data }]))).rejects.toMatchObject({ code: 'INPUT_INVALID' });
    });

    test('a write that fails is unknown, and the rest unsent; sent again, everything is there', async () => {
      const { shared, dock, run } = await openBench();
      const files = ['a.csv', 'b.csv', 'c.csv'].map((name) => ({ name: outgoingName(name), data: dockBytes(100) }));
      shared.onAction((action, name) => {
        if (action === 'write' && name === files[1]?.name) throw new Fault('PORT_DENIED');
      });
      const broken = await run(dock.send(files));
      expect(broken.files.map(({ state }) => state)).toEqual(['acknowledged', 'unknown', 'unsent']);
      expect(broken.fault?.code).toBe('PORT_DENIED');
      shared.onAction(() => {});
      const rest = await run(dock.send(files, { whole: broken.files.filter(({ state }) => state === 'acknowledged') }));
      expect(rest.files.map(({ state }) => state)).toEqual(['skipped', 'acknowledged', 'acknowledged']);
      expect([...shared.files.keys()]).toEqual(files.map(({ name }) => name));
    });

    test('a cancel at every file keeps what was kept and leaves the rest', async () => {
      const files = [FIRST, SECOND].map((name) => ({ name, data: dockBytes(500) }));
      const { shared, dock, run, program } = await openBench();
      await run(program.put(files));
      const stop = new AbortController();
      const got = await run(dock.receive({ signal: stop.signal, keep: async () => stop.abort() }));
      expect(got).toMatchObject({ files: [{ name: FIRST }], fault: { code: 'DEVICE_CANCELLED', context: { by: 'counter' } } });
      expect([...shared.files.keys()]).toEqual([SECOND]);
      expect((await run(dock.receive({ whole: got.files }))).files.map(({ name }) => name)).toEqual([SECOND]);
    });

    test('a folder that goes in the middle ends the transfer with its fault', async () => {
      const { shared, dock, run, timers, open } = await openBench();
      const waiting = dock.receive();
      await timers.advance(100);
      shared.breakWith(new Fault('PORT_MISSING'));
      expect(await run(waiting)).toMatchObject({ fault: { code: 'PORT_MISSING' } });
      await expect(run(open.probe())).rejects.toMatchObject({ code: 'PORT_MISSING' });
      shared.breakWith(null);
      shared.write(FIRST, dockBytes(10));
      expect((await run(dock.receive())).files).toHaveLength(1);
    });
  });
}
