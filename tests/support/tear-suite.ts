// The promise of the suite: the card is pulled after every byte and the core stops at every commit, and no fen is lost or taken twice.
import { describe, expect, it } from 'vitest';
import { refundTopup } from '../../src/main/core/usecases/refund-topup.ts';
import { ISSUED } from './counter-bench.ts';
import type { HallKind } from './hall-cards.ts';
import { deliver, expectSettled, finish, OneCardHall, PowerCut, pay, TOPUP_ID } from './one-card-hall.ts';

/** Counts a clean run: bytes written to the card and commits of the store. */
async function measure(kind: HallKind): Promise<{ readonly bytes: number; readonly commits: number }> {
  const hall = new OneCardHall(kind);
  let commits = 0;
  const bench = await hall.start((store) => ({
    ...store,
    write(act) {
      commits += 1;
      return store.write(act);
    },
  }));
  await pay(bench);
  expect((await deliver(bench)).fault).toBeNull();
  expectSettled(hall, bench);
  await bench.close();
  return { bytes: hall.writtenBytes, commits };
}

/** Longer than the slowest of these loops takes on a busy machine. */
const LIMIT_MS = 120_000;

/** Registers the tests of one kind of card. `steps` are the distances between the bytes of a first and a second tear that are tried together. */
export function describeTears(kind: HallKind, steps: { readonly first: number; readonly second: number }): void {
  describe(`a top-up on ${kind.layout.id}`, async () => {
    const { bytes, commits } = await measure(kind);
    const counts = new OneCardHall(kind).attemptsLeft() !== null;

    it(
      'writes what the tests below tear',
      () => {
        expect(bytes).toBeGreaterThan(10);
        // paid, intended, writing, verified, issued, printing, printed
        expect(commits).toBe(7);
      },
      LIMIT_MS,
    );

    it(
      `is put right by the next insertion after the card was pulled after each of ${bytes} bytes`,
      async () => {
        for (let torn = 0; torn <= bytes; torn += 1) {
          const hall = new OneCardHall(kind);
          const bench = await hall.start();
          await pay(bench);
          hall.reader.removeAfterWrittenBytes(1, torn);
          const first = await deliver(bench);
          if (torn < bytes) expect(first.fault?.code, `torn after ${torn}`).toBe('CARD_ABSENT');
          await finish(hall, bench);
          expectSettled(hall, bench);
          expect(hall.truth().sequence, `torn after ${torn}`).toBe(ISSUED.sequence + 1);
          const before = bench.store.lastSeq();
          await deliver(bench);
          expect(bench.store.lastSeq()).toBe(before);
          await bench.close();
        }
      },
      LIMIT_MS,
    );

    it(
      'survives being pulled a second time while the torn card is completed',
      async () => {
        for (let first = 1; first < bytes; first += steps.first) {
          for (let second = 0; second < bytes; second += steps.second) {
            const hall = new OneCardHall(kind);
            const bench = await hall.start();
            await pay(bench);
            for (const torn of [first, second]) {
              hall.insert();
              hall.reader.removeAfterWrittenBytes(1, torn);
              await deliver(bench);
            }
            await finish(hall, bench);
            expectSettled(hall, bench);
            await bench.close();
          }
        }
      },
      LIMIT_MS,
    );

    it(
      'gives the money back after a tear only while nothing is on the card',
      async () => {
        for (let torn = 0; torn < bytes; torn += 1) {
          const hall = new OneCardHall(kind);
          const image = hall.image();
          const bench = await hall.start();
          await pay(bench);
          hall.reader.removeAfterWrittenBytes(1, torn);
          await deliver(bench);
          hall.insert();
          const untouched = hall.image().every((byte, address) => byte === image[address]);
          const asked = refundTopup(bench.context, { topupId: TOPUP_ID, slot: 1, reason: 'customer leaves' });
          if (untouched) await expect(asked).resolves.toMatchObject({ state: 'refunded' });
          else await expect(asked, `torn after ${torn}`).rejects.toMatchObject({ code: 'TOPUP_ALREADY_ON_CARD' });
          await finish(hall, bench);
          expectSettled(hall, bench);
          await bench.close();
        }
      },
      LIMIT_MS,
    );

    it(
      'survives the core stopping before and after every commit, with and without a torn card',
      async () => {
        for (let stop = 1; stop <= commits; stop += 1) {
          for (const when of ['before', 'after'] as const) {
            for (const torn of [null, 1, Math.floor(bytes / 2), bytes - 1]) {
              const hall = new OneCardHall(kind);
              let count = 0;
              const first = await hall.start((store) => ({
                ...store,
                write(act) {
                  count += 1;
                  if (count === stop && when === 'before') throw new PowerCut();
                  const result = store.write(act);
                  if (count === stop) throw new PowerCut();
                  return result;
                },
              }));
              const day = async () => {
                await pay(first);
                if (torn !== null) hall.reader.removeAfterWrittenBytes(1, torn);
                await deliver(first);
              };
              await day().catch((error: unknown) => {
                if (!(error instanceof PowerCut)) throw error;
              });
              await first.close();
              const second = await hall.start();
              // The window asks again with the id it made before: the same sale, never a second one.
              if (second.store.topup(TOPUP_ID) === null && stop > 1) throw new Error('the payment is gone');
              await finish(hall, second);
              expectSettled(hall, second);
              await second.close();
            }
          }
        }
      },
      LIMIT_MS,
    );

    const whereCounted = counts ? it : null;
    whereCounted?.(
      'stops before the last attempt and can still give the money back',
      async () => {
        const hall = new OneCardHall(kind);
        const bench = await hall.start();
        await pay(bench);
        for (let torn = 0; torn < 2; torn += 1) {
          hall.insert();
          // The first byte a presentation writes is the cleared bit of the error counter.
          hall.reader.removeAfterWrittenBytes(1, 1);
          expect((await deliver(bench)).fault?.code).toBe('CARD_ABSENT');
        }
        hall.insert();
        expect(hall.attemptsLeft()).toBe(1);
        expect((await deliver(bench)).fault?.code).toBe('CARD_LAST_ATTEMPT');
        expect(hall.attemptsLeft()).toBe(1);
        await refundTopup(bench.context, { topupId: TOPUP_ID, slot: 1, reason: 'card worn' });
        expectSettled(hall, bench);
        await bench.close();
      },
      LIMIT_MS,
    );
  });
}
