// Conformance of a card reader: another PSC in place of the card's. After any accident the card holds the old bytes, the new ones, or as many of the
// new ones as were written, and the reader claims nothing that is not so.
import { describe, expect, test } from 'vitest';
import type { CardPresence } from '../card-reader.ts';
import { NEW_PSC, newCard, PSC } from '../testing/card.ts';
import { corrupt, cut, drop, pass } from '../testing/line.ts';
import { atWrite, type DriverUnderTest, LINE_FAULTS, LONG_MS, mishapsOf } from './bench.ts';
import { openReader } from './card-reader-bench.ts';

const WRONG_PSC = Uint8Array.of(9, 9, 9);

/** Declares the tests of `changePsc`; cardReaderConformance calls it. */
export function cardReaderChangesPsc(underTest: DriverUnderTest): void {
  /** With a card in slot 1. */
  async function setUp({
    byteTimeMs = 0,
    ...over
  }: {
    readonly byteTimeMs?: number;
    readonly errorCounter?: number;
    readonly damaged?: boolean;
  } = {}) {
    const bench = await openReader(underTest, { byteTimeMs });
    const { changePsc } = bench.reader;
    if (changePsc === null) throw new Error('the reader cannot change a PSC');
    const card = newCard(over);
    bench.device.insert(1, card);
    await bench.timers.advance(1_000);
    return { ...bench, card, changePsc };
  }

  describe('another PSC', () => {
    test('takes the place of the one that was accepted, spends no attempt, and opens the card from then on', async () => {
      const { reader, changePsc, card, device, run, endOf } = await setUp();
      await run(reader.presentPsc(1, PSC));
      await run(changePsc(1, NEW_PSC));
      expect(card).toMatchObject({ psc: NEW_PSC, errorCounter: 7 });
      await run(reader.presentPsc(1, NEW_PSC));
      await run(reader.updateMain(1, 40, Uint8Array.of(1)));
      expect(card.main[40]).toBe(1);
      expect(card.main.with(40, newCard().main[40] ?? 0)).toEqual(newCard().main);
      device.remove(1);
      device.insert(1, card);
      expect(await endOf(reader.presentPsc(1, PSC))).toBe('CARD_PSC_WRONG');
      await run(reader.presentPsc(1, NEW_PSC));
    });

    test('needs the present one since the card was inserted; nothing is changed, and no attempt is spent', async () => {
      const { reader, changePsc, card, device, run, endOf } = await setUp();
      expect(await endOf(changePsc(1, NEW_PSC))).toBe('DEVICE_REJECTED');
      await run(reader.presentPsc(1, PSC));
      device.remove(1);
      device.insert(1, card);
      const before = card.persisted;
      expect(await endOf(changePsc(1, NEW_PSC))).toBe('DEVICE_REJECTED');
      expect(card).toMatchObject({ psc: PSC, errorCounter: 7, persisted: before });
    });

    test('after a wrong one, which costs its attempt and says so, is refused, and costs no further attempt', async () => {
      const { reader, changePsc, card, endOf } = await setUp();
      expect(await endOf(reader.presentPsc(1, WRONG_PSC))).toBe('CARD_PSC_WRONG');
      const { errorCounter, persisted } = card;
      expect(errorCounter.toString(2).replaceAll('0', '').length).toBe(2);
      expect(await endOf(changePsc(1, NEW_PSC))).toBe('DEVICE_REJECTED');
      expect(card).toMatchObject({ psc: PSC, errorCounter, persisted });
    });

    test('of a card with one attempt left presents nothing by itself', async () => {
      const { changePsc, card, endOf } = await setUp({ errorCounter: 1 });
      expect(await endOf(changePsc(1, NEW_PSC))).toBe('DEVICE_REJECTED');
      expect(card).toMatchObject({ psc: PSC, errorCounter: 1, persisted: 0 });
    });

    test('without a card, or with a damaged one, says so; of a length that is none, or in a slot that is none, nothing is sent', async () => {
      for (const code of ['CARD_ABSENT', 'CARD_DAMAGED'] as const) {
        const { changePsc, device, endOf } = await setUp({ damaged: true });
        if (code === 'CARD_ABSENT') device.remove(1);
        expect(await endOf(changePsc(1, NEW_PSC))).toBe(code);
      }
      const { changePsc, reader, line, endOf } = await setUp();
      const before = line.toDevice.sent.length;
      for (const length of [0, 2, 4]) expect(await endOf(changePsc(1, new Uint8Array(length)))).toBe('DEVICE_REJECTED');
      for (const slot of [0, reader.slots + 1]) expect(await endOf(changePsc(slot, NEW_PSC))).toBe('DEVICE_REJECTED');
      expect(line.toDevice.sent.length).toBe(before);
    });

    test.each([0, 5])(
      'torn at any of its bytes, with %i ms a byte: CARD_ABSENT, as many bytes are new as were written',
      async (byteTimeMs) => {
        for (let bytes = 0; bytes <= NEW_PSC.length; bytes += 1) {
          const { reader, changePsc, card, device, run, endOf } = await setUp({ byteTimeMs });
          await run(reader.presentPsc(1, PSC));
          device.removeAfterWrittenBytes(1, bytes);
          expect(await endOf(changePsc(1, NEW_PSC))).toBe('CARD_ABSENT');
          expect(card.psc).toEqual(Uint8Array.of(...NEW_PSC.slice(0, bytes), ...PSC.slice(bytes)));
          expect(card).toMatchObject({ errorCounter: 7, main: newCard().main });
          expect(await run<CardPresence>(reader.status(1))).toBe('absent');
          // Whichever it holds: only what is really on the card is ever accepted.
          device.insert(1, card);
          for (const psc of [NEW_PSC, PSC]) {
            const end = await endOf(reader.presentPsc(1, psc));
            expect(end).toEqual(psc.every((byte, index) => byte === card.psc[index]) ? { value: undefined } : 'CARD_PSC_WRONG');
          }
        }
      },
    );

    test('on a bad line is said to be in place only when it is, is never sent again, and costs no attempt', {
      timeout: 60_000,
    }, async () => {
      const clean = await setUp();
      await clean.run(clean.reader.presentPsc(1, PSC));
      const sentBefore = { toDevice: clean.line.toDevice.sent.length, toHost: clean.line.toHost.sent.length };
      await clean.run(clean.changePsc(1, NEW_PSC));
      const written = clean.card.persisted;
      let cases = 0;
      // A PC/SC message is short, a report has 64 bytes: of a long one every fourth accident.
      for (const direction of ['toDevice', 'toHost'] as const)
        for (const [index, message] of clean.line[direction].sent.slice(sentBefore[direction]).entries())
          for (const [name, mishap] of mishapsOf(message.length).filter((_, at) => message.length <= 20 || at % 4 === 0)) {
            const { reader, changePsc, card, line, timers, run, endOf } = await setUp();
            await run(reader.presentPsc(1, PSC));
            line[direction].next(...atWrite(index, mishap));
            const end = await endOf(changePsc(1, NEW_PSC));
            const what = `${name}, message ${index} ${direction}`;
            if (typeof end === 'string') expect([...LINE_FAULTS, 'DEVICE_REJECTED', 'CARD_DAMAGED'], what).toContain(end);
            else expect(card.psc, what).toEqual(NEW_PSC);
            await timers.advance(LONG_MS);
            expect([PSC, NEW_PSC], what).toContainEqual(card.psc);
            expect(card.errorCounter, what).toBe(7);
            // A line that doubles it makes the reader write the same bytes twice.
            expect(card.persisted, what).toBeLessThanOrEqual(name === 'twice' ? written + NEW_PSC.length : written);
            // The line is in step again.
            await endOf(reader.status(1));
            expect(await run<CardPresence>(reader.status(1)), what).toBe('present');
            cases += 1;
          }
      expect(cases).toBeGreaterThan(40);
    });

    test('stands in no trace, whatever happens to the line', async () => {
      const { reader, changePsc, card, line, run, endOf, timers, traced } = await setUp();
      for (const mishap of [pass, drop, ...Array.from({ length: 24 }, (_, at) => corrupt(at)), cut(9)]) {
        card.psc.set(PSC);
        await run(reader.status(1));
        await run(reader.presentPsc(1, PSC));
        line.toHost.next(mishap);
        await endOf(changePsc(1, NEW_PSC));
        await run(reader.status(1));
        line.toHost.next(mishap);
        await endOf(reader.readErrorCounter(1));
        await timers.advance(1_000);
      }
      expect(traced.length).toBeGreaterThan(100);
      const shows = (psc: Uint8Array) => traced.filter((bytes) => Buffer.from(bytes).includes(Buffer.from(psc)));
      expect([...shows(PSC), ...shows(NEW_PSC)]).toEqual([]);
    });
  });
}
