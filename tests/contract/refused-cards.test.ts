// Every card that must not be sold to, and every printer that does not print: its own fault, no money recorded, nothing lost.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, describe, expect, it } from 'vitest';
import countertopCard from '../../drivers/countertop-card/layout.ts';
import { refused, unknown } from '../../drivers/kit/outcome.ts';
import type { SimulatedCard } from '../../drivers/kit/simulator.ts';
import { deliverTopup } from '../../src/main/core/usecases/deliver-topup.ts';
import { payTopup } from '../../src/main/core/usecases/pay-topup.ts';
import { confirmReceipt, printReceipt, reprintReceipt } from '../../src/main/core/usecases/print-receipt.ts';
import { readCard } from '../../src/main/core/usecases/read-card.ts';
import { refundTopup } from '../../src/main/core/usecases/refund-topup.ts';
import {
  ACCOUNT_ID,
  type Bench,
  CARD_NO,
  createReaderSimulator,
  FLOAT_FEN,
  ISSUED,
  issueCard,
  openBench,
  SHIFT_ID,
} from '../support/counter-bench.ts';
import { writeReturn } from '../support/countertop-return.ts';
import { singleRecordLayout, writeReturn as writeOtherReturn } from '../support/single-record-layout.ts';

const ROOT = mkdtempSync(join(tmpdir(), 'countertop-refused-'));
afterAll(() => rmSync(ROOT, { recursive: true, force: true }));

const TOPUP_ID = '01890000-0000-7000-8000-0000000000cc';
let folders = 0;
let bench: Bench | null = null;
afterEach(async () => {
  await bench?.close();
  bench = null;
});

async function counterWith(card: SimulatedCard | null): Promise<Bench> {
  folders += 1;
  const reader = createReaderSimulator();
  if (card !== null) reader.insert(1, card);
  bench = await openBench({ dir: join(ROOT, String(folders)), layout: countertopCard, idPrefix: 1, reader });
  return bench;
}

const pay = ({ context }: Bench, change: Partial<Parameters<typeof payTopup>[1]> = {}) =>
  payTopup(context, {
    topupId: TOPUP_ID,
    accountId: ACCOUNT_ID,
    slot: 1,
    purchase: { by: 'money', amountFen: 23_000 },
    expectedAmountFen: 23_000,
    tenders: [],
    cashTenderedFen: 23_000,
    ...change,
  });
const deliver = ({ context }: Bench) => deliverTopup(context, { topupId: TOPUP_ID, slot: 1, lastAttemptApprovedBy: null });

function good(): SimulatedCard {
  return issueCard(countertopCard, writeReturn);
}

/** A card with the same issue but another identity, signed by the layout itself. */
function withIdentity(change: { readonly cardNo?: string; readonly regionCode?: string }): SimulatedCard {
  const identity = { cardNo: CARD_NO, regionCode: '9A01', accountNo: '100000000001', ...change };
  return { ...good(), main: countertopCard.planIssue(new Uint8Array(256).fill(0xff), identity) };
}

function withPurchase(sequence: number): SimulatedCard {
  const card = good();
  const purchase = { sequence, volumeLitres: 50_000, cumulativeLitres: 750_000, priceFenPerM3: 198, date: '2026-11-01' };
  return { ...card, main: countertopCard.planPurchase(card.main, purchase) };
}

const scrambled = (from: number, to: number): SimulatedCard => {
  const card = good();
  for (let address = from; address < to; address += 1) card.main[address] = (card.main[address] ?? 0) ^ 0x5a;
  return card;
};

const CARDS: readonly (readonly [string, () => SimulatedCard | null, string])[] = [
  ['no card', () => null, 'CARD_ABSENT'],
  ['a blank card', () => ({ ...good(), main: new Uint8Array(256).fill(0xff) }), 'CARD_BLANK'],
  ['a card of another region', () => withIdentity({ regionCode: '9B07' }), 'CARD_OTHER_REGION'],
  ['a card of another layout', () => issueCard(singleRecordLayout, writeOtherReturn), 'CARD_OTHER_LAYOUT'],
  ['a card whose header is broken', () => scrambled(12, 20), 'CARD_DAMAGED'],
  ['a card whose records are both broken', () => scrambled(32, 90), 'CARD_DAMAGED'],
  ['a card whose chip is broken', () => ({ ...good(), damaged: true }), 'CARD_DAMAGED'],
  ['a card with no PSC attempt left', () => ({ ...good(), errorCounter: 0 }), 'CARD_LOCKED'],
  ['a card with one PSC attempt left', () => ({ ...good(), errorCounter: 1 }), 'CARD_LAST_ATTEMPT'],
  ['a card that nobody knows', () => withIdentity({ cardNo: '6299999999999999' }), 'CARD_NOT_IN_LEDGER'],
  ['a card with a purchase the ledger does not know', () => withPurchase(ISSUED.sequence + 1), 'CARD_SEQUENCE_AHEAD'],
];

describe('a card that must not be sold to', () => {
  for (const [name, make, code] of CARDS) {
    it(`${name}: ${code}, and no money is recorded`, async () => {
      const card = make();
      const before = card?.main.slice();
      const counter = await counterWith(card);
      const seq = counter.store.lastSeq();
      expect((await readCard(counter.context, { slot: 1 })).obstacle).toBe(code);
      await expect(pay(counter)).rejects.toMatchObject({ code });
      expect(counter.store.topup(TOPUP_ID)).toBeNull();
      expect(counter.store.balance('cash-drawer', SHIFT_ID)).toBe(FLOAT_FEN);
      expect(counter.store.operationsAfter(seq, 10).filter(({ kind }) => kind !== 'meter.reported')).toEqual([]);
      expect(card?.main).toEqual(before);
    });
  }

  it('still holds a purchase that the meter has not taken: CARD_STILL_LOADED', async () => {
    const counter = await counterWith(good());
    await pay(counter);
    expect((await deliver(counter)).fault).toBeNull();
    const again = pay(counter, {
      topupId: '01890000-0000-7000-8000-0000000000cd',
      purchase: { by: 'volume', litres: 1000 },
      expectedAmountFen: 238,
    });
    await expect(again).rejects.toMatchObject({ code: 'CARD_STILL_LOADED' });
  });

  it('refuses the wrong PSC, spends one attempt at most per try and never the last', async () => {
    const card = { ...good(), psc: Uint8Array.of(1, 2, 3) };
    const counter = await counterWith(card);
    await pay(counter);
    expect((await deliver(counter)).fault?.code).toBe('CARD_PSC_WRONG');
    expect((await deliver(counter)).fault?.code).toBe('CARD_PSC_WRONG');
    expect((await deliver(counter)).fault?.code).toBe('CARD_LAST_ATTEMPT');
    expect(card.errorCounter).not.toBe(0);
    await expect(refundTopup(counter.context, { topupId: TOPUP_ID, slot: 1, reason: 'card' })).resolves.toMatchObject({
      state: 'refunded',
    });
  });
});

describe('a card with a worn cell', () => {
  it('is not taken for written: CARD_WRITE_UNVERIFIED, the purchase stays undelivered and is not refunded either', async () => {
    const card = good();
    const image = card.main.slice();
    // The first purchase lies in one record, so the next goes to the other; its volume's lowest byte does not hold.
    const worn = countertopCard
      .orderWrites(
        image,
        countertopCard.planPurchase(image, {
          sequence: 8,
          volumeLitres: 97_980,
          cumulativeLitres: 797_980,
          priceFenPerM3: 235,
          date: '2026-11-21',
        }),
      )
      .map(({ address }) => address + 4)[0];
    if (worn === undefined) throw new Error('no write planned');
    card.persist = () => {
      card.main[worn] = image[worn] ?? 0;
    };
    const counter = await counterWith(card);
    await pay(counter);
    const { topup, fault } = await deliver(counter);
    expect(fault?.code).toBe('CARD_WRITE_UNVERIFIED');
    expect(topup).toMatchObject({ state: 'writing', nextStep: 'insert-card', receipt: null });
    await expect(refundTopup(counter.context, { topupId: TOPUP_ID, slot: 1, reason: 'worn' })).rejects.toMatchObject({
      code: 'TOPUP_ALREADY_ON_CARD',
    });
    expect(counter.store.openTopups(10).total).toBe(1);
  });
});

describe('a payment', () => {
  it('is refused when the price is another than the clerk saw', async () => {
    const counter = await counterWith(good());
    await expect(pay(counter, { expectedAmountFen: 22_999 })).rejects.toMatchObject({ code: 'PRICE_CHANGED', context: { nowFen: 23_000 } });
    expect(counter.store.topup(TOPUP_ID)).toBeNull();
  });

  it('with the same id is the same sale, with another amount it is refused', async () => {
    const counter = await counterWith(good());
    const first = await pay(counter);
    const seq = counter.store.lastSeq();
    expect(await pay(counter)).toEqual(first);
    expect(counter.store.lastSeq()).toBe(seq);
    await expect(pay(counter, { purchase: { by: 'money', amountFen: 100 }, expectedAmountFen: 100 })).rejects.toMatchObject({
      code: 'TOPUP_ID_REUSED',
    });
  });

  it('twice at once is recorded once', async () => {
    const counter = await counterWith(good());
    const [left, right] = await Promise.all([pay(counter), pay(counter)]);
    expect(left).toEqual(right);
    expect(counter.store.balance('cash-drawer', SHIFT_ID)).toBe(FLOAT_FEN + 23_000);
  });

  it('for a second purchase waits until the first has reached its card', async () => {
    const counter = await counterWith(good());
    await pay(counter);
    await expect(pay(counter, { topupId: '01890000-0000-7000-8000-0000000000ce' })).rejects.toMatchObject({ code: 'TOPUP_OPEN_ON_CARD' });
  });

  it('without a write planned goes back without any card', async () => {
    const counter = await counterWith(good());
    await pay(counter);
    await expect(refundTopup(counter.context, { topupId: TOPUP_ID, slot: 4, reason: 'changed mind' })).resolves.toMatchObject({
      state: 'refunded',
    });
    expect(counter.store.balance('cash-drawer', SHIFT_ID)).toBe(FLOAT_FEN);
    expect(counter.store.tierUse(ACCOUNT_ID, 2026)).toBe(400_000);
    await expect(deliver(counter)).rejects.toMatchObject({ code: 'TOPUP_STATE_REFUSES' });
  });
});

describe('a printer', () => {
  for (const code of ['PRINTER_PAPER_OUT', 'PRINTER_OFFLINE', 'PRINTER_NO_ANSWER', 'PRINTER_COVER_OPEN'] as const) {
    it(`that says ${code} before the job has printed nothing: the receipt waits, the number is kept`, async () => {
      const counter = await counterWith(good());
      await pay(counter);
      counter.printer.next.push(refused({ code, context: {} }));
      const { topup, fault } = await deliver(counter);
      expect(fault?.code).toBe(code);
      expect(topup).toMatchObject({ state: 'verified', nextStep: 'print-receipt', receipt: { state: 'not-printed' } });
      const printed = await printReceipt(counter.context, { receiptId: topup.receipt?.receiptId ?? '' });
      expect(printed).toMatchObject({ fault: null, receipt: { state: 'printed', receiptNo: topup.receipt?.receiptNo } });
      await expect(printReceipt(counter.context, { receiptId: topup.receipt?.receiptId ?? '' })).rejects.toMatchObject({
        code: 'RECEIPT_STATE_REFUSES',
      });
    });
  }

  it('that falls silent in the middle is asked about once, and never prints again by itself', async () => {
    const counter = await counterWith(good());
    await pay(counter);
    counter.printer.next.push(unknown({ code: 'PRINTER_NO_ANSWER', context: {} }));
    const { topup } = await deliver(counter);
    const receiptId = topup.receipt?.receiptId ?? '';
    expect(topup).toMatchObject({ nextStep: 'check-paper', receipt: { state: 'unknown' } });
    await deliver(counter);
    expect(counter.printer.jobs).toHaveLength(1);
    await expect(reprintReceipt(counter.context, { receiptId })).rejects.toMatchObject({ code: 'RECEIPT_STATE_REFUSES' });
    expect(confirmReceipt(counter.context, { receiptId, cameOut: true })).toMatchObject({ state: 'printed' });
    expect(() => confirmReceipt(counter.context, { receiptId, cameOut: true })).toThrow('RECEIPT_STATE_REFUSES');
    const again = await reprintReceipt(counter.context, { receiptId });
    expect(again.receipt).toMatchObject({ reprints: 1 });
    expect(counter.printer.jobs.at(-1)?.markup).toContain('补打 1');
  });
});
