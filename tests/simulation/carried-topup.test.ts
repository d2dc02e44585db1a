// A card is lost or damaged while a purchase for it is under way: the purchase goes on the new card under the number it would have had, or its money goes
// back while no card can hold it. Never both, whatever is torn or stopped in between.
import { describe, expect, it } from 'vitest';
import { createMeter } from '../../drivers/countertop-card/meter-simulator.ts';
import { viewAccountCards } from '../../src/main/core/card-task-view.ts';
import { blacklistCard } from '../../src/main/core/usecases/blacklist-card.ts';
import { abandonCardTask, continueCardTask } from '../../src/main/core/usecases/continue-card-task.ts';
import { makeCard } from '../../src/main/core/usecases/make-card.ts';
import { readCard } from '../../src/main/core/usecases/read-card.ts';
import { refundTopup } from '../../src/main/core/usecases/refund-topup.ts';
import { reverseTopup } from '../../src/main/core/usecases/reverse-topup.ts';
import { CardTaskHall, deliver, expectSettled, pay, SUPERVISOR, TASK_ID, TASK_KINDS } from '../support/card-task-hall.ts';
import { describeTask, GIVE_BACK, publishPolicy, stage, UNDELIVERED } from '../support/card-task-suite.ts';
import { ACCOUNT_ID, ACCOUNT_NO, type Bench, BRANCH, CARD_NO, FLOAT_FEN, ISSUED, METER_NO, SHIFT_ID } from '../support/counter-bench.ts';
import { PRICE_FEN, TOPUP_ID } from '../support/one-card-hall.ts';

const [own] = TASK_KINDS;
if (own === undefined) throw new Error('a layout is wanted');
for (const name of Object.keys(UNDELIVERED)) describeTask(own, name, { stops: name === 'reissue with a torn purchase' });

const WRITTEN = 'reissue with a purchase that is on the lost card unproved';
const TORN = 'reissue with a torn purchase';
const staged = (name: string) => stage(own, UNDELIVERED[name] as (typeof UNDELIVERED)[string]);

const reissue = (bench: Bench, openTopup: 'carry' | 'refund') =>
  makeCard(
    bench.context,
    {
      ...{ taskId: TASK_ID, accountId: ACCOUNT_ID, slot: 1, purpose: 'reissue', oldCardNo: CARD_NO, cardNo: '' },
      ...{ meterFigures: null, requestId: '', reason: '挂失', openTopup },
    },
    null,
  );

describe('a purchase for a lost card', () => {
  it('is delivered once: the old card is refused from the moment the new one is begun, the receipt names the new one', async () => {
    const { hall, bench } = await staged(TORN);
    expect(viewAccountCards(bench.context, { accountId: ACCOUNT_ID }).undelivered).toMatchObject({
      ...{ topupId: TOPUP_ID, cardNo: CARD_NO, amountFen: PRICE_FEN, mayBeOnCard: true },
    });
    hall.stage.remove();
    const begun = await reissue(bench, 'carry');
    expect(begun).toMatchObject({ fault: { code: 'CARD_ABSENT' }, task: { state: 'begun', topupId: TOPUP_ID, amountFen: 0 } });
    expect(bench.store.card(CARD_NO)?.status).toBe('blacklisted');
    expect(bench.store.balance('undelivered-purchase')).toBe(-PRICE_FEN);
    hall.insert('own');
    expect((await deliver(bench)).fault?.code).toBe('CARD_TASK_OPEN');
    await expect(refundTopup(bench.context, { topupId: TOPUP_ID, slot: 1, reason: '-' })).rejects.toThrow('CARD_TASK_OPEN');
    hall.insert('blank');
    const { task } = await continueCardTask(bench.context, { taskId: TASK_ID, slot: 1, giveBack: GIVE_BACK }, null);
    expect(task.state).toBe('verified');
    const topup = bench.store.topup(TOPUP_ID);
    expect(topup).toMatchObject({ state: 'receipted', cardNo: task.cardNo, intent: null });
    expect(bench.store.receiptOfTopup(TOPUP_ID)?.markup).toContain(task.cardNo);
    expect(bench.store.balance('undelivered-purchase')).toBe(0);
    hall.insert('own');
    const seq = bench.store.lastSeq();
    await deliver(bench);
    expect(bench.store.lastSeq()).toBe(seq);
    await expect(refundTopup(bench.context, { topupId: TOPUP_ID, slot: 1, reason: '-' })).rejects.toThrow('TOPUP_STATE_REFUSES');
    hall.insert('blank');
    const reversal = { taskId: CARD_NO, accountId: ACCOUNT_ID, topupId: TOPUP_ID, slot: 1, reason: '-', giveBack: GIVE_BACK };
    publishPolicy(bench);
    await expect(reverseTopup(bench.context, reversal, SUPERVISOR)).rejects.toThrow('REVERSAL_NOT_LAST');
    expectSettled(hall, bench);
    await bench.close();
  });

  it.each([['own', 'blank'] as const, ['blank', 'own'] as const])(
    'that both cards hold is loaded once by the meter, %s first',
    async (...order) => {
      const { hall, bench } = await staged(WRITTEN);
      hall.insert('blank');
      expect((await reissue(bench, 'carry')).fault).toBeNull();
      expect(hall.truth('own')).toMatchObject({ sequence: 8 });
      expect(hall.truth('blank')).toMatchObject({ sequence: 8, volumeLitres: 100_000 });
      const meter = createMeter({
        state: {
          ...{ meterNo: METER_NO, regionCode: BRANCH.regionCode, accountNo: ACCOUNT_NO, loadedSequence: ISSUED.sequence },
          ...{ remainingLitres: 0, cumulativeUseLitres: 0, faults: 0 },
        },
      });
      for (const which of order) meter.take({ main: hall.stage.image(which), persist: () => {} });
      expect(meter.state()).toMatchObject({ loadedSequence: 8, remainingLitres: 100_000 });
      await bench.close();
    },
  );

  it('is confirmed where the old card comes back whole before a new one is made, and never written to a lost card', async () => {
    const { hall, bench } = await staged(WRITTEN);
    blacklistCard(bench.context, { cardNo: CARD_NO, reason: '挂失' });
    hall.insert('own');
    expect((await deliver(bench)).fault).toBeNull();
    expect(bench.store.topup(TOPUP_ID)?.state).toBe('receipted');
    await bench.close();
    const torn = await staged(TORN);
    blacklistCard(torn.bench.context, { cardNo: CARD_NO, reason: '挂失' });
    torn.hall.insert('own');
    const before = torn.hall.stage.image('own');
    expect((await deliver(torn.bench)).fault?.code).toBe('CARD_BLACKLISTED');
    expect(torn.hall.stage.image('own')).toEqual(before);
    await torn.bench.close();
  });

  it('goes back in money only while no write was planned', async () => {
    const { hall, bench } = await staged(TORN);
    hall.insert('blank');
    await expect(reissue(bench, 'refund')).rejects.toThrow('TOPUP_MAY_BE_ON_CARD');
    expect(bench.store.card(CARD_NO)?.status).toBe('active');
    await bench.close();
    const fresh = new CardTaskHall(own);
    const second = await fresh.start();
    publishPolicy(second);
    await pay(fresh, second);
    fresh.insert('blank');
    expect((await reissue(second, 'refund')).fault).toBeNull();
    expect(second.store.topup(TOPUP_ID)?.state).toBe('refunded');
    // The new card goes on at the number of the old one and holds nothing.
    expect(second.store.cardsOf(ACCOUNT_ID).find(({ status }) => status === 'active')).toMatchObject(ISSUED);
    expect(fresh.truth('blank')).toMatchObject({ sequence: 0, volumeLitres: 0 });
    // No purchase on the card where the ledger stands at the old one's number is no older state of it.
    expect(await readCard(second.context, { slot: 1 })).toMatchObject({ difference: 'none', obstacle: null, ledger: ISSUED });
    expect(second.store.balance('undelivered-purchase')).toBe(0);
    expect(second.store.balance('cash-drawer', SHIFT_ID)).toBe(FLOAT_FEN);
    await second.close();
  });

  it('is free again when the new card is given up, and goes on the next one under the same number', async () => {
    const { hall, bench } = await staged(TORN);
    hall.stage.tearAfter(30);
    await reissue(bench, 'carry');
    await abandonCardTask(bench.context, { taskId: TASK_ID, slot: 1, reason: '坏卡' }, SUPERVISOR);
    expect(bench.store.topup(TOPUP_ID)?.state).toBe('writing');
    hall.stage.renewBlank();
    hall.insert('blank');
    const next = { ...{ taskId: CARD_NO, accountId: ACCOUNT_ID, slot: 1, purpose: 'reissue' as const, oldCardNo: CARD_NO, cardNo: '' } };
    const made = await makeCard(bench.context, { ...next, meterFigures: null, requestId: '', reason: '挂失' }, null);
    expect(made).toMatchObject({ fault: null, task: { state: 'verified' } });
    expect(hall.truth('blank')).toMatchObject({ sequence: 8, volumeLitres: 100_000 });
    expectSettled(hall, bench);
    await bench.close();
  });
});
