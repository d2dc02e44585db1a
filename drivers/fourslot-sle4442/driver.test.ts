// The driver against its simulator: what its frames look like on the line. What every reader keeps is in conformance.test.ts.
import { describe, expect, test } from 'vitest';
import { delay, replace, split } from '../kit/testing/line.ts';
import { decodeFrame, encodeFrame, HEAD_REQUEST, MEMORY, STATUS, WRITE_BIT } from './frames.ts';
import { newCard, PSC, setUp } from './test-bench.ts';

describe('fair weather', () => {
  test('the whole memory takes eight frames', async () => {
    const { device, reader, run, requests } = await setUp();
    const card = newCard();
    device.insert(4, card);
    expect(await run(reader.readMain(4, 0, 256))).toEqual(card.main);
    expect(requests().length).toBe(8);
  });

  test('a long write is a start, middles and an end', async () => {
    const { device, reader, run, requests } = await setUp();
    const card = newCard();
    device.insert(1, card);
    await run(reader.presentPsc(1, PSC));
    await run(reader.updateMain(1, 101, new Uint8Array(77)));
    expect(
      requests()
        .slice(1)
        .map((request) => request.part),
    ).toEqual([1, 2, 3]);
    expect(card.persisted).toBe(2 + 77);
  });

  test('with a time per byte the write takes its time and the bytes come one by one', async () => {
    const { timers, device, reader, run } = await setUp({ byteTimeMs: 20 });
    const card = newCard();
    device.insert(1, card);
    await run(reader.presentPsc(1, PSC));
    const before = card.persisted;
    const writing = reader.updateMain(1, 50, Uint8Array.of(1, 2, 3, 4));
    await timers.advance(45);
    expect(card.persisted - before).toBe(2);
    await run(writing);
    expect([...card.main.subarray(50, 54)]).toEqual([1, 2, 3, 4]);
  });

  test('a status frame between a request and its answer is not taken for the answer', async () => {
    const { line, device, reader, run } = await setUp();
    const card = newCard();
    device.insert(1, card);
    const seen: string[] = [];
    reader.onPresence((slot, presence) => seen.push(`${slot} ${presence}`));
    line.toHost.next((bytes) => [
      {
        bytes: encodeFrame({ ...decodeFrame(bytes), operation: MEMORY.status, slot: 2, head: STATUS.ok, data: new Uint8Array(0) }),
        delayMs: 0,
      },
      { bytes, delayMs: 5 },
    ]);
    expect(await run(reader.readMain(1, 0, 2))).toEqual(card.main.slice(0, 2));
    expect(seen).toContain('2 present');
  });

  test('commands never overlap on the line', async () => {
    const { line, device, reader, run, requests } = await setUp();
    device.insert(1, newCard());
    line.toHost.always(delay(50));
    const both = Promise.all([reader.readMain(1, 0, 2), reader.readMain(1, 2, 2), reader.readErrorCounter(1)]);
    await Promise.resolve();
    expect(requests().length).toBeLessThanOrEqual(1);
    await run(both);
    expect(requests().length).toBe(3);
  });

  test('bytes that dribble in are put together', async () => {
    const { line, device, reader, run } = await setUp();
    const card = newCard();
    device.insert(1, card);
    line.toHost.always(split({ size: 3, pauseMs: 30 }));
    expect(await run(reader.readMain(1, 0, 32))).toEqual(card.main.slice(0, 32));
  });
});

describe('what the reader says', () => {
  test('no card', async () => {
    const { reader, faultOf } = await setUp();
    const fault = await faultOf(reader.readMain(3, 0, 2));
    expect(fault.toData()).toEqual({ code: 'CARD_ABSENT', context: { slot: 3 } });
  });

  test('a damaged card', async () => {
    const { device, reader, codeOf, requests } = await setUp();
    device.insert(1, newCard({ damaged: true }));
    expect(await codeOf(reader.readMain(1, 0, 2))).toBe('CARD_DAMAGED');
    expect(requests().length).toBe(1);
  });

  test('a write without the PSC changes nothing', async () => {
    const { device, reader, faultOf } = await setUp();
    const card = newCard();
    device.insert(1, card);
    const fault = await faultOf(reader.updateMain(1, 40, Uint8Array.of(1)));
    expect(fault.toData()).toEqual({ code: 'DEVICE_REJECTED', context: { slot: 1, reason: 'psc-not-verified' } });
    expect(card.persisted).toBe(0);
  });

  test('a continued write without its start frame', async () => {
    const { line, device, reader, run, codeOf } = await setUp();
    device.insert(1, newCard());
    await run(reader.presentPsc(1, PSC));
    // The start frame's answer is forged, so that the reader itself has never seen a start.
    line.toDevice.next((bytes) => [{ bytes: encodeFrame({ ...decodeFrame(bytes), part: 0 }), delayMs: 0 }]);
    line.toHost.next(replace((bytes) => encodeFrame({ ...decodeFrame(bytes), part: 1 })));
    expect(await codeOf(reader.updateMain(1, 40, new Uint8Array(40)))).toBe('FRAME_SEQUENCE');
  });

  test('the PSC reads as 00 until it is accepted, and security memory can be changed afterwards', async () => {
    const { timers, line, device, reader, run } = await setUp();
    const card = newCard();
    device.insert(1, card);
    await run(reader.readErrorCounter(1));
    expect([...decodeFrame(line.toHost.sent.at(-1) as Uint8Array).data.subarray(0, 4)]).toEqual([7, 0, 0, 0]);
    await run(reader.presentPsc(1, PSC));
    await run(reader.readErrorCounter(1));
    expect([...decodeFrame(line.toHost.sent.at(-1) as Uint8Array).data.subarray(0, 4)]).toEqual([7, ...PSC]);
    const operation = WRITE_BIT | MEMORY.security;
    await line.host.write(
      encodeFrame({ head: HEAD_REQUEST, slot: 1, operation, part: 0, address: 1, count: 3, data: Uint8Array.of(7, 8, 9) }),
    );
    await timers.advance(1);
    expect([...card.psc]).toEqual([7, 8, 9]);
  });

  test('an option of the wrong kind is named', async () => {
    await expect(setUp({ options: { pageBytes: 'two' } })).rejects.toMatchObject({
      code: 'SETTINGS_INVALID',
      context: { field: 'options.pageBytes' },
    });
  });
});
