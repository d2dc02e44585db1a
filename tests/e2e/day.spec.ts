// The day close on its screen: figures, what keeps it from being closed, two signatures, and the close with its papers.
import { v7 as newId } from 'uuid';
import { serious } from './axe.ts';
import { expect, signedLine, signIn, staffOf, test, typeText } from './counter.ts';

test('a manager closes the day by keyboard with a second signature', async ({ counter }) => {
  const { page } = counter;
  const client = await counter.connect();
  const manager = await signedLine(counter, 'manager');
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
  expect(await serious(page)).toEqual([]);

  // Its papers go to headquarters by themselves, and the page says so when headquarters has said it.
  const closeId = (await manager.day.closes({}))[0]?.closeId ?? '';
  await expect
    .poll(async () => (await manager.day.papers({ closeId })).papers.map(({ state }) => state), { timeout: 60_000 })
    .toEqual(['held', 'held', 'held', 'held', 'held']);
  await expect(page.getByTestId('day-papers').getByRole('button')).toHaveCount(0);
  await expect(page.getByTestId('day-papers')).toHaveText(/5/);
  if (process.env.COUNTERTOP_PICTURES !== undefined) {
    await page.getByTestId('day-papers').scrollIntoViewIfNeeded();
    await page.screenshot({ path: `${process.env.COUNTERTOP_PICTURES}/papers-zh.png` });
  }

  // The code on the papers, typed at home, leads back to the close.
  const code = (await page.getByTestId('day-close-shown').locator('code').first().textContent()) ?? '';
  expect(code).toMatch(/^[0-9a-f]{64}$/);
  await page.keyboard.press('F1');
  await page.getByTestId('omnibox').fill(code);
  await page.keyboard.press('Enter');
  await expect(page.getByTestId('day-close-shown')).toContainText(code);
});

test('cash goes from the safe to the bank by keyboard, before a second person; letters and too much are named beside the field', async ({
  counter,
}) => {
  test.setTimeout(120_000);
  const { page } = counter;
  const clerk = await signedLine(counter);
  const supervisor = await staffOf(clerk, 'supervisor');
  // A shift whose cash ends in the safe.
  const { shiftId } = await clerk.shift.open({ shiftId: newId(), floatFen: 0 });
  const [category] = (await clerk.shift.options({})).categories.filter(({ direction, code }) => direction === 'in' && code !== 'change');
  const payIn = { movementId: newId(), category: category?.code ?? '', reason: 'found', amountFen: 300_000 };
  await clerk.shift.payIn({ ...payIn, approval: await staffOf(clerk, 'manager') });
  await clerk.shift.count({ shiftId, countId: newId(), lines: [{ denominationFen: 10_000, count: 30 }] });
  await clerk.shift.close({ shiftId, closeId: newId() });
  await signIn(page, await staffOf(clerk, 'manager'));
  await page.keyboard.press('Control+F2');
  await expect(page.getByTestId('day-bank-open')).toBeVisible();
  await page.keyboard.press('Alt+b');
  await expect(page.getByTestId('field-amountFen')).toBeFocused();
  await typeText(page, '12x');
  await page.keyboard.press('Enter');
  await expect(page.getByTestId('field-amountFen-wrong')).toBeVisible();
  await page.getByTestId('field-amountFen').fill('99999');
  await page.keyboard.press('Enter');
  await expect(page.getByTestId('field-amountFen-wrong')).toBeVisible();
  expect(await serious(page)).toEqual([]);
  if (process.env.COUNTERTOP_PICTURES !== undefined) await page.screenshot({ path: `${process.env.COUNTERTOP_PICTURES}/bank-zh.png` });
  await page.getByTestId('field-amountFen').fill('2500');
  // Somebody else is served meanwhile: what is typed is kept at home, and goes on from there.
  const manager = await signedLine(counter, 'manager');
  const place = { taskId: 'bank-deposit', accountId: '', subjectId: '' };
  await expect.poll(async () => (await manager.drafts.get(place)).value).toMatchObject({ amount: '2500' });
  await page.reload();
  await page.getByTestId('draft-continue').click();
  await expect(page.getByTestId('field-amountFen')).toHaveValue('2500');
  await page.getByTestId('field-amountFen').focus();
  await page.keyboard.press('Tab');
  await typeText(page, 'B0001');
  await page.keyboard.press('Tab');
  await page.keyboard.press('Tab');
  await typeText(page, 'ICBC0188');
  await page.keyboard.press('Enter');
  await expect(page.getByTestId('approval-staff')).toBeFocused();
  await typeText(page, supervisor.staffNo);
  await page.keyboard.press('Tab');
  await typeText(page, supervisor.password);
  await page.keyboard.press('Enter');
  const list = page.getByTestId('day-bank');
  await expect(list).toContainText('B0001');
  await expect(list).toContainText('¥2,500.00');
  await expect(list).toContainText('ICBC0188');
  if (process.env.COUNTERTOP_PICTURES !== undefined) await page.screenshot({ path: `${process.env.COUNTERTOP_PICTURES}/day-zh.png` });
});
