// The dock's driver against Debian's lrzsz on pseudo terminals, through the real serial binding: another implementation of the protocols.
// On a pseudo terminal the last ACK of rx and rb can be lost when they restore the terminal and go; what counts is what the receiver has.
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { DockFile } from '../../drivers/kit/meter-dock.ts';
import {
  type CountedCable,
  type LrzszProgram,
  lrzszIsInstalled,
  openCountedCable,
  openDock,
  runLrzsz,
  sampleBytes,
  temporaryFolder,
} from '../support/lrzsz.ts';

const MEGABYTE = 1_048_576;
const SIZES = [0, 127, 128];
const FILE = 'route.dat';
const PADDING = 0x1a;

interface Way {
  readonly name: string;
  readonly options: { readonly protocol: 'xmodem' | 'ymodem'; readonly blockBytes: 128 | 1024 };
  readonly sender: 'sx' | 'sb';
  readonly receiver: 'rx' | 'rb';
  readonly senderArgs: readonly string[];
  readonly receiverArgs: readonly string[];
  /** What lrzsz puts on the line beyond the file, in parts of it. */
  readonly overhead: number;
}

const XMODEM = { sender: 'sx', receiver: 'rx', receiverArgs: ['--with-crc', FILE] } as const;
const YMODEM = { sender: 'sb', receiver: 'rb', receiverArgs: [] } as const;
const XMODEM_128: Way = {
  name: 'XMODEM-CRC',
  options: { protocol: 'xmodem', blockBytes: 128 },
  ...XMODEM,
  senderArgs: [],
  overhead: 0.0391,
};
const YMODEM_1K: Way = {
  name: 'YMODEM',
  options: { protocol: 'ymodem', blockBytes: 1024 },
  ...YMODEM,
  senderArgs: ['-k'],
  // 0.49 % in the blocks, and the two headers.
  overhead: 0.0052,
};
const WAYS: readonly Way[] = [
  XMODEM_128,
  { name: 'XMODEM-1K', options: { protocol: 'xmodem', blockBytes: 1024 }, ...XMODEM, senderArgs: ['-k'], overhead: 0.005 },
  YMODEM_1K,
];

interface Bench extends Pick<Awaited<ReturnType<typeof openDock>>, 'dock' | 'repeatedBytes'> {
  readonly folder: string;
  readonly cable: CountedCable;
  run(program: LrzszProgram, args: readonly string[]): ReturnType<typeof runLrzsz>;
}

/** Acts with a dock and a cable of its own, and takes both away again. */
async function connected<T>(way: Way, act: (bench: Bench) => Promise<T>): Promise<T> {
  const closers: (() => unknown)[] = [];
  try {
    const folder = temporaryFolder();
    closers.push(folder.remove);
    const cable = openCountedCable({ travelMs: 1 });
    closers.push(cable.close);
    const { dock, close, repeatedBytes } = await openDock(cable.near, way.options);
    closers.push(close);
    const run = (program: LrzszProgram, args: readonly string[]) => {
      const child = runLrzsz({ program, args, terminal: cable.far, folder: folder.path });
      closers.push(child.kill);
      return child;
    };
    return await act({ folder: folder.path, cable, dock, run, repeatedBytes });
  } finally {
    for (const close of closers.reverse()) await close();
  }
}

/** Sends by us to lrzsz; returns what lrzsz has, and the bytes that had passed when it was content. */
function toLrzsz(way: Way, files: readonly DockFile[]) {
  return connected(way, async ({ folder, cable, dock, run, repeatedBytes }) => {
    const stop = new AbortController();
    const received = run(way.receiver, way.receiverArgs).exited.then((end) => {
      const passed = { ...cable.passed };
      // Nobody answers any more; waiting for it would be the test's loss only.
      stop.abort();
      return { ...end, passed };
    });
    const [end, sent] = await Promise.all([received, dock.send(files, { signal: stop.signal })]);
    const has = readdirSync(folder).map((name) => ({ name, data: new Uint8Array(readFileSync(join(folder, name))) }));
    return { ...end, sent, has, repeatedBytes: repeatedBytes() };
  });
}

/** Sends by lrzsz to us. */
function fromLrzsz(way: Way, files: readonly DockFile[]) {
  return connected(way, async ({ folder, cable, dock, run }) => {
    for (const { name, data } of files) writeFileSync(join(folder, name), data);
    const sender = run(way.sender, [...way.senderArgs, ...files.map(({ name }) => name)]);
    const [got, { code }] = await Promise.all([dock.receive(), sender.exited]);
    return { code, got, passed: { ...cable.passed } };
  });
}

const same = (one: Uint8Array | undefined, other: Uint8Array) => one !== undefined && Buffer.compare(one, other) === 0;

function expectAtLrzsz(way: Way, { code, said, sent, has }: Awaited<ReturnType<typeof toLrzsz>>, data: Uint8Array): void {
  expect([code, said.includes('Transfer complete')]).toEqual([0, true]);
  expect(has.map(({ name }) => name)).toEqual([FILE]);
  const [file] = has;
  expect(same(file?.data.subarray(0, data.length), data)).toBe(true);
  // XMODEM names no size: lrzsz keeps the filling of the last block.
  expect(file?.data.subarray(data.length).every((byte) => byte === PADDING)).toBe(true);
  if (way.options.protocol === 'ymodem') expect(file?.data.length).toBe(data.length);
  // `unknown` where the terminal has lost the last ACK; never a claim that it did not arrive.
  expect(['acknowledged', 'unknown']).toContain(sent.files[0]?.state);
}

function expectFromLrzsz(way: Way, { code, got }: Awaited<ReturnType<typeof fromLrzsz>>, data: Uint8Array): void {
  const named = way.options.protocol === 'ymodem';
  expect([code, got.fault]).toEqual([0, null]);
  expect(got.files.map(({ name, sizeBytes, length }) => ({ name, sizeBytes, length }))).toEqual([
    { name: named ? FILE : 'upload.dat', sizeBytes: data.length, length: named ? 'declared' : 'stripped' },
  ]);
  expect(same(got.files[0]?.data, data)).toBe(true);
}

describe.runIf(lrzszIsInstalled())('against lrzsz', { timeout: 300_000 }, () => {
  // lrzsz waits a second here and there: all but the large files do so together.
  const small = WAYS.flatMap((way) => SIZES.map((size) => ({ name: way.name, way, size })));

  test.concurrent.each(small)('$name: $size bytes arrive at lrzsz byte for byte', async ({ way, size }) => {
    const data = sampleBytes(size);
    expectAtLrzsz(way, await toLrzsz(way, [{ name: FILE, data }]), data);
  });

  test.concurrent.each(small)('$name: $size bytes arrive from lrzsz byte for byte', async ({ way, size }) => {
    const data = sampleBytes(size);
    expectFromLrzsz(way, await fromLrzsz(way, [{ name: FILE, data }]), data);
  });

  test.concurrent('XMODEM takes the 1Ah at the end of a file off, and says that it is a guess', async () => {
    const { got } = await fromLrzsz(XMODEM_128, [{ name: FILE, data: Uint8Array.of(1, 2, PADDING, PADDING) }]);
    expect(got.files).toMatchObject([{ data: Uint8Array.of(1, 2), length: 'stripped' }]);
  });

  test.concurrent('a batch of three goes over in one go, both ways', async () => {
    const batch = [0, 1_025, 40_000].map((size) => ({ name: `r${size}.dat`, data: sampleBytes(size) }));
    const { has } = await toLrzsz(YMODEM_1K, batch);
    const { got } = await fromLrzsz(YMODEM_1K, batch);
    for (const { name, data } of batch) {
      expect(same(has.find((file) => file.name === name)?.data, data)).toBe(true);
      expect(same(got.files.find((file) => file.name === name)?.data, data)).toBe(true);
    }
    expect([has.length, got.files.length, got.fault]).toEqual([3, 3, null]);
  });

  test.concurrent('a receiver that goes without its last answer leaves our send unknown within seconds', async () => {
    await connected(XMODEM_128, async ({ dock, cable, run }) => {
      const receiver = run('rx', XMODEM_128.receiverArgs);
      let gone = 0;
      const sent = await dock.send([{ name: FILE, data: sampleBytes(300) }], {
        // The end of the file follows; by then nobody listens.
        onProgress({ fileBytes }) {
          if (fileBytes < 300) return;
          receiver.kill();
          gone = performance.now();
        },
      });
      expect(sent).toMatchObject({ files: [{ state: 'unknown' }], fault: { code: 'DEVICE_NO_ANSWER' } });
      expect(performance.now() - gone).toBeLessThan(20_000);
      // The block three times over and four ends.
      expect(cable.passed.fromNear).toBeGreaterThanOrEqual(3 * 133 + 4);
    });
  });

  describe('cancelled in the second file, the other side lets go, and the same cable carries the batch on from there', () => {
    const batch = [2_000, 40_000].map((size) => ({ name: `r${size}.dat`, data: sampleBytes(size) }));
    const names = batch.map(({ name }) => name);
    /** What a clerk's hand does when the second file is under way. */
    function cancelling() {
      const stop = new AbortController();
      const onProgress = ({ fileName, fileBytes }: { readonly fileName: string; readonly fileBytes: number }) => {
        if (fileName === 'r40000.dat' && fileBytes >= 4_096) stop.abort();
      };
      return { signal: stop.signal, onProgress };
    }

    test.concurrent('while we send', async () => {
      await connected(YMODEM_1K, async ({ dock, folder, run }) => {
        const receiver = run('rb', []);
        const sent = await dock.send(batch, cancelling());
        expect(sent).toMatchObject({ files: [{ state: 'acknowledged' }, { state: 'unsent' }], fault: { code: 'DEVICE_CANCELLED' } });
        expect((await receiver.exited).code).not.toBe(0);
        const whole = sent.files.filter(({ state }) => state === 'acknowledged');
        await Promise.all([run('rb', ['--overwrite']).exited, dock.send(batch, { whole })]);
        for (const { name, data } of batch) expect(same(new Uint8Array(readFileSync(join(folder, name))), data)).toBe(true);
      });
    });

    test.concurrent('while we receive', async () => {
      await connected(YMODEM_1K, async ({ dock, folder, run }) => {
        for (const { name, data } of batch) writeFileSync(join(folder, name), data);
        const sender = run('sb', ['-k', ...names]);
        const got = await dock.receive(cancelling());
        expect(got).toMatchObject({ files: [{ name: 'r2000.dat' }], fault: { code: 'DEVICE_CANCELLED' } });
        expect((await sender.exited).code).not.toBe(0);
        const [rest] = await Promise.all([dock.receive({ whole: got.files }), run('sb', ['-k', ...names]).exited]);
        expect(rest).toMatchObject({ fault: null, repeated: [{ name: 'r2000.dat' }], files: [{ name: 'r40000.dat', sizeBytes: 40_000 }] });
        expect(same(rest.files[0]?.data, sampleBytes(40_000))).toBe(true);
      });
    });
  });

  test.concurrent('a handshake finds a sender, and the transfer that follows is whole', async () => {
    const { signal } = new AbortController();
    await connected(YMODEM_1K, async ({ dock, folder, run }) => {
      expect(await dock.handshake(signal)).toBe('silent');
      writeFileSync(join(folder, FILE), sampleBytes(2_000));
      const sender = run('sb', ['-k', FILE]);
      expect(await dock.handshake(signal)).toBe('ready-to-send');
      const [got] = await Promise.all([dock.receive(), sender.exited]);
      expect(got).toMatchObject({ fault: null, files: [{ name: FILE, sizeBytes: 2_000 }] });
    });
  });

  test.concurrent('a handshake finds a receiver, and the transfer that follows is whole', async () => {
    await connected(YMODEM_1K, async ({ dock, folder, run }) => {
      const receiver = run('rb', []);
      const stop = new AbortController();
      const gone = receiver.exited.then(() => stop.abort());
      expect(await dock.handshake(stop.signal)).toBe('ready-to-receive');
      await Promise.all([dock.send([{ name: FILE, data: sampleBytes(2_000) }], { signal: stop.signal }), gone]);
      expect(same(new Uint8Array(readFileSync(join(folder, FILE))), sampleBytes(2_000))).toBe(true);
    });
  });

  // Alone, for what is counted: a machine with more to do makes lrzsz throw more blocks away.
  test.each(WAYS)('$name: a megabyte arrives both ways, and ours takes no more bytes on the wire', async (way) => {
    const data = sampleBytes(MEGABYTE);
    const ours = await toLrzsz(way, [{ name: FILE, data }]);
    const theirs = await fromLrzsz(way, [{ name: FILE, data }]);
    expectAtLrzsz(way, ours, data);
    expectFromLrzsz(way, theirs, data);
    // A block that rx threw away with its input comes once more; that is the terminal's overhead, not the protocol's.
    const oursBytes = ours.passed.fromNear - ours.repeatedBytes;
    expect(oursBytes).toBeLessThanOrEqual(theirs.passed.fromFar);
    expect((oursBytes - MEGABYTE) / MEGABYTE).toBeLessThanOrEqual(way.overhead);
    // Answers: one byte per block and a few around them; ours refuse the first end, by custom.
    expect(theirs.passed.fromNear).toBeLessThanOrEqual(ours.passed.fromFar + 4);
    expect(ours.repeatedBytes / MEGABYTE).toBeLessThan(0.01);
  });
});
