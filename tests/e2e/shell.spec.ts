// The frame by keyboard: the task menu, parked customers, drafts over a crash, tickets, and an approval from a second browser.
import type { Page } from '@playwright/test';
import type { CounterClient } from '../../src/shared/contract/index.ts';
import { atWork, expect, HOST, signedLine, signIn, staffOf, test, typeText } from './counter.ts';

interface Customer {
  readonly accountId: string;
  readonly accountNo: string;
  readonly customerName: string;
}

/** Customers whose names are nobody else's, so that a trace of one on the screen is theirs. */
async function customers(client: CounterClient): Promise<readonly Customer[]> {
  const found: Customer[] = [];
  for (const { accountNo, flaw } of (await client.hall.state({})).cards) {
    if (accountNo === '' || flaw !== '' || found.some((one) => one.accountNo === accountNo)) continue;
    const [hit] = (await client.accounts.search({ text: accountNo })).hits;
    if (hit?.status === 'active') found.push(hit);
  }
  return found;
}

/** From home by keyboard alone: F8, the letter, the account number. */
async function startTask(page: Page, letter: string, accountNo: string): Promise<void> {
  await page.keyboard.press('F8');
  await expect(page.getByTestId('task-menu')).toBeVisible();
  await page.keyboard.press(letter);
  await expect(page.getByTestId('wanted-task')).toBeVisible();
  await expect(page.getByTestId('omnibox')).toBeFocused();
  await typeText(page, accountNo);
  await page.keyboard.press('Enter');
}

test('F8 and a letter start a task from home: it asks for the customer, then opens at once', async ({ counter }) => {
  const { page } = counter;
  const client = await atWork(counter);
  const [customer] = await customers(client);
  await startTask(page, 'w', customer?.accountNo ?? '');
  await expect(page.getByTestId('topup-amount')).toBeFocused();
  await expect(page.getByTestId('summary')).toContainText(customer?.accountNo ?? '');
  // With the customer in front no question is left; the menu opens over a task and Esc puts it away.
  await page.keyboard.press('F8');
  await expect(page.getByTestId('task-menu')).toContainText(customer?.accountNo ?? '');
  await page.keyboard.press('Escape');
  await expect(page.getByTestId('task-menu')).toBeHidden();
  await page.keyboard.press('F8');
  await page.keyboard.press('j');
  await expect(page.getByTestId('account-no')).toContainText(customer?.accountNo ?? '');
  // The search field knows tasks by the initials of their names.
  await page.keyboard.press('F1');
  await page.getByTestId('omnibox').fill('gqcz');
  await expect(page.getByTestId('command-topup')).toBeVisible();
  await page.keyboard.press('Enter');
  await expect(page.getByTestId('wanted-task')).toContainText('购气充值');
});

test('a parked customer comes back with everything typed, and nothing of one is seen while another is served', async ({ counter }) => {
  const { page } = counter;
  const client = await atWork(counter);
  const [first, second] = await customers(client);
  if (first === undefined || second === undefined) throw new Error('two customers are needed');
  await startTask(page, 'w', first.accountNo);
  await expect(page.getByTestId('topup-amount')).toBeFocused();
  await page.keyboard.type('230');
  // Even what was typed a moment ago is kept, and nobody is asked.
  await page.keyboard.press('F12');
  await expect(page.getByTestId('omnibox')).toBeFocused();
  await expect(page.getByTestId('parked-count')).toBeVisible();
  const nothingOf = async ({ accountNo, customerName }: Customer) => {
    const seen = await page.evaluate(
      () => `${document.body.innerText} ${[...document.querySelectorAll('input')].map(({ value }) => value).join(' ')}`,
    );
    expect(seen).not.toContain(accountNo);
    expect(seen).not.toContain(customerName);
    expect(seen).not.toContain('230');
  };
  await nothingOf(first);
  await startTask(page, 'w', second.accountNo);
  await expect(page.getByTestId('summary')).toContainText(second.accountNo);
  await expect(page.getByTestId('topup-amount')).toHaveValue('');
  await nothingOf(first);
  await page.getByTestId('topup-amount').fill('50');
  await page.keyboard.press('F12');
  await expect(page.getByTestId('omnibox')).toBeFocused();
  // Two are parked: the list asks which.
  await page.keyboard.press('F12');
  await expect(page.getByTestId('parked-row')).toHaveCount(2);
  await page.keyboard.press('1');
  await expect(page.getByTestId('topup-amount')).toHaveValue('230');
  await expect(page.getByTestId('summary')).toContainText(first.accountNo);
  await expect(page.getByTestId('quote-total')).toContainText('230');
  // Given up for good, it is not offered again.
  await page.keyboard.press('F1');
  await page.keyboard.press('Enter');
  await expect(page.getByTestId('parked-count')).toBeVisible();
  await expect.poll(async () => (await client.drafts.list({})).map(({ accountNo }) => accountNo)).toEqual([second.accountNo]);
  await page.keyboard.press('F12');
  await expect(page.getByTestId('topup-amount')).toHaveValue('50');
  await expect(page.getByTestId('parked-count')).toBeHidden();
});

test('tickets are called by F10, shown to the customers, and finished with what was done', async ({ counter }) => {
  const { page } = counter;
  const client = await atWork(counter);
  const glass = async () =>
    (await client.hall.state({})).devices.map((device) => (device.slot === 'display' ? `${device.upper}|${device.lower}` : '')).join('');
  await expect.poll(async () => (await client.devices.list({})).find(({ slot }) => slot === 'display')?.state).toBe('ready');
  await page.keyboard.press('F10');
  await expect(page.getByTestId('ticket-no')).toHaveText('A001');
  await expect.poll(glass).toContain('A001');
  await page.getByTestId('ticket-absent').click();
  await expect(page.getByTestId('ticket-no')).toBeHidden();
  await page.getByTestId('ticket-machine-no').fill('V77');
  await page.keyboard.press('Enter');
  await expect(page.getByTestId('ticket-no')).toHaveText('V77');
  await expect(page.getByTestId('ticket-mark')).toContainText('V77');
  expect((await client.queue.state({})).today).toMatchObject([{ ticketKind: 'topup', served: 0, absent: 1 }]);
});

// A core that is the whole program and can be killed: the loopback host only.
if (HOST === 'loopback') {
  test('a crash gives back what was typed', async ({ counter }) => {
    // Two starts of the counter.
    test.slow();
    let client = await atWork(counter);
    const [customer] = await customers(client);
    if (customer === undefined) throw new Error('a customer is needed');
    await startTask(counter.page, 'w', customer.accountNo);
    await counter.page.getByTestId('topup-amount').fill('123');
    await expect.poll(async () => (await client.drafts.list({})).length).toBe(1);
    await counter.crash();

    const { page } = counter;
    client = await signedLine(counter);
    await signIn(page, await staffOf(client, 'clerk'));
    await expect(page.getByTestId('draft-row')).toContainText(customer.accountNo);
    await page.getByTestId('draft-continue').click();
    await expect(page.getByTestId('topup-amount')).toHaveValue('123');
    await page.keyboard.press('F1');
    await page.keyboard.press('Enter');
    await expect(page.getByTestId('omnibox')).toBeVisible();
    await expect(page.getByTestId('draft-row')).toBeHidden();
  });
}
