// The dock's driver against the handheld's simulator over a line in memory: both directions, resuming, cancelling, unplugging.
import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { Fault } from '../kit/index.ts';
import { corrupt, cut, delay, drop, type Mishap, split } from '../kit/testing/line.ts';
import { bytesOf, endOf, setUp } from './test-bench.ts';

const travel = delay(20);
const file = (name: string, length: number) => ({ name, data: bytesOf(length) });
const sha256 = (data: Uint8Array) => createHash('sha256').update(data).digest('hex');
const SIZES = [0, 1, 127, 128, 129, 1023, 1024, 1025, 40_000];

/** Lets `good` writes pass, then one mishap. */
const nth = (good: number, mishap: Mishap): Mishap[] => [...Array<Mishap>(good).fill(travel), mishap];

describe.each([1024, 128])('a batch by YMODEM in blocks of %i', (blockBytes) => {
  test('arrives at the handheld byte for byte, with names, sizes and hashes', async () => {
    const { dock, handheld, run } = await setUp({ blockBytes });
    const files = SIZES.map((size) => file(`抄表-${size}.csv`, size));
    const [got, sent] = await run(Promise.all([handheld.receive(), dock.send(files)]));
    expect([endOf(sent), endOf(got)]).toEqual(['done', 'done']);
    expect(sent.files).toEqual(
      files.map(({ name, data }) => ({ name, sizeBytes: data.length, sha256: sha256(data), state: 'acknowledged' })),
    );
    expect([...handheld.files]).toEqual(files.map(({ name, data }) => [name, data]));
  });

  test('arrives from the handheld byte for byte', async () => {
    const { dock, handheld, run } = await setUp({ blockBytes });
    const files = SIZES.map((size) => file(`r${size}.dat`, size));
    const [got, sent] = await run(Promise.all([dock.receive(), handheld.send(files)]));
    expect([endOf(sent), endOf(got)]).toEqual(['done', 'done']);
    expect(got.files).toEqual(
      files.map(({ name, data }) => ({ name, data, sizeBytes: data.length, sha256: sha256(data), length: 'declared' })),
    );
    expect(got).toMatchObject({ repeated: [], brokenOff: null });
  });

  test.each(SIZES)('a single file of %i bytes by XMODEM arrives in both directions', async (size) => {
    const { dock, handheld, run } = await setUp({ blockBytes, protocol: 'xmodem', fileName: 'one.dat' });
    const [got, sent] = await run(Promise.all([handheld.receive(), dock.send([file('any.dat', size)])]));
    expect([endOf(sent), endOf(got)]).toEqual(['done', 'done']);
    expect(handheld.files.get('one.dat')).toEqual(bytesOf(size));
    const [back] = await run(Promise.all([dock.receive(), handheld.send()]));
    expect(back.files).toMatchObject([{ name: 'one.dat', sizeBytes: size, sha256: sha256(bytesOf(size)), length: 'stripped' }]);
  });
});

test('progress counts bytes of each file up to its size', async () => {
  const { dock, handheld, run } = await setUp();
  const seen: string[] = [];
  const onProgress = ({ fileName, fileBytes, fileSizeBytes }: { fileName: string; fileBytes: number; fileSizeBytes: number | null }) =>
    void seen.push(`${fileName} ${fileBytes}/${fileSizeBytes}`);
  await run(Promise.all([handheld.receive(), dock.send([file('a', 2048), file('b', 5)], { onProgress })]));
  const expected = ['a 0/2048', 'a 1024/2048', 'a 2048/2048', 'b 0/5', 'b 5/5'];
  expect(seen).toEqual(expected);
  seen.length = 0;
  await run(Promise.all([dock.receive({ onProgress }), handheld.send()]));
  expect(seen).toEqual(expected);
});

describe('the filling of XMODEM', () => {
  test('is taken off and said to be a guess: 1Ah of the file goes too, but never a block', async () => {
    const { dock, handheld, run } = await setUp({ protocol: 'xmodem' });
    const ends = Uint8Array.from([1, 2, 0x1a, 0x1a]);
    const [got] = await run(Promise.all([dock.receive(), handheld.send([{ name: 'x', data: ends }])]));
    expect(got.files).toMatchObject([{ data: Uint8Array.of(1, 2), length: 'stripped' }]);
    const filled = new Uint8Array(128 * 3).fill(0x1a);
    const [all] = await run(Promise.all([dock.receive(), handheld.send([{ name: 'x', data: filled }])]));
    expect(all.files[0]?.sizeBytes).toBe(257);
  });

  test('stays where YMODEM names the size', async () => {
    const { dock, handheld, run } = await setUp();
    const data = new Uint8Array(1000).fill(0x1a);
    const [got] = await run(Promise.all([dock.receive(), handheld.send([{ name: 'x', data }])]));
    expect(got.files).toMatchObject([{ sizeBytes: 1000, sha256: sha256(data), length: 'declared' }]);
  });
});

describe('single accidents', () => {
  // The writes of a sender: header, block 1, 2, 3, end, end, end of batch. Those of a receiver: C, ACK C, ACK, ACK, ACK, NAK, ACK C, ACK.
  const accidents: readonly (readonly [string, Mishap])[] = [
    ['lost', drop],
    ['cut short', cut(1)],
    ['cut to nothing but its end missing', (bytes) => [{ bytes: bytes.slice(0, -1), delayMs: 20 }]],
    ['damaged at its start', (bytes) => corrupt(0, 0x55)(bytes)],
    ['damaged in its number', corrupt(1)],
    ['damaged in its data', corrupt(60)],
    ['late', delay(2500)],
    ['in pieces', split({ size: 100, pauseMs: 300 })],
    ['in pieces too far apart', split({ size: 500, pauseMs: 1500 })],
  ];
  const where = accidents.flatMap(([name, mishap]) => [0, 1, 2, 3, 4, 5, 6].map((at) => [name, at, mishap] as const));

  test.each(where)('a write of the sender %s, number %i: everything arrives once', async (_name, at, mishap) => {
    const { dock, handheld, line, run } = await setUp();
    line.toDevice.next(...nth(at, mishap));
    const [got, sent] = await run(Promise.all([handheld.receive(), dock.send([file('a', 3000)])]));
    expect([endOf(sent), endOf(got)]).toEqual(['done', 'done']);
    expect(handheld.files.get('a')).toEqual(bytesOf(3000));
    expect(got.files).toHaveLength(1);
  });

  test.each(where)('an answer %s, number %i: nothing is taken twice', async (_name, at, mishap) => {
    const { dock, handheld, line, run } = await setUp();
    line.toDevice.next(...nth(at, mishap));
    const [got, sent] = await run(Promise.all([dock.receive(), handheld.send([file('a', 3000)])]));
    expect(endOf(got)).toBe('done');
    expect(endOf(sent)).toBe('done');
    expect(got.files).toMatchObject([{ sizeBytes: 3000, sha256: sha256(bytesOf(3000)) }]);
    expect(got.repeated).toEqual([]);
  });
});

describe('a broken batch', () => {
  const batch = [file('a', 3000), file('b', 3000), file('c', 3000)];

  test('is continued by the sender without the files that arrived', async () => {
    const { dock, handheld, line, run } = await setUp();
    const taken = run(
      Promise.all([
        handheld.receive(),
        dock.send(batch, {
          onProgress: ({ fileName, fileBytes }) => {
            if (fileName === 'b' && fileBytes === 2048) handheld.detach();
          },
        }),
      ]),
    );
    const [, broken] = await taken;
    expect(broken.files.map(({ state }) => state)).toEqual(['acknowledged', 'unsent', 'unsent']);
    expect(endOf(broken)).toBe('DEVICE_NO_ANSWER');
    expect([...handheld.files.keys()]).toEqual(['a']);

    handheld.attach(line.device);
    const whole = broken.files.filter(({ state }) => state === 'acknowledged');
    const [rest, again] = await run(Promise.all([handheld.receive(), dock.send(batch, { whole })]));
    expect(again.files.map(({ state }) => state)).toEqual(['skipped', 'acknowledged', 'acknowledged']);
    expect(rest.files.map(({ name }) => name)).toEqual(['b', 'c']);
    expect([...handheld.files]).toEqual(batch.map(({ name, data }) => [name, data]));
  });

  test('is continued by the receiver, which knows the files it has from altered ones of the same name', async () => {
    const { dock, handheld, line, run } = await setUp();
    const [broken] = await run(
      Promise.all([
        dock.receive({
          onProgress: ({ fileName, fileBytes }) => {
            if (fileName === 'c' && fileBytes === 2048) handheld.detach();
          },
        }),
        handheld.send(batch),
      ]),
    );
    expect(broken.files.map(({ name }) => name)).toEqual(['a', 'b']);
    expect(broken.brokenOff).toEqual({ name: 'c', receivedBytes: 2048 });

    handheld.attach(line.device);
    const altered = { name: 'b', data: bytesOf(3000, 1) };
    const [again] = await run(
      Promise.all([dock.receive({ whole: broken.files }), handheld.send([batch[0] ?? altered, altered, ...batch.slice(2)])]),
    );
    expect(endOf(again)).toBe('done');
    expect(again.repeated.map(({ name }) => name)).toEqual(['a']);
    expect(again.files.map(({ name, data }) => [name, data])).toEqual([
      ['b', altered.data],
      ['c', bytesOf(3000)],
    ]);
  });

  test('whose files all arrived needs no line at all', async () => {
    const { dock, handheld, line, run } = await setUp();
    const [, sent] = await run(Promise.all([handheld.receive(), dock.send(batch)]));
    const before = line.toDevice.sent.length;
    const again = await run(dock.send(batch, { whole: sent.files }));
    expect(again.files.map(({ state }) => state)).toEqual(['skipped', 'skipped', 'skipped']);
    expect(line.toDevice.sent.length).toBe(before);
  });

  test('whose end of a file was never confirmed calls it unknown', async () => {
    const { dock, handheld, line, run } = await setUp();
    // The answers to the end of the file and all that follow are lost: C, ACK C, 3 × ACK pass.
    line.toHost.next(...Array<Mishap>(5).fill(travel));
    line.toHost.always(drop);
    const [got, sent] = await run(Promise.all([handheld.receive(), dock.send(batch)]));
    expect(sent.files.map(({ state }) => state)).toEqual(['unknown', 'unsent', 'unsent']);
    expect(endOf(sent)).toBe('DEVICE_NO_ANSWER');
    expect(got.files.map(({ name }) => name)).toEqual(['a']);
  });
});

describe('a cancel', () => {
  // In ms from the start: before anybody is there, in the header, inside blocks, between files, at the end.
  const moments = Array.from({ length: 40 }, (_, index) => index * 11);

  test.each(moments)('by the counter %i ms into sending leaves both sides idle and the line clean', async (atMs) => {
    const { dock, handheld, run, timers, line } = await setUp();
    const stop = new AbortController();
    timers.setTimeout(() => stop.abort(), atMs);
    const [got, sent] = await run(Promise.all([handheld.receive(), dock.send([file('a', 2500), file('b', 900)], { signal: stop.signal })]));
    if (sent.fault) expect([endOf(sent), endOf(got)]).toEqual(['DEVICE_CANCELLED by counter', 'DEVICE_CANCELLED by device']);
    await transferNext({ dock, handheld, run, line });
  });

  test.each(moments)('by the handheld %i ms into sending leaves both sides idle and the line clean', async (atMs) => {
    const { dock, handheld, run, timers, line } = await setUp();
    timers.setTimeout(() => handheld.cancel(), atMs);
    const [got, sent] = await run(Promise.all([handheld.receive(), dock.send([file('a', 2500), file('b', 900)])]));
    if (got.fault) expect([endOf(sent), endOf(got)]).toEqual(['DEVICE_CANCELLED by device', 'DEVICE_CANCELLED by counter']);
    await transferNext({ dock, handheld, run, line });
  });

  test.each(moments)('by the counter %i ms into receiving leaves both sides idle and the line clean', async (atMs) => {
    const { dock, handheld, run, timers, line } = await setUp();
    const stop = new AbortController();
    timers.setTimeout(() => stop.abort(), atMs);
    const [got, sent] = await run(Promise.all([dock.receive({ signal: stop.signal }), handheld.send([file('a', 2500), file('b', 900)])]));
    if (got.fault) expect([endOf(sent), endOf(got)]).toEqual(['DEVICE_CANCELLED by device', 'DEVICE_CANCELLED by counter']);
    await transferNext({ dock, handheld, run, line });
  });

  test.each(moments)('by the handheld %i ms into receiving leaves both sides idle and the line clean', async (atMs) => {
    const { dock, handheld, run, timers, line } = await setUp();
    timers.setTimeout(() => handheld.cancel(), atMs);
    const [got, sent] = await run(Promise.all([dock.receive(), handheld.send([file('a', 2500), file('b', 900)])]));
    if (sent.fault) expect([endOf(sent), endOf(got)]).toEqual(['DEVICE_CANCELLED by counter', 'DEVICE_CANCELLED by device']);
    await transferNext({ dock, handheld, run, line });
  });

  test('while the beginning of a block is lost is still understood', async () => {
    const { dock, handheld, run, line } = await setUp();
    const stop = new AbortController();
    // The block breaks off and the cancel follows at once: the receiver takes it for data.
    line.toDevice.next(travel, (bytes) => {
      stop.abort();
      return [{ bytes: bytes.slice(0, 500), delayMs: 20 }];
    });
    const [got, sent] = await run(Promise.all([handheld.receive(), dock.send([file('a', 2500)], { signal: stop.signal })]));
    expect([endOf(sent), endOf(got)]).toEqual(['DEVICE_CANCELLED by counter', 'DEVICE_CANCELLED by device']);
  });

  test('before the first byte sends nothing of the file', async () => {
    const { dock, run } = await setUp();
    const sent = await run(dock.send([file('a', 10)], { signal: AbortSignal.abort() }));
    expect(endOf(sent)).toBe('DEVICE_CANCELLED by counter');
    expect(sent.files).toMatchObject([{ state: 'unsent' }]);
  });

  type Bench = Pick<Awaited<ReturnType<typeof setUp>>, 'dock' | 'handheld' | 'run' | 'line'>;
  /** The next transfer finds nothing left over of the last one: not one block is refused. */
  async function transferNext({ dock, handheld, run, line }: Bench): Promise<void> {
    const from = line.toHost.sent.length;
    const next = { name: 'next', data: bytesOf(2000) };
    const [got, sent] = await run(Promise.all([handheld.receive(), dock.send([next])]));
    expect([endOf(sent), endOf(got)]).toEqual(['done', 'done']);
    expect(handheld.files.get('next')).toEqual(next.data);
    // C, header, two blocks, end refused once by custom, end, end of batch.
    expect(line.toHost.sent.slice(from).map((bytes) => Buffer.from(bytes).toString('hex'))).toEqual([
      '43',
      '0643',
      '06',
      '06',
      '15',
      '0643',
      '06',
    ]);
  }
});

describe('what is refused, and what goes away', () => {
  test('a transfer while another runs', async () => {
    const { dock, handheld, run } = await setUp();
    const first = Promise.all([handheld.receive(), dock.send([file('a', 3000)])]);
    await expect(dock.receive()).rejects.toMatchObject({ code: 'DEVICE_BUSY' });
    expect(endOf((await run(first))[1])).toBe('done');
  });

  test.each([
    ['no file', {}, []],
    ['a name with a folder', {}, [file('a/b', 1)]],
    ['one name twice', {}, [file('A', 1), file('a', 2)]],
    ['two files by XMODEM', { protocol: 'xmodem' }, [file('a', 1), file('b', 1)]],
    ['more than the handheld holds', { maxFileBytes: 10 }, [file('a', 11)]],
  ])('%s, before the first byte', async (_name, over, files) => {
    const { dock, line, run } = await setUp(over);
    await expect(run(dock.send(files))).rejects.toMatchObject({ code: 'INPUT_INVALID' });
    expect(line.toDevice.sent).toEqual([]);
  });

  test('settings that are none', async () => {
    const wrong: readonly Parameters<typeof setUp>[0][] = [{ protocol: 'zmodem' }, { blockBytes: 512 }, { fileName: '' }, { retries: -1 }];
    for (const over of wrong) await expect(setUp(over)).rejects.toMatchObject({ code: 'SETTINGS_INVALID' });
  });

  test('a handheld that nobody made ready', async () => {
    const { dock, run } = await setUp();
    expect(endOf(await run(dock.send([file('a', 1)])))).toBe('DEVICE_NO_ANSWER');
    expect(endOf(await run(dock.receive()))).toBe('DEVICE_NO_ANSWER');
  });

  test('a line that is pulled in the middle, and the driver says so afterwards', async () => {
    const { dock, handheld, open, line, run } = await setUp();
    await open.probe();
    const [, sent] = await run(
      Promise.all([
        handheld.receive(),
        dock.send([file('a', 3000)], {
          onProgress: ({ fileBytes }) => {
            if (fileBytes === 2048) line.lose(new Fault('PORT_MISSING'));
          },
        }),
      ]),
    );
    expect(endOf(sent)).toBe('PORT_MISSING');
    await expect(open.probe()).rejects.toMatchObject({ code: 'PORT_MISSING' });
    await expect(dock.receive()).rejects.toMatchObject({ code: 'PORT_MISSING' });
  });

  test('a driver that is closed in the middle tells the handheld', async () => {
    const { dock, handheld, open, run } = await setUp();
    const [got, sent] = await run(
      Promise.all([
        handheld.receive(),
        dock.send([file('a', 3000)], {
          onProgress: ({ fileBytes }) => {
            if (fileBytes === 2048) void open.close();
          },
        }),
      ]),
    );
    expect([endOf(sent), endOf(got)]).toEqual(['DEVICE_CANCELLED by counter', 'DEVICE_CANCELLED by device']);
    await expect(dock.receive()).rejects.toMatchObject({ code: 'DEVICE_OFFLINE' });
  });
});
