// Conformance of a reader for several kinds of card, read off the cards and never off the frames. The SLE4442 face has card-reader.ts beside this.
import { describe, expect, test } from 'vitest';
import {
  APPLICATION,
  FILE_BYTES,
  FILE_SFI,
  heldCpuCard,
  heldEeprom,
  heldMifare,
  heldUnknown,
  KEY_A,
  KEY_B,
  UID,
} from '../testing/chips.ts';
import { type DriverUnderTest, driverIdOf } from './bench.ts';
import { faceOf, KINDS, openChips } from './chip-reader-bench.ts';
import { chipReaderOnBadLine } from './chip-reader-line.ts';

const WRONG_KEY = Uint8Array.of(9, 9, 9, 9, 9, 9);
const PAGE_BYTES = 8;
const BLOCK_BYTES = 16;
const SELECT = Uint8Array.of(0x00, 0xa4, 0x04, 0x00, APPLICATION.length, ...APPLICATION);

/** Returns `length` bytes that differ from what the cards hold. */
function news(length: number, seed = 0): Uint8Array {
  return Uint8Array.from({ length }, (_, index) => (index * 7 + seed * 13 + 1) & 0xff);
}

export type ChipFace = (typeof KINDS)[number]['face'];

/** Declares the suite for the faces that the driver has: call it in the driver's conformance.test.ts. */
export function chipReaderConformance(underTest: DriverUnderTest, faces: readonly ChipFace[]): void {
  const setUp = (options = {}) => openChips(underTest, options);
  const kinds = KINDS.filter(({ face }) => faces.includes(face));
  const has = (face: ChipFace) => faces.includes(face);

  describe(`${driverIdOf(underTest)} as a reader for several kinds of card`, () => {
    test('has the faces that it is said to have', async () => {
      const { chips } = await setUp();
      expect(KINDS.filter(({ face }) => chips[face] !== undefined).map(({ face }) => face)).toEqual(kinds.map(({ face }) => face));
    });

    describe('identifies', () => {
      test.each(kinds)('$chip, as often as wanted, without a secret and without changing a byte', async ({ chip, held }) => {
        const { device, chips, run } = await setUp();
        const { card, persisted, secrets } = held();
        device.insert(chips.slots, card);
        for (let round = 0; round < 3; round += 1)
          expect(await run(chips.identify(chips.slots))).toEqual({ presence: 'present', chip, uid: chip === 'MIFARE-S50' ? UID : null });
        expect([persisted(), secrets()]).toEqual([0, 0]);
      });

      test.each(kinds)('$chip put in where another kind was', async ({ chip, held }) => {
        for (const other of kinds) {
          const { device, chips, run } = await setUp();
          device.insert(1, other.held().card);
          expect((await run(chips.identify(1))).chip).toBe(other.chip);
          device.remove(1);
          device.insert(1, held().card);
          expect((await run(chips.identify(1))).chip).toBe(chip);
        }
      });

      test('an empty slot, a damaged card, and a card of no known kind', async () => {
        const { device, chips, run } = await setUp();
        expect(await run(chips.identify(1))).toEqual({ presence: 'absent', chip: null, uid: null });
        for (const { held } of kinds) {
          device.insert(1, held({ damaged: true }).card);
          expect(await run(chips.identify(1))).toEqual({ presence: 'damaged', chip: null, uid: null });
          device.remove(1);
        }
        device.insert(1, heldUnknown().card);
        expect(await run(chips.identify(1))).toEqual({ presence: 'present', chip: null, uid: null });
      });
    });

    describe('calls', () => {
      test.each(kinds)(
        'for $chip without one, with a damaged one, with another kind end with their own code',
        async ({ chip, held, read }) => {
          const { device, chips, endOf } = await setUp();
          expect(await endOf(read(chips, 1))).toBe('CARD_ABSENT');
          device.insert(1, held({ damaged: true }).card);
          expect(await endOf(read(chips, 1))).toBe('CARD_DAMAGED');
          for (const other of [...kinds.filter((kind) => kind.chip !== chip).map((kind) => kind.held()), heldUnknown()]) {
            device.remove(1);
            device.insert(1, other.card);
            expect(await endOf(read(chips, 1))).toBe('CARD_CHIP_UNSUPPORTED');
            expect([other.persisted(), other.secrets()]).toEqual([0, 0]);
          }
        },
      );

      test('outside the reader are refused, and nothing is sent', async () => {
        const { line, chips, endOf } = await setUp();
        for (const slot of [0, -1, 1.5, chips.slots + 1]) {
          expect(await endOf(chips.identify(slot))).toBe('DEVICE_REJECTED');
          for (const { read } of kinds) expect(await endOf(read(chips, slot))).toBe('DEVICE_REJECTED');
        }
        expect(line.toDevice.sent).toEqual([]);
      });

      test('of several at once each get their own answer', async () => {
        for (const { chip, held, read } of kinds) {
          const { device, chips, run } = await setUp();
          device.insert(1, held().card);
          const [first, identified, third] = await run(Promise.all([read(chips, 1), chips.identify(1), read(chips, 1)]));
          expect(identified).toMatchObject({ presence: 'present', chip });
          // A CPU card is asked for a random number.
          expect(third).toEqual(chip === 'CPU' ? expect.any(Uint8Array) : first);
        }
      });
    });

    test.each(kinds)('reports $chip put in and pulled out, until nobody listens', async ({ held }) => {
      const { timers, device, chips } = await setUp();
      const seen: string[] = [];
      const stop = chips.onPresence((slot, presence) => seen.push(`${slot} ${presence}`));
      device.insert(chips.slots, held().card);
      await timers.advance(2_000);
      device.remove(chips.slots);
      await timers.advance(2_000);
      stop();
      device.insert(chips.slots, held().card);
      await timers.advance(2_000);
      expect(seen).toEqual([`${chips.slots} present`, `${chips.slots} absent`]);
    });

    if (has('eeprom'))
      describe('a plain EEPROM', () => {
        async function withCard(options = {}) {
          const bench = await setUp(options);
          const held = heldEeprom();
          bench.device.insert(1, held.card);
          return { ...bench, held, eeprom: faceOf(bench.chips, 'eeprom') };
        }

        test('is read from every address', async () => {
          const { held, eeprom, run } = await withCard();
          for (let address = 0; address < 256; address += 1)
            for (const length of [0, 1, 9, 64, 256].filter((bytes) => address + bytes <= 256))
              expect(await run(eeprom.read(1, { address, length }))).toEqual(held.bytes.slice(address, address + length));
        });

        test('is written at every address, across every border of a page, and nowhere else', async () => {
          const { held, eeprom, run } = await withCard();
          for (let address = 0; address < 256; address += 1)
            for (const length of [1, 8, 11, 40].filter((bytes) => address + bytes <= 256)) {
              const expected = held.bytes.slice();
              expected.set(news(length, address), address);
              await run(eeprom.write(1, address, news(length, address)));
              expect(held.bytes).toEqual(expected);
            }
        });

        test('refuses spans outside its memory, and nothing is sent', async () => {
          const { line, eeprom, endOf } = await withCard();
          const before = line.toDevice.sent.length;
          for (const [address, length] of [[-1, 1] as const, [256, 1] as const, [250, 7] as const, [0.5, 1] as const]) {
            expect(await endOf(eeprom.read(1, { address, length }))).toBe('DEVICE_REJECTED');
            expect(await endOf(eeprom.write(1, address, news(length)))).toBe('DEVICE_REJECTED');
          }
          expect(line.toDevice.sent.length).toBe(before);
        });

        test.each([0, 5])(
          'torn out in a write, %i ms a byte: CARD_ABSENT; pages before are new, pages behind are old',
          async (byteTimeMs) => {
            const [address, length] = [44, 30];
            const whole = heldEeprom();
            {
              const { device, eeprom, run } = await withCard();
              device.remove(1);
              device.insert(1, whole.card);
              await run(eeprom.write(1, address, news(length)));
            }
            for (let bytes = 0; bytes < whole.persisted(); bytes += 1) {
              const { device, held, chips, eeprom, run, endOf } = await withCard({ byteTimeMs });
              const before = held.bytes.slice();
              await run(chips.identify(1));
              device.removeAfterWrittenBytes(1, bytes);
              expect(await endOf(eeprom.write(1, address, news(length)))).toBe('CARD_ABSENT');
              expect(held.persisted()).toBe(bytes);
              const states = Array.from({ length: 256 / PAGE_BYTES }, (_, page) => {
                const span = [page * PAGE_BYTES, (page + 1) * PAGE_BYTES] as const;
                const now = held.bytes.slice(...span);
                if (Buffer.from(now).equals(Buffer.from(before.slice(...span)))) return 'old';
                return Buffer.from(now).equals(Buffer.from(whole.bytes.slice(...span))) ? 'new' : 'torn';
              });
              expect(states.join(' ')).toMatch(/^(old )*(new )*(torn )?(old ?)*$/);
              expect((await run(chips.identify(1))).presence).toBe('absent');
            }
          },
        );
      });

    if (has('mifare'))
      describe('a Mifare Classic', () => {
        async function withCard(options = {}) {
          const bench = await setUp(options);
          const held = heldMifare();
          bench.device.insert(1, held.card);
          return { ...bench, held, mifare: faceOf(bench.chips, 'mifare') };
        }

        test('reads and writes the blocks of the sector that is open, and no others', async () => {
          const { held, mifare, run, endOf } = await withCard();
          expect(await endOf(mifare.readBlock(1, 8))).toBe('DEVICE_REJECTED');
          await run(mifare.authenticate(1, 2, { kind: 'B', bytes: KEY_B }));
          expect(await run(mifare.readBlock(1, 8))).toEqual(held.bytes.slice(128, 144));
          await run(mifare.writeBlock(1, 9, news(BLOCK_BYTES)));
          expect(held.bytes.slice(144, 160)).toEqual(news(BLOCK_BYTES));
          for (const block of [4, 12]) {
            expect(await endOf(mifare.readBlock(1, block))).toBe('DEVICE_REJECTED');
            expect(await endOf(mifare.writeBlock(1, block, news(BLOCK_BYTES)))).toBe('DEVICE_REJECTED');
          }
          expect(held.persisted()).toBe(2 * BLOCK_BYTES);
        });

        test('refuses a wrong key, which costs nothing and closes what was open', async () => {
          const { held, mifare, run, endOf } = await withCard();
          await run(mifare.authenticate(1, 2, { kind: 'A', bytes: KEY_A }));
          for (let attempt = 0; attempt < 5; attempt += 1)
            expect(await endOf(mifare.authenticate(1, 2, { kind: 'A', bytes: WRONG_KEY }))).toBe('CARD_KEY_REFUSED');
          expect(await endOf(mifare.readBlock(1, 8))).toBe('DEVICE_REJECTED');
          await run(mifare.authenticate(1, 2, { kind: 'A', bytes: KEY_A }));
          expect(await run(mifare.readBlock(1, 8))).toEqual(held.bytes.slice(128, 144));
          expect(held.persisted()).toBe(0);
        });

        test('keeps to its access bits', async () => {
          const { held, mifare, run, endOf } = await withCard();
          await run(mifare.authenticate(1, 2, { kind: 'A', bytes: KEY_A }));
          expect(await endOf(mifare.writeBlock(1, 8, news(BLOCK_BYTES)))).toBe('DEVICE_REJECTED');
          expect(held.persisted()).toBe(0);
        });

        test('put in again has no sector open', async () => {
          const { device, held, mifare, run, endOf } = await withCard();
          await run(mifare.authenticate(1, 2, { kind: 'B', bytes: KEY_B }));
          device.remove(1);
          device.insert(1, held.card);
          expect(await endOf(mifare.writeBlock(1, 8, news(BLOCK_BYTES)))).toBe('DEVICE_REJECTED');
          expect(await endOf(mifare.readBlock(1, 8))).toBe('DEVICE_REJECTED');
          expect(held.persisted()).toBe(0);
        });

        test('refuses what it does not have, and nothing is sent', async () => {
          const { line, mifare, endOf } = await withCard();
          const before = line.toDevice.sent.length;
          for (const sector of [-1, 16, 0.5])
            expect(await endOf(mifare.authenticate(1, sector, { kind: 'A', bytes: KEY_A }))).toBe('DEVICE_REJECTED');
          expect(await endOf(mifare.authenticate(1, 2, { kind: 'A', bytes: news(5) }))).toBe('DEVICE_REJECTED');
          for (const block of [-1, 64, 0.5]) expect(await endOf(mifare.readBlock(1, block))).toBe('DEVICE_REJECTED');
          expect(await endOf(mifare.writeBlock(1, 8, news(15)))).toBe('DEVICE_REJECTED');
          expect(line.toDevice.sent.length).toBe(before);
        });

        test('torn out in a write: CARD_ABSENT, and only that block may differ', async () => {
          for (let bytes = 0; bytes < 2 * BLOCK_BYTES; bytes += 1) {
            const { device, held, mifare, run, endOf } = await withCard();
            const before = held.bytes.slice();
            await run(mifare.authenticate(1, 2, { kind: 'B', bytes: KEY_B }));
            device.removeAfterWrittenBytes(1, bytes);
            expect(await endOf(mifare.writeBlock(1, 9, news(BLOCK_BYTES)))).toBe('CARD_ABSENT');
            expect(held.persisted()).toBe(bytes);
            before.set(held.bytes.slice(144, 160), 144);
            expect(held.bytes).toEqual(before);
          }
        });

        test('has its keys in no trace', async () => {
          const { mifare, run, endOf, traced, line } = await withCard();
          await run(mifare.authenticate(1, 2, { kind: 'A', bytes: KEY_A }));
          await run(mifare.authenticate(1, 2, { kind: 'B', bytes: KEY_B }));
          await run(mifare.readBlock(1, 11));
          await endOf(mifare.writeBlock(1, 11, Uint8Array.of(...KEY_A, 0x78, 0x77, 0x88, 0, ...KEY_B)));
          line.toDevice.always((bytes) => {
            line.device.write(bytes).catch(() => {});
            return [{ bytes, delayMs: 1 }];
          });
          await endOf(mifare.authenticate(1, 2, { kind: 'A', bytes: KEY_A }));
          expect(traced.length).toBeGreaterThan(8);
          for (const key of [KEY_A, KEY_B]) expect(traced.filter((bytes) => Buffer.from(bytes).includes(Buffer.from(key)))).toEqual([]);
        });
      });

    if (has('cpu'))
      describe('a CPU card', () => {
        async function withCard(options = {}) {
          const bench = await setUp(options);
          const held = heldCpuCard();
          bench.device.insert(1, held.card);
          const cpu = faceOf(bench.chips, 'cpu');
          return { ...bench, held, send: (...command: number[]) => cpu.transmit(1, Uint8Array.from(command)) };
        }

        test('gives what waits behind 61 xx, to a command with Le and without', async () => {
          const fci = Uint8Array.of(0x6f, APPLICATION.length + 2, 0x84, APPLICATION.length, ...APPLICATION, 0x90, 0x00);
          for (const le of [[], [0]]) {
            const { send, run } = await withCard();
            expect(await run(send(...SELECT, ...le))).toEqual(fci);
          }
        });

        test('gives what it has when asked for more: 6C xx', async () => {
          const { held, send, run } = await withCard();
          await run(send(...SELECT));
          const answer = await run(send(0x00, 0xb0, 0x80 | FILE_SFI, 0, 0));
          expect(answer).toEqual(Uint8Array.of(...held.bytes, 0x90, 0x00));
          expect(await run(send(0x00, 0xb0, 0x80 | FILE_SFI, 60, FILE_BYTES))).toEqual(Uint8Array.of(...held.bytes.slice(60), 0x90, 0x00));
        });

        test('says itself what is wrong', async () => {
          const { send, run } = await withCard();
          expect(await run(send(0x00, 0xb0, 0x81, 0, 4))).toEqual(Uint8Array.of(0x6a, 0x82));
          expect(await run(send(0x00, 0x01, 0, 0))).toEqual(Uint8Array.of(0x6d, 0x00));
        });

        test('gets each command once', async () => {
          const { held, send, run } = await withCard();
          await run(send(0x00, 0x84, 0, 0, 4));
          await run(send(0x00, 0x84, 0, 0, 4));
          expect(held.commands.map((command) => [...command])).toEqual([
            [0x00, 0x84, 0, 0, 4],
            [0x00, 0x84, 0, 0, 4],
          ]);
        });

        test('pulled out between two commands has lost what was selected, and the command is refused', async () => {
          const { device, held, send, run, endOf } = await withCard();
          await run(send(...SELECT));
          device.remove(1);
          expect(await endOf(send(0x00, 0xb0, 0x81, 0, 4))).toBe('CARD_ABSENT');
          device.insert(1, held.card);
          const end = await endOf(send(0x00, 0xb0, 0x81, 0, 4));
          // Told by the reader, or by the card itself, whose selection is gone.
          expect(['DEVICE_REJECTED', { value: Uint8Array.of(0x6a, 0x82) }]).toContainEqual(end);
        });

        test('torn out while it changes its memory: CARD_ABSENT', async () => {
          const { device, held, chips, send, run, endOf } = await withCard();
          await run(chips.identify(1));
          await run(send(...SELECT));
          await run(send(0x00, 0x84, 0, 0, 4));
          // A wrong cryptogram spends an attempt: one byte of memory.
          device.removeAfterWrittenBytes(1, 1);
          expect(await endOf(send(0x00, 0x82, 0, 0, 8, ...news(8)))).toBe('CARD_ABSENT');
          expect(held.persisted()).toBe(1);
        });
      });

    chipReaderOnBadLine(underTest, faces);
  });
}
