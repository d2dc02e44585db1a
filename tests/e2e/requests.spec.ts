// Service requests on screen, by keyboard alone: transfer, suspension and reactivation, closure with refund.
import type { Page } from '@playwright/test';
import type { CounterClient } from '../../src/shared/contract/index.ts';
import { atWork, type CounterUnderTest, countedKeys, drawerFenOf, expect, type Keys, staffOf, test } from './counter.ts';

/** Made up, with right check characters. */
const OLD_ID = '110101199003070097';
const NEW_ID = '110101198805120039';

/** A clerk with an open shift, before a customer whose card lies in the reader and who owes nothing. */
async function atCustomer(counter: CounterUnderTest) {
  const { page } = counter;
  const client = await atWork(counter, { floatYuan: '2000' });
  for (const card of (await client.hall.state({})).cards.filter(({ flaw }) => flaw === '')) {
    const [hit] = (await client.accounts.search({ text: card.accountNo })).hits;
    if (hit === undefined) continue;
    const account = await client.accounts.get({ accountId: hit.accountId });
    const { accounts } = await client.charging.open({ accountIds: [hit.accountId] });
    if (account.customerKind !== 'residential' || accounts[0]?.receivables.length !== 0) continue;
    await client.hall.act({ act: 'insert', slot: 1, cardNo: card.cardNo });
    await expect(page.getByTestId('account-no')).toContainText(card.accountNo);
    return { page, client, accountId: hit.accountId, keys: countedKeys(page) };
  }
  throw new Error('no customer without arrears');
}

/** From an opened request over the payment of its fee in cash back to the request by the work list. */
async function payFee(page: Page, keys: Keys, yuan: string): Promise<void> {
  await expect(page.getByTestId('pay-fee')).toBeVisible();
  await keys.press('Enter');
  await expect(page.getByTestId('bills-due')).toContainText(yuan);
  await keys.press('Enter');
  await expect(page.getByTestId('tender-cash')).toBeFocused();
  await keys.type(yuan, 'Enter');
  await expect(page.getByTestId('tender-cash')).toBeHidden();
  await keys.press('F5');
  await expect(page.getByTestId('request-row')).toHaveCount(1);
  await keys.press('Enter');
  await expect(page.getByTestId('pay-fee')).toBeHidden();
  await expect(page.getByTestId('move-request')).toBeEnabled();
}

async function supervisorSigns(page: Page, client: CounterClient, keys: Keys): Promise<void> {
  const { staffNo, password } = await staffOf(client, 'manager');
  await expect(page.getByTestId('approval-staff')).toBeFocused();
  await keys.type(staffNo, 'Tab');
  await keys.type(password, 'Enter');
}

test('a suspension and its reactivation take at most 60 keystrokes', async ({ counter }) => {
  // Two requests with a payment each: a busy machine needs longer than for one.
  test.slow();
  const { page, client, accountId, keys } = await atCustomer(counter);
  await keys.press('Alt+s');
  await expect(page.getByTestId('field-form-from')).toBeFocused();
  await keys.press('Enter');
  await payFee(page, keys, '30');
  await keys.press('Enter');
  await expect(page.getByTestId('field-form-sealNo')).toBeFocused();
  await keys.type('F77', 'Tab');
  await keys.type('12', 'Enter');
  await expect(page.getByTestId('request-result')).toBeVisible();
  expect((await client.accounts.get({ accountId })).status).toBe('suspended');

  await keys.press('Enter');
  await expect(page.getByTestId('account-no')).toBeVisible();
  await keys.press('Alt+a');
  await expect(page.getByTestId('field-form-wishedOn')).toBeFocused();
  await keys.press('Enter');
  await payFee(page, keys, '50');
  await keys.press('Enter');
  await expect(page.getByTestId('field-form-inspectionNo')).toBeFocused();
  await keys.press('Enter');
  await expect(page.getByTestId('field-form-inspectionNo-wrong')).toBeVisible();
  await keys.type('AJ9', 'Enter');
  await expect(page.getByTestId('request-result')).toBeVisible();
  expect((await client.accounts.get({ accountId })).status).toBe('active');
  expect(keys.count()).toBeLessThanOrEqual(60);
});

test('a transfer takes at most 80 keystrokes, and a wrong digit is named beside its field', async ({ counter }) => {
  const { page, client, accountId, keys } = await atCustomer(counter);
  await keys.press('Alt+t');
  await expect(page.getByTestId('field-form-oldIdentityKind')).toBeFocused();
  await keys.press('Tab');
  await keys.type(OLD_ID, 'Tab');
  await keys.type('单䶮喆', 'Tab', 'Tab');
  await keys.type(`${NEW_ID.slice(0, 17)}1`, 'Tab');
  await keys.type('13900001111', 'Enter');
  await expect(page.getByTestId('field-form-newIdentity-wrong')).toBeVisible();
  await expect(page.getByTestId('field-form-newIdentity')).toBeFocused();
  expect(await client.requests.list({ accountId })).toEqual([]);
  await keys.press('End', 'Backspace');
  await keys.type(NEW_ID.slice(17), 'Enter');
  await payFee(page, keys, '20');
  await keys.press('Enter');
  await expect(page.getByTestId('request-result')).toBeVisible();
  const account = await client.accounts.get({ accountId });
  expect(account.customerName).toBe('单䶮喆');
  expect(account.tierUsedLitres).toBe(0);
  expect(keys.count()).toBeLessThanOrEqual(80);
});

test('a closure pays what is left back with a supervisor, in at most 75 keystrokes', async ({ counter }) => {
  const { page, client, accountId, keys } = await atCustomer(counter);
  const drawerFen = drawerFenOf(counter);
  await keys.press('Alt+c');
  await expect(page.getByTestId('field-form-oldIdentityKind')).toBeFocused();
  await keys.press('Tab');
  await keys.type(OLD_ID, 'Enter');
  await expect(page.getByTestId('request')).toHaveAttribute('data-state', 'open');
  await keys.press('Enter');
  await expect(page.getByTestId('request')).toHaveAttribute('data-state', 'approval');
  await keys.press('Enter');
  await supervisorSigns(page, client, keys);
  await expect(page.getByTestId('field-form-readingLitres')).toBeFocused();
  await keys.type('900', 'Tab');
  await keys.type('10', 'Enter');
  await expect(page.getByTestId('request')).toHaveAttribute('data-state', 'ready');
  const [row] = await client.requests.list({ accountId });
  const { refundFen } = await client.requests.get({ requestId: row?.requestId ?? '' });
  expect(refundFen).toBeGreaterThan(0);
  await expect(page.getByTestId('refund-total')).toBeVisible();
  await keys.press('Enter');
  await supervisorSigns(page, client, keys);
  await expect(page.getByTestId('request-result')).toBeVisible();
  expect((await client.accounts.get({ accountId })).status).toBe('closed');
  const after = drawerFenOf(counter);
  expect(drawerFen - after).toBeGreaterThanOrEqual(refundFen);
  expect(keys.count()).toBeLessThanOrEqual(75);
});
