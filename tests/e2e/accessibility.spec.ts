// axe on every screen, in Chinese and English, light and dark: nothing serious.
import AxeBuilder from '@axe-core/playwright';
import type { Page } from '@playwright/test';
import { expect, HOST, test } from './counter.ts';

/** Returns what axe finds serious or critical on the screen as it is. */
async function serious(page: Page): Promise<string[]> {
  // In Electron a page of its own for the report cannot be opened; the older way runs in this one.
  const { violations } = await new AxeBuilder({ page }).setLegacyMode(HOST === 'electron').analyze();
  return violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html.slice(0, 120)).join(' | ')}`);
}

for (const language of ['zh-CN', 'en'] as const) {
  test(`axe finds nothing serious on any screen in ${language}`, async ({ counter }) => {
    const { page } = counter;
    const client = await counter.connect();
    const look = async (where: string) => expect(await serious(page), where).toEqual([]);
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
    for (const key of ['F1', 'F2', 'F3', 'F4', 'F6']) {
      await page.keyboard.press(key);
      await look(`screen on ${key}`);
    }
    await page.getByTestId('theme-switch').click();
    await look('dark');
  });
}

test('axe finds nothing serious in the device console', async ({ counter }) => {
  const { page } = counter;
  const client = await counter.connect();
  const at = (await client.system.info({})).demoStaff.findIndex((staff) => staff.role === 'it');
  const look = async (where: string) => expect(await serious(page), where).toEqual([]);
  await expect(page.getByTestId('staff-no')).toBeFocused();
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
});
