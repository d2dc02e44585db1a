// Charging on screen, by keyboard alone: a bill payment with two tenders and change, and its reversal with a supervisor.
import type { Page } from '@playwright/test';
import { atWork, type CounterUnderTest, countedKeys, expect, openAccount, staffOf, test } from './counter.ts';

/** The restaurant of the demo hall owes two months, one of them late. */
const CUSTOMER = '好味来餐饮有限公司';

/** From the account page to what is owed: one key. */
async function startBills(page: Page, press: (key: string) => Promise<void>): Promise<void> {
  await expect(page.getByTestId('task-bills')).toBeEnabled();
  await press('Alt+b');
  await expect(page.getByTestId('bill')).toHaveCount(2);
}

/** A clerk with an open shift, in front of the restaurant's account page. */
async function atAccount(counter: CounterUnderTest) {
  const { page } = counter;
  const client = await atWork(counter);
  const [hit] = (await client.accounts.search({ text: CUSTOMER })).hits;
  if (hit === undefined) throw new Error('no restaurant');
  await openAccount(page, hit.accountNo);
  return { page, client, accountId: hit.accountId };
}

test('a clerk takes two bills by card and cash with change in at most 25 keystrokes, and the receipt comes out once', async ({
  counter,
}) => {
  const { page, client, accountId } = await atAccount(counter);
  const { dueFen, accounts } = await client.charging.open({ accountIds: [accountId] });
  expect(accounts[0]?.receivables).toHaveLength(2);
  expect(accounts[0]?.receivables.some(({ lateFeeFen }) => lateFeeFen > 0)).toBe(true);
  // A hundred yuan in cash towards it, the rest by card; the cash is one hundred and a half, so there is change.
  const cardYuan = ((dueFen - 10_000) / 100).toFixed(2);

  const keys = countedKeys(page);
  await startBills(page, keys.press);
  await expect(page.getByTestId('bills-due')).toContainText((dueFen / 100).toLocaleString('en-US', { minimumFractionDigits: 2 }));
  await keys.press('Enter');
  await expect(page.getByTestId('tender-cash')).toBeFocused();
  await keys.type('150');
  await keys.press('Tab');
  await keys.press('Tab');
  await expect(page.getByTestId('tender-bank-card')).toBeFocused();
  await keys.type(cardYuan);
  await keys.press('Tab');
  await keys.press('Tab');
  await expect(page.getByTestId('tender-bank-card-reference')).toBeFocused();
  await keys.type('8812');
  await expect(page.getByTestId('change-due')).toContainText('50.00');
  await keys.press('Enter');
  await expect(page.getByTestId('payment-result')).toHaveAttribute('data-state', 'taken');
  await expect(page.getByTestId('change-given')).toContainText('50.00');
  await expect(page.getByTestId('receipt-state')).toHaveAttribute('data-state', 'printed');
  expect(keys.count()).toBeLessThanOrEqual(25);

  const { paper } = await client.hall.state({});
  expect(paper).toHaveLength(1);
  const text = paper[0]?.join('\n') ?? '';
  for (const words of ['缴费收据', '违约金', '8812', '50.00']) expect(text).toContain(words);
  expect((await client.shift.current({}))?.drawerFen).toBe(50_000 + 10_000);
  expect((await client.charging.open({ accountIds: [accountId] })).dueFen).toBe(0);
  await keys.press('Enter');
  await expect(page.getByTestId('omnibox')).toBeFocused();
  expect(counter.heard.console).toEqual([]);
});

test('a payment taken for the wrong account is reversed with the supervisor’s own sign-in, in at most 30 keystrokes', async ({
  counter,
}) => {
  const { page, client, accountId } = await atAccount(counter);
  const supervisor = await staffOf(client, 'supervisor');
  const before = await client.charging.open({ accountIds: [accountId] });
  await startBills(page, (key) => page.keyboard.press(key));
  // The second bill stays.
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('Space');
  await page.keyboard.press('Enter');
  await expect(page.getByTestId('tender-cash')).toBeFocused();
  await page.keyboard.press('F9');
  await page.keyboard.press('Enter');
  await expect(page.getByTestId('receipt-state')).toHaveAttribute('data-state', 'printed');
  expect((await client.charging.open({ accountIds: [accountId] })).accounts[0]?.receivables).toHaveLength(1);

  const keys = countedKeys(page);
  await keys.press('Alt+r');
  await expect(page.getByTestId('reason')).toBeFocused();
  await keys.type('收错户');
  await keys.press('Enter');
  await expect(page.getByTestId('approval-staff')).toBeFocused();
  await keys.type(supervisor.staffNo);
  await keys.press('Tab');
  await keys.type(supervisor.password);
  await keys.press('Enter');
  await expect(page.getByTestId('payment-result')).toHaveAttribute('data-state', 'reversed');
  await expect(page.getByTestId('receipt-state')).toHaveAttribute('data-state', 'printed');
  expect(keys.count()).toBeLessThanOrEqual(30);

  expect(await client.charging.open({ accountIds: [accountId] })).toEqual(before);
  expect((await client.shift.current({}))?.drawerFen).toBe(50_000);
  const { paper } = await client.hall.state({});
  expect(paper.map((sheet) => sheet.join('\n')).filter((text) => text.includes('冲正凭证'))).toHaveLength(1);
});

test('a wrong sum is told beside the field, and nothing is taken', async ({ counter }) => {
  const { page, client, accountId } = await atAccount(counter);
  await startBills(page, (key) => page.keyboard.press(key));
  await page.keyboard.press('Alt+p');
  await expect(page.getByTestId('bills-part')).toBeFocused();
  await page.keyboard.type('-5');
  await expect(page.getByTestId('part-wrong')).toBeVisible();
  await expect(page.getByTestId('to-payment')).toBeDisabled();
  expect(await client.charging.payments({ accountId })).toEqual([]);
});
