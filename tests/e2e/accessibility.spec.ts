// axe on every screen, in Chinese and English, light and dark: nothing serious.
import { v7 as newId } from 'uuid';
import { serious } from './axe.ts';
import { atWork, expect, HOST, openAccount, signedLine, signIn, staffOf, test } from './counter.ts';

/** What is looked at in the second language too: names, lengths and the page's language differ there, colours and roles do not. */
const IN_BOTH: ReadonlySet<string> = new Set(['sign-in', 'search results', 'account', 'undelivered', 'receipt']);

for (const language of ['zh-CN', 'en'] as const) {
  test(`axe finds nothing serious on any screen in ${language}`, async ({ counter }) => {
    // Twenty looks, each a second or more on a small machine.
    test.slow();
    const { page } = counter;
    const client = await counter.connect();
    const look = async (where: string) => {
      if (language === 'zh-CN' || IN_BOTH.has(where)) expect(await serious(page), where).toEqual([]);
    };
    const clerk = (await client.system.info({})).demoStaff.find((staff) => staff.role === 'clerk');
    await client.session.signIn({ staffNo: clerk?.staffNo ?? '', password: clerk?.password ?? '' });

    await page.evaluate((chosen) => localStorage.setItem('countertop.language', chosen), language);
    await page.reload();
    await expect(page.locator('html')).toHaveAttribute('lang', language);
    await look('sign-in');
    await page.getByTestId('staff-no').fill(clerk?.staffNo ?? '');
    await page.getByTestId('password').fill(clerk?.password ?? '');
    await page.keyboard.press('Enter');
    await expect(page.getByTestId('open-shift')).toBeVisible();
    await look('home without a shift');
    await page.getByTestId('shift-float').fill('500');
    await page.keyboard.press('Enter');
    await expect(page.getByTestId('open-shift')).toBeHidden();

    const card = (await client.hall.state({})).cards.find(({ flaw }) => flaw === '');
    await page.getByTestId('omnibox').fill('王');
    await expect(page.getByTestId('search-hit').first()).toBeVisible();
    await look('search results');
    // The card opens its account by itself.
    await client.hall.act({ act: 'insert', slot: 1, cardNo: card?.cardNo ?? '' });
    await expect(page.getByTestId('account-no')).toContainText(card?.accountNo ?? '');
    await expect(page.getByTestId('action-topup')).toBeEnabled();
    await look('account');
    await page.keyboard.press('Enter');
    await page.getByTestId('topup-amount').fill('100');
    await expect(page.getByTestId('quote-total')).toContainText('100');
    await look('top-up: amount');
    await page.keyboard.press('Enter');
    await expect(page.getByTestId('amount-due')).toBeVisible();
    await look('top-up: payment');
    await client.hall.act({ act: 'remove-during-write', slot: 1, afterBytes: 9 });
    await page.keyboard.press('F9');
    await page.keyboard.press('Enter');
    await expect(page.getByTestId('undelivered-next')).toBeVisible();
    await look('undelivered');
    await client.hall.act({ act: 'insert', slot: 1, cardNo: card?.cardNo ?? '' });
    await page.getByTestId('continue-write').click();
    await expect(page.getByTestId('receipt-preview')).toBeVisible();
    await look('receipt');
    await page.keyboard.press('Control+b');
    await expect(page.getByTestId('bench')).toBeVisible();
    await look('hall bench');
    await page.keyboard.press('Control+b');
    for (const key of ['F1', 'F2', 'F3', 'F4', 'F6', 'Control+F1', 'Control+F3']) {
      await page.keyboard.press(key);
      await look(`screen on ${key}`);
    }
    await page.getByTestId('theme-switch').click();
    await look('dark');
  });
}

// The screens are the same on every host; one language shows what axe looks for, one of them dark.
if (HOST === 'loopback') {
  test('axe finds nothing serious in any task', async ({ counter }) => {
    test.setTimeout(180_000);
    const { page } = counter;
    const client = await atWork(counter);
    const [hit] = (await client.accounts.search({ text: '好味来餐饮有限公司' })).hits;
    await openAccount(page, hit?.accountNo ?? '');
    await page.keyboard.press('F8');
    await expect(page.getByTestId('task-menu')).toContainText(hit?.accountNo ?? '');
    // The word that the shift is open still fades away.
    await expect.poll(() => serious(page), { message: 'task menu' }).toEqual([]);
    const letters = await page
      .getByTestId('task-menu')
      .locator('button:enabled .kbd')
      .evaluateAll((keys) => keys.map((key) => key.textContent?.toLowerCase() ?? ''));
    expect(letters.length).toBeGreaterThan(15);
    await page.keyboard.press('Escape');
    for (const [at, letter] of letters.entries()) {
      await page.keyboard.press('F8');
      await expect(page.getByTestId('task-menu')).toContainText(hit?.accountNo ?? '');
      await page.keyboard.press(letter);
      await expect(page.getByTestId('task-menu')).toBeHidden();
      await expect(page.locator('main h1').first()).toBeVisible();
      if (at === Math.floor(letters.length / 2)) await page.getByTestId('theme-switch').click();
      // Colours pass over into those of the other theme for a moment.
      await expect.poll(() => serious(page), { message: `task ${letter}` }).toEqual([]);
      // Back from what is nobody's to the customer.
      if ((await page.getByTestId('who').count()) === 0 && letter !== 'j') await page.keyboard.press('Escape');
    }
  });
}

test('axe finds nothing serious in the overview, its operations and its tables', async ({ counter }) => {
  const { page } = counter;
  const clerk = await signedLine(counter);
  await clerk.shift.open({ shiftId: newId(), floatFen: 50_000 });
  const [hit] = (await clerk.accounts.search({ text: '好味来餐饮有限公司' })).hits;
  const deposit = { accountId: hit?.accountId ?? '', amountFen: 5_000, reason: '用气保证金', tenders: [], cashTenderedFen: 5_000 };
  await clerk.charging.takeDeposit({ ...deposit, handoverId: newId() });
  await signIn(page, await staffOf(clerk, 'manager'));
  const look = async (where: string) => expect.poll(() => serious(page), { message: where }).toEqual([]);
  await page.keyboard.press('Control+F7');
  await expect(page.getByTestId('hour-chart').locator('svg')).toBeVisible();
  await look('overview');
  await page.getByTestId('theme-switch').click();
  await look('dark overview');
  await page.keyboard.press('Alt+e');
  await page.keyboard.press('Alt+2');
  await look('tables');
  await page.keyboard.press('Escape');
  await page.getByTestId('grid-hours').locator('button').first().click();
  await expect(page.getByTestId('operation-row')).toHaveCount(1);
  await look('operations');
});

test('axe finds nothing serious in the device console', async ({ counter }) => {
  const { page } = counter;
  const client = await counter.connect();
  const at = (await client.system.info({})).demoStaff.findIndex((staff) => staff.role === 'it');
  // A dialog that is still coming up has other colours for a moment.
  const look = async (where: string) => expect.poll(() => serious(page), { message: where }).toEqual([]);
  await expect(page.getByTestId('staff-no')).toBeFocused();
  await expect(page.getByTestId('demo-staff-it')).toBeVisible();
  await page.keyboard.press(`Alt+${at + 1}`);
  await expect(page.getByTestId('row-printer')).toHaveAttribute('data-state', 'ready');
  await page.getByTestId('row-printer').click();
  await page.keyboard.press('Alt+1');
  await expect(page.getByTestId('test-result').locator('dl')).toBeVisible();
  await look('test result');
  await page.keyboard.press('F8');
  await expect(page.getByTestId('trace').locator('tbody tr').first()).toBeVisible();
  await look('trace');
  await page.keyboard.press('F9');
  await expect(page.getByTestId('found').locator('table, p').first()).toBeVisible();
  await look('plugged in');
  await page.keyboard.press('Alt+b');
  await expect(page.getByRole('dialog')).toBeVisible();
  await look('binding');
  await page.keyboard.press('Escape');
  await page.getByTestId('truth-light-others').click();
  await look('the other devices');
  await page.keyboard.press('Escape');
  await page.keyboard.press('F8');
  await page.getByTestId('theme-switch').click();
  await look('dark trace');
  await page.keyboard.press('Escape');
  await page.keyboard.press('F3');
  await expect(page.getByTestId('paper-sheet')).toBeVisible();
  await page.keyboard.press('Alt+f');
  await expect(page.getByTestId('template-fields')).toBeVisible();
  await look('templates');
});
