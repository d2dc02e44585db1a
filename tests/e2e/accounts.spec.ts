// Accounts and people by keyboard alone: opening, changing, two clerks at once, and nothing of one customer in front of the next.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from '@playwright/test';
import { v7 as newId } from 'uuid';
import type { CounterClient } from '../../src/shared/contract/index.ts';
import { type CounterUnderTest, countedKeys, expect, openAccount, signedLine, signIn, staffOf, test } from './counter.ts';

// A wizard typed key by key takes a while on a small machine.
test.setTimeout(180_000);

/** A clerk at the page; returned is the second clerk, on a line of their own. */
async function twoClerks(counter: CounterUnderTest): Promise<CounterClient> {
  const client = await signedLine(counter, 'clerk', 'other');
  await signIn(counter.page, await staffOf(client, 'clerk'));
  return client;
}

async function cardsAtHand(client: CounterClient) {
  const cards = (await client.hall.state({})).cards.filter(({ flaw }) => flaw === '');
  const [first, second] = cards;
  if (first === undefined || second === undefined) throw new Error('no cards at the bench');
  return [first, second] as const;
}

/** From home to the page of an account, by its number. */
async function openByNumber(page: Page, accountNo: string): Promise<void> {
  await page.keyboard.press('F2');
  await openAccount(page, accountNo);
}

test('an account is opened by keyboard: what is wrong is said beside the field, who is known is shown before saving', async ({
  counter,
}) => {
  const { page } = counter;
  const client = await twoClerks(counter);
  const keys = countedKeys(page);
  await keys.press('F2');
  await expect(page.getByTestId('open-account')).toBeVisible();
  await keys.press('Alt+y');
  await expect(page.getByTestId('field-customer-name')).toBeFocused();
  await keys.press('Enter');
  await expect(page.getByTestId('field-customer-name-wrong')).toBeVisible();
  await keys.type('钱小燕');
  await keys.press('Tab');
  await keys.type('1391234567');
  await keys.press('Enter');
  await expect(page.getByTestId('field-customer-phone-wrong')).toContainText('电话');
  await keys.type('8');
  await keys.press('Tab');
  await keys.press('Tab');
  await keys.type('110101199003071230');
  await keys.press('Enter');
  await expect(page.getByTestId('field-customer-identity-number-wrong')).toContainText('校验');
  await keys.press('Backspace');
  await keys.type('3');
  await keys.press('Enter');

  await expect(page.getByTestId('field-address-district')).toBeFocused();
  for (const part of ['城南区', '建设路', '翠湖山庄', '9栋1单元101室']) {
    await keys.type(part);
    await keys.press('Tab');
  }
  await keys.press('Enter');
  await expect(page.getByTestId('open-check')).toContainText('钱小燕');
  await keys.press('Enter');
  await expect(page.getByTestId('account-header')).toContainText('钱小燕');
  await expect(page.getByTestId('timeline')).toContainText('开户');
  // The document's number is nowhere on the page.
  await expect(page.locator('body')).not.toContainText('110101199003071233');
  await expect(page.getByTestId('account-header')).not.toContainText('13912345678');

  const [hit] = (await client.accounts.search({ text: '钱小燕' })).hits;
  expect(hit?.accountNo).toMatch(/^\d{9,}$/);

  expect(keys.count()).toBeLessThanOrEqual(90);

  // The same person once more: found by phone and document before anything is saved, and taken.
  const again = countedKeys(page);
  await again.press('F2');
  await expect(page.getByTestId('open-account')).toBeVisible();
  await again.press('Alt+y');
  await expect(page.getByTestId('field-customer-name')).toBeFocused();
  await again.type('钱小燕', 'Tab');
  await again.type('13912345678');
  await expect(page.getByTestId('duplicate')).toContainText('钱小燕');
  await again.press('Alt+1');
  await expect(page.getByTestId('field-address-district')).toBeFocused();
  for (const part of ['城南区', '建设路', '翠湖山庄', '9栋1单元102室']) {
    await again.type(part);
    await again.press('Tab');
  }
  await again.press('Enter');
  await expect(page.getByTestId('open-check')).toContainText('102');
  await again.press('Enter');
  await expect(page.getByTestId('account-header')).toContainText('102');
  const account = await client.accounts.get({ accountId: (await client.accounts.search({ text: '钱小燕' })).hits[1]?.accountId ?? '' });
  expect(account.customer?.accounts).toHaveLength(2);
  expect(again.count()).toBeLessThanOrEqual(55);
  expect(counter.heard.mouse).toBe(0);
  expect(counter.heard.console).toEqual([]);
});

test('a household is changed and a note added by keyboard, both on the timeline', async ({ counter }) => {
  const { page } = counter;
  const client = await twoClerks(counter);
  const [card] = await cardsAtHand(client);
  await openByNumber(page, card.accountNo);
  const keys = countedKeys(page);
  await keys.press('Alt+g');
  await expect(page.getByTestId('field-form-newHousehold')).toBeFocused();
  await keys.type('-3', 'Enter');
  await expect(page.getByTestId('field-form-newHousehold-wrong')).toBeVisible();
  await expect(page.getByTestId('field-form-newHousehold')).toBeFocused();
  await keys.press('ControlOrMeta+a');
  await keys.type('6');
  await keys.tabTo('field-form-proof');
  await keys.type('户口簿');
  await keys.tabTo('field-form-until');
  await keys.type('20200101', 'Enter');
  await expect(page.getByTestId('field-form-until-wrong')).toContainText('早于');
  await expect(page.getByTestId('field-form-until')).toBeFocused();
  await keys.press('ControlOrMeta+a');
  await keys.type('20350101');
  await expect(page.getByTestId('field-form-until')).toHaveValue('2035-01-01');
  await keys.press('Enter');
  await expect(page.getByTestId('request')).toHaveAttribute('data-state', 'open');
  await keys.press('Enter');
  await expect(page.getByTestId('request-result')).toBeVisible();
  await keys.press('Enter');
  await expect(page.getByTestId('account-header')).toContainText('6 人');
  await expect(page.getByTestId('timeline')).toContainText('6 人');

  await keys.press('Alt+k');
  await expect(page.getByTestId('note-text')).toBeFocused();
  await keys.type('老人独居，来电请慢讲');
  await keys.press('Control+Enter');
  await expect(page.getByTestId('notes')).toContainText('老人独居');
  expect(keys.count()).toBeLessThanOrEqual(65);

  // A scan is attached and kept under its digest.
  const scan = join(counter.dataDir, 'scan.png');
  writeFileSync(scan, Buffer.concat([Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]), Buffer.alloc(300_000, 7)]));
  await page.getByTestId('file-input').setInputFiles(scan);
  await expect(page.getByTestId('attachments')).toContainText('scan.png');
  await page.keyboard.press('Escape');
  await expect(page.getByTestId('timeline')).toContainText('老人独居');
  expect(counter.heard.console).toEqual([]);
});

test('two clerks on one account at once: the second is told who did what, and nothing is saved by half', async ({ counter }) => {
  const { page } = counter;
  const client = await twoClerks(counter);
  const [card] = await cardsAtHand(client);
  await openByNumber(page, card.accountNo);
  const keys = countedKeys(page);
  await keys.press('Alt+u');
  await expect(page.getByTestId('field-phone')).toBeFocused();
  await keys.type('13912345678');
  await keys.tabTo('field-reason');
  await keys.type('录入笔误');

  const accountId = (await client.accounts.search({ text: card.accountNo })).hits[0]?.accountId ?? '';
  const { version, phoneMasked } = await client.accounts.get({ accountId });
  const form = { newHousehold: 7, from: '2026-01-01', proof: '户口簿' };
  const { requestId } = await client.requests.open({ requestId: newId(), accountId, kind: 'household', seenVersion: version, form });
  await client.requests.complete({ requestId, stepId: newId(), from: 'open', seenVersion: version, form: {}, refunds: [] });

  await keys.press('Enter');
  await expect(page.getByTestId('problem')).toHaveAttribute('data-code', 'ACCOUNT_CHANGED');
  expect(keys.count()).toBeLessThanOrEqual(20);
  expect(counter.heard.mouse).toBe(0);
  await expect(page.getByTestId('changed-by')).toContainText('家庭人口变更');
  const now = await client.accounts.get({ accountId });
  expect(now).toMatchObject({ phoneMasked, version: version + 1, householdSize: 7 });
  expect(now.timeline.filter(({ kind }) => kind === 'account.corrected')).toEqual([]);
});

test('complaint: the next customer sees the previous one’s data after a card swap', async ({ counter }) => {
  const { page } = counter;
  const client = await twoClerks(counter);
  const [first, second] = await cardsAtHand(client);
  const of = async (accountNo: string) => {
    const hit = (await client.accounts.search({ text: accountNo })).hits[0];
    if (hit === undefined) throw new Error('no account');
    return hit;
  };
  const before = await of(first.accountNo);
  const after = await of(second.accountNo);
  await page.keyboard.press('F1');
  await client.hall.act({ act: 'insert', slot: 1, cardNo: first.cardNo });
  await expect(page.getByTestId('account-no')).toContainText(first.accountNo);
  // Something of the first customer is typed and seen whole, and then the cards are swapped.
  await page.keyboard.press('Alt+k');
  await page.keyboard.type('前一位客户的备注');
  await client.hall.act({ act: 'remove', slot: 1 });
  await client.hall.act({ act: 'insert', slot: 1, cardNo: second.cardNo });
  await page.keyboard.press('F1');
  await page.keyboard.press('Enter');
  await expect(page.getByTestId('omnibox')).toBeVisible();
  await client.hall.act({ act: 'remove', slot: 1 });
  await client.hall.act({ act: 'insert', slot: 1, cardNo: second.cardNo });
  await expect(page.getByTestId('account-no')).toContainText(second.accountNo);
  await expect(page.getByTestId('account-header')).toContainText(after.customerName);
  const shown = page.locator('body');
  for (const trace of [first.accountNo, first.cardNo, before.customerName, before.address, '前一位客户的备注']) {
    await expect(shown).not.toContainText(trace);
  }
  await page.keyboard.press('Alt+k');
  await expect(page.getByTestId('who')).toContainText(second.accountNo);
  await expect(page.getByTestId('note-text')).toHaveValue('');
  await expect(shown).not.toContainText(before.customerName);
});

test('customers with several records and accounts: moved, switched and merged by keyboard, with the trace on the timeline', async ({
  counter,
}) => {
  const { page } = counter;
  const client = await signedLine(counter, 'supervisor');
  await signIn(page, await staffOf(client, 'supervisor'));
  const [first, second] = await cardsAtHand(client);
  const idOf = async (accountNo: string) => (await client.accounts.search({ text: accountNo })).hits[0]?.accountId ?? '';
  const ids = [await idOf(first.accountNo), await idOf(second.accountNo)] as const;
  const register = async (accountId: string, name: string) => {
    const account = await client.accounts.get({ accountId });
    const { customerKind, version } = account;
    const customer = { customerId: newId(), customerKind, name, phone: '13912345678', identity: null, smsConsent: false };
    await client.customers.register({ ...customer, accountId, seenVersion: version, acceptDuplicates: true });
    return customer.customerId;
  };
  const kept = await register(ids[0], '钱小燕');
  const other = await register(ids[1], '钱小雁');
  const customerOf = async (accountId: string) => (await client.accounts.get({ accountId })).customer?.customerId;

  // What was bound to the wrong record is moved to the right one, after a number that is nobody's was refused.
  await openByNumber(page, second.accountNo);
  const keys = countedKeys(page);
  await keys.press('Alt+u');
  await expect(page.getByTestId('field-phone')).toBeFocused();
  await keys.press('Alt+5');
  await expect(page.getByTestId('field-accountNo')).toBeFocused();
  await keys.type('99', 'Enter');
  await expect(page.getByTestId('field-accountNo-wrong')).toContainText('没有这个户号');
  await keys.press('ControlOrMeta+a');
  await keys.type(first.accountNo);
  await expect(page.getByTestId('assign-to')).toContainText('钱小燕');
  await keys.press('Enter');
  await expect(page.getByTestId('field-reason')).toBeFocused();
  await expect(page.getByTestId('field-reason-wrong')).toBeVisible();
  await keys.type('登记有误', 'Enter');
  await expect(page.getByTestId('timeline')).toContainText('户与客户绑定');
  await expect(page.getByTestId('timeline')).toContainText('登记有误');
  expect(keys.count()).toBeLessThanOrEqual(26);
  expect(await customerOf(ids[1])).toBe(kept);
  // From one account of the customer to the next with one key.
  await expect(page.getByTestId('other-account')).toContainText(first.accountNo);
  await page.keyboard.press('Alt+1');
  await expect(page.getByTestId('account-no')).toContainText(first.accountNo);

  // The other record is the same person after all.
  await page.keyboard.press('Alt+u');
  await expect(page.getByTestId('field-phone')).toBeFocused();
  await page.keyboard.press('Alt+2');
  await expect(page.getByTestId('field-name')).toBeFocused();
  await expect(page.getByTestId('duplicate').first()).toContainText('钱小雁');
  const merging = countedKeys(page);
  await merging.press('Alt+1');
  await expect(page.getByTestId('reason')).toBeFocused();
  await merging.press('Enter');
  await expect(page.getByRole('dialog').getByRole('alert')).toBeVisible();
  await merging.type('同一人', 'Enter');
  await expect(page.getByTestId('timeline')).toContainText('客户档案合并');
  await expect(page.getByTestId('timeline')).toContainText('同一人');
  expect(merging.count()).toBeLessThanOrEqual(8);
  const { version: seenVersion } = await client.accounts.get({ accountId: ids[1] });
  const back = client.accounts.assign({ changeId: newId(), accountId: ids[1], seenVersion, customerId: other, reason: '同一人' });
  await expect(back).rejects.toMatchObject({ code: 'CUSTOMER_MERGED' });
  expect(counter.heard.mouse).toBe(0);
});
