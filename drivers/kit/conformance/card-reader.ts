// Conformance of a card reader, first half: what every driver keeps on a good line, read off its card and never off its frames.
import { describe, expect, test } from 'vitest';
import { toHex } from '../../../src/shared/domain/card-image.ts';
import { newCard, PSC } from '../testing/card.ts';
import { corrupt, cut, drop, pass, replace, split } from '../testing/line.ts';
import { type DriverUnderTest, driverIdOf } from './bench.ts';
import { openReader } from './card-reader-bench.ts';
import { cardReaderOnBadLine } from './card-reader-line.ts';
import { cardReaderChangesPsc } from './card-reader-psc.ts';

const WRONG_PSC = Uint8Array.of(9, 9, 9);
const MAIN_BYTES = 256;
/** Around every frame size in use: one byte, one page, 16, 32 and 64 bytes. */
const EDGES = [1, 2, 15, 16, 17, 31, 32, 33, 63, 64, 65];

/** Returns `length` bytes that differ from what a new card holds. */
function news(length: number, seed = 0): Uint8Array {
  return Uint8Array.from({ length }, (_, index) => (index * 7 + seed * 13 + 1) & 0xff);
}

/** Declares the whole suite for one driver: call it in the driver's conformance.test.ts. */
export function cardReaderConformance(underTest: DriverUnderTest): void {
  const setUp = (options = {}) => openReader(underTest, options);

  describe(`${driverIdOf(underTest)} as a card reader`, () => {
    describe('presence', () => {
      test('of every slot by itself', async () => {
        const { device, reader, run } = await setUp();
        for (let slot = 1; slot <= reader.slots; slot += 1) {
          expect(await run(reader.status(slot))).toBe('absent');
          device.insert(slot, newCard());
          expect(await run(reader.status(slot))).toBe('present');
          device.remove(slot);
          device.insert(slot, newCard({ damaged: true }));
          expect(await run(reader.status(slot))).toBe('damaged');
          device.remove(slot);
          expect(await run(reader.status(slot))).toBe('absent');
        }
      });

      test('without a card, and with a damaged one, every call says so', async () => {
        const { device, reader, endOf } = await setUp();
        for (const code of ['CARD_ABSENT', 'CARD_DAMAGED'] as const) {
          if (code === 'CARD_DAMAGED') device.insert(1, newCard({ damaged: true }));
          expect(await endOf(reader.readMain(1, 0, 4))).toBe(code);
          expect(await endOf(reader.readErrorCounter(1))).toBe(code);
          expect(await endOf(reader.presentPsc(1, PSC))).toBe(code);
          expect(await endOf(reader.updateMain(1, 40, news(4)))).toBe(code);
        }
      });

      test('is reported when a card is put in or pulled out, until nobody listens', async () => {
        const { timers, device, reader } = await setUp();
        const seen: string[] = [];
        const stop = reader.onPresence((slot, presence) => seen.push(`${slot} ${presence}`));
        device.insert(reader.slots, newCard());
        await timers.advance(1_000);
        device.remove(reader.slots);
        await timers.advance(1_000);
        stop();
        device.insert(reader.slots, newCard());
        await timers.advance(1_000);
        expect(seen).toEqual([`${reader.slots} present`, `${reader.slots} absent`]);
      });

      test('of another slot changing in the middle of a read disturbs nothing', async () => {
        const { timers, device, reader, run } = await setUp();
        if (reader.slots < 2) return expect(reader.slots).toBe(1);
        const card = newCard();
        device.insert(1, card);
        await timers.advance(1_000);
        const seen: string[] = [];
        reader.onPresence((slot, presence) => seen.push(`${slot} ${presence}`));
        const reading = reader.readMain(1, 0, MAIN_BYTES);
        device.insert(2, newCard());
        expect(await run(reading)).toEqual(card.main);
        expect(seen).toEqual(['2 present']);
      });
    });

    describe('reading', () => {
      test('from every address, at every edge of a frame', async () => {
        const { device, reader, run } = await setUp();
        const card = newCard();
        device.insert(1, card);
        for (let address = 0; address < MAIN_BYTES; address += 1)
          for (const length of new Set([...EDGES.filter((edge) => address + edge <= MAIN_BYTES), MAIN_BYTES - address]))
            expect(await run(reader.readMain(1, address, length))).toEqual(card.main.slice(address, address + length));
      });

      test('of every length', async () => {
        const { device, reader, run } = await setUp();
        const card = newCard();
        device.insert(reader.slots, card);
        for (let length = 0; length <= MAIN_BYTES; length += 1)
          expect(await run(reader.readMain(reader.slots, 0, length))).toEqual(card.main.slice(0, length));
      });

      test.each([7, 3, 1, 0])('the error counter at %i, as often as wanted, spends no attempt', async (errorCounter) => {
        const { device, reader, run } = await setUp();
        const card = newCard({ errorCounter });
        device.insert(1, card);
        for (let round = 0; round < 5; round += 1) expect(await run(reader.readErrorCounter(1))).toBe(errorCounter);
        expect(card).toMatchObject({ errorCounter, persisted: 0 });
      });

      test('identifying a card presents no secret: its security memory is not touched', async () => {
        const { device, reader, open, run } = await setUp();
        const card = newCard({ errorCounter: 3 });
        let changes = 0;
        Object.defineProperty(card, 'errorCounter', {
          get: () => 3,
          set() {
            changes += 1;
          },
        });
        device.insert(1, card);
        await run(reader.status(1));
        await run(reader.readMain(1, 0, MAIN_BYTES));
        await run(reader.readErrorCounter(1));
        await run(open.probe());
        expect([changes, card.persisted]).toEqual([0, 0]);
      });

      test('several calls at once each get their own answer', async () => {
        const { device, reader, run } = await setUp();
        const card = newCard();
        device.insert(1, card);
        const spans = [0, 60, 3, 200].map((address) => reader.readMain(1, address, 40));
        const [counter, ...pieces] = await run(Promise.all([reader.readErrorCounter(1), ...spans]));
        expect(counter).toBe(7);
        expect(pieces).toEqual([0, 60, 3, 200].map((address) => card.main.slice(address, address + 40)));
      });

      test.each([1, 3])('over a line that brings %i bytes at a time', async (size) => {
        const { line, device, reader, run } = await setUp();
        const card = newCard();
        device.insert(1, card);
        line.toHost.always(split({ size, pauseMs: 2 }));
        line.toDevice.always(split({ size, pauseMs: 2 }));
        expect(await run(reader.readMain(1, 9, 70))).toEqual(card.main.slice(9, 79));
      });
    });

    describe('the PSC', () => {
      test('opens the card and costs nothing', async () => {
        const { device, reader, run } = await setUp();
        const card = newCard();
        device.insert(1, card);
        await run(reader.presentPsc(1, PSC));
        expect(card.errorCounter).toBe(7);
        await run(reader.updateMain(1, 40, news(4)));
        expect(card.main.slice(40, 44)).toEqual(news(4));
      });

      test('wrong: one attempt each, until the right one restores them', async () => {
        const { device, reader, run, endOf } = await setUp();
        const card = newCard();
        device.insert(1, card);
        for (const left of [2, 1]) {
          expect(await endOf(reader.presentPsc(1, WRONG_PSC))).toBe('CARD_PSC_WRONG');
          expect(card.errorCounter.toString(2).replaceAll('0', '').length).toBe(left);
          expect(await run(reader.readErrorCounter(1))).toBe(card.errorCounter);
        }
        expect(await endOf(reader.updateMain(1, 40, news(4)))).toBe('DEVICE_REJECTED');
        await run(reader.presentPsc(1, PSC));
        expect(await run(reader.readErrorCounter(1))).toBe(7);
      });

      test('of a locked card is refused, right or wrong; the card can still be read', async () => {
        const { device, reader, run, endOf } = await setUp();
        const card = newCard({ errorCounter: 1 });
        device.insert(1, card);
        expect(await endOf(reader.presentPsc(1, WRONG_PSC))).toBe('CARD_PSC_WRONG');
        expect(await endOf(reader.presentPsc(1, PSC))).toBe('CARD_PSC_WRONG');
        expect(await endOf(reader.updateMain(1, 40, news(4)))).toBe('DEVICE_REJECTED');
        expect(card.errorCounter).toBe(0);
        expect(await run(reader.readMain(1, 0, MAIN_BYTES))).toEqual(newCard().main);
      });

      test('stands in no trace, whatever happens to the line', async () => {
        const { timers, line, device, reader, endOf, run, traced } = await setUp();
        device.insert(1, newCard());
        await timers.advance(1_000);
        for (const mishap of [pass, drop, ...Array.from({ length: 48 }, (_, at) => corrupt(at)), cut(9)]) {
          line.toHost.next(mishap);
          await endOf(reader.presentPsc(1, PSC));
          await run(reader.status(1));
          // Now the chip would show its PSC in security memory.
          await run(reader.presentPsc(1, PSC));
          line.toHost.next(mishap);
          await endOf(reader.readErrorCounter(1));
          await run(reader.status(1));
        }
        expect(traced.length).toBeGreaterThan(200);
        expect(traced.filter((bytes) => Buffer.from(bytes).includes(Buffer.from(PSC)))).toEqual([]);
      });

      test('stands in no trace where the line echoes or loses what comes first, nor over the seam of two frames', async () => {
        // What looks like the beginning of a frame makes a framer begin again in the middle of a secret.
        for (const psc of [[...PSC], [0x55, 0x09, 0x82], [0x02, 0x00, 0x77], [0x03, 0x06, 0x9b], [0xaa, 0x5a, 0x06]]) {
          const { timers, line, device, reader, endOf, tracedWays } = await setUp();
          const secret = Uint8Array.from(psc);
          device.insert(1, newCard({ psc: secret.slice() }));
          await timers.advance(1_000);
          const ask = async () => {
            for (const call of [() => reader.presentPsc(1, secret), () => reader.readErrorCounter(1)]) await endOf<unknown>(call());
          };
          for (let lost = 0; lost <= 48; lost += 1) {
            line.toHost.always(replace((bytes) => bytes.slice(lost)));
            await ask();
          }
          line.toHost.always(pass);
          for (let lost = 0; lost <= 24; lost += 1) {
            line.toDevice.always((bytes) => {
              line.device.write(bytes.slice(lost)).catch(() => {});
              return [{ bytes, delayMs: 1 }];
            });
            await ask();
          }
          for (const way of ['sent', 'received'] as const) {
            const shown = Buffer.concat(tracedWays.filter(({ direction }) => direction === way).map(({ bytes }) => bytes));
            expect(shown.indexOf(secret), `${toHex(secret)} ${way}`).toBe(-1);
          }
        }
      });
    });

    describe('writing', () => {
      test('needs the PSC since the card was inserted', async () => {
        const { device, reader, run, endOf } = await setUp();
        const card = newCard();
        device.insert(1, card);
        expect(await endOf(reader.updateMain(1, 40, news(4)))).toBe('DEVICE_REJECTED');
        await run(reader.presentPsc(1, PSC));
        device.remove(1);
        device.insert(1, card);
        expect(await endOf(reader.updateMain(1, 40, news(4)))).toBe('DEVICE_REJECTED');
        expect(card.main).toEqual(newCard().main);
      });

      test('of one slot needs the PSC of its own card', async () => {
        const { device, reader, run, endOf } = await setUp();
        if (reader.slots < 2) return expect(reader.slots).toBe(1);
        const other = newCard();
        device.insert(1, newCard());
        device.insert(2, other);
        await run(reader.presentPsc(1, PSC));
        expect(await endOf(reader.updateMain(2, 40, news(4)))).toBe('DEVICE_REJECTED');
        expect(other.persisted).toBe(0);
      });

      test('1 to 256 bytes: these bytes once each, and no others', async () => {
        const { device, reader, run } = await setUp();
        const card = newCard();
        device.insert(reader.slots, card);
        await run(reader.presentPsc(reader.slots, PSC));
        for (let length = 1; length <= MAIN_BYTES; length += 1) {
          const address = (length * 37) % (MAIN_BYTES - length + 1);
          const expected = card.main.slice();
          expected.set(news(length, length), address);
          const before = card.persisted;
          await run(reader.updateMain(reader.slots, address, news(length, length)));
          expect(card.persisted - before).toBe(length);
          expect(card.main).toEqual(expected);
        }
        expect(await run(reader.readMain(reader.slots, 0, MAIN_BYTES))).toEqual(card.main);
      });

      test('at every address, across every border of a frame', async () => {
        const { device, reader, run } = await setUp();
        const card = newCard();
        device.insert(1, card);
        await run(reader.presentPsc(1, PSC));
        for (let address = 0; address < MAIN_BYTES; address += 1) {
          const data = news(Math.min(33, MAIN_BYTES - address), address);
          const expected = card.main.slice();
          expected.set(data, address);
          await run(reader.updateMain(1, address, data));
          expect(card.main).toEqual(expected);
        }
      });

      test('a protected byte never changes', async () => {
        const { device, reader, run } = await setUp();
        const card = newCard();
        card.protectedBytes[9] = true;
        device.insert(1, card);
        await run(reader.presentPsc(1, PSC));
        await run(reader.updateMain(1, 8, Uint8Array.of(1, 2, 3)));
        expect([...card.main.subarray(8, 11)]).toEqual([1, newCard().main[9], 3]);
      });

      test('calls outside the reader or the card are refused, and nothing is sent', async () => {
        const { line, reader, endOf } = await setUp();
        for (const slot of [0, -1, 1.5, reader.slots + 1]) {
          expect(await endOf(reader.status(slot))).toBe('DEVICE_REJECTED');
          expect(await endOf(reader.readErrorCounter(slot))).toBe('DEVICE_REJECTED');
          expect(await endOf(reader.presentPsc(slot, PSC))).toBe('DEVICE_REJECTED');
        }
        for (const [address, length] of [
          [-1, 1],
          [256, 1],
          [250, 7],
          [0, 257],
          [0.5, 1],
        ] as const) {
          expect(await endOf(reader.readMain(1, address, length))).toBe('DEVICE_REJECTED');
          expect(await endOf(reader.updateMain(1, address, news(length)))).toBe('DEVICE_REJECTED');
        }
        for (const length of [0, 2, 4]) expect(await endOf(reader.presentPsc(1, news(length)))).toBe('DEVICE_REJECTED');
        expect(line.toDevice.sent).toEqual([]);
      });
    });

    describe('a card torn out', () => {
      test.each([0, 5])('in a write, with %i ms a byte: CARD_ABSENT, and only the bytes before it are new', async (byteTimeMs) => {
        const length = 70;
        for (let bytes = 0; bytes < length; bytes += 1) {
          const { device, reader, run, endOf } = await setUp({ byteTimeMs });
          const card = newCard({ main: new Uint8Array(MAIN_BYTES) });
          const torn: number[] = [];
          device.onTorn((slot) => torn.push(slot));
          device.insert(1, card);
          await run(reader.presentPsc(1, PSC));
          device.removeAfterWrittenBytes(1, bytes);
          expect(await endOf(reader.updateMain(1, 40, new Uint8Array(length).fill(0x33)))).toBe('CARD_ABSENT');
          expect(torn).toEqual([1]);
          expect(card.main).toEqual(new Uint8Array(MAIN_BYTES).fill(0x33, 40, 40 + bytes));
          expect(await run(reader.status(1))).toBe('absent');
        }
      });

      test.each([0, 5])('in a presentation, with %i ms a byte: CARD_ABSENT, never CARD_PSC_WRONG', async (byteTimeMs) => {
        for (const [bytes, counter] of [
          [0, 7],
          [1, 6],
          [2, 7],
        ] as const) {
          const { device, reader, endOf } = await setUp({ byteTimeMs });
          const card = newCard();
          device.insert(1, card);
          device.removeAfterWrittenBytes(1, bytes);
          expect(await endOf(reader.presentPsc(1, PSC))).toBe('CARD_ABSENT');
          expect(card.errorCounter).toBe(counter);
        }
      });

      test('in the middle of a read: CARD_ABSENT, never a part of it', async () => {
        const { line, device, reader, endOf } = await setUp();
        const card = newCard();
        device.insert(1, card);
        line.toHost.next((bytes) => {
          device.remove(1);
          return [{ bytes, delayMs: 0 }];
        });
        // A reader that answers with the whole memory at once has it by then.
        expect(['CARD_ABSENT', { value: card.main }]).toContainEqual(await endOf(reader.readMain(1, 0, MAIN_BYTES)));
      });
    });

    cardReaderChangesPsc(underTest);
    cardReaderOnBadLine(underTest);
  });
}
