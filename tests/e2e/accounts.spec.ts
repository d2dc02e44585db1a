// Accounts and people by keyboard alone: opening, changing, two clerks at once, and nothing of one customer in front of the next.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from '@playwright/test';
import { v7 as newId } from 'uuid';
import type { CounterClient } from '../../src/shared/contract/index.ts';
import { type CounterUnderTest, expect, test } from './counter.ts';

// A wizard typed key by key takes a while on a small machine.
test.setTimeout(180_000);

type Clerk = 'clerk' | 'supervisor';

async function signIn(page: Page, client: CounterClient, role: Clerk = 'clerk'): Promise<void> {
  const staff = (await client.system.info({})).demoStaff.find((one) => one.role === role);
  if (staff === undefined) throw new Error('no such staff');
  await expect(page.getByTestId('staff-no')).toBeFocused();
  await page.keyboard.type(staff.staffNo);
  await page.keyboard.press('Tab');
  await page.keyboard.type(staff.password);
  await page.keyboard.press('Enter');
  await expect(page.getByTestId('signed-in')).toBeVisible();
}

/** The second clerk, on a line of their own. */
async function colleague(counter: CounterUnderTest): Promise<CounterClient> {
  const client = await counter.connect();
  const clerks = (await client.system.info({})).demoStaff.filter((one) => one.role === 'clerk');
  const second = clerks[1];
  if (second === undefined) throw new Error('no second clerk');
  await client.session.signIn({ staffNo: second.staffNo, password: second.password });
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
  await expect(page.getByTestId('omnibox')).toBeFocused();
  await page.keyboard.type(accountNo);
  await expect(page.getByTestId('search-hit').first()).toContainText(accountNo);
  await page.keyboard.press('Enter');
  await expect(page.getByTestId('account-no')).toContainText(accountNo);
}

async function typeInto(page: Page, testId: string, text: string): Promise<void> {
  await page.getByTestId(testId).focus();
  await page.keyboard.press('ControlOrMeta+a');
  await page.keyboard.type(text);
}

test('an account is opened by keyboard: what is wrong is said beside the field, who is known is shown before saving', async ({
  counter,
}) => {
  const { page } = counter;
  const client = await colleague(counter);
  await signIn(page, client);
  await page.keyboard.press('F2');
  await expect(page.getByTestId('open-account')).toBeVisible();
  await page.keyboard.press('Alt+y');
  await expect(page.getByTestId('field-customer-name')).toBeFocused();
  await page.keyboard.press('Enter');
  await expect(page.getByTestId('field-customer-name-wrong')).toBeVisible();
  await page.keyboard.type('钱小燕');
  await page.keyboard.press('Tab');
  await page.keyboard.type('1391234567', { delay: 60 });
  await page.keyboard.press('Enter');
  await expect(page.getByTestId('field-customer-phone-wrong')).toContainText('电话');
  await page.keyboard.type('8');
  await page.keyboard.press('Tab');
  await page.keyboard.press('Tab');
  await page.keyboard.type('110101199003071230', { delay: 60 });
  await page.keyboard.press('Enter');
  await expect(page.getByTestId('field-customer-identity-number-wrong')).toContainText('校验');
  await page.keyboard.press('Backspace');
  await page.keyboard.type('3');
  await page.keyboard.press('Enter');

  await expect(page.getByTestId('field-address-district')).toBeFocused();
  for (const part of ['城南区', '建设路', '翠湖山庄', '9栋1单元101室']) {
    await page.keyboard.type(part, { delay: 60 });
    await page.keyboard.press('Tab');
  }
  await page.keyboard.press('Enter');
  await expect(page.getByTestId('open-check')).toContainText('钱小燕');
  await page.keyboard.press('Enter');
  await expect(page.getByTestId('account-header')).toContainText('钱小燕');
  await expect(page.getByTestId('timeline')).toContainText('开户');
  // The document's number is nowhere on the page.
  await expect(page.locator('body')).not.toContainText('110101199003071233');
  await expect(page.getByTestId('account-header')).not.toContainText('13912345678');

  const [hit] = (await client.accounts.search({ text: '钱小燕' })).hits;
  expect(hit?.accountNo).toMatch(/^\d{9,}$/);

  // The same person once more: found by phone and document before anything is saved, and taken.
  await page.keyboard.press('F2');
  await expect(page.getByTestId('open-account')).toBeVisible();
  await page.keyboard.press('Alt+y');
  await expect(page.getByTestId('field-customer-name')).toBeFocused();
  await page.keyboard.type('钱小燕');
  await page.keyboard.press('Tab');
  await page.keyboard.type('13912345678', { delay: 60 });
  await expect(page.getByTestId('duplicate')).toContainText('钱小燕');
  await page.keyboard.press('Alt+1');
  await expect(page.getByTestId('field-address-district')).toBeFocused();
  for (const part of ['城南区', '建设路', '翠湖山庄', '9栋1单元102室']) {
    await page.keyboard.type(part, { delay: 60 });
    await page.keyboard.press('Tab');
  }
  await page.keyboard.press('Enter');
  await expect(page.getByTestId('open-check')).toContainText('102');
  await page.keyboard.press('Enter');
  await expect(page.getByTestId('account-header')).toContainText('102');
  const account = await client.accounts.get({ accountId: (await client.accounts.search({ text: '钱小燕' })).hits[1]?.accountId ?? '' });
  expect(account.customer?.accounts).toHaveLength(2);
  expect(counter.heard.console).toEqual([]);
});

test('a household is changed and a note added by keyboard, both on the timeline', async ({ counter }) => {
  const { page } = counter;
  const client = await colleague(counter);
  await signIn(page, client);
  const [card] = await cardsAtHand(client);
  await openByNumber(page, card.accountNo);
  await page.keyboard.press('Alt+g');
  await expect(page.getByTestId('field-size')).toBeFocused();
  await page.keyboard.type('-3');
  await page.keyboard.press('Enter');
  await expect(page.getByTestId('field-size-wrong')).toBeVisible();
  await typeInto(page, 'field-size', '6');
  await page.getByTestId('field-until').fill('2020-01-01');
  await page.keyboard.press('Enter');
  await expect(page.getByTestId('field-until-wrong')).toContainText('早于');
  await page.getByTestId('field-until').fill('');
  await typeInto(page, 'field-proof', '户口簿');
  await page.keyboard.press('Enter');
  await expect(page.getByTestId('account-header')).toContainText('6 人');
  await expect(page.getByTestId('timeline')).toContainText('6 人');

  await page.keyboard.press('Alt+k');
  await expect(page.getByTestId('note-text')).toBeFocused();
  await page.keyboard.type('老人独居，来电请慢讲');
  await page.keyboard.press('Control+Enter');
  await expect(page.getByTestId('notes')).toContainText('老人独居');

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
  const client = await colleague(counter);
  await signIn(page, client);
  const [card] = await cardsAtHand(client);
  await openByNumber(page, card.accountNo);
  await page.keyboard.press('Alt+u');
  await expect(page.getByTestId('field-customerName')).toBeFocused();
  await typeInto(page, 'field-customerName', '改错的名字');
  await typeInto(page, 'field-reason', '录入笔误');

  const accountId = (await client.accounts.search({ text: card.accountNo })).hits[0]?.accountId ?? '';
  const { version, customerName } = await client.accounts.get({ accountId });
  const change = { changeId: newId(), accountId, seenVersion: version };
  await client.accounts.changeHousehold({ ...change, size: 7, from: '2026-01-01', until: null, proof: '户口簿' });

  await page.keyboard.press('Enter');
  await expect(page.getByTestId('problem')).toHaveAttribute('data-code', 'ACCOUNT_CHANGED');
  await expect(page.getByTestId('changed-by')).toContainText('家庭人口变更');
  const now = await client.accounts.get({ accountId });
  expect(now).toMatchObject({ customerName, version: version + 1, householdSize: 7 });
  expect(now.timeline.filter(({ kind }) => kind === 'account.corrected')).toEqual([]);
});

test('complaint: the next customer sees the previous one’s data after a card swap', async ({ counter }) => {
  const { page } = counter;
  const client = await colleague(counter);
  await signIn(page, client);
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
