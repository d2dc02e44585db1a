// The demo branch: the same from the same seed, sound in the ledger, with the situations that the bench promises.
import { verifySync } from '@node-rs/argon2';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type TempStore, tempStore } from '../../../tests/support/temp-store.ts';
import { fen, litres } from '../../shared/domain/money.ts';
import { POLICIES } from '../../shared/domain/policy.ts';
import { priceVolume, volumeForMoney } from '../../shared/domain/tariff.ts';
import { DEMO_STAFF, seedDemoBranch } from './demo-branch.ts';
import type { DemoCard } from './demo-cards.ts';
import { POWER_ACCOUNTS } from './demo-power.ts';

const OPTIONS = { seed: 7, accounts: 300, businessDate: '2026-03-02', nowMs: 1_772_000_000_000, layoutId: 'one', otherLayoutId: 'two' };

let temp: TempStore;
beforeEach(async () => {
  temp = await tempStore();
});
afterEach(() => temp.remove());

describe('the demo branch', () => {
  it('is the same from the same seed and another from another', async () => {
    const [again, other] = [await tempStore(), await tempStore()];
    try {
      const first = seedDemoBranch(temp.store, OPTIONS);
      expect(seedDemoBranch(again.store, OPTIONS)).toEqual(first);
      expect(seedDemoBranch(other.store, { ...OPTIONS, seed: 8 })).not.toEqual(first);
      expect(again.store.operationsAfter(0, 500)).toEqual(temp.store.operationsAfter(0, 500));
    } finally {
      again.remove();
      other.remove();
    }
  });

  it('has as many accounts as asked for, each number once, and a sound journal', () => {
    const demo = seedDemoBranch(temp.store, OPTIONS);
    const { store } = temp;
    expect(demo.accounts).toBe(300 + POWER_ACCOUNTS);
    expect(store.verifyJournal()).toEqual({ ok: true });
    const accounts = store.operationsAfter(4, 300).map((operation) => {
      if (operation.kind !== 'account.opened') throw new Error(`unexpected ${operation.kind}`);
      return operation.payload;
    });
    const numbers = accounts.flatMap((account) => [account.accountNo, account.meter?.meterNo, account.card?.cardNo ?? account.accountId]);
    expect(new Set(numbers).size).toBe(numbers.length);
    expect(new Set(accounts.map((account) => account.meter?.make)).size).toBe(5);
    expect(new Set(accounts.map((account) => account.tariffId))).toEqual(new Set(['residential', 'commercial', 'heating']));
    for (const account of accounts) expect(store.tariff(account.tariffId), account.tariffId).not.toBeNull();
    expect(accounts.some((account) => account.card === null && account.meter?.kind === 'ordinary')).toBe(true);
  });

  it('charges by a policy, and leaves bills in time and late, credit and deposits to be met', () => {
    seedDemoBranch(temp.store, OPTIONS);
    const { store } = temp;
    const rows = store.operationsAfter(304, 1_000).flatMap(({ accountId }) => store.receivablesOf(accountId, 'open'));
    expect(store.recordsInState(POLICIES, 'published', 5).map(({ policy }) => policy.lateFee.perDayPpm)).toEqual([3_000]);
    expect(rows.some(({ dueDate }) => dueDate < OPTIONS.businessDate)).toBe(true);
    expect(rows.some(({ dueDate }) => dueDate > OPTIONS.businessDate)).toBe(true);
    expect(store.balance('customer-credit')).toBeLessThan(0);
    expect(store.balance('customer-deposit')).toBeLessThan(0);
    const [restaurant] = store.search('好味来', 1);
    expect(store.receivablesOf(restaurant?.accountId ?? '', 'open').map(({ dueDate }) => dueDate)).toEqual(['2026-02-20', '2026-03-20']);
  });

  it('gives every card what the ledger says of it', () => {
    const cards: DemoCard[] = [];
    seedDemoBranch(temp.store, { ...OPTIONS, writeCard: (card) => cards.push(card) });
    expect(cards.length).toBeGreaterThan(200);
    for (const layoutId of ['one', 'two']) expect(cards.filter((card) => card.layoutId === layoutId).length).toBeGreaterThan(50);
    for (const card of cards) {
      const row = temp.store.card(card.cardNo);
      expect(row).toMatchObject({
        accountId: card.accountId,
        layoutId: card.layoutId,
        sequence: card.purchase?.sequence ?? 0,
        cumulativeLitres: card.purchase?.cumulativeLitres ?? 0,
      });
      if (card.purchase === null || card.meterReturn === null) continue;
      const { loadedSequence, remainingLitres, cumulativeUseLitres } = card.meterReturn;
      const onCard = loadedSequence === card.purchase.sequence ? 0 : card.purchase.volumeLitres;
      // What was ever bought is burnt, in the meter, or still on the card.
      expect(cumulativeUseLitres + remainingLitres + onCard).toBe(card.purchase.cumulativeLitres);
      expect(card.purchase.date < OPTIONS.businessDate).toBe(true);
    }
  });

  it('has spare meters of both layouts and ordinary ones in its store', () => {
    const { spareMeters } = seedDemoBranch(temp.store, OPTIONS);
    const stored = temp.store.metersIn('in-store', '', 50);
    expect(stored.filter(({ kind }) => kind === 'ic').map(({ meterNo, detail }) => [meterNo, detail.layoutId])).toEqual(
      spareMeters.map(({ meterNo, layoutId }) => [meterNo, layoutId]).sort(),
    );
    expect(new Set(spareMeters.map(({ layoutId }) => layoutId))).toEqual(new Set(['one', 'two']));
    expect(stored.some(({ kind }) => kind === 'ordinary')).toBe(true);
  });

  it('lays a dozen cards at the bench whose prices are the published ones', () => {
    const { store } = temp;
    const { hand } = seedDemoBranch(store, OPTIONS);
    expect(hand.filter(({ supply }) => supply === undefined)).toHaveLength(12);
    const price = (situation: string): number => {
      const card = hand.find((one) => one.situation === situation);
      const account = store.account(card?.accountId ?? '');
      const tariff = store.tariff(account?.tariffId ?? '');
      if (account === null || tariff === null) throw new Error(`no ${situation}`);
      const use = { usedLitres: store.tierUse(account.accountId, 2026), householdSize: account.householdSize };
      expect(volumeForMoney(tariff, use, fen(10_000)).litres).toBeGreaterThan(0);
      return priceVolume(tariff, use, litres(100_000)).amountFen;
    };
    expect(['near tier 2', 'near tier 3', 'household of five', 'commercial'].map(price)).toEqual([23_000, 26_160, 19_800, 38_600]);
    const loaded = hand.find((card) => card.situation === 'still loaded');
    expect(loaded?.meterReturn?.loadedSequence).toBe((loaded?.purchase?.sequence ?? 0) - 1);
    expect(hand.find((card) => card.situation === 'new card')).toMatchObject({ purchase: null, meterReturn: null });
    for (const card of hand) expect(store.search(card.cardNo, 5)[0]).toEqual({ accountId: card.accountId, matched: 'card' });
  });

  it('supplies a few with power: cards and ordinary meters, prices a kWh, spare meters of their own', () => {
    const { store } = temp;
    const { hand } = seedDemoBranch(store, OPTIONS);
    const price = (situation: string): number => {
      const card = hand.find((one) => one.situation === situation);
      const account = store.account(card?.accountId ?? '');
      const tariff = store.tariff(account?.tariffId ?? '');
      if (account === null || tariff === null) throw new Error(`no ${situation}`);
      expect([card?.supply, tariff.supply, store.meter(card?.meterNo ?? '')?.detail.supply]).toEqual(['power', 'power', 'power']);
      const use = { usedLitres: store.tierUse(account.accountId, 2026), householdSize: account.householdSize };
      return priceVolume(tariff, use, litres(100_000)).amountFen;
    };
    // 100 kWh at 0.55; with 2,700 of 2,760 kWh used 60 at 0.55 and 40 at 0.60.
    expect(['power', 'power near tier 2'].map(price)).toEqual([5_500, 5_700]);
    const stored = store.metersIn('in-store', '71', 50);
    expect(stored.map(({ kind, detail }) => [kind, detail.supply])).toEqual([
      ['ic', 'power'],
      ['ic', 'power'],
      ['ordinary', 'power'],
    ]);
    const [shop] = store.search('明远五金', 1);
    expect(store.receivablesOf(shop?.accountId ?? '', 'open').map(({ description }) => description)).toEqual([
      '2026-01 电费 1420 kWh',
      '2026-02 电费 1365 kWh',
    ]);
  });

  it('lets each of the staff sign in with the pass word that is shown', () => {
    const { staff } = seedDemoBranch(temp.store, OPTIONS);
    expect(staff).toEqual(DEMO_STAFF);
    for (const { staffNo, password, role } of staff) {
      const row = temp.store.staff(staffNo);
      expect(row?.role).toBe(role);
      expect(verifySync(row?.passwordHash ?? '', password)).toBe(true);
      expect(verifySync(row?.passwordHash ?? '', `${password}x`)).toBe(false);
    }
  });
});
