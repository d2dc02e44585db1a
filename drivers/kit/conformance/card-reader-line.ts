// Conformance of a card reader, second half: a bad line. Every call ends right or with the right fault; never with wrong data, never twice.
import { describe, expect, test } from 'vitest';
import type { FaultCode } from '../../../src/shared/domain/fault.ts';
import { newCard, PSC } from '../testing/card.ts';
import { corrupt, delay, drop, type Mishap, replace } from '../testing/line.ts';
import { atWrite, type DriverUnderTest, type End, LINE_FAULTS, LONG_MS, mishapsOf } from './bench.ts';
import { openReader } from './card-reader-bench.ts';

type Bench = Awaited<ReturnType<typeof openReader>>;
type Direction = 'toHost' | 'toDevice';

const ADDRESS = 60;
/** Long enough for several frames. */
const DATA = Uint8Array.from({ length: 70 }, (_, index) => (index * 3 + 1) & 0xff);
const WRONG_PSC = Uint8Array.of(9, 9, 9);

const CORRUPTED: readonly FaultCode[] = ['FRAME_SUM', 'FRAME_SHORT', 'FRAME_UNEXPECTED', 'DEVICE_NO_ANSWER'];
const FOREIGN: readonly FaultCode[] = ['FRAME_SLOT', 'FRAME_UNEXPECTED', 'DEVICE_NO_ANSWER', 'DEVICE_TIMEOUT'];

/** Declares the tests of the bad line; cardReaderConformance calls it. */
export function cardReaderOnBadLine(underTest: DriverUnderTest): void {
  /** A reader with a card in slot 1 that has accepted its PSC, and a quiet line. */
  async function verified(): Promise<Bench & { readonly card: ReturnType<typeof newCard> }> {
    const bench = await openReader(underTest);
    const card = newCard();
    bench.device.insert(1, card);
    await bench.run(bench.reader.presentPsc(1, PSC));
    await bench.timers.advance(1);
    card.persisted = 0;
    return { ...bench, card };
  }

  /** The messages of one call on a good line. */
  async function messagesOf(call: (bench: Bench) => Promise<unknown>, direction: Direction): Promise<Uint8Array[]> {
    const bench = await verified();
    const before = bench.line[direction].sent.length;
    await bench.endOf(call(bench));
    return bench.line[direction].sent.slice(before);
  }

  /** Makes one call for every message of it and every mishap that may befall the message, each on a new bench. */
  async function underEveryMishap<T>(
    call: (bench: Bench) => Promise<T>,
    judge: (bench: Awaited<ReturnType<typeof verified>>, end: End<T>, what: string) => Promise<void> | void,
  ): Promise<number> {
    let cases = 0;
    for (const direction of ['toHost', 'toDevice'] as const)
      for (const [index, message] of (await messagesOf(call, direction)).entries())
        for (const [name, mishap] of mishapsOf(message.length)) {
          const bench = await verified();
          bench.line[direction].next(...atWrite(index, mishap));
          await judge(bench, await bench.endOf(call(bench)), `${name}, message ${index} ${direction}`);
          cases += 1;
        }
    return cases;
  }

  /** Answers to other questions: another slot, another place, another kind of memory, a presentation, a write. */
  async function foreignAnswers(): Promise<Uint8Array[]> {
    const calls: ((bench: Bench) => Promise<unknown>)[] = [
      ({ reader }) => reader.status(1),
      ({ reader }) => reader.readErrorCounter(1),
      ({ reader }) => reader.readMain(1, ADDRESS + 130, 8),
      ({ reader }) => reader.readMain(reader.slots, ADDRESS, 8),
      ({ reader }) => reader.presentPsc(1, PSC),
      ({ reader }) => reader.updateMain(1, ADDRESS + 130, DATA.slice(0, 8)),
    ];
    const answers = [];
    for (const call of calls) answers.push(...(await messagesOf(call, 'toHost')));
    return answers;
  }

  const isLineFault = (end: End<unknown>) => typeof end === 'string' && LINE_FAULTS.has(end);

  describe('on a bad line', () => {
    test('a read gives the card’s bytes or the line’s fault, and the next one the card’s bytes', { timeout: 120_000 }, async () => {
      const cases = await underEveryMishap(
        ({ reader }) => reader.readMain(1, ADDRESS, DATA.length),
        async ({ timers, reader, run, card }, end, what) => {
          const bytes = card.main.slice(ADDRESS, ADDRESS + DATA.length);
          if (!isLineFault(end)) expect(end, what).toEqual({ value: bytes });
          await timers.advance(LONG_MS);
          expect(await run(reader.readMain(1, ADDRESS, DATA.length)), what).toEqual(bytes);
        },
      );
      expect(cases).toBeGreaterThan(50);
    });

    test('presence and error counter: the truth or the line’s fault', { timeout: 120_000 }, async () => {
      await underEveryMishap(
        ({ reader }) => reader.status(1),
        (_bench, end, what) => {
          if (!isLineFault(end)) expect(end, what).toEqual({ value: 'present' });
        },
      );
      await underEveryMishap(
        ({ reader }) => reader.readErrorCounter(1),
        ({ card }, end, what) => {
          if (!isLineFault(end)) expect(end, what).toEqual({ value: 7 });
          expect(card.persisted, what).toBe(0);
        },
      );
    });

    test('a write is never sent again, and said to be done only when it is', { timeout: 120_000 }, async () => {
      await underEveryMishap(
        ({ reader }) => reader.updateMain(1, ADDRESS, DATA),
        async ({ timers, card }, end, what) => {
          await timers.advance(LONG_MS);
          const old = newCard().main.subarray(ADDRESS, ADDRESS + DATA.length);
          const now = card.main.slice(ADDRESS, ADDRESS + DATA.length);
          if (!isLineFault(end)) {
            expect(end, what).toEqual({ value: undefined });
            expect(now, what).toEqual(DATA);
          }
          expect(
            now.every((byte, at) => byte === DATA[at] || byte === old[at]),
            what,
          ).toBe(true);
          // A message that the line itself doubles may be carried out twice; the driver's own messages are not.
          if (!what.startsWith('twice')) expect(card.persisted, what).toBeLessThanOrEqual(DATA.length);
        },
      );
    });

    test('a PSC is never presented again, and a right one never called wrong', { timeout: 120_000 }, async () => {
      for (const psc of [PSC, WRONG_PSC])
        await underEveryMishap(
          ({ reader }) => reader.presentPsc(1, psc),
          async ({ timers, card }, end, what) => {
            await timers.advance(LONG_MS);
            if (!isLineFault(end)) expect(end, what).toEqual(psc === PSC ? { value: undefined } : 'CARD_PSC_WRONG');
            if (!what.startsWith('twice')) {
              // Right: a bit cleared and restored. Wrong: a bit cleared.
              expect(card.persisted, what).toBeLessThanOrEqual(psc === PSC ? 2 : 1);
              expect(card.errorCounter, what).toBeGreaterThanOrEqual(psc === PSC ? 7 : 6);
            }
          },
        );
    });

    describe('that never gets better, a read ends with what was wrong', () => {
      const cases: [string, Mishap, readonly FaultCode[]][] = [
        ['no answer', drop, ['DEVICE_NO_ANSWER']],
        // An acknowledgement of one byte cannot be cut short, only lost.
        ['answers cut short', replace((bytes) => (bytes.length > 1 ? bytes.slice(0, -1) : bytes)), ['FRAME_SHORT', 'FRAME_SUM']],
        ['answers with a wrong last byte', replace((bytes) => bytes.with(-1, (bytes.at(-1) ?? 0) ^ 0xff)), ['FRAME_SUM']],
        ['answers with a wrong first byte', corrupt(0), CORRUPTED],
        ['answers that are always late', delay(LONG_MS / 2), ['DEVICE_NO_ANSWER', 'DEVICE_TIMEOUT']],
      ];
      test.each(cases)('%s', async (_name, mishap, codes) => {
        const { line, reader, endOf } = await verified();
        line.toHost.always(mishap);
        expect(codes).toContain(await endOf(reader.readMain(1, ADDRESS, 8)));
        expect(codes).toContain(await endOf(reader.status(1)));
      });

      test('questions that never arrive', async () => {
        const { line, reader, endOf } = await verified();
        line.toDevice.always(drop);
        expect(await endOf(reader.readMain(1, ADDRESS, 8))).toBe('DEVICE_NO_ANSWER');
        expect(await endOf(reader.readErrorCounter(1))).toBe('DEVICE_NO_ANSWER');
      });
    });

    test('an echo of all that is sent is never taken for the reader’s consent', async () => {
      const { line, device, reader, endOf } = await openReader(underTest);
      line.toDevice.always((bytes) => {
        line.device.write(bytes).catch(() => {});
        return [{ bytes, delayMs: 1 }];
      });
      const card = newCard();
      device.insert(1, card);
      const ends: [() => Promise<unknown>, () => unknown][] = [
        [() => reader.status(1), () => ({ value: 'present' })],
        [() => reader.readErrorCounter(1), () => ({ value: card.errorCounter })],
        [() => reader.readMain(1, ADDRESS, DATA.length), () => ({ value: card.main.slice(ADDRESS, ADDRESS + DATA.length) })],
        [() => reader.presentPsc(1, WRONG_PSC), () => 'CARD_PSC_WRONG'],
        [() => reader.updateMain(1, ADDRESS, DATA), () => 'DEVICE_REJECTED'],
        [() => reader.presentPsc(1, PSC), () => ({ value: undefined })],
      ];
      for (const [call, right] of ends) {
        const end = await endOf(call());
        if (!isLineFault(end)) expect(end).toEqual(right());
      }
      const end = await endOf(reader.updateMain(1, ADDRESS, DATA));
      if (!isLineFault(end) && end !== 'DEVICE_REJECTED') expect(card.main.slice(ADDRESS, ADDRESS + DATA.length)).toEqual(DATA);
    });

    test('the answer to another question is never taken', async () => {
      for (const foreign of await foreignAnswers()) {
        const reading = await verified();
        reading.line.toHost.always(replace(() => foreign));
        expect(FOREIGN).toContain(await reading.endOf(reading.reader.readMain(1, ADDRESS, 8)));

        const writing = await verified();
        // The command is lost, and an answer comes all the same.
        writing.line.toDevice.next(() => {
          writing.line.device.write(foreign).catch(() => {});
          return [];
        });
        expect(FOREIGN).toContain(await writing.endOf(writing.reader.updateMain(1, ADDRESS, DATA.slice(0, 8))));
        expect(writing.card.persisted).toBe(0);
      }
    });

    /** How late an answer comes, in parts of the time that the driver waits for it. */
    const LATE = [0.5, 0.9, 1.001, 1.02, 1.1, 1.5, 1.9, 2.02, 2.5, 3.1, 4.2];

    test.each(LATE)('an answer %d time-outs late is no answer to the same question asked later', async (late) => {
      const { timers, line, reader, endOf, run, card } = await verified();
      const delayMs = late * (await patienceMs());
      let busyUntilMs = 0;
      // The reader answers in order: behind a late answer everything is late.
      const inOrder: Mishap = (bytes) => {
        busyUntilMs = Math.max(busyUntilMs, timers.now() + 1);
        return [{ bytes, delayMs: busyUntilMs - timers.now() }];
      };
      busyUntilMs = timers.now() + delayMs;
      line.toHost.always(inOrder);
      await endOf(reader.readMain(1, ADDRESS, 4));
      card.main.set([0xde, 0xad, 0xbe, 0xef], ADDRESS);
      const end = await endOf(reader.readMain(1, ADDRESS, 4));
      if (!isLineFault(end)) expect(end).toEqual({ value: Uint8Array.of(0xde, 0xad, 0xbe, 0xef) });
      await timers.advance(LONG_MS);
      expect(await run(reader.readMain(1, ADDRESS, 4))).toEqual(Uint8Array.of(0xde, 0xad, 0xbe, 0xef));
    });

    test.each(LATE)('an answer %d time-outs late does not confirm the next write', async (late) => {
      const delayMs = late * (await patienceMs());
      // Which of the messages behind the first write is the second write is the driver's affair: each is lost once.
      for (let lost = 0; lost < 3; lost += 1) {
        const { timers, line, reader, endOf, card } = await verified();
        const arriveAtMs = timers.now() + delayMs;
        line.toHost.always((bytes) => [{ bytes, delayMs: Math.max(1, arriveAtMs - timers.now()) }]);
        await endOf(reader.updateMain(1, ADDRESS, Uint8Array.of(1)));
        line.toDevice.next(...atWrite(lost, drop));
        const end = await endOf(reader.updateMain(1, ADDRESS, Uint8Array.of(2)));
        if (!isLineFault(end)) expect([end, card.main[ADDRESS]]).toEqual([{ value: undefined }, 2]);
      }
    });

    /** How long the driver waits for the answer to one message, ms. */
    async function patienceMs(): Promise<number> {
      const { timers, line, reader, endOf } = await verified();
      const startMs = timers.now();
      line.toHost.always(drop);
      await endOf(reader.updateMain(1, ADDRESS, Uint8Array.of(1)));
      return timers.now() - startMs;
    }

    test('a reader without power gives no answer, keeps what it has written, and is found again', async () => {
      const bench = await openReader(underTest, { byteTimeMs: 10 });
      const { timers, line, device, reader, open, endOf, run } = bench;
      const card = newCard();
      device.insert(1, card);
      await run(open.probe());
      await run(reader.presentPsc(1, PSC));
      const writing = reader.updateMain(1, ADDRESS, DATA);
      writing.catch(() => {});
      await timers.advance(55);
      device.detach();
      expect(await endOf(writing)).toBe('DEVICE_NO_ANSWER');
      const written = card.main.slice(ADDRESS).findIndex((byte, at) => byte !== DATA[at]);
      expect(written).toBeGreaterThan(0);
      expect(card.main.slice(ADDRESS + written)).toEqual(newCard().main.slice(ADDRESS + written));
      expect(await endOf(open.probe())).toBe('DEVICE_NO_ANSWER');
      device.attach(line.device);
      await run(open.probe());
      expect(await endOf(reader.updateMain(1, ADDRESS, DATA))).toBe('DEVICE_REJECTED');
    });

    test('a probe needs no card', async () => {
      const { open, run, line } = await openReader(underTest);
      await run(open.probe());
      expect(line.toDevice.sent.length).toBeGreaterThan(0);
    });

    test('a line that is gone ends the call in flight and every later one with its fault', async () => {
      const { timers, line, reader, open, endOf } = await verified();
      line.toHost.always(drop);
      const reading = reader.readMain(1, 0, 8);
      reading.catch(() => {});
      await timers.advance(1);
      line.lose();
      const later: Promise<unknown>[] = [reader.status(1), reader.updateMain(1, 0, DATA), reader.presentPsc(1, PSC), open.probe()];
      const ends = await Promise.all([reading, ...later].map((call) => endOf<unknown>(call)));
      expect(ends).toEqual(ends.map(() => 'PORT_FAILED'));
    });

    test('closing ends the call in flight, and nobody is told of cards any more', async () => {
      const { timers, line, device, reader, open, endOf } = await verified();
      const seen: string[] = [];
      reader.onPresence((_slot, presence) => seen.push(presence));
      line.toHost.always(drop);
      const reading = reader.readMain(1, 0, 8);
      reading.catch(() => {});
      await timers.advance(1);
      await open.close();
      expect(await endOf(reading)).toBe('DEVICE_OFFLINE');
      line.toHost.always((bytes) => [{ bytes, delayMs: 0 }]);
      device.remove(1);
      await timers.advance(1_000);
      expect(seen).toEqual([]);
    });
  });
}
