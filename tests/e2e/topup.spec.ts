// First light on screen: a top-up by keyboard alone, and a card torn out in the middle of the write.
import type { Page } from '@playwright/test';
import type { CounterClient } from '../../src/shared/contract/index.ts';
import { atWork, type CounterUnderTest, countedKeys, drawerFenOf, expect, openAccount, staffOf, test } from './counter.ts';

/** The hands around the counter: they move cards, the keyboard does the rest. */
interface Hands {
  readonly client: CounterClient;
  readonly cardNo: string;
  readonly accountNo: string;
}

async function takeCard(client: CounterClient): Promise<Hands> {
  const card = (await client.hall.state({})).cards.find(({ flaw }) => flaw === '');
  if (card === undefined) throw new Error('no card at the bench');
  return { client, cardNo: card.cardNo, accountNo: card.accountNo };
}

async function insert({ client, cardNo }: Hands): Promise<void> {
  await client.hall.act({ act: 'insert', slot: 1, cardNo });
}

/** A clerk at work, with a customer's card at hand. */
async function withCard(
  counter: CounterUnderTest,
): Promise<{ readonly page: Page; readonly client: CounterClient; readonly hands: Hands }> {
  const client = await atWork(counter);
  return { page: counter.page, client, hands: await takeCard(client) };
}

/** The card goes into the reader, and from home straight to its account. */
async function insertAndOpen(page: Page, hands: Hands): Promise<void> {
  await insert(hands);
  await expect(page.getByTestId('account-no')).toContainText(hands.accountNo);
}

/** From the account page to the payment step; returns the amount shown. */
async function priceByKeyboard(page: Page, money: string, keys = countedKeys(page)): Promise<void> {
  await expect(page.getByTestId('action-topup')).toBeEnabled();
  await keys.press('Enter');
  await expect(page.getByTestId('topup-amount')).toBeFocused();
  await keys.type(money);
  await expect(page.getByTestId('quote-total')).toContainText(money);
  await keys.press('Enter');
  await expect(page.getByTestId('amount-due')).toContainText(money);
}

test('a clerk signs in, opens a shift and tops up a card without touching the mouse, in at most 10 keystrokes', async ({ counter }) => {
  const { page, client, hands } = await withCard(counter);
  const keys = countedKeys(page);

  // The card goes straight to its account.
  await insertAndOpen(page, hands);
  await priceByKeyboard(page, '230', keys);

  await keys.type('300');
  await expect(page.getByTestId('change-due')).toContainText('70.00');
  await keys.press('Enter');
  await expect(page.getByTestId('topup-result')).toHaveAttribute('data-state', /receipted|replicated/);
  await expect(page.getByTestId('topup-result')).toContainText('已核对');
  await expect(page.getByTestId('change-given')).toContainText('70.00');
  await expect(page.getByTestId('receipt-preview')).toBeVisible();

  const paper = (await client.hall.state({})).paper[0]?.join('\n') ?? '';
  expect(paper).toContain('贰佰叁拾元整');
  expect(paper).toContain(hands.accountNo);
  expect(drawerFenOf(counter)).toBe(50_000 + 23_000);

  await keys.press('Enter');
  await expect(page.getByTestId('omnibox')).toBeFocused();
  expect(keys.count()).toBeLessThanOrEqual(10);
  expect(counter.heard.console).toEqual([]);
});

test('a power card is topped up in at most 10 keystrokes: kilowatt-hours on screen and on paper, and no word of gas', async ({
  counter,
}) => {
  const client = await atWork(counter);
  const { page } = counter;
  const keys = countedKeys(page);
  const [account] = (await client.accounts.search({ text: '林晓梅' })).hits;
  if (account === undefined) throw new Error('no account of power');
  const card = (await client.hall.state({})).cards.find(({ accountNo }) => accountNo === account.accountNo);
  if (card === undefined) throw new Error('no card of power at the bench');
  const hands = { client, cardNo: card.cardNo, accountNo: account.accountNo };
  await insertAndOpen(page, hands);
  await expect(page.getByTestId('account-header')).toContainText('电力');
  await expect(page.getByTestId('card-strip')).toContainText('200.0 kWh');
  await expect(page.getByTestId('action-topup')).toContainText('购电');
  await keys.press('Enter');
  await expect(page.getByTestId('topup-amount')).toBeFocused();
  // By energy: 100 kWh at 0.55 yuan.
  await keys.press('F7');
  await keys.type('100');
  await expect(page.getByTestId('quote-total')).toContainText('55.00');
  await expect(page.getByTestId('tier-table')).toContainText('电量 kWh');
  const main = page.locator('main');
  await expect(main).not.toContainText('m³');
  await expect(main).not.toContainText('气');
  await keys.press('Enter');
  await expect(page.getByTestId('amount-due')).toContainText('55.00');
  await keys.type('60', 'Enter');
  await expect(page.getByTestId('topup-result')).toHaveAttribute('data-state', /receipted|replicated/);
  await expect(page.getByTestId('topup-result')).toContainText('已写卡 100.0 kWh，已核对');
  await expect(page.getByTestId('receipt-preview')).toBeVisible();
  const paper = (await client.hall.state({})).paper[0]?.join('\n') ?? '';
  for (const words of ['购电收据', '100.0 千瓦时', '伍拾伍元整', hands.accountNo]) expect(paper).toContain(words);
  expect(paper).not.toMatch(/气|立方米/);
  await keys.press('Enter');
  await expect(page.getByTestId('omnibox')).toBeFocused();
  expect(keys.count()).toBeLessThanOrEqual(10);

  // Its own meter takes it.
  await client.hall.act({ act: 'remove', slot: 1 });
  await client.hall.act({ act: 'meter-takes-card', cardNo: card.cardNo });
  const meter = (await client.hall.state({})).meters.find(({ cardNo }) => cardNo === card.cardNo);
  expect(meter).toMatchObject({ commodity: 'power', lastResult: 'loaded' });
  expect(counter.heard.console).toEqual([]);
});

test('a press that is quicker than the card counts once the card has been read, and once only', async ({ counter }) => {
  const { page, client, hands } = await withCard(counter);
  await openAccount(page, hands.accountNo);
  await expect(page.getByTestId('action-topup')).toBeEnabled();
  await page.keyboard.press('Enter');
  await expect(page.getByTestId('topup-amount')).toBeFocused();
  // No card at all: the press waits, and is forgotten when something else is typed.
  await page.keyboard.type('90');
  await page.keyboard.press('Enter');
  await expect(page.getByText('放入卡后自动继续')).toBeVisible();
  await page.keyboard.press('Backspace');
  await expect(page.getByText('放入卡后自动继续')).toBeHidden();
  await insert(hands);
  await expect(page.getByTestId('card-strip')).toContainText(hands.cardNo);
  await expect(page.getByTestId('quote-total')).toContainText('9.00');
  await expect(page.getByTestId('topup-amount')).toHaveValue('9');
  await client.hall.act({ act: 'remove', slot: 1 });
  await expect(page.getByTestId('card-strip')).toBeHidden();

  // The card and the press at the same moment.
  await Promise.all([insert(hands), page.keyboard.press('Enter')]);
  await expect(page.getByTestId('amount-due')).toContainText('9.00');
  await expect(page.getByTestId('topup-amount')).toBeHidden();
  expect((await client.topups.open({})).total).toBe(0);

  // Another customer's card is nothing to wait for.
  await page.keyboard.press('Escape');
  await expect(page.getByTestId('topup-amount')).toBeFocused();
  await expect(page.getByTestId('to-payment')).toBeEnabled();
  await client.hall.act({ act: 'remove', slot: 1 });
  await expect(page.getByTestId('card-strip')).toBeHidden();
  await page.keyboard.press('Enter');
  await expect(page.getByText('放入卡后自动继续')).toBeVisible();
  const other = (await client.hall.state({})).cards.find(({ flaw, accountNo }) => flaw === '' && accountNo !== hands.accountNo);
  await client.hall.act({ act: 'insert', slot: 1, cardNo: other?.cardNo ?? '' });
  await expect(page.getByTestId('to-payment')).toBeDisabled();
  await client.hall.act({ act: 'remove', slot: 1 });
  await insert(hands);
  await expect(page.getByTestId('to-payment')).toBeEnabled();
  await expect(page.getByTestId('topup-amount')).toBeVisible();
});

test('an account is found by typing, and the search is quick to use from anywhere', async ({ counter }) => {
  const { page, hands } = await withCard(counter);
  await openAccount(page, hands.accountNo);
  await page.keyboard.press('Escape');
  await expect(page.getByTestId('omnibox')).toBeFocused();
  await expect(page.getByTestId('account-no')).toBeHidden();
});

test('a torn card leaves the purchase undelivered on screen, and the next insertion puts it right', async ({ counter }) => {
  const { page, client, hands } = await withCard(counter);
  await insertAndOpen(page, hands);
  await priceByKeyboard(page, '100');
  await client.hall.act({ act: 'remove-during-write', slot: 1, afterBytes: 9 });
  await page.keyboard.press('F9');
  await page.keyboard.press('Enter');
  await expect(page.getByTestId('topup-result')).toHaveAttribute('data-state', 'writing');
  await expect(page.getByTestId('undelivered-next')).toBeVisible();

  // Home names it too.
  await page.keyboard.press('F1');
  await expect(page.getByTestId('undelivered-row')).toHaveCount(1);

  await insertAndOpen(page, hands);
  await page.keyboard.press('Enter');
  await expect(page.getByTestId('undelivered-next')).toBeVisible();
  await page.keyboard.press('Enter');
  await expect(page.getByTestId('topup-result')).toHaveAttribute('data-state', /receipted|replicated/);
  expect(drawerFenOf(counter)).toBe(50_000 + 10_000);
  const card = await client.cards.read({ slot: 1 });
  expect(card).toMatchObject({ difference: 'none', obstacle: 'CARD_STILL_LOADED', attemptsLeft: 3 });
});

test('a printer without paper is named, and the receipt comes out once when it has paper again', async ({ counter }) => {
  const { page, client, hands } = await withCard(counter);
  await insertAndOpen(page, hands);
  await priceByKeyboard(page, '50');
  await client.hall.act({ act: 'paper', state: 'out' });
  await page.keyboard.press('F9');
  await page.keyboard.press('Enter');
  await expect(page.getByTestId('receipt-not-printed')).toBeVisible();
  expect((await client.hall.state({})).paper).toHaveLength(0);
  await client.hall.act({ act: 'paper', state: 'ok' });
  await page.getByTestId('print-receipt').click();
  await expect(page.getByTestId('topup-result')).toHaveAttribute('data-state', /receipted|replicated/);
  expect((await client.hall.state({})).paper).toHaveLength(1);
});

test('a card that is down to its last PSC attempt waits for the supervisor, and goes on with one', async ({ counter }) => {
  const { page, client, hands } = await withCard(counter);
  const supervisor = await staffOf(client, 'supervisor');
  const gone = () => expect.poll(async () => (await client.cards.read({ slot: 1 })).presence).toBe('absent');
  await insertAndOpen(page, hands);
  await priceByKeyboard(page, '50');
  // The first byte of a presentation is the cleared bit of the error counter: each tear there spends one attempt.
  await client.hall.act({ act: 'remove-during-write', slot: 1, afterBytes: 1 });
  await page.keyboard.press('F9');
  await page.keyboard.press('Enter');
  await expect(page.getByTestId('undelivered-next')).toBeVisible();
  await gone();
  await insert(hands);
  await client.hall.act({ act: 'remove-during-write', slot: 1, afterBytes: 1 });
  await page.keyboard.press('Enter');
  await expect(page.getByTestId('progress')).toBeHidden();
  await expect(page.getByTestId('undelivered-next')).toBeVisible();
  await gone();
  await insert(hands);
  await expect.poll(async () => (await client.cards.read({ slot: 1 })).attemptsLeft).toBe(1);

  await page.keyboard.press('Enter');
  await expect(page.getByTestId('approval-staff')).toBeFocused();
  await page.keyboard.type('1001');
  await page.keyboard.press('Tab');
  await page.keyboard.type('demo-1001');
  await page.keyboard.press('Enter');
  await expect(page.getByRole('dialog').getByTestId('problem')).toHaveAttribute('data-code', 'ROLE_DENIED');
  await page.getByTestId('approval-staff').fill(supervisor.staffNo);
  await page.getByTestId('approval-password').fill(supervisor.password);
  await page.keyboard.press('Enter');
  await expect(page.getByTestId('topup-result')).toHaveAttribute('data-state', /receipted|replicated/);
  expect((await client.cards.read({ slot: 1 })).attemptsLeft).toBe(3);
});
