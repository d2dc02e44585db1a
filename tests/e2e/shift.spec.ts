// A shift by keyboard alone: cash out, a blind count with a shortage, a recount, the close before a supervisor, and a hand-over to the next clerk.
import type { Page } from '@playwright/test';
import { atWork, drawerFenOf, expect, openAccount, staffOf, test, typeText } from './counter.ts';

/** Presses keys and counts them. */
function keyboardOf(page: Page) {
  let count = 0;
  return {
    async press(key: string) {
      count += 1;
      await page.keyboard.press(key);
    },
    async type(text: string) {
      count += text.length;
      await typeText(page, text);
    },
    count: () => count,
  };
}

/** Types quantities from the largest note on, Enter after each. */
async function countNotes(keys: ReturnType<typeof keyboardOf>, quantities: readonly number[]): Promise<void> {
  for (const quantity of quantities) {
    if (quantity > 0) await keys.type(String(quantity));
    await keys.press('Enter');
  }
}

test('a shift is counted blind, counted again and closed before a supervisor, in at most 60 keystrokes', async ({ counter }) => {
  test.setTimeout(120_000);
  const { page } = counter;
  const client = await atWork(counter);
  const supervisor = await staffOf(client, 'supervisor');
  const keys = keyboardOf(page);
  await keys.press('Control+F1');
  await expect(page.getByTestId('open-shift-facts')).toBeVisible();
  await expect(page.getByTestId('open-shift-facts')).not.toContainText('应有现金 ¥');
  await keys.press('Alt+c');
  await expect(page.getByTestId('count-10000')).toBeFocused();
  await countNotes(keys, [4, 1]);
  await expect(page.getByTestId('count-total')).toHaveText('¥450.00');
  await keys.press('Alt+g');
  await expect(page.getByTestId('count-result')).toHaveAttribute('data-difference', '-5000');
  await keys.press('Alt+r');
  await expect(page.getByTestId('count-10000')).toBeFocused();
  await countNotes(keys, [4, 1, 2]);
  await keys.press('Alt+g');
  await expect(page.getByTestId('count-result')).toHaveAttribute('data-difference', '-1000');
  await expect(page.getByTestId('recount')).toHaveCount(0);
  await expect(page.getByTestId('field-carriedFen')).toBeFocused();
  await keys.type('200');
  await keys.press('Tab');
  await keys.press('Tab');
  await keys.type('found');
  await keys.press('Enter');
  await expect(page.getByTestId('approval-staff')).toBeFocused();
  await keys.type(supervisor.staffNo);
  await keys.press('Tab');
  await keys.type(supervisor.password);
  await keys.press('Enter');
  await expect(page.getByTestId('shift-ended')).toHaveAttribute('data-difference', '-1000');
  expect(keys.count()).toBeLessThanOrEqual(60);
  expect(drawerFenOf(counter)).toBe(20_000);
  // The paper, and the next shift with what was left.
  await page.keyboard.press('Alt+p');
  await expect(page.getByRole('dialog').getByRole('img')).toBeVisible();
  await page.keyboard.press('Escape');
  await page.keyboard.press('Enter');
  await expect(page.getByTestId('carried-cash')).toContainText('¥200.00');
  expect(counter.heard.mouse).toBe(0);
});

test('cash is taken out with a reason, and the drawer is handed to the clerk who counts it', async ({ counter }) => {
  test.setTimeout(120_000);
  const { page } = counter;
  const client = await atWork(counter);
  const [supervisor, taker] = [await staffOf(client, 'supervisor'), await staffOf(client, 'clerk', 'other')];
  const keys = keyboardOf(page);
  await keys.press('Control+F1');
  await expect(page.getByTestId('open-shift-facts')).toBeVisible();
  await keys.press('Alt+o');
  await expect(page.getByTestId('field-amountFen')).toBeFocused();
  await keys.type('abc');
  await keys.press('Enter');
  await expect(page.getByTestId('field-amountFen-wrong')).toBeVisible();
  for (let sign = 0; sign < 3; sign += 1) await keys.press('Backspace');
  await keys.type('30');
  await keys.press('Tab');
  await keys.press('Tab');
  await keys.type('stamps');
  await keys.press('Enter');
  const approval = page.getByTestId('approval-staff');
  const moved = page.getByTestId('shift-movements');
  await expect(approval.or(moved)).toBeVisible();
  if (await approval.isVisible()) {
    await keys.type(supervisor.staffNo);
    await keys.press('Tab');
    await keys.type(supervisor.password);
    await keys.press('Enter');
  }
  await expect(moved).toContainText('stamps');
  await keys.press('Alt+h');
  await expect(page.getByTestId('taker-staff')).toBeFocused();
  await keys.type(taker.staffNo);
  await keys.press('Enter');
  await keys.type(taker.password);
  await keys.press('Enter');
  await countNotes(keys, [4, 1, 1]);
  await keys.press('Alt+g');
  await expect(page.getByTestId('count-result')).toHaveAttribute('data-difference', '0');
  await keys.press('Enter');
  await expect(page.getByTestId('shift-ended')).toBeVisible();
  await keys.press('Enter');
  await expect(page.getByTestId('staff-no')).toBeFocused();
  expect(keys.count()).toBeLessThanOrEqual(80);
  expect(drawerFenOf(counter)).toBe(47_000);
});

test('half a blind count waits with the parked customer and goes on where it was', async ({ counter }) => {
  const { page } = counter;
  const client = await atWork(counter);
  const [card] = (await client.hall.state({})).cards.filter(({ flaw }) => flaw === '');
  await openAccount(page, card?.accountNo ?? '');
  await expect(page.getByTestId('account-no')).toContainText(card?.accountNo ?? '');
  await page.keyboard.press('Control+F1');
  await expect(page.getByTestId('open-shift-facts')).toBeVisible();
  await page.keyboard.press('Alt+c');
  await expect(page.getByTestId('count-10000')).toBeFocused();
  await countNotes(keyboardOf(page), [4, 1]);
  await page.keyboard.press('F12');
  await expect(page.getByTestId('count-sheet')).toBeHidden();
  await page.keyboard.press('Control+F1');
  await expect(page.getByTestId('open-shift-facts')).toBeVisible();
  await page.keyboard.press('F12');
  await expect(page.getByTestId('count-total')).toHaveText('¥450.00');
  await expect(page.getByTestId('count-10000')).toHaveValue('4');
});
