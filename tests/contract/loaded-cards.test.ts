// A card that still holds a purchase which the meter has not taken: refused, given up with the clerk's word, or added, as layout and policy say.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, describe, expect, it } from 'vitest';
import type { SimulatedCard, SimulatedCardReader } from '../../drivers/kit/simulator.ts';
import { lastVolumeOf } from '../../src/main/core/card-task-job.ts';
import { deliverTopup } from '../../src/main/core/usecases/deliver-topup.ts';
import { loadCard } from '../../src/main/core/usecases/load-card.ts';
import { payTopup } from '../../src/main/core/usecases/pay-topup.ts';
import { quoteTopup } from '../../src/main/core/usecases/quote-topup.ts';
import { readCard } from '../../src/main/core/usecases/read-card.ts';
import { refundTopup } from '../../src/main/core/usecases/refund-topup.ts';
import { reverseTopup } from '../../src/main/core/usecases/reverse-topup.ts';
import type { CardContent, LoadedSale, UnloadedSale } from '../../src/shared/domain/card-layout.ts';
import { type Policy, STRICTEST_POLICY } from '../../src/shared/domain/policy.ts';
import { SUPERVISOR } from '../support/card-task-hall.ts';
import { GIVE_BACK, happen } from '../support/card-task-suite.ts';
import {
  ACCOUNT_ID,
  type Bench,
  CARD_NO,
  createReaderSimulator,
  ISSUED,
  issueCard,
  METER_NO,
  openBench,
} from '../support/counter-bench.ts';
import { singleRecordLayout, writeReturn } from '../support/single-record-layout.ts';

const ROOT = mkdtempSync(join(tmpdir(), 'countertop-loaded-'));
afterAll(() => rmSync(ROOT, { recursive: true, force: true }));

const topupId = (n: number): string => `018900aa-0000-7000-8000-0000000000${n.toString(16).padStart(2, '0')}`;
const FIRST = 20_000;
const SECOND = 30_000;
const LIMITS = { reversalFen: 100_000, waiverFen: 0, refundFen: 100_000, correctionLitres: 100_000 };

let folders = 0;
let open: Bench | null = null;
afterEach(async () => {
  await open?.close();
  open = null;
});

interface Counter {
  readonly bench: Bench;
  readonly card: SimulatedCard;
  readonly reader: SimulatedCardReader;
}

/** A counter whose company has published that way for the layout (null: it says nothing), with a card whose first purchase the meter has not taken. */
async function counterWith(way: LoadedSale | null): Promise<Counter> {
  folders += 1;
  const reader = createReaderSimulator();
  const card = issueCard(singleRecordLayout, writeReturn);
  reader.insert(1, card);
  const bench = await openBench({ dir: join(ROOT, String(folders)), layout: singleRecordLayout, idPrefix: 1, reader });
  open = bench;
  const policy: Policy = {
    ...STRICTEST_POLICY,
    limits: { clerk: LIMITS, supervisor: LIMITS, manager: LIMITS },
    ...(way === null ? {} : { sellWhileLoaded: { [singleRecordLayout.id]: way } }),
  };
  happen(bench, { id: 'p-1', kind: 'policy.published', accountId: '', payload: { policyId: 'p-1', effectiveFrom: '2026-01-01', policy } });
  await pay(bench, { n: 1, litres: FIRST });
  expect((await deliver(bench, 1)).fault).toBeNull();
  return { bench, card, reader };
}

async function pay(
  bench: Bench,
  { n, litres, unloaded }: { readonly n: number; readonly litres: number; readonly unloaded?: UnloadedSale },
) {
  const purchase = { by: 'volume', litres } as const;
  const { amountFen } = quoteTopup(bench.context, { accountId: ACCOUNT_ID, purchase });
  const input = { topupId: topupId(n), accountId: ACCOUNT_ID, slot: 1, purchase, expectedAmountFen: amountFen, tenders: [] };
  return payTopup(bench.context, { ...input, cashTenderedFen: amountFen, ...(unloaded === undefined ? {} : { unloaded }) });
}

const deliver = ({ context }: Bench, n: number) => deliverTopup(context, { topupId: topupId(n), slot: 1, lastAttemptApprovedBy: null });

function contentOf({ main }: SimulatedCard): CardContent | null {
  const reading = singleRecordLayout.read(main, '9A01');
  return reading.kind === 'content' ? reading.content : null;
}

/** A meter that takes any later purchase than its last; returns the litres that it has got, 0 where it takes none. */
function meterTakes(card: SimulatedCard): number {
  const content = contentOf(card);
  const loaded = content?.meterReturn?.loadedSequence ?? 0;
  if (content?.purchase == null || content.purchase.sequence <= loaded) return 0;
  const { sequence, volumeLitres } = content.purchase;
  writeReturn(card.main, { loadedSequence: sequence, remainingLitres: 50_000, cumulativeUseLitres: 1_000, faults: 0, meterNo: METER_NO });
  return volumeLitres;
}

const ADD = { litres: FIRST, way: 'add' } as const;
const WARN = { litres: FIRST, way: 'warn' } as const;

describe('a sale on a card that the meter has not emptied', () => {
  for (const way of ['refuse', null] as const) {
    it(`is refused where ${way === null ? 'only the layout says so' : 'the policy says so'}, whatever the clerk confirms`, async () => {
      const { bench } = await counterWith(way);
      expect(await readCard(bench.context, { slot: 1 })).toMatchObject({ obstacle: 'CARD_STILL_LOADED', unloaded: null });
      await expect(pay(bench, { n: 2, litres: SECOND, unloaded: WARN })).rejects.toMatchObject({ code: 'CARD_STILL_LOADED' });
      expect(bench.store.topup(topupId(2))).toBeNull();
    });
  }

  it('needs the clerk’s word for what is on the card now, and takes no money on another', async () => {
    const { bench } = await counterWith('warn');
    expect(await readCard(bench.context, { slot: 1 })).toMatchObject({ obstacle: null, unloaded: WARN });
    for (const unloaded of [undefined, ADD, { ...WARN, litres: FIRST + 1 }]) {
      const sale = { n: 2, litres: SECOND, ...(unloaded === undefined ? {} : { unloaded }) };
      await expect(pay(bench, sale)).rejects.toMatchObject({ code: 'CARD_STILL_LOADED', context: { litres: FIRST } });
    }
    expect(bench.store.topup(topupId(2))).toBeNull();
  });

  it('takes the place of what is on it where that is given up', async () => {
    const { bench, card } = await counterWith('warn');
    await pay(bench, { n: 2, litres: SECOND, unloaded: WARN });
    expect((await deliver(bench, 2)).fault).toBeNull();
    expect(contentOf(card)?.purchase).toMatchObject({ sequence: ISSUED.sequence + 2, volumeLitres: SECOND });
    expect(lastVolumeOf(bench.context, CARD_NO, ISSUED.sequence + 2)).toBe(SECOND);
  });

  it('carries both where they are added, counted once each', async () => {
    const { bench, card } = await counterWith('add');
    expect(await readCard(bench.context, { slot: 1 })).toMatchObject({ obstacle: null, unloaded: ADD });
    await pay(bench, { n: 2, litres: SECOND, unloaded: ADD });
    expect((await deliver(bench, 2)).fault).toBeNull();
    const cumulativeLitres = ISSUED.cumulativeLitres + FIRST + SECOND;
    expect(contentOf(card)?.purchase).toMatchObject({ sequence: ISSUED.sequence + 2, volumeLitres: FIRST + SECOND, cumulativeLitres });
    expect(bench.store.card(CARD_NO)).toMatchObject({ sequence: ISSUED.sequence + 2, cumulativeLitres });
    // A card in its place brings all that the meter has not taken.
    expect(lastVolumeOf(bench.context, CARD_NO, ISSUED.sequence + 2)).toBe(FIRST + SECOND);
    expect(meterTakes(card)).toBe(FIRST + SECOND);
    expect(meterTakes(card)).toBe(0);
  });

  it('asks for no more than the card can hold', async () => {
    const { bench } = await counterWith('add');
    const tooMuch = singleRecordLayout.maxVolumeLitres - FIRST + 1;
    await expect(pay(bench, { n: 2, litres: tooMuch, unloaded: ADD })).rejects.toMatchObject({
      code: 'AMOUNT_OUT_OF_RANGE',
      context: { maxLitres: tooMuch - 1 },
    });
  });

  it('gives nothing twice when the meter has taken the old purchase before the new one is planned', async () => {
    const { bench, card } = await counterWith('add');
    await pay(bench, { n: 2, litres: SECOND, unloaded: ADD });
    expect(meterTakes(card)).toBe(FIRST);
    expect((await deliver(bench, 2)).fault).toBeNull();
    expect(contentOf(card)?.purchase?.volumeLitres).toBe(SECOND);
    expect(lastVolumeOf(bench.context, CARD_NO, ISSUED.sequence + 2)).toBe(SECOND);
  });

  it('gives nothing twice however the card is torn and whatever its meter does in between', async () => {
    const outcomes = new Set<string>();
    for (const bytes of [1, 2, 6, 8, 9, 10, 11, 12, 14, 16, 20]) {
      const { bench, card, reader } = await counterWith('add');
      await pay(bench, { n: 2, litres: SECOND, unloaded: ADD });
      reader.removeAfterWrittenBytes(1, bytes);
      const torn = await deliver(bench, 2);
      let gotLitres = meterTakes(card);
      if (torn.fault !== null) reader.insert(1, card);
      let { fault } = torn.fault === null ? torn : await deliver(bench, 2);
      if (fault?.code === 'CARD_CHANGED_ELSEWHERE') {
        expect((await refundTopup(bench.context, { topupId: topupId(2), slot: 1, reason: '表已读入' })).state).toBe('refunded');
        await pay(bench, { n: 3, litres: SECOND });
        ({ fault } = await deliver(bench, 3));
        outcomes.add('sold anew');
      } else outcomes.add(torn.fault === null ? 'written' : 'completed');
      expect(fault).toBeNull();
      gotLitres += meterTakes(card);
      expect({ bytes, gotLitres }).toEqual({ bytes, gotLitres: FIRST + SECOND });
      expect(bench.store.card(CARD_NO)?.cumulativeLitres).toBe(ISSUED.cumulativeLitres + FIRST + SECOND);
      await bench.close();
      open = null;
    }
    expect(outcomes).toContain('sold anew');
    expect(outcomes).toContain('completed');
  });

  for (const unloaded of [ADD, WARN]) {
    it(`is reversed exactly after ${unloaded.way}: the card holds the first purchase again, and that one can be reversed too`, async () => {
      const { bench, card } = await counterWith(unloaded.way);
      const before = { image: card.main.slice(), row: bench.store.card(CARD_NO) };
      await pay(bench, { n: 2, litres: SECOND, unloaded });
      await deliver(bench, 2);
      const reverse = (n: number) =>
        reverseTopup(
          bench.context,
          { taskId: topupId(16 + n), accountId: ACCOUNT_ID, topupId: topupId(n), slot: 1, reason: '买错', giveBack: GIVE_BACK },
          SUPERVISOR,
        );
      await expect(reverse(1)).rejects.toMatchObject({ code: 'REVERSAL_NOT_LAST' });
      expect((await reverse(2)).fault).toBeNull();
      expect(card.main).toEqual(before.image);
      expect(bench.store.card(CARD_NO)).toEqual(before.row);
      expect((await readCard(bench.context, { slot: 1 })).unloaded).toEqual(unloaded);
      expect((await reverse(1)).fault).toBeNull();
      expect(bench.store.card(CARD_NO)?.cumulativeLitres).toBe(ISSUED.cumulativeLitres);
    });
  }

  it('is recalled before it is written, and the card still holds the first purchase', async () => {
    const { bench, card } = await counterWith('add');
    const image = card.main.slice();
    await pay(bench, { n: 2, litres: SECOND, unloaded: ADD });
    expect((await refundTopup(bench.context, { topupId: topupId(2), slot: 1, reason: '客户改主意' })).state).toBe('refunded');
    expect(card.main).toEqual(image);
    expect(meterTakes(card)).toBe(FIRST);
  });

  it('is never volume without money: a correction waits for the meter', async () => {
    const { bench } = await counterWith('add');
    const load = { taskId: topupId(9), accountId: ACCOUNT_ID, slot: 1, purpose: 'correct', volumeLitres: 1_000, reason: '补气' } as const;
    await expect(loadCard(bench.context, load, SUPERVISOR)).rejects.toMatchObject({ code: 'CARD_STILL_LOADED' });
  });
});
