// Paper in A4 on screen: the form of a request seen, printed and saved, and the customer's statement.
import { readFileSync } from 'node:fs';
import { atWork, type CounterUnderTest, expect, HOST, openAccount, signIn, staffOf, test, typeText } from './counter.ts';

/** A customer before the clerk, to whom anything can be done. */
async function atCustomer(counter: CounterUnderTest) {
  const { page } = counter;
  const client = await atWork(counter, { floatYuan: '500' });
  for (const { accountNo } of (await client.hall.state({})).cards.filter(({ flaw }) => flaw === '')) {
    const [hit] = (await client.accounts.search({ text: accountNo })).hits;
    if (hit === undefined) continue;
    const { accounts } = await client.charging.open({ accountIds: [hit.accountId] });
    if (accounts[0]?.receivables.length !== 0) continue;
    await openAccount(page, accountNo);
    await expect(page.getByTestId('account-no')).toContainText(accountNo);
    await counter.stubPrinter();
    return { page, client, accountNo };
  }
  throw new Error('no customer without arrears');
}

test('the form of a suspension is seen, printed and saved by keyboard', async ({ counter }) => {
  const { page } = await atCustomer(counter);
  await page.keyboard.press('Alt+s');
  await expect(page.getByTestId('field-form-from')).toBeFocused();
  await page.keyboard.press('Enter');
  await expect(page.getByTestId('request')).toBeVisible();
  await page.keyboard.press('Alt+p');
  const sheet = page.getByTestId('paper-sheet').first();
  await expect(sheet).toContainText('报停业务申请表');
  await expect(sheet).toContainText('经办人');
  if (process.env.COUNTERTOP_PICTURES !== undefined) await page.screenshot({ path: `${process.env.COUNTERTOP_PICTURES}/paper-zh.png` });
  await page.keyboard.press('Alt+3');
  await expect(sheet).toContainText('Declaration');
  await page.keyboard.press('Alt+1');
  await expect(sheet).toContainText('客户声明');
  await page.keyboard.press('Enter');
  const fate = page.getByTestId('paper-fate');
  if (HOST === 'loopback') {
    await expect(page.locator('body[data-printed]')).toHaveAttribute('data-printed', '1');
    // A browser tells nobody what became of it: it is asked once.
    await expect(fate).toContainText('单据打出来了吗？');
    await page.keyboard.press('Enter');
    await expect(fate).toContainText('已打印');
  } else await expect(fate).toContainText('已交打印机');
  const saved = page.waitForEvent('download');
  await page.keyboard.press('Alt+s');
  const download = await saved;
  expect(download.suggestedFilename()).toMatch(/^报停业务申请表 .+\.pdf$/);
  expect(
    readFileSync(await download.path())
      .subarray(0, 5)
      .toString(),
  ).toBe('%PDF-');
  await page.keyboard.press('Escape');
  await expect(sheet).toBeHidden();
  await expect(page.getByTestId('request')).toBeVisible();
});

test('a statement of the year stands on screen after two keys; dates in the wrong order are refused beside the field', async ({
  counter,
}) => {
  const { page, accountNo } = await atCustomer(counter);
  await page.keyboard.press('Alt+4');
  await expect(page.getByTestId('field-from')).toBeFocused();
  await page.keyboard.press('Enter');
  const sheet = page.getByTestId('paper-sheet').first();
  await expect(sheet).toContainText('客户对账单');
  await expect(sheet).toContainText(accountNo);
  if (process.env.COUNTERTOP_PICTURES !== undefined) await page.screenshot({ path: `${process.env.COUNTERTOP_PICTURES}/statement-zh.png` });
  await page.keyboard.press('Escape');
  await page.getByTestId('field-from').fill('');
  await typeText(page, '2099-01-01');
  await page.keyboard.press('Enter');
  await expect(page.getByTestId('field-until-wrong')).toBeVisible();
  await expect(sheet).toBeHidden();
});

test('a paper that may be out is asked about after a crash, once, and its reprint says so, by keyboard', async ({ counter }) => {
  test.setTimeout(120_000);
  await atCustomer(counter);
  await counter.page.keyboard.press('Alt+4');
  await expect(counter.page.getByTestId('field-from')).toBeFocused();
  await counter.page.keyboard.press('Enter');
  await expect(counter.page.getByTestId('paper-sheet').first()).toContainText('客户对账单');
  await counter.page.keyboard.press('Enter');
  await expect(counter.page.getByTestId('paper-fate')).toContainText('单据打出来了吗？');
  await counter.crash();
  const { page } = counter;
  await counter.stubPrinter();
  await signIn(page, await staffOf(await counter.connect(), 'clerk'));
  await expect(page.getByTestId('prints-note')).toContainText('1 张单据需要确认');
  await page.keyboard.press('Control+F3');
  const row = page.getByTestId('print-row');
  await expect(row).toHaveCount(1);
  await expect(row).toContainText('不确定是否打出');
  if (process.env.COUNTERTOP_PICTURES !== undefined) await page.screenshot({ path: `${process.env.COUNTERTOP_PICTURES}/prints-zh.png` });
  await page.keyboard.press('Enter');
  await expect(page.getByTestId('print-again')).toBeVisible();
  if (process.env.COUNTERTOP_PICTURES !== undefined)
    await page.screenshot({ path: `${process.env.COUNTERTOP_PICTURES}/prints-ask-zh.png` });
  await page.keyboard.press('Alt+r');
  await expect(page.locator('body[data-printed]')).toBeAttached();
  await expect(row).toContainText('补打 1');
  await expect(row).toHaveAttribute('data-state', 'unknown');
  await page.keyboard.press('Enter');
  await expect(page.getByTestId('print-again')).toBeVisible();
  await page.keyboard.press('Enter');
  await expect(row).toHaveCount(0);
  await page.keyboard.press('Alt+2');
  await expect(row).toHaveCount(2);
  await expect(row.first()).toHaveAttribute('data-state', 'printed');
  await expect(row.last()).toHaveAttribute('data-state', 'unverified');
  if (process.env.COUNTERTOP_PICTURES !== undefined)
    await page.screenshot({ path: `${process.env.COUNTERTOP_PICTURES}/prints-all-zh.png` });
});
