// The driver on a bad line: wrong, short, foreign and late frames, each with its own code.
import { describe, expect, test } from 'vitest';
import { corrupt, cut, delay, drop, replace } from '../kit/testing/line.ts';
import { decodeFrame, encodeFrame, MEMORY, WRITE_BIT } from './frames.ts';
import { newCard, PSC, setUp } from './test-bench.ts';

describe('bad frames, each with its own code', () => {
  const wrongSlot = replace((bytes) => encodeFrame({ ...decodeFrame(bytes), slot: 2 }));
  const otherCommand = replace((bytes) => encodeFrame({ ...decodeFrame(bytes), operation: MEMORY.security }));
  const otherAddress = replace((bytes) => encodeFrame({ ...decodeFrame(bytes), address: 0x77 }));
  const otherLength = replace((bytes) => encodeFrame({ ...decodeFrame(bytes), count: 9 }));
  const cases = [
    ['wrong sum', corrupt(39), 'FRAME_SUM'],
    ['wrong byte in the data', corrupt(8), 'FRAME_SUM'],
    ['wrong first byte', corrupt(0), 'FRAME_SUM'],
    ['cut short', cut(22), 'FRAME_SHORT'],
    ['another slot', wrongSlot, 'FRAME_SLOT'],
    ['another command', otherCommand, 'FRAME_UNEXPECTED'],
    ['another address', otherAddress, 'FRAME_UNEXPECTED'],
    ['another length', otherLength, 'FRAME_UNEXPECTED'],
    ['no answer', drop, 'DEVICE_NO_ANSWER'],
  ] as const;

  test.each(cases)('%s: a read that never gets better fails', async (_name, mishap, code) => {
    const { line, device, reader, codeOf } = await setUp();
    device.insert(1, newCard());
    line.toHost.always(mishap);
    // The address differs from the one that the mishap forges.
    expect(await codeOf(reader.readMain(1, 0, 2))).toBe(code);
    expect(line.toDevice.sent.length).toBe(3);
  });

  test.each(cases)('%s: a read is tried again and succeeds', async (_name, mishap) => {
    const { line, device, reader, run } = await setUp();
    const card = newCard();
    device.insert(1, card);
    await run(reader.status(1));
    line.toHost.next(mishap);
    expect(await run(reader.readMain(1, 0, 32))).toEqual(card.main.slice(0, 32));
  });

  test.each(cases.filter(([name]) => !name.includes('length')))('%s: a write is never sent again', async (_name, mishap, code) => {
    const { line, device, reader, run, codeOf, requests } = await setUp();
    const card = newCard();
    device.insert(1, card);
    await run(reader.presentPsc(1, PSC));
    line.toHost.next(mishap);
    expect(await codeOf(reader.updateMain(1, 40, Uint8Array.of(9)))).toBe(code);
    expect(requests().filter((request) => request.operation === (WRITE_BIT | MEMORY.main)).length).toBe(1);
    expect(await run(reader.readMain(1, 40, 1))).toEqual(Uint8Array.of(9));
  });

  test('a wrong sum in a request is met with silence', async () => {
    const { line, device, reader, codeOf } = await setUp();
    device.insert(1, newCard());
    line.toDevice.always(corrupt(7));
    expect(await codeOf(reader.readMain(1, 0, 2))).toBe('DEVICE_NO_ANSWER');
  });
});

describe('late answers', () => {
  test('in the middle of the next command it is passed over', async () => {
    const { timers, line, device, reader, run, codeOf } = await setUp({ options: { readRetries: 0 } });
    const card = newCard();
    device.insert(1, card);
    await timers.advance(1);
    line.toHost.next(delay(650));
    expect(await codeOf(reader.readMain(1, 60, 2))).toBe('DEVICE_NO_ANSWER');
    card.main.set([0xbe, 0xef], 60);
    // Arrives 50 ms into what follows, ahead of the answers to it.
    line.toHost.always(delay(80));
    expect(await run(reader.readMain(1, 60, 2))).toEqual(Uint8Array.of(0xbe, 0xef));
  });

  test('answers that are always late have a code of their own', async () => {
    const { line, device, reader, codeOf } = await setUp();
    device.insert(1, newCard());
    line.toHost.always(delay(700));
    expect(await codeOf(reader.readMain(1, 60, 2))).toBe('DEVICE_TIMEOUT');
  });

  test('a reader that has been silent for days is asked as readily as ever', async () => {
    const { line, device, reader, open, run, codeOf } = await setUp();
    const card = newCard();
    device.insert(1, card);
    line.toDevice.always(drop);
    for (let round = 0; round < 60; round += 1) expect(await codeOf(open.probe())).toBe('DEVICE_NO_ANSWER');
    line.toDevice.always((bytes) => [{ bytes, delayMs: 0 }]);
    expect(await run(reader.readMain(1, 0, 2))).toEqual(card.main.slice(0, 2));
  });
});
