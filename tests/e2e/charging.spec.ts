// Charging on screen, by keyboard alone: a bill payment with two tenders and change, and its reversal with a supervisor.
import type { Page } from '@playwright/test';
import { v7 as newId } from 'uuid';
import type { CounterClient } from '../../src/shared/contract/index.ts';
import { atWork, type CounterUnderTest, countedKeys, drawerFenOf, expect, openAccount, staffOf, test } from './counter.ts';

/** The restaurant of the demo hall owes two months, one of them late. */
const CUSTOMER = '好味来餐饮有限公司';

const yuanOf = (fen: number): string => (fen / 100).toLocaleString('en-US', { minimumFractionDigits: 2 });

/** A household that owes nothing. */
async function anotherCustomer(client: CounterClient) {
  for (const { accountNo } of (await client.hall.state({})).cards.filter(({ flaw }) => flaw === '')) {
    const [hit] = (await client.accounts.search({ text: accountNo })).hits;
    if (hit === undefined) continue;
    const { customerKind } = await client.accounts.get({ accountId: hit.accountId });
    if (customerKind === 'residential' && (await client.charging.open({ accountIds: [hit.accountId] })).dueFen === 0) return hit;
  }
  throw new Error('no household without arrears');
}

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
  expect(drawerFenOf(counter)).toBe(50_000 + 10_000);
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
  expect(drawerFenOf(counter)).toBe(50_000);
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

test('what two accounts owe is paid at once, in at most 25 keystrokes', async ({ counter }) => {
  const { page, client, accountId } = await atAccount(counter);
  const other = await anotherCustomer(client);
  await client.charging.raiseFee({ receivableId: newId(), accountId: other.accountId, code: 'card-reissue' });
  const accountIds = [accountId, other.accountId];
  const { dueFen } = await client.charging.open({ accountIds });
  const keys = countedKeys(page);
  await startBills(page, keys.press);
  await keys.press('Alt+a');
  await keys.type(other.accountNo, 'Enter');
  await expect(page.getByTestId('bill')).toHaveCount(3);
  await expect(page.getByTestId('bills-due')).toContainText(yuanOf(dueFen));
  await keys.press('Enter');
  await expect(page.getByTestId('tender-cash')).toBeFocused();
  await keys.press('F9', 'Enter');
  await expect(page.getByTestId('payment-result')).toHaveAttribute('data-state', 'taken');
  await expect(page.getByTestId('receipt-state')).toHaveAttribute('data-state', 'printed');
  expect(keys.count()).toBeLessThanOrEqual(25);
  expect((await client.charging.open({ accountIds })).dueFen).toBe(0);
  expect(drawerFenOf(counter)).toBe(50_000 + dueFen);
  const paper = (await client.hall.state({})).paper[0]?.join('\n') ?? '';
  expect(paper).toContain('补卡工本费');
  // Reversed at another screen while the dialog asks why: what appears behind it leaves the dialog its keyboard.
  await page.keyboard.press('Alt+r');
  await expect(page.getByTestId('reason')).toBeFocused();
  const [payment] = await client.charging.payments({ accountId });
  const { staffNo, password } = await staffOf(client, 'supervisor');
  await client.charging.reversePayment({
    paymentId: payment?.paymentId ?? '',
    reason: '收错户',
    refunds: [],
    approval: { staffNo, password },
  });
  await expect(page.getByTestId('payment-result')).toHaveAttribute('data-state', 'reversed');
  await expect(page.getByTestId('reason')).toBeFocused();
  expect(counter.heard.mouse).toBe(0);
});

test('a deposit is taken and a part of it given back, each in at most 25 keystrokes; more than is held is refused beside the field', async ({
  counter,
}) => {
  const { page, client } = await atAccount(counter);
  const { accountId, accountNo } = await anotherCustomer(client);
  await page.keyboard.press('F1');
  await openAccount(page, accountNo);
  await expect(page.getByTestId('task-deposit')).toBeEnabled();
  const taking = countedKeys(page);
  await taking.press('Alt+d');
  await expect(page.getByTestId('handover-amount')).toBeFocused();
  await taking.type('100', 'Tab');
  await taking.type('开户押金', 'Enter');
  await expect(page.getByTestId('tender-cash')).toBeFocused();
  await taking.press('F9', 'Enter');
  await expect(page.getByTestId('receipt-state')).toHaveAttribute('data-state', 'printed');
  expect(taking.count()).toBeLessThanOrEqual(25);
  expect((await client.accounts.get({ accountId })).depositFen).toBe(10_000);

  await taking.press('Enter');
  await openAccount(page, accountNo);
  await expect(page.getByTestId('task-deposit')).toBeEnabled();
  const giving = countedKeys(page);
  await giving.press('Alt+d');
  await expect(page.getByTestId('handover-amount')).toBeFocused();
  await giving.press('Alt+2');
  await giving.type('999999999', 'Enter');
  await expect(page.getByRole('alert').first()).toContainText('100.00');
  await expect(page.getByTestId('handover-amount')).toBeFocused();
  await giving.press('ControlOrMeta+a');
  await giving.type('-5', 'Enter');
  await expect(page.getByRole('alert').first()).toBeVisible();
  expect((await client.accounts.get({ accountId })).depositFen).toBe(10_000);
  await giving.press('ControlOrMeta+a');
  await giving.type('40', 'Tab', 'Tab');
  await giving.type('退部分', 'Enter');
  const { staffNo, password } = await staffOf(client, 'supervisor');
  await expect(page.getByTestId('approval-staff')).toBeFocused();
  const signing = countedKeys(page);
  await signing.type(staffNo, 'Tab');
  await signing.type(password, 'Enter');
  await expect(page.getByTestId('handover-result')).toBeVisible();
  await expect(page.getByTestId('receipt-state')).toHaveAttribute('data-state', 'printed');
  expect(giving.count()).toBeLessThanOrEqual(25);
  expect((await client.accounts.get({ accountId })).depositFen).toBe(6_000);
  expect(drawerFenOf(counter)).toBe(50_000 + 10_000 - 4_000);
  expect(counter.heard.mouse).toBe(0);
});

test('a fee is charged, paid and invoiced; a spoiled form is voided and the next number taken; the receipt is printed again with its count', async ({
  counter,
}) => {
  const { page, client } = await atAccount(counter);
  const { accountId, accountNo } = await anotherCustomer(client);
  await page.keyboard.press('F1');
  await openAccount(page, accountNo);
  const keys = countedKeys(page);
  await keys.press('Alt+f');
  await expect(page.getByTestId('fee').first()).toBeVisible();
  // What stands in the field is what is charged, or nothing is.
  const quantity = page.getByTestId('fee-quantity');
  for (const wrong of ['', '-5', '1e3', '99999', '两']) {
    await quantity.fill(wrong);
    await page.keyboard.press('Enter');
    await expect(page.getByTestId('fee-quantity-wrong')).toBeVisible();
    await expect(quantity).toBeFocused();
  }
  await quantity.fill('1');
  await expect(page.getByTestId('fee-quantity-wrong')).toBeHidden();
  await keys.press('+', 'Enter');
  await expect(page.getByTestId('bills-due')).toContainText('40.00');
  await keys.press('Enter');
  await expect(page.getByTestId('tender-cash')).toBeFocused();
  await keys.press('F9', 'Enter');
  await expect(page.getByTestId('receipt-state')).toHaveAttribute('data-state', 'printed');
  expect(keys.count()).toBeLessThanOrEqual(8);

  const invoicing = countedKeys(page);
  await invoicing.press('Alt+i');
  await expect(page.getByTestId('buyer-name')).toBeFocused();
  const first = await page.getByTestId('next-number').innerText();
  // A tax number with a wrong check character is named beside its field, and no number is spent.
  await invoicing.press('Tab');
  await invoicing.type('91330100MA2B1C3D4X', 'Enter');
  await expect(page.getByRole('alert').first()).toBeVisible();
  await expect(page.getByTestId('next-number')).toHaveText(first);
  await page.getByTestId('buyer-tax').press('ControlOrMeta+a');
  await invoicing.press('Delete', 'Enter');
  await expect(page.getByTestId('invoice-state')).toHaveAttribute('data-state', /printed|unverified/);
  await expect(page.getByTestId('invoice')).toContainText(first);
  await invoicing.press('Alt+v');
  await expect(page.getByTestId('reason')).toBeFocused();
  await invoicing.type('卡纸', 'Enter');
  const { staffNo, password } = await staffOf(client, 'supervisor');
  await expect(page.getByTestId('approval-staff')).toBeFocused();
  const signing = countedKeys(page);
  await signing.type(staffNo, 'Tab');
  await signing.type(password, 'Enter');
  await expect(page.getByTestId('buyer-name')).toBeFocused();
  await expect(page.getByTestId('next-number')).not.toHaveText(first);
  await expect(page.getByTestId('segments')).toContainText(first);
  expect(invoicing.count()).toBeLessThanOrEqual(30);

  await page.keyboard.press('F1');
  await openAccount(page, accountNo);
  const before = (await client.hall.state({})).paper;
  await expect(page.getByTestId('task-reprint')).toBeEnabled();
  await page.keyboard.press('Alt+0');
  await expect(page.getByTestId('reprint-row').first()).toBeEnabled();
  await page.keyboard.press('Enter');
  await expect.poll(async () => (await client.hall.state({})).paper.length).toBe(before.length + 1);
  const [again, original] = (await client.hall.state({})).paper.map((sheet) => sheet.join('\n'));
  expect(again).toContain('补打 1');
  expect(original).not.toContain('补打');
  expect(again?.replace(/.*补打.*\n/, '')).toContain('40.00');
  expect((await client.charging.payments({ accountId }))[0]?.receipt?.reprints).toBe(1);
  expect(counter.heard.mouse).toBe(0);
});
