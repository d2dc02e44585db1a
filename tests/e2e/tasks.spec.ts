// Every task of the registry from home in two keystrokes, and nothing of one customer left when the next is served.
import type { Page } from '@playwright/test';
import { v7 as newId } from 'uuid';
import { TASKS } from '../../src/renderer/screens/tasks/tasks.ts';
import { TEXTS } from '../../src/renderer/text/index.ts';
import type { CounterClient } from '../../src/shared/contract/index.ts';
import { atWork, countedKeys, expect, openAccount, test } from './counter.ts';

const NAMES: Readonly<Record<string, string>> = TEXTS['zh-CN'].task;

const WITHOUT_CUSTOMER: ReadonlySet<string> = new Set(TASKS.filter(({ needsAccount }) => needsAccount === false).map(({ id }) => id));

async function cardCustomers(client: CounterClient) {
  const cards = (await client.hall.state({})).cards.filter(({ flaw, accountNo }) => flaw === '' && accountNo !== '');
  return await Promise.all(
    cards.slice(0, 2).map(async ({ accountNo, cardNo }) => {
      const accountId = (await client.accounts.search({ text: accountNo })).hits[0]?.accountId ?? '';
      return { ...(await client.accounts.get({ accountId })), cardNo };
    }),
  );
}

/** Everything the page holds: its text, what is typed, and the values of all attributes, seen or not. */
function everything(page: Page): Promise<string> {
  return page.evaluate(() => {
    const values = [...document.querySelectorAll<HTMLInputElement | HTMLTextAreaElement>('input, textarea')].map(({ value }) => value);
    return [document.title, document.documentElement.outerHTML, ...values].join('\n');
  });
}

test('every task is reached from home in two keystrokes, with the customer asked for or at hand', async ({ counter }) => {
  test.setTimeout(180_000);
  const { page } = counter;
  const client = await atWork(counter);
  const [customer] = await cardCustomers(client);
  if (customer === undefined) throw new Error('no customer');
  // The customer's card lies in the reader, so the customer is chosen and home still in front.
  await client.hall.act({ act: 'insert', slot: 1, cardNo: customer.cardNo });
  await expect(page.getByTestId('account-no')).toContainText(customer.accountNo);
  await page.keyboard.press('F1');
  await page.keyboard.press('F8');
  await expect(page.getByTestId('task-menu')).toContainText(customer.accountNo);
  const entries = await page
    .getByTestId('task-menu')
    .locator('button')
    .evaluateAll((buttons) =>
      buttons.map((button) => ({
        taskId: (button as HTMLElement).dataset.testid?.slice('task-'.length) ?? '',
        letter: button.querySelector('.kbd')?.textContent ?? '',
        disabled: (button as HTMLButtonElement).disabled,
      })),
    );
  await page.keyboard.press('Escape');
  expect(entries.map(({ taskId }) => taskId).sort()).toEqual(['account', 'topup', ...TASKS.map(({ id }) => id)].sort());
  const startable = entries.filter(({ disabled }) => !disabled);
  // What an active account with one card cannot have is shown and says why; everything else starts.
  expect(entries.filter(({ disabled }) => disabled).map(({ taskId }) => taskId)).toEqual(['issue', 'reactivation']);
  for (const { taskId, letter } of startable) {
    const keys = countedKeys(page);
    await keys.press('F8');
    await expect(page.getByTestId('task-menu')).toContainText(customer.accountNo);
    await keys.press(letter.toLowerCase());
    await expect(page.getByTestId('task-menu')).toBeHidden();
    if (taskId === 'account') await expect(page.getByTestId('account-no')).toContainText(customer.accountNo);
    else await expect(page.locator('main h1').first(), taskId).toContainText(NAMES[taskId] ?? '');
    // Whose it is stands at the top of every task that is somebody's.
    const whose = taskId === 'topup' ? page.getByTestId('summary') : page.getByTestId('who');
    if (taskId !== 'account' && !WITHOUT_CUSTOMER.has(taskId)) await expect(whose, taskId).toContainText(customer.accountNo);
    expect(keys.count()).toBeLessThanOrEqual(2);
    await page.keyboard.press('F1');
    await expect(page.getByTestId('omnibox')).toBeFocused();
  }
  expect(counter.heard.console).toEqual([]);
});

test('nothing of a customer stands anywhere in the page when the next one is served', async ({ counter }) => {
  test.setTimeout(180_000);
  const { page } = counter;
  const client = await atWork(counter);
  const [first, second] = await cardCustomers(client);
  if (first === undefined || second === undefined) throw new Error('two customers are needed');
  await client.customers.register({
    customerId: newId(),
    accountId: first.accountId,
    seenVersion: first.version,
    customerKind: first.customerKind,
    name: first.customerName,
    phone: '13912345678',
    identity: { kind: 'resident-id', number: '110101199003070097' },
    smsConsent: false,
  });
  const { phone } = await client.accounts
    .reveal({ accountId: first.accountId, what: 'phone', reason: '核对' })
    .then(({ number }) => ({ phone: number }));
  const traces = [
    first.customerName,
    first.accountNo,
    first.cardNo,
    first.address,
    first.phoneMasked,
    phone,
    '139****5678',
    '230.00',
    '77.31',
  ];
  const nothingOfFirst = async (where: string) => {
    const held = await everything(page);
    for (const trace of traces) expect(held.includes(trace), `${trace} ${where}`).toBe(false);
  };

  // The first customer is seen whole, with the card, a typed purchase, a typed deposit and an open menu.
  await client.hall.act({ act: 'insert', slot: 1, cardNo: first.cardNo });
  await expect(page.getByTestId('card-panel')).toContainText(first.cardNo);
  await page.keyboard.press('Enter');
  await expect(page.getByTestId('topup-amount')).toBeFocused();
  await page.keyboard.type('230');
  await expect(page.getByTestId('quote-total')).toContainText('230.00');
  await page.keyboard.press('Escape');
  await page.keyboard.press('Enter');
  await expect(page.getByTestId('account-no')).toBeVisible();
  await page.keyboard.press('Alt+d');
  await expect(page.getByTestId('handover-amount')).toBeFocused();
  await page.keyboard.type('77.31');
  await client.hall.act({ act: 'remove', slot: 1 });

  // Given up: home shows nothing of them.
  await page.keyboard.press('F1');
  await page.keyboard.press('Enter');
  await expect(page.getByTestId('omnibox')).toBeFocused();
  await expect(page.getByTestId('handover-amount')).toBeHidden();
  await expect.poll(async () => (await everything(page)).includes(first.accountNo)).toBe(false);
  await nothingOfFirst('at home');

  // The next one, through every screen on which the first was seen.
  await openAccount(page, second.accountNo);
  await nothingOfFirst('on the account page');
  for (const [key, testId] of [
    ['Alt+d', 'handover-amount'],
    ['Alt+k', 'note-text'],
  ] as const) {
    await page.keyboard.press(key);
    await expect(page.getByTestId(testId)).toHaveValue('');
    await nothingOfFirst(testId);
    await page.keyboard.press('Escape');
    await expect(page.getByTestId('account-no')).toContainText(second.accountNo);
  }
  await page.keyboard.press('Enter');
  await expect(page.getByTestId('topup-amount')).toHaveValue('');
  await nothingOfFirst('in the purchase');
});
