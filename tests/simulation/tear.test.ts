// The promise of the suite: the card is pulled after every byte and the core stops at every commit, and no fen is lost or taken twice.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import countertopCard from '../../drivers/countertop-card/layout.ts';
import type { SimulatedCard } from '../../drivers/kit/simulator.ts';
import type { Store } from '../../src/main/core/ports/store.ts';
import { deliverTopup } from '../../src/main/core/usecases/deliver-topup.ts';
import { payTopup } from '../../src/main/core/usecases/pay-topup.ts';
import { confirmReceipt } from '../../src/main/core/usecases/print-receipt.ts';
import { refundTopup } from '../../src/main/core/usecases/refund-topup.ts';
import { pscAttemptsLeft } from '../../src/shared/domain/card-image.ts';
import type { CardLayout } from '../../src/shared/domain/card-layout.ts';
import { audit, type CardTruth } from '../support/auditor.ts';
import {
  ACCOUNT_ID,
  type Bench,
  BRANCH,
  CARD_NO,
  createReaderSimulator,
  FLOAT_FEN,
  ISSUED,
  issueCard,
  openBench,
  SHIFT_ID,
} from '../support/counter-bench.ts';
import { writeReturn as writeCountertopReturn } from '../support/countertop-return.ts';
import { singleRecordLayout, writeReturn as writeSingleReturn } from '../support/single-record-layout.ts';

const ROOT = mkdtempSync(join(tmpdir(), 'countertop-tear-'));
afterAll(() => rmSync(ROOT, { recursive: true, force: true }));

const TOPUP_ID = '01890000-0000-7000-8000-0000000000aa';
/** 400 m³ used, 100 m³ bought: 20 × 1.98 + 80 × 2.38 yuan. */
const PRICE_FEN = 23_000;
const LITRES = 100_000;

const LAYOUTS = [
  { layout: countertopCard, writeReturn: writeCountertopReturn },
  { layout: singleRecordLayout, writeReturn: writeSingleReturn },
] as const;

/** The core stops here, as if the power had failed: not a fault, so nobody handles it. */
class PowerCut extends Error {}

let folders = 0;

/** A counter, a reader and one card, which outlive any number of restarts of the core. */
class Hall {
  readonly layout: CardLayout;
  readonly card: SimulatedCard;
  readonly reader = createReaderSimulator();
  readonly dir: string;
  /** Bytes of card memory written so far, security memory among them. */
  writtenBytes = 0;
  leastAttempts = 3;
  #starts = 0;

  constructor({ layout, writeReturn }: (typeof LAYOUTS)[number]) {
    this.layout = layout;
    const card = issueCard(layout, writeReturn);
    card.persist = () => {
      this.writtenBytes += 1;
      this.leastAttempts = Math.min(this.leastAttempts, pscAttemptsLeft(card.errorCounter));
    };
    this.card = card;
    folders += 1;
    this.dir = join(ROOT, String(folders));
    this.reader.insert(1, card);
  }

  start(wrapStore?: (store: Store) => Store): Promise<Bench> {
    this.#starts += 1;
    return openBench({ dir: this.dir, layout: this.layout, idPrefix: this.#starts, reader: this.reader, wrapStore });
  }

  insert(): void {
    this.reader.remove(1);
    this.reader.insert(1, this.card);
  }

  truth(): CardTruth {
    const reading = this.layout.read(this.card.main, BRANCH.regionCode);
    if (reading.kind !== 'content') throw new Error(`card is ${reading.kind}`);
    return { sequence: reading.content.purchase?.sequence ?? 0, cumulativeLitres: reading.content.purchase?.cumulativeLitres ?? 0 };
  }
}

const pay = (bench: Bench) =>
  payTopup(bench.context, {
    topupId: TOPUP_ID,
    accountId: ACCOUNT_ID,
    slot: 1,
    purchase: { by: 'volume', litres: LITRES },
    expectedAmountFen: PRICE_FEN,
    tenders: [],
    cashTenderedFen: 30_000,
  });

const deliver = (bench: Bench) => deliverTopup(bench.context, { topupId: TOPUP_ID, slot: 1, lastAttemptApprovedBy: null });

/** Does what a clerk does with whatever stands open: puts the card in, presses the next step, looks at the paper. */
async function finish(hall: Hall, bench: Bench): Promise<void> {
  for (let tries = 0; tries < 5; tries += 1) {
    const open = bench.store.openTopups(10).rows;
    if (open.length === 0) return;
    hall.insert();
    for (const topup of open) {
      const receipt = bench.store.receiptOfTopup(topup.topupId);
      if (receipt?.state === 'unknown') confirmReceipt(bench.context, { receiptId: receipt.receiptId, cameOut: false });
      const { fault } = await deliver(bench);
      if (fault?.code === 'CARD_LAST_ATTEMPT')
        await refundTopup(bench.context, { topupId: topup.topupId, slot: 1, reason: 'last attempt' });
    }
  }
}

/** The end of every case, whatever happened on the way. */
function expectSettled(hall: Hall, bench: Bench): void {
  const { store } = bench;
  const result = audit(store.operationsAfter(0, 1000), new Map([[CARD_NO, ISSUED]]), new Map([[CARD_NO, hall.truth()]]));
  expect(result.complaints).toEqual([]);
  expect(result.open).toEqual([]);
  expect(result.takenFen).toBe(result.deliveredFen + result.refundedFen);
  expect([0, PRICE_FEN]).toContain(result.takenFen);
  expect(store.balance('undelivered-purchase')).toBe(0);
  expect(store.balance('cash-drawer', SHIFT_ID)).toBe(FLOAT_FEN + result.deliveredFen);
  expect(store.balance('gas-revenue') + store.balance('vat-payable') + result.deliveredFen).toBe(0);
  expect(store.tierUse(ACCOUNT_ID, 2026)).toBe(400_000 + result.deliveredLitres);
  expect(store.card(CARD_NO)).toMatchObject(hall.truth());
  expect(hall.leastAttempts).toBeGreaterThanOrEqual(1);
}

/** Counts a clean run: bytes written to the card and commits of the store. */
async function measure(kind: (typeof LAYOUTS)[number]): Promise<{ readonly bytes: number; readonly commits: number }> {
  const hall = new Hall(kind);
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

for (const kind of LAYOUTS) {
  describe(`a top-up on ${kind.layout.id}`, async () => {
    const { bytes, commits } = await measure(kind);

    it('writes what the tests below tear', () => {
      expect(bytes).toBeGreaterThan(10);
      // paid, intended, writing, verified, issued, printing, printed
      expect(commits).toBe(7);
    });

    it(`is put right by the next insertion after the card was pulled after each of ${bytes} bytes`, async () => {
      for (let torn = 0; torn <= bytes; torn += 1) {
        const hall = new Hall(kind);
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
    });

    it('survives being pulled a second time while the torn card is completed', async () => {
      for (let first = 1; first < bytes; first += 5) {
        for (let second = 0; second < bytes; second += 3) {
          const hall = new Hall(kind);
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
    });

    it('gives the money back after a tear only while nothing is on the card', async () => {
      for (let torn = 0; torn < bytes; torn += 1) {
        const hall = new Hall(kind);
        const image = hall.card.main.slice();
        const bench = await hall.start();
        await pay(bench);
        hall.reader.removeAfterWrittenBytes(1, torn);
        await deliver(bench);
        hall.insert();
        const untouched = hall.card.main.every((byte, address) => byte === image[address]);
        const asked = refundTopup(bench.context, { topupId: TOPUP_ID, slot: 1, reason: 'customer leaves' });
        if (untouched) await expect(asked).resolves.toMatchObject({ state: 'refunded' });
        else await expect(asked, `torn after ${torn}`).rejects.toMatchObject({ code: 'TOPUP_ALREADY_ON_CARD' });
        await finish(hall, bench);
        expectSettled(hall, bench);
        await bench.close();
      }
    });

    it('survives the core stopping before and after every commit, with and without a torn card', async () => {
      for (let stop = 1; stop <= commits; stop += 1) {
        for (const when of ['before', 'after'] as const) {
          for (const torn of [null, 1, Math.floor(bytes / 2), bytes - 1]) {
            const hall = new Hall(kind);
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
    });

    it('stops before the last PSC attempt and can still give the money back', async () => {
      const hall = new Hall(kind);
      const bench = await hall.start();
      await pay(bench);
      for (let torn = 0; torn < 2; torn += 1) {
        hall.insert();
        // The first byte a presentation writes is the cleared bit of the error counter.
        hall.reader.removeAfterWrittenBytes(1, 1);
        expect((await deliver(bench)).fault?.code).toBe('CARD_ABSENT');
      }
      hall.insert();
      expect(pscAttemptsLeft(hall.card.errorCounter)).toBe(1);
      expect((await deliver(bench)).fault?.code).toBe('CARD_LAST_ATTEMPT');
      expect(pscAttemptsLeft(hall.card.errorCounter)).toBe(1);
      await refundTopup(bench.context, { topupId: TOPUP_ID, slot: 1, reason: 'card worn' });
      expectSettled(hall, bench);
      await bench.close();
    });
  });
}
