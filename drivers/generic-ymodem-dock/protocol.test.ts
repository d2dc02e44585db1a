// Both sides against a peer that is nothing but bytes written down here, so that an error of both sides cannot hide; and whole transfers on
// lines that are disturbed at random.
import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import type { Timers, Transport } from '../kit/index.ts';
import type { Mishap } from '../kit/testing/line.ts';
import { bytesOf, endOf, setUp, TRAVEL_MS } from './test-bench.ts';

const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString('hex');
const of = (text: string) => Uint8Array.from(Buffer.from(text.replaceAll(' ', ''), 'hex'));
const latin = (text: string) => Buffer.from(text, 'latin1').toString('hex');

/** CRC by long division of the bits, on purpose not the code of the product. */
function crc(data: Uint8Array): string {
  let rest = 0;
  for (const byte of [...data, 0, 0]) {
    for (let bit = 7; bit >= 0; bit -= 1) {
      rest = (rest << 1) | ((byte >> bit) & 1);
      if (rest & 0x10000) rest ^= 0x11021;
    }
  }
  return rest.toString(16).padStart(4, '0');
}

/** Returns a block of 128 bytes as hex: number, data as hex, filling. */
function block(number: number, data: string, filling = '1a'): string {
  const filled = data + filling.repeat(128 - data.length / 2);
  const count = number.toString(16).padStart(2, '0');
  return `01${count}${(255 - number).toString(16).padStart(2, '0')}${filled}${crc(of(filled))}`;
}

/** A device that follows a list: for each write of the driver it checks the bytes and answers with its own; `*` takes any. */
function scripted({ line, timers }: { readonly line: Transport; readonly timers: Timers }, script: readonly (readonly [string, string])[]) {
  const left = [...script];
  const wrong: string[] = [];
  const answer = (bytes: string) => timers.setTimeout(() => void line.write(of(bytes)), 1);
  line.onData((chunk) => {
    const [expected, reply] = left.shift() ?? ['nothing more', ''];
    if (expected !== '*' && hex(chunk) !== expected) wrong.push(`${hex(chunk)} instead of ${expected}`);
    if (reply !== '') answer(reply);
  });
  return { left, wrong, say: answer };
}

describe('against written-down bytes', () => {
  test('YMODEM is received: C, ACK C after the header, ACK, the end refused once, ACK C, ACK', async () => {
    const { dock, run, line, timers } = await setUp();
    const peer = scripted({ line: line.device, timers }, [
      ['43', block(0, `${latin('r.csv')}00${latin('131 14562373522 100644')}`, '00')],
      ['0643', block(1, '41'.repeat(128))],
      ['06', block(2, '424344')],
      ['06', '04'],
      ['15', '04'],
      ['0643', block(0, '', '00')],
      ['06', ''],
    ]);
    const got = await run(dock.receive());
    await timers.advance(TRAVEL_MS);
    expect([peer.wrong, peer.left]).toEqual([[], []]);
    expect(endOf(got)).toBe('done');
    expect(got.files).toMatchObject([{ name: 'r.csv', sizeBytes: 131, data: Uint8Array.from(Buffer.from(`${'A'.repeat(128)}BCD`)) }]);
  });

  test('YMODEM is sent: header, blocks, end again after its refusal, empty header', async () => {
    const { dock, run, line, timers } = await setUp({ blockBytes: 128 });
    const peer = scripted({ line: line.device, timers }, [
      [block(0, `${latin('t.txt')}00${latin('130')}`, '00'), '0643'],
      [block(1, '61'.repeat(128)), '06'],
      [block(2, '6162'), '06'],
      ['04', '15'],
      ['04', '0643'],
      [block(0, '', '00'), '06'],
    ]);
    peer.say('43');
    const sent = await run(dock.send([{ name: 't.txt', data: Uint8Array.from(Buffer.from(`${'a'.repeat(129)}b`)) }]));
    await timers.advance(TRAVEL_MS);
    expect([peer.wrong, peer.left]).toEqual([[], []]);
    expect(endOf(sent)).toBe('done');
  });

  test('a block again after a lost ACK is acknowledged and taken once; a bad CRC is refused', async () => {
    const { dock, run, line, timers } = await setUp({ protocol: 'xmodem' });
    const bad = block(2, '4242').replace(/..$/, (end) => (end === '00' ? '01' : '00'));
    const peer = scripted({ line: line.device, timers }, [
      ['43', block(1, '41'.repeat(128))],
      ['06', block(1, '41'.repeat(128))],
      ['06', bad],
      ['15', block(2, '4242')],
      ['06', '04'],
      ['15', '04'],
      ['06', ''],
    ]);
    const got = await run(dock.receive());
    await timers.advance(TRAVEL_MS);
    expect([peer.wrong, peer.left]).toEqual([[], []]);
    expect(got.files.map(({ data }) => Buffer.from(data).toString())).toEqual([`${'A'.repeat(128)}BB`]);
  });

  test('a block out of turn ends the transfer, and the sender is told', async () => {
    const { dock, run, line, timers } = await setUp({ protocol: 'xmodem' });
    const peer = scripted({ line: line.device, timers }, [
      ['43', block(1, '41')],
      ['06', block(3, '43')],
      ['18'.repeat(8), ''],
    ]);
    const got = await run(dock.receive());
    await timers.advance(TRAVEL_MS);
    expect([peer.wrong, peer.left]).toEqual([[], []]);
    expect(got).toMatchObject({ files: [], fault: { code: 'FRAME_UNEXPECTED', context: { expected: 2, got: 3 } } });
  });

  test('another block under the number of the last one is not its repetition', async () => {
    const { dock, run, line, timers } = await setUp({ protocol: 'xmodem' });
    scripted({ line: line.device, timers }, [
      ['43', block(1, '41')],
      ['06', block(1, '42')],
    ]);
    expect(endOf(await run(dock.receive()))).toBe('FRAME_UNEXPECTED');
  });

  test('a refused last block whose refusal the sender misread never passes for a whole file', async () => {
    const { dock, run, line, timers } = await setUp({ protocol: 'xmodem' });
    const bad = block(2, '4242').replace(/..$/, (end) => (end === '00' ? '01' : '00'));
    scripted({ line: line.device, timers }, [
      ['43', block(1, '41'.repeat(128))],
      ['06', bad],
      ...Array<readonly [string, string]>(40).fill(['15', '04']),
    ]);
    const got = await run(dock.receive());
    expect(got).toMatchObject({ files: [], fault: { code: 'FRAME_SHORT' } });
  });

  test('more than the header declared, less than it declared, and a path in the name', async () => {
    for (const [size, blocks, code] of [
      ['1', 2, 'FRAME_UNEXPECTED'],
      ['129', 1, 'FRAME_SHORT'],
    ] as const) {
      const { dock, run, line, timers } = await setUp();
      scripted({ line: line.device, timers }, [
        ['43', block(0, `${latin('x')}00${latin(size)}`, '00')],
        ['*', block(1, '41')],
        ...(blocks === 2 ? [['*', block(2, '41')] as const] : []),
        ...Array<readonly [string, string]>(40).fill(['*', '04']),
      ]);
      expect(await run(dock.receive())).toMatchObject({ files: [], fault: { code } });
    }
    const { dock, run, line, timers } = await setUp();
    scripted({ line: line.device, timers }, [['43', block(0, `${latin('..')}00${latin('1')}`, '00')]]);
    expect(endOf(await run(dock.receive()))).toBe('FRAME_UNEXPECTED');
  });

  test('a receiver that starts over with C instead of refusing gets the header again', async () => {
    const { dock, run, line, timers } = await setUp();
    const header = block(0, `${latin('t')}00${latin('1')}`, '00');
    const peer = scripted({ line: line.device, timers }, [
      [header, ''],
      [header, '0643'],
      [block(1, '61'), '06'],
      ['04', '0643'],
      [block(0, '', '00'), '06'],
    ]);
    peer.say('43');
    timers.setTimeout(() => peer.say('43'), 3000);
    expect(endOf(await run(dock.send([{ name: 't', data: of('61') }])))).toBe('done');
    await timers.advance(TRAVEL_MS);
    expect([peer.wrong, peer.left]).toEqual([[], []]);
  });

  test('retries are bounded on both sides: eleven sendings, eleven refusals, then a cancel', async () => {
    const sender = await setUp({ protocol: 'xmodem' });
    scripted({ line: sender.line.device, timers: sender.timers }, Array<readonly [string, string]>(40).fill(['*', '15'])).say('43');
    const sent = await sender.run(sender.dock.send([{ name: 't', data: of('61') }]));
    expect(endOf(sent)).toBe('FRAME_SUM');
    expect(sender.line.toDevice.sent.map(hex)).toEqual([...Array(11).fill(block(1, '61')), '18'.repeat(8)]);

    const receiver = await setUp({ protocol: 'xmodem' });
    scripted({ line: receiver.line.device, timers: receiver.timers }, Array<readonly [string, string]>(40).fill(['*', 'ffffff']));
    expect(endOf(await receiver.run(receiver.dock.receive()))).toBe('FRAME_SUM');
    expect(receiver.line.toDevice.sent.map(hex)).toEqual(['43', ...Array(10).fill('15'), '18'.repeat(8)]);
  });

  test('one CAN alone, from a sender or a receiver, is noise; two are a cancel', async () => {
    const sender = await setUp({ protocol: 'xmodem' });
    const peer = scripted({ line: sender.line.device, timers: sender.timers }, [
      [block(1, '61'), '1806'],
      ['04', '1818'],
    ]);
    peer.say('1843');
    const sent = await sender.run(sender.dock.send([{ name: 't', data: of('61') }]));
    expect(endOf(sent)).toBe('DEVICE_CANCELLED by device');
    expect(sent.files).toMatchObject([{ state: 'unknown' }]);
    expect(peer.wrong).toEqual([]);

    const receiver = await setUp({ protocol: 'xmodem' });
    const other = scripted({ line: receiver.line.device, timers: receiver.timers }, [
      ['43', '18'],
      ['15', block(1, '61')],
      ['06', '1818'],
    ]);
    expect(endOf(await receiver.run(receiver.dock.receive()))).toBe('DEVICE_CANCELLED by device');
    await receiver.timers.advance(TRAVEL_MS);
    expect([other.wrong, other.left]).toEqual([[], []]);
  });

  test('a line that falls silent is asked every three seconds before, and ten times after the first block', async () => {
    const { dock, run, line, timers } = await setUp({ protocol: 'xmodem', startTimeoutMs: 12_000 });
    scripted({ line: line.device, timers }, [
      ['43', ''],
      ['43', ''],
      ['43', block(1, '61')],
    ]);
    expect(endOf(await run(dock.receive()))).toBe('DEVICE_NO_ANSWER');
    expect(line.toDevice.sent.map(hex)).toEqual(['43', '43', '43', '06', ...Array(10).fill('15'), '18'.repeat(8)]);
  });
});

describe('on a line disturbed at random', () => {
  /** Numbers from 0 to 1 that depend on the seed only. */
  function seeded(seed: number): () => number {
    let state = seed >>> 0;
    return () => {
      state = (state + 0x6d2b79f5) >>> 0;
      let mixed = Math.imul(state ^ (state >>> 15), state | 1);
      mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)) ^ mixed;
      return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
    };
  }

  /** Returns what becomes of each write on a line where one in `1 / rate` meets with an accident. */
  function disturbed({ random, rate }: { readonly random: () => number; readonly rate: number }): Mishap {
    const upTo = (limit: number) => Math.floor(random() * limit);
    return (bytes) => {
      if (random() >= rate) return [{ bytes, delayMs: TRAVEL_MS }];
      switch (upTo(7)) {
        case 0:
          return [];
        case 1:
          return [{ bytes: bytes.slice(0, upTo(bytes.length)), delayMs: TRAVEL_MS }];
        case 2: {
          const damaged = bytes.slice();
          for (let hits = 1 + upTo(3); hits > 0; hits -= 1) damaged[upTo(bytes.length)] = upTo(256);
          return [{ bytes: damaged, delayMs: TRAVEL_MS }];
        }
        case 3:
          return [{ bytes, delayMs: TRAVEL_MS + upTo(3000) }];
        case 4: {
          const size = 1 + upTo(bytes.length);
          const pauseMs = upTo(1500);
          return Array.from({ length: Math.ceil(bytes.length / size) }, (_, index) => ({
            bytes: bytes.slice(index * size, (index + 1) * size),
            delayMs: TRAVEL_MS + index * pauseMs,
          })).slice(0, 12);
        }
        case 5: {
          const noise = Uint8Array.from({ length: 1 + upTo(20) }, () => upTo(256));
          return random() < 0.5
            ? [{ bytes: Uint8Array.from([...noise, ...bytes]), delayMs: TRAVEL_MS }]
            : [{ bytes: Uint8Array.from([...bytes, ...noise]), delayMs: TRAVEL_MS }];
        }
        default: {
          // A byte is lost in the middle.
          const at = upTo(bytes.length);
          return [{ bytes: Uint8Array.from([...bytes.slice(0, at), ...bytes.slice(at + 1)]), delayMs: TRAVEL_MS }];
        }
      }
    };
  }

  const digest = (data: Uint8Array) => createHash('sha256').update(data).digest('hex');
  const SEEDS = Array.from({ length: 120 }, (_, index) => 4100 + index);
  const tally = { done: 0, faults: 0 };

  test.each(SEEDS)('what arrives is what was sent, or a fault says that it did not (seed %i)', async (seed) => {
    const random = seeded(seed);
    const protocol = random() < 0.35 ? 'xmodem' : 'ymodem';
    const { dock, handheld, line, run, timers } = await setUp({ protocol, blockBytes: random() < 0.5 ? 1024 : 128 });
    const rate = [0.002, 0.02, 0.1, 0.3][Math.floor(random() * 4)] ?? 0;
    line.toDevice.always(disturbed({ random, rate }));
    line.toHost.always(disturbed({ random, rate }));
    const count = protocol === 'xmodem' ? 1 : 1 + Math.floor(random() * 3);
    const files = Array.from({ length: count }, (_, index) => {
      const data = bytesOf(Math.floor(random() ** 2 * 100_001), seed + index);
      // The one end that XMODEM cannot tell from its filling.
      if (data.length > 0) data[data.length - 1] = 0x0a;
      return { name: `f${index}`, data };
    });
    const toHandheld = random() < 0.5;
    const [got, sent] = await run(
      Promise.all(toHandheld ? [handheld.receive(), dock.send(files)] : [dock.receive(), handheld.send(files)]),
    );
    const sentHashes = sent.files.map(({ sha256 }) => sha256);
    expect(sentHashes).toEqual(files.map(({ data }) => digest(data)));
    // Whole files in their order from the first on, none of them altered, none of them twice.
    expect(got.files.map(({ sha256 }) => sha256)).toEqual(sentHashes.slice(0, got.files.length));
    expect(got.files.map(({ data }) => digest(data))).toEqual(sentHashes.slice(0, got.files.length));
    expect(got.repeated).toEqual([]);
    // What counts as acknowledged has arrived; what counts as unsent has not.
    for (const [index, { state }] of sent.files.entries()) {
      if (state === 'acknowledged') expect(index).toBeLessThan(got.files.length);
      if (state === 'unsent') expect(index).toBeGreaterThanOrEqual(got.files.length);
    }
    if (sent.fault === null) expect(got.files).toHaveLength(files.length);
    if (got.fault === null) expect(got.files).toHaveLength(files.length);
    tally[sent.fault === null && got.fault === null ? 'done' : 'faults'] += 1;

    // What was late has come and the line is undisturbed again: the rest of the batch goes over, nothing twice.
    await timers.advance(20_000);
    if (protocol === 'xmodem') return;
    line.toDevice.always((bytes) => [{ bytes, delayMs: TRAVEL_MS }]);
    line.toHost.always((bytes) => [{ bytes, delayMs: TRAVEL_MS }]);
    const [rest, again] = await run(
      Promise.all(
        toHandheld
          ? [handheld.receive(), dock.send([...files, { name: 'last', data: of('61') }], { whole: got.files })]
          : [dock.receive({ whole: got.files }), handheld.send(files)],
      ),
    );
    expect([endOf(again), endOf(rest)]).toEqual(['done', 'done']);
    const names = [...got.files, ...rest.files].map(({ name }) => name);
    expect(names).toEqual([...files.map(({ name }) => name), ...(toHandheld ? ['last'] : [])]);
  });

  test('both happened: transfers that came through, and transfers that ended with a fault', () => {
    expect(tally.done).toBeGreaterThan(20);
    expect(tally.faults).toBeGreaterThan(5);
  });
});
