// What the counter refuses at the screen: a sentence that says what to do next, nothing saved by half, and the keyboard goes on.
import { v7 as newId } from 'uuid';
import { TEXTS } from '../../src/renderer/text/index.ts';
import type { CounterClient } from '../../src/shared/contract/index.ts';
import { atWork, countedKeys, expect, openAccount, type Staff, staffOf, test } from './counter.ts';

const FAULTS = TEXTS['zh-CN'].faults;

/** A new customer without a meter; nothing is owed, nothing goes back. */
async function newAccount(client: CounterClient) {
  const { businessDate } = await client.system.info({});
  const customer = { is: 'new' as const, customerId: newId(), customerKind: 'residential' as const, name: '孙小梅', phone: '13912340000' };
  const accountId = newId();
  const { accountNo } = await client.accounts.open({
    ...{ accountId, householdSize: 3, tariffId: 'residential', suppliedSince: businessDate, meter: null, acceptDuplicates: true },
    customer: { ...customer, identity: null, smsConsent: false },
    address: { district: '城北区', road: '和平路1号', community: '和平苑', unit: '9栋9室' },
  });
  return { accountId, accountNo };
}

/** Closes the account by its request, with its fee and a supervisor, as another screen would. */
async function close(client: CounterClient, accountId: string, approval: Staff): Promise<void> {
  const { version: seenVersion } = await client.accounts.get({ accountId });
  const { businessDate } = await client.system.info({});
  const form = { oldIdentityKind: 'resident-id', oldIdentity: '110101199003070097', wishedOn: businessDate };
  let request = await client.requests.open({ requestId: newId(), accountId, kind: 'closure', seenVersion, form });
  const { accounts, dueFen } = await client.charging.open({ accountIds: [accountId] });
  const receivableIds = accounts.flatMap(({ receivables }) => receivables.map(({ receivableId }) => receivableId));
  const paying = { paymentId: newId(), accountId, receivableIds, expectedAmountFen: dueFen, tenders: [], cashTenderedFen: dueFen };
  if (dueFen > 0) await client.charging.pay(paying);
  while (request.state !== 'completed') {
    const step = { requestId: request.requestId, stepId: newId(), from: request.state, seenVersion: request.accountVersion };
    request =
      request.state === 'ready'
        ? await client.requests.complete({ ...step, form: {}, expectedRefundFen: 0, refunds: [], approval })
        : await client.requests.advance({ ...step, form: {}, approval });
  }
}

test('an account that is closed while a form is open takes nothing any more, and says what can be done instead', async ({ counter }) => {
  const { page } = counter;
  const client = await atWork(counter);
  const manager = await staffOf(client, 'manager');
  const { accountId, accountNo } = await newAccount(client);
  await openAccount(page, accountNo);
  const keys = countedKeys(page);
  await keys.press('Alt+u');
  await expect(page.getByTestId('field-phone')).toBeFocused();
  await keys.type('0571-88990011', 'Tab');
  await keys.type('换号');
  await close(client, accountId, manager);
  const { timeline } = await client.accounts.get({ accountId });
  await keys.press('Enter');
  const problem = page.getByTestId('problem');
  await expect(problem).toHaveAttribute('data-code', 'ACCOUNT_NOT_ACTIVE');
  await expect(problem).toContainText(FAULTS.ACCOUNT_NOT_ACTIVE.title);
  await expect(problem).toContainText('已销户的须重新开户');
  expect((await client.accounts.get({ accountId })).timeline).toHaveLength(timeline.length);

  // Its page says the same, offers no task that would be refused, and Enter begins nothing.
  await keys.press('Escape', 'Enter');
  await expect(page.getByTestId('account-header')).toContainText('已销户');
  await expect(page.locator('#topup-blocked')).toContainText('已销户的须重新开户');
  await expect(page.getByTestId('action-topup')).toBeDisabled();
  for (const task of ['fee', 'issue', 'correct-account', 'transfer', 'closure']) {
    await expect(page.getByTestId(`task-${task}`)).toBeHidden();
  }
  await expect(page.getByTestId('task-notes')).toBeEnabled();
  await keys.press('Enter');
  await expect(page.getByTestId('account-header')).toContainText('已销户');
  expect(counter.heard.mouse).toBe(0);
});

test('a blacklisted card is told at once wherever it lies, and neither sells nor takes volume', async ({ counter }) => {
  const { page } = counter;
  const client = await atWork(counter);
  const card = (await client.hall.state({})).cards.find(({ flaw }) => flaw === '');
  if (card === undefined) throw new Error('no card at the bench');
  const { cardNo, accountNo } = card;
  await client.cardTasks.blacklist({ cardNo, reason: '挂失' });
  await client.hall.act({ act: 'insert', slot: 1, cardNo });
  await expect(page.getByTestId('account-no')).toContainText(accountNo);
  const told = FAULTS.CARD_BLACKLISTED;
  await expect(page.getByTestId('card-out-of-use').first()).toContainText(`${told.title} ${told.next}`);
  const before = await client.cards.read({ slot: 1 });
  const keys = countedKeys(page);
  await keys.press('Enter');
  await expect(page.getByTestId('topup-amount')).toBeFocused();
  await keys.type('50');
  const problem = page.getByTestId('problem');
  await expect(problem).toHaveAttribute('data-code', 'CARD_BLACKLISTED');
  await expect(problem).toContainText(told.next);
  await expect(page.getByTestId('to-payment')).toBeDisabled();
  await keys.press('Enter');
  await expect(page.getByTestId('topup-amount')).toBeVisible();
  await keys.press('Escape', 'Enter');
  await expect(page.getByTestId('account-no')).toBeVisible();

  // Nothing else is offered for it either, but the way on.
  for (const task of ['correct', 'reverse']) await expect(page.getByTestId(`task-${task}`)).toBeHidden();
  await keys.press('Alt+l');
  await expect(page.getByTestId('card-task-begin')).toBeVisible();
  const after = await client.cards.read({ slot: 1 });
  expect(after.content?.purchase).toEqual(before.content?.purchase);
  expect(counter.heard.mouse).toBe(0);
});
