// Cards and meters on screen, by keyboard alone: reissue, replacement, meter exchange with a top-up on the new layout, reversal with the supervisor.
import type { Page } from '@playwright/test';
import { v7 as newId } from 'uuid';
import type { CounterClient } from '../../src/shared/contract/index.ts';
import { atWork, type CounterUnderTest, countedKeys, drawerFenOf, expect, openAccount, staffOf, test } from './counter.ts';

const BLANK = '9900000000';
const BOUGHT_LITRES = 20_000;

/** A clerk with an open shift before the account page of a residential customer, whose card is in the customer's hand. */
async function atCustomer(counter: CounterUnderTest, layoutId = 'countertop-card') {
  const { page } = counter;
  const client = await atWork(counter, { floatYuan: '2000' });
  for (const card of (await client.hall.state({})).cards.filter(({ flaw }) => flaw === '')) {
    const [hit] = (await client.accounts.search({ text: card.accountNo })).hits;
    if (hit === undefined) continue;
    const { accountId } = hit;
    const account = await client.accounts.get({ accountId });
    const cards = await client.cardTasks.ofAccount({ accountId });
    if (account.customerKind !== 'residential' || account.tierUsedLitres === 0 || cards.layoutId !== layoutId) continue;
    await openAccount(page, card.accountNo);
    return { page, client, accountId, cardNo: card.cardNo, keys: countedKeys(page) };
  }
  throw new Error('no such customer');
}

const put = async (client: CounterClient, cardNo: string): Promise<void> => {
  await client.hall.act({ act: 'insert', slot: 1, cardNo });
};
const take = async (client: CounterClient): Promise<void> => {
  await client.hall.act({ act: 'remove', slot: 1 });
};

/** The customer has bought 20 m³ that the meter has not loaded; the card is in the hand again. */
async function bought(client: CounterClient, at: { readonly accountId: string; readonly cardNo: string }): Promise<void> {
  await put(client, at.cardNo);
  const { accountId } = at;
  const purchase = { by: 'volume', litres: BOUGHT_LITRES } as const;
  const { amountFen } = await client.topups.quote({ accountId, purchase });
  const pay = { topupId: newId(), accountId, slot: 1, purchase, expectedAmountFen: amountFen, tenders: [], cashTenderedFen: amountFen };
  await expect.poll(async () => (await client.cards.read({ slot: 1 }).catch(() => null))?.obstacle ?? null).toBeNull();
  await client.topups.pay(pay);
  const { fault } = await client.topups.deliver({ topupId: pay.topupId, slot: 1 });
  expect(fault).toBeNull();
  await take(client);
}

const onCard = async (client: CounterClient) => (await client.cards.read({ slot: 1 })).content;

/** The one who is asked signs in at the counter. */
async function signsHere(
  page: Page,
  keys: ReturnType<typeof countedKeys>,
  who: { readonly staffNo: string; readonly password: string },
): Promise<void> {
  await expect(page.getByTestId('approval-staff')).toBeFocused();
  await keys.type(who.staffNo, 'Tab');
  await keys.type(who.password, 'Enter');
}

async function cardWritten(page: Page): Promise<void> {
  await expect(page.getByTestId('card-task-result')).toHaveAttribute('data-state', 'verified');
}

test('a lost card is replaced by a new one in at most 3 keystrokes, and nobody is served on the old one from the first of them', async ({
  counter,
}) => {
  const { page, client, accountId, cardNo, keys } = await atCustomer(counter);
  await keys.press('Alt+l');
  await expect(page.getByTestId('card-wanted')).toBeVisible();
  await put(client, BLANK);
  await expect(page.getByTestId('card-wanted')).toBeHidden();
  await expect(page.getByTestId('card-task-begin')).toBeEnabled();
  await keys.press('Enter');
  await cardWritten(page);
  const { cards } = await client.cardTasks.ofAccount({ accountId });
  expect(cards.find((card) => card.cardNo === cardNo)?.status).toBe('blacklisted');
  const made = cards.find(({ status }) => status === 'active');
  expect((await onCard(client))?.cardNo).toBe(made?.cardNo);
  await keys.press('Enter');
  await expect(page.getByTestId('account-no')).toBeVisible();
  expect(keys.count()).toBeLessThanOrEqual(3);

  // Whoever found the old one and brings it gets nothing.
  await take(client);
  await put(client, cardNo);
  await expect.poll(async () => (await client.cards.read({ slot: 1 })).obstacle).toBe('CARD_BLACKLISTED');
  expect(counter.heard.console).toEqual([]);
});

test('a lost card is blacklisted although the new one was pulled out in the middle of its write, which goes on with one key', async ({
  counter,
}) => {
  const { page, client, accountId, cardNo, keys } = await atCustomer(counter);
  await keys.press('Alt+l');
  await expect(page.getByTestId('card-wanted')).toBeVisible();
  await put(client, BLANK);
  await expect(page.getByTestId('card-wanted')).toBeHidden();
  await client.hall.act({ act: 'remove-during-write', slot: 1, afterBytes: 20 });
  await keys.press('Enter');
  await expect(page.getByTestId('card-task-open')).toBeVisible();
  const { cards } = await client.cardTasks.ofAccount({ accountId });
  expect(cards.find((card) => card.cardNo === cardNo)?.status).toBe('blacklisted');
  await put(client, BLANK);
  await keys.press('Enter');
  await cardWritten(page);
  expect(keys.count()).toBeLessThanOrEqual(3);
});

/** The customer has paid 20 m³ and lost the card before it was in the reader again. */
async function paidFor(client: CounterClient, { accountId, cardNo }: { readonly accountId: string; readonly cardNo: string }) {
  const purchase = { by: 'volume', litres: BOUGHT_LITRES } as const;
  const { amountFen } = await client.topups.quote({ accountId, purchase });
  await put(client, cardNo);
  await expect.poll(async () => (await client.cards.read({ slot: 1 }).catch(() => null))?.obstacle ?? null).toBeNull();
  const topupId = newId();
  await client.topups.pay({ topupId, accountId, slot: 1, purchase, expectedAmountFen: amountFen, tenders: [], cashTenderedFen: amountFen });
  await take(client);
  return { topupId, amountFen };
}

test('what was paid for a lost card goes on the new one or back in money, as the customer chooses, in at most 5 keystrokes', async ({
  counter,
}) => {
  const { page, client, accountId, cardNo, keys } = await atCustomer(counter);
  const drawerFen = drawerFenOf(counter);
  const { topupId } = await paidFor(client, { accountId, cardNo });
  await keys.press('Alt+l');
  await expect(page.getByTestId('open-purchase-what')).toContainText('20');
  await expect(page.getByTestId('open-purchase-means')).toContainText('新卡写好后交付');
  await expect(page.getByTestId('card-will-hold')).toContainText('20');
  await keys.press('Alt+2');
  await expect(page.getByTestId('open-purchase-means')).toContainText('现金');
  await expect(page.getByTestId('card-will-hold')).toContainText('0');
  await put(client, BLANK);
  await expect(page.getByTestId('card-wanted')).toBeHidden();
  await keys.press('Enter');
  await cardWritten(page);
  await expect(page.getByTestId('purchase-refunded')).toContainText('现金');
  expect((await client.topups.get({ topupId })).state).toBe('refunded');
  expect(drawerFenOf(counter)).toBe(drawerFen);
  expect((await onCard(client))?.purchase?.volumeLitres ?? 0).toBe(0);
  await keys.press('Alt+p');
  await expect(page.getByRole('dialog')).toContainText('补卡');
  await page.keyboard.press('Escape');
  await keys.press('Enter');
  expect(keys.count()).toBeLessThanOrEqual(5);

  // The next card is lost as well, and this time the customer wants the gas.
  await take(client);
  const { cards } = await client.cardTasks.ofAccount({ accountId });
  const second = cards.find(({ status }) => status === 'active')?.cardNo ?? '';
  const again = await paidFor(client, { accountId, cardNo: BLANK });
  const carrying = countedKeys(page);
  await expect(page.getByTestId('account-no')).toBeVisible();
  await carrying.press('Alt+l');
  await expect(page.getByTestId('open-purchase-what')).toContainText('20');
  await client.hall.act({ act: 'insert', slot: 1, cardNo: '9900000003' });
  await expect(page.getByTestId('card-wanted')).toBeHidden();
  await carrying.press('Enter');
  await cardWritten(page);
  await expect(page.getByTestId('purchase-refunded')).toBeHidden();
  await carrying.press('Enter');
  expect(carrying.count()).toBeLessThanOrEqual(3);
  expect((await client.topups.get({ topupId: again.topupId })).state).toMatch(/receipted|verified|replicated/);
  expect((await onCard(client))?.purchase?.volumeLitres).toBe(BOUGHT_LITRES);
  expect((await client.cardTasks.ofAccount({ accountId })).cards.find((card) => card.cardNo === second)?.status).toBe('blacklisted');
  expect(counter.heard.console).toEqual([]);
});

test('a damaged card is replaced in at most 3 keystrokes, and the volume that the meter has not loaded goes with the customer', async ({
  counter,
}) => {
  const { page, client, accountId, cardNo, keys } = await atCustomer(counter);
  await bought(client, { accountId, cardNo });
  await keys.press('Alt+x');
  await expect(page.getByTestId('card-will-hold')).toContainText('20');
  await expect(page.getByTestId('card-wanted')).toBeVisible();
  await put(client, BLANK);
  await expect(page.getByTestId('card-wanted')).toBeHidden();
  await keys.press('Enter');
  await cardWritten(page);
  await keys.press('Enter');
  expect(keys.count()).toBeLessThanOrEqual(3);
  const { cards } = await client.cardTasks.ofAccount({ accountId });
  expect(cards.find((card) => card.cardNo === cardNo)?.status).toBe('returned');
  expect((await onCard(client))?.purchase?.volumeLitres).toBe(BOUGHT_LITRES);

  // The customer's meter loads it once, from whichever card.
  await take(client);
  const [before] = (await client.hall.state({})).meters.filter((meter) => meter.cardNo === cardNo);
  const after = (await client.hall.act({ act: 'meter-takes-card', cardNo: BLANK })).meters.find(
    ({ meterNo }) => meterNo === before?.meterNo,
  );
  expect(after?.lastResult).toBe('loaded');
  expect((after?.remainingLitres ?? 0) - (before?.remainingLitres ?? 0)).toBe(BOUGHT_LITRES);
  await client.hall.act({ act: 'meter-takes-card', cardNo: BLANK });
  const again = (await client.hall.act({ act: 'meter-takes-card', cardNo })).meters.find(({ meterNo }) => meterNo === before?.meterNo);
  expect(again?.remainingLitres).toBe(after?.remainingLitres);
});

test('a card that cannot be read is replaced by the meter’s own figures with a supervisor, in at most 30 keystrokes', async ({
  counter,
}) => {
  const { page, client, accountId, cardNo, keys } = await atCustomer(counter);
  await bought(client, { accountId, cardNo });
  const manager = await staffOf(client, 'manager');
  const { sequence = 0 } = (await client.cardTasks.ofAccount({ accountId })).cards.find((card) => card.cardNo === cardNo) ?? {};
  await put(client, BLANK);
  await keys.press('Alt+x');
  await expect(page.getByTestId('card-task-begin')).toBeEnabled();
  await keys.press('Alt+f');
  await expect(page.getByTestId('card-task-sequence')).toBeFocused();
  // The display says that the purchase before the last was loaded.
  await keys.type(String(sequence - 1), 'Tab');
  await keys.type('7', 'Enter');
  await signsHere(page, keys, manager);
  await cardWritten(page);
  expect(keys.count()).toBeLessThanOrEqual(30);
  expect((await onCard(client))?.purchase).toMatchObject({ sequence, volumeLitres: BOUGHT_LITRES });
});

test('a meter is exchanged for one of another layout, its card made and topped up, in at most 40 keystrokes', async ({ counter }) => {
  // An exchange, a card, a meter that takes it, and a top-up: a busy machine needs longer than for one.
  test.slow();
  const { page, client, accountId, cardNo, keys } = await atCustomer(counter);
  const spare = (await client.meters.list({})).find(({ layoutId }) => layoutId === 'countertop-single');
  if (spare === undefined) throw new Error('no spare meter of the other layout');
  // The card tells what its meter had left.
  await put(client, cardNo);
  await expect.poll(async () => (await onCard(client))?.meterReturn ?? null).not.toBeNull();
  await take(client);
  const left = await client.meters.leftOver({ accountId });
  expect(left.inMeterLitres).toBeGreaterThan(0);
  await keys.press('Alt+m');
  await expect(page.getByTestId('meter-final')).toBeFocused();
  await keys.type('900', 'Tab');
  await expect(page.getByTestId('meter-newMeter')).toBeFocused();
  await keys.type(spare.meterNo.slice(0, 4));
  await keys.press('ArrowDown');
  await expect(page.getByTestId('meter-newMeter')).toHaveValue(spare.meterNo);
  await keys.press('Enter');
  await expect(page.getByTestId('meter-result')).toContainText(spare.meterNo);
  await keys.press('Enter');
  // What was left in the old meter is owed, and goes on the new meter's card.
  await expect(page.getByTestId('card-will-hold')).toBeVisible();
  await put(client, BLANK);
  await expect(page.getByTestId('card-wanted')).toBeHidden();
  await keys.press('Enter');
  await cardWritten(page);
  const owedLitres = left.inMeterLitres + left.onCardLitres;
  expect((await client.cards.read({ slot: 1 })).layoutId).toBe('countertop-single');
  expect((await onCard(client))?.purchase).toMatchObject({ sequence: 1, volumeLitres: owedLitres });
  await keys.press('Enter');
  await expect(page.getByTestId('account-no')).toBeVisible();

  // The new meter takes its card; the old one would not.
  await take(client);
  const { meters } = await client.hall.act({ act: 'meter-takes-card', cardNo: BLANK, meterNo: spare.meterNo });
  expect(meters.find(({ meterNo }) => meterNo === spare.meterNo)).toMatchObject({ lastResult: 'loaded', remainingLitres: owedLitres });
  await put(client, BLANK);
  await expect(page.getByTestId('action-topup')).toBeEnabled();
  await keys.press('Enter');
  await expect(page.getByTestId('topup-amount')).toBeFocused();
  await keys.type('100', 'Enter');
  await expect(page.getByTestId('amount-due')).toContainText('100');
  await keys.press('F9', 'Enter');
  await expect(page.getByTestId('topup-result')).toHaveAttribute('data-state', /receipted|replicated/);
  expect(keys.count()).toBeLessThanOrEqual(40);
  const { layoutId, content } = await client.cards.read({ slot: 1 });
  expect({ layoutId, sequence: content?.purchase?.sequence }).toEqual({ layoutId: 'countertop-single', sequence: 2 });
  await take(client);
  const loaded = (await client.hall.act({ act: 'meter-takes-card', cardNo: BLANK })).meters.find(
    ({ meterNo }) => meterNo === spare.meterNo,
  );
  expect(loaded).toMatchObject({ lastResult: 'loaded', loadedSequence: 2 });

  // The old meter's card is taken in.
  await put(client, cardNo);
  await expect.poll(async () => (await client.cards.read({ slot: 1 })).obstacle).toBe('CARD_RETURNED');
});

test('the last purchase is taken off its card with the supervisor’s own sign-in, in at most 25 keystrokes', async ({ counter }) => {
  const { page, client, accountId, cardNo, keys } = await atCustomer(counter);
  const before = await client.accounts.get({ accountId });
  const drawerFen = drawerFenOf(counter);
  await put(client, cardNo);
  await expect.poll(async () => (await client.cards.read({ slot: 1 })).obstacle).toBeNull();
  const image = await onCard(client);
  await take(client);
  await bought(client, { accountId, cardNo });
  await put(client, cardNo);
  await expect(page.getByTestId('task-reverse')).toBeEnabled();
  await keys.press('Alt+r');
  await expect(page.getByTestId('reverse-amount')).toBeVisible();
  await expect(page.getByTestId('card-wanted')).toBeHidden();
  await keys.press('Enter');
  await expect(page.getByTestId('card-task-reason')).toBeFocused();
  await keys.type('买错', 'Enter');
  await signsHere(page, keys, await staffOf(client, 'manager'));
  await cardWritten(page);
  await expect(page.getByTestId('money-back')).toBeVisible();
  await keys.press('Enter');
  expect(keys.count()).toBeLessThanOrEqual(25);
  expect(await onCard(client)).toEqual(image);
  expect(drawerFenOf(counter)).toBe(drawerFen);
  expect((await client.accounts.get({ accountId })).tierUsedLitres).toBe(before.tierUsedLitres);
});

test('a card is blocked without a new one in at most 10 keystrokes, and not without a reason', async ({ counter }) => {
  const { page, client, accountId, cardNo, keys } = await atCustomer(counter);
  await keys.press('Alt+3');
  await expect(page.getByTestId('blacklist-reason')).toBeFocused();
  await keys.press('Enter');
  await expect(page.getByTestId('blacklist-reason')).toHaveAttribute('aria-invalid', 'true');
  expect((await client.cardTasks.ofAccount({ accountId })).cards[0]?.status).toBe('active');
  await keys.type('遗失', 'Enter');
  await expect(page.getByTestId('blacklist-result')).toBeVisible();
  const { cards } = await client.cardTasks.ofAccount({ accountId });
  expect(cards.find((card) => card.cardNo === cardNo)?.status).toBe('blacklisted');
  expect(keys.count()).toBeLessThanOrEqual(10);
});

test('a new meter comes into the store in at most 40 keystrokes, and one comes back from repair with its verification', async ({
  counter,
}) => {
  const { page, client, accountId, keys } = await atCustomer(counter);
  await keys.press('F8');
  await expect(page.getByTestId('task-menu')).toBeVisible();
  await keys.press('2');
  await expect(page.getByTestId('meter-find')).toBeFocused();
  await keys.press('Alt+n');
  await expect(page.getByTestId('field-meterNo')).toBeFocused();
  await keys.type('7726000001', 'Tab', 'ArrowDown', 'Tab');
  await keys.type('测试厂', 'Enter');
  await expect(page.getByTestId('field-meterNo')).toBeHidden();
  const { kind, place } = await client.meters.get({ meterNo: '7726000001' });
  expect({ kind, place }).toEqual({ kind: 'ic', place: 'in-store' });
  expect(keys.count()).toBeLessThanOrEqual(40);

  // The customer's meter goes to repair and comes back.
  const [meter] = (await client.accounts.get({ accountId })).meters;
  const on = (await client.system.info({})).businessDate;
  await client.meters.remove({
    actId: newId(),
    accountId,
    meterNo: meter?.meterNo ?? '',
    finalReadingLitres: 900_000,
    on,
    goes: 'in-repair',
  });
  await page.keyboard.press('Alt+2');
  await expect(page.getByTestId('store-row')).toContainText(meter?.meterNo ?? '');
  await page.keyboard.press('Enter');
  await expect(page.getByTestId('field-verifiedUntil')).toBeFocused();
  await page.getByTestId('field-verifiedUntil').fill('2036-05-31');
  await page.keyboard.press('Enter');
  await expect(page.getByTestId('store-row')).toHaveCount(0);
  expect(await client.meters.get({ meterNo: meter?.meterNo ?? '' })).toMatchObject({ place: 'in-store', verifiedUntil: '2036-05-31' });
});
