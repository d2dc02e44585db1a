// The driver against its simulator: fair weather, what the reader says, and cards torn out.
import { describe, expect, test } from 'vitest';
import { corrupt, delay, replace, split } from '../kit/testing/line.ts';
import { decodeFrame, encodeFrame, HEAD_REQUEST, MEMORY, STATUS, WRITE_BIT } from './frames.ts';
import { newCard, PSC, setUp } from './test-bench.ts';

describe('fair weather', () => {
  test('the status of every slot', async () => {
    const { device, reader, run } = await setUp();
    device.insert(2, newCard());
    device.insert(3, newCard({ damaged: true }));
    expect(await run(Promise.all([1, 2, 3, 4].map((slot) => reader.status(slot))))).toEqual(['absent', 'present', 'damaged', 'absent']);
  });

  test('any span of main memory is read byte for byte', async () => {
    const { device, reader, run, requests } = await setUp();
    const card = newCard();
    device.insert(4, card);
    expect(await run(reader.readMain(4, 0, 256))).toEqual(card.main);
    expect(requests().length).toBe(8);
    expect(await run(reader.readMain(4, 255, 1))).toEqual(card.main.slice(255));
    expect(await run(reader.readMain(4, 3, 35))).toEqual(card.main.slice(3, 38));
    expect(await run(reader.readMain(4, 9, 0))).toEqual(new Uint8Array(0));
  });

  test('the PSC opens the card for writes of any length', async () => {
    const { device, reader, run, requests } = await setUp();
    const card = newCard();
    device.insert(1, card);
    await run(reader.presentPsc(1, PSC));
    expect(card.errorCounter).toBe(7);
    const data = Uint8Array.from({ length: 77 }, (_, index) => index + 1);
    await run(reader.updateMain(1, 101, data));
    expect(card.main.slice(101, 178)).toEqual(data);
    expect(card.main[100]).toBe(100 ^ 0xa5);
    expect(card.main[178]).toBe(178 ^ 0xa5);
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
    expect(card.persisted - before).toBe(3);
    await run(writing);
    expect([...card.main.subarray(50, 54)]).toEqual([1, 2, 3, 4]);
  });

  test('identifying a card sends no secret and spends no attempt', async () => {
    const { device, reader, run, requests } = await setUp();
    const card = newCard({ errorCounter: 3 });
    device.insert(1, card);
    await run(reader.readMain(1, 0, 256));
    expect(await run(reader.readErrorCounter(1))).toBe(3);
    expect(requests().some((request) => (request.operation & 0x07) === MEMORY.psc)).toBe(false);
    expect(card.persisted).toBe(0);
  });

  test('a card put in or pulled out is reported by itself', async () => {
    const { timers, device, reader } = await setUp();
    const seen: string[] = [];
    const stop = reader.onPresence((slot, presence) => seen.push(`${slot} ${presence}`));
    device.insert(2, newCard());
    device.remove(2);
    await timers.advance(1);
    stop();
    device.insert(2, newCard());
    await timers.advance(1);
    expect(seen).toEqual(['2 present', '2 absent']);
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

  test('the probe wants a sign of life, with or without a card', async () => {
    const { device, open, run, codeOf } = await setUp();
    await run(open.probe());
    device.detach();
    expect(await codeOf(open.probe())).toBe('DEVICE_NO_ANSWER');
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

  test('a wrong PSC spends one attempt, the right one restores them all', async () => {
    const { device, reader, run, codeOf } = await setUp();
    const card = newCard();
    device.insert(1, card);
    expect(await codeOf(reader.presentPsc(1, Uint8Array.of(1, 2, 3)))).toBe('CARD_PSC_WRONG');
    expect(await run(reader.readErrorCounter(1))).toBe(6);
    await run(reader.presentPsc(1, PSC));
    expect(await run(reader.readErrorCounter(1))).toBe(7);
  });

  test('at 0 the card is dead for writing and still readable', async () => {
    const { device, reader, run, codeOf } = await setUp();
    const card = newCard({ errorCounter: 0 });
    device.insert(1, card);
    expect(await codeOf(reader.presentPsc(1, PSC))).toBe('CARD_PSC_WRONG');
    expect(await codeOf(reader.updateMain(1, 40, Uint8Array.of(1)))).toBe('DEVICE_REJECTED');
    expect(await run(reader.readMain(1, 40, 1))).toEqual(card.main.slice(40, 41));
    expect(card.errorCounter).toBe(0);
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

  test('a protected byte never changes', async () => {
    const { device, reader, run } = await setUp();
    const card = newCard();
    card.protectedBytes[9] = true;
    device.insert(1, card);
    await run(reader.presentPsc(1, PSC));
    await run(reader.updateMain(1, 8, Uint8Array.of(1, 2, 3)));
    expect([...card.main.subarray(8, 11)]).toEqual([1, 9 ^ 0xa5, 3]);
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

  test('calls outside the reader or the card are refused before anything is sent', async () => {
    const { reader, codeOf, requests } = await setUp();
    expect(await codeOf(reader.status(5))).toBe('DEVICE_REJECTED');
    expect(await codeOf(reader.readMain(0, 0, 1))).toBe('DEVICE_REJECTED');
    expect(await codeOf(reader.readMain(1, 250, 7))).toBe('DEVICE_REJECTED');
    expect(await codeOf(reader.updateMain(1, -1, Uint8Array.of(1)))).toBe('DEVICE_REJECTED');
    expect(await codeOf(reader.presentPsc(1, Uint8Array.of(1)))).toBe('DEVICE_REJECTED');
    expect(requests()).toEqual([]);
  });

  test('an option of the wrong kind is named', async () => {
    await expect(setUp({ options: { pageBytes: 'two' } })).rejects.toMatchObject({
      code: 'SETTINGS_INVALID',
      context: { field: 'options.pageBytes' },
    });
  });
});

describe('a card torn out', () => {
  test.each(Array.from({ length: 6 }, (_, bytes) => bytes))(
    'after %i bytes of a write: those bytes are there, no others',
    async (bytes) => {
      const { device, reader, run, codeOf } = await setUp();
      const card = newCard();
      const torn: number[] = [];
      device.onTorn((slot) => torn.push(slot));
      device.insert(2, card);
      await run(reader.presentPsc(2, PSC));
      device.removeAfterWrittenBytes(2, bytes);
      expect(await codeOf(reader.updateMain(2, 40, new Uint8Array(6).fill(0xee)))).toBe('CARD_ABSENT');
      expect(torn).toEqual([2]);
      expect([...card.main.subarray(40, 46)].filter((byte) => byte === 0xee).length).toBe(bytes);
      expect(await run(reader.status(2))).toBe('absent');
    },
  );

  test('after the first byte of a presentation an attempt is spent, after the second none', async () => {
    for (const [bytes, counter] of [
      [0, 7],
      [1, 6],
      [2, 7],
    ] as const) {
      const { device, reader, codeOf } = await setUp({ byteTimeMs: 5 });
      const card = newCard();
      device.insert(1, card);
      device.removeAfterWrittenBytes(1, bytes);
      expect(await codeOf(reader.presentPsc(1, PSC))).toBe('CARD_ABSENT');
      expect(card.errorCounter).toBe(counter);
    }
  });

  test('the verification is lost with the card', async () => {
    const { device, reader, run, codeOf } = await setUp();
    const card = newCard();
    device.insert(1, card);
    await run(reader.presentPsc(1, PSC));
    device.remove(1);
    device.insert(1, card);
    expect(await codeOf(reader.updateMain(1, 40, Uint8Array.of(1)))).toBe('DEVICE_REJECTED');
  });

  test('a reader unplugged in the middle of a write stops there', async () => {
    const { timers, device, reader, run, codeOf } = await setUp({ byteTimeMs: 10 });
    const card = newCard();
    device.insert(1, card);
    await run(reader.presentPsc(1, PSC));
    const before = card.persisted;
    const writing = reader.updateMain(1, 40, new Uint8Array(20));
    writing.catch(() => {});
    await timers.advance(55);
    device.detach();
    expect(await codeOf(writing)).toBe('DEVICE_NO_ANSWER');
    expect(card.persisted - before).toBe(6);
  });
});

test('no trace of a whole sale holds the PSC', async () => {
  const { line, device, reader, run, traced } = await setUp();
  device.insert(1, newCard());
  line.toHost.next(corrupt(3));
  await run(reader.presentPsc(1, PSC).catch(() => null));
  await run(reader.presentPsc(1, PSC));
  line.toHost.next(corrupt(2));
  await run(reader.readErrorCounter(1));
  expect(traced.length).toBeGreaterThan(6);
  for (const { bytes } of traced) expect(Buffer.from(bytes).includes(Buffer.from(PSC))).toBe(false);
});
