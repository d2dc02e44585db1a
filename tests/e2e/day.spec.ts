// The day close on its screen: figures, what keeps it from being closed, two signatures, and the close with its papers.
import { expect, signIn, staffOf, test } from './counter.ts';

test('a manager closes the day by keyboard with a second signature', async ({ counter }) => {
  const { page } = counter;
  const client = await counter.connect();
  await signIn(page, await staffOf(client, 'manager'));
  await page.keyboard.press('Control+F2');
  await expect(page.getByTestId('day-books')).toBeVisible();
  await expect(page.getByTestId('day-close')).toBeVisible();
  // What the hall was founded with is no business of this counter: nothing waits for a receipt.
  await expect(page.getByTestId('day-differences').locator('tbody tr')).toHaveCount(0);
  if (process.env.COUNTERTOP_SHOT !== undefined) await page.screenshot({ path: process.env.COUNTERTOP_SHOT, fullPage: true });
  await page.keyboard.press('Alt+l');
  const supervisor = await staffOf(client, 'supervisor');
  await page.locator('#approval-staff').fill(supervisor.staffNo);
  await page.locator('#approval-password').fill(supervisor.password);
  await page.keyboard.press('Enter');
  await expect(page.getByTestId('day-close-shown')).toBeVisible();
  await expect(page.getByTestId('day-closes').locator('tbody tr')).toHaveCount(1);
});
