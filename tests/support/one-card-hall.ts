// One counter, one reader, one card and one sale: the stage of the simulations, with what a clerk does and what must hold at the end.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect } from 'vitest';
import type { Meter } from '../../drivers/kit/index.ts';
import type { Store } from '../../src/main/core/ports/store.ts';
import { deliverTopup } from '../../src/main/core/usecases/deliver-topup.ts';
import { payTopup } from '../../src/main/core/usecases/pay-topup.ts';
import { confirmReceipt } from '../../src/main/core/usecases/print-receipt.ts';
import { refundTopup } from '../../src/main/core/usecases/refund-topup.ts';
import type { CardLayout } from '../../src/shared/domain/card-layout.ts';
import type { Commodity } from '../../src/shared/domain/commodity.ts';
import { Fault } from '../../src/shared/domain/fault.ts';
import { audit, type CardTruth } from './auditor.ts';
import { ACCOUNT_ID, type Bench, BRANCH, CARD_NO, FLOAT_FEN, ISSUED, openBench, SHIFT_ID } from './counter-bench.ts';
import type { HallCard, HallKind } from './hall-cards.ts';

const ROOT = mkdtempSync(join(tmpdir(), 'countertop-hall-'));
afterAll(() => rmSync(ROOT, { recursive: true, force: true }));

export const TOPUP_ID = '01890000-0000-7000-8000-0000000000aa';
/** 400 m³ used, 100 m³ bought: 20 × 1.98 + 80 × 2.38 yuan. */
export const PRICE_FEN = 23_000;
export const LITRES = 100_000;

/** The core stops here, as if the power had failed: not a fault, so nobody handles it. */
export class PowerCut extends Error {}

let folders = 0;

/** A counter, a reader and one card, which outlive any number of restarts of the core. */
export class OneCardHall {
  readonly layout: CardLayout;
  readonly dir: string;
  /** Bytes of card memory written so far, counters among them. */
  writtenBytes = 0;
  leastAttempts = 3;
  readonly #card: HallCard;
  readonly #commodity: Commodity;
  #starts = 0;

  constructor({ layout, makeCard }: HallKind, commodity: Commodity = 'gas') {
    this.#commodity = commodity;
    this.layout = layout;
    this.#card = makeCard(() => {
      this.writtenBytes += 1;
      this.leastAttempts = Math.min(this.leastAttempts, this.attemptsLeft() ?? this.leastAttempts);
    }, commodity);
    folders += 1;
    this.dir = join(ROOT, String(folders));
    this.#card.insert();
  }

  get reader(): HallCard['reader'] {
    return this.#card.reader;
  }

  start(wrapStore?: (store: Store) => Store): Promise<Bench> {
    this.#starts += 1;
    const { reader, binding } = this.#card;
    const bound = binding === undefined ? reader : { binding, simulator: reader };
    return openBench({ dir: this.dir, layout: this.layout, commodity: this.#commodity, idPrefix: this.#starts, reader: bound, wrapStore });
  }

  insert(): void {
    this.reader.remove(1);
    this.#card.insert();
  }

  /** The card is lost, and a blank one lies in the reader instead. Returns what brings the old one back. */
  loseCard(): () => void {
    if (this.#card.renew === undefined) throw new Error('no blank card of this kind');
    return this.#card.renew();
  }

  /** The card's image as it lies on its chip. */
  image(): Uint8Array {
    return this.#card.image();
  }

  /** Somebody with the card's keys has put other bytes on it. */
  putImage(image: Uint8Array): void {
    for (const [address, byte] of image.entries()) this.#card.change(address, byte);
    this.insert();
  }

  /** Attempts left to present the card's key; null where the chip does not count. */
  attemptsLeft(): number | null {
    return this.#card.attemptsLeft();
  }

  /** The customer's meter takes the card, wherever it is. Returns what it said. */
  takenBy(meter: Meter): string {
    const main = this.image();
    const known = main.slice();
    const persist = () => {
      for (const [address, byte] of main.entries()) if (known[address] !== byte) this.#card.change(address, byte);
      known.set(main);
    };
    return meter.take({ main, persist });
  }

  truth(): CardTruth {
    const reading = this.layout.read(this.image(), BRANCH.regionCode);
    if (reading.kind !== 'content') throw new Error(`card is ${reading.kind}`);
    return { sequence: reading.content.purchase?.sequence ?? 0, cumulativeLitres: reading.content.purchase?.cumulativeLitres ?? 0 };
  }
}

export const pay = (bench: Bench) =>
  payTopup(bench.context, {
    topupId: TOPUP_ID,
    accountId: ACCOUNT_ID,
    slot: 1,
    purchase: { by: 'volume', litres: LITRES },
    expectedAmountFen: PRICE_FEN,
    tenders: [],
    cashTenderedFen: 30_000,
  });

export const deliver = (bench: Bench, topupId = TOPUP_ID) => deliverTopup(bench.context, { topupId, slot: 1, lastAttemptApprovedBy: null });

/** One PSC attempt left: the money goes back where nothing is on the card; a torn card is completed with a supervisor beside the clerk. */
async function settleLastAttempt({ context }: Bench, topupId: string): Promise<void> {
  try {
    await refundTopup(context, { topupId, slot: 1, reason: 'last attempt' });
  } catch (error) {
    if (!(error instanceof Fault) || error.code !== 'TOPUP_ALREADY_ON_CARD') throw error;
    await deliverTopup(context, { topupId, slot: 1, lastAttemptApprovedBy: '2001' });
  }
}

/** Does what a clerk does with whatever stands open: puts the card in, presses the next step, looks at the paper. */
export async function finish(hall: OneCardHall, bench: Bench): Promise<void> {
  for (let tries = 0; tries < 5; tries += 1) {
    const open = bench.store.openTopups(10).rows;
    if (open.length === 0) return;
    hall.insert();
    for (const topup of open) {
      const receipt = bench.store.receiptOfTopup(topup.topupId);
      if (receipt?.state === 'unknown') confirmReceipt(bench.context, { receiptId: receipt.receiptId, cameOut: false });
      const { fault } = await deliver(bench, topup.topupId);
      if (fault?.code === 'CARD_LAST_ATTEMPT') await settleLastAttempt(bench, topup.topupId);
    }
  }
}

/** The end of every case, whatever happened on the way. */
export function expectSettled(hall: OneCardHall, bench: Bench): void {
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
