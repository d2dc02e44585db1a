// The company's templates by keyboard: changed and tried out by IT, refused while they have an error, printed from then on, and given up again.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { countedKeys, expect, signedLine, signIn, staffOf, test } from './counter.ts';

test('IT changes the title of a form in at most 8 keystrokes and a paste, sees it, and goes back to the built-in one', async ({
  counter,
}) => {
  const { page } = counter;
  const client = await signedLine(counter, 'it');
  await signIn(page, await staffOf(client, 'it'));
  const keys = countedKeys(page);
  await keys.press('F3');
  await expect(page.getByTestId('template-service-form')).toHaveAttribute('data-state', 'built-in');
  await expect(page.getByTestId('paper-sheet')).toBeVisible();
  await keys.press('Alt+ArrowDown');
  await expect(page.getByTestId('template-customer-statement')).toHaveAttribute('aria-current', 'true');
  const { builtIn } = await client.templates.get({ name: 'customer-statement' });
  await expect(page.getByTestId('template-text')).toHaveValue(builtIn);
  await keys.press('Alt+e');
  await expect(page.getByTestId('template-text')).toBeFocused();

  // An error is told with its place, and nothing can be saved.
  await page.getByTestId('template-text').fill(JSON.stringify({ ...JSON.parse(builtIn), title: '{{salary}}' }));
  await expect(page.getByTestId('template-problem')).toHaveAttribute('data-problem', 'unknown-field');
  await expect(page.getByTestId('template-problem')).toContainText('这种单据没有字段 {{salary}} (title)');
  await expect(page.getByTestId('template-save')).toBeDisabled();

  await page.getByTestId('template-text').fill(builtIn.replaceAll('客户对账单', '滨江客户对账单'));
  await expect(page.getByTestId('template-problem')).toHaveAttribute('data-problem', '');
  await expect(page.getByTestId('paper-sheet')).toContainText('滨江客户对账单');
  await keys.press('Control+s');
  await expect(page.getByTestId('template-customer-statement')).toHaveAttribute('data-state', 'own');
  expect((await client.templates.get({ name: 'customer-statement' })).own).toContain('滨江客户对账单');

  await keys.press('Alt+r', 'Enter');
  await expect(page.getByTestId('template-customer-statement')).toHaveAttribute('data-state', 'built-in');
  expect((await client.templates.get({ name: 'customer-statement' })).own).toBeNull();
  expect(keys.count()).toBeLessThanOrEqual(8);
});

test('IT gives receipts a foot of the company, sees the paper as it is printed, and the next receipt bears it', async ({ counter }) => {
  const { page } = counter;
  const client = await signedLine(counter, 'it');
  await signIn(page, await staffOf(client, 'it'));
  await page.keyboard.press('F3');
  await page.getByTestId('template-receipt').click();
  await expect(page.getByTestId('receipt-template-preview')).toBeVisible();
  const { builtIn } = await client.templates.get({ name: 'receipt' });
  const before = await page.getByTestId('receipt-template-preview').getAttribute('src');
  const own = JSON.parse(builtIn) as { head: unknown[]; foot: { topup: unknown[] } };
  own.head.push('{{salary}}');
  await page.getByTestId('template-text').fill(JSON.stringify(own, null, 2));
  await expect(page.getByTestId('template-problem')).toHaveAttribute('data-problem', 'unknown-field');
  await expect(page.getByTestId('template-save')).toBeDisabled();
  own.head.splice(-1, 1, '客服 96777');
  own.foot.topup.push('用气安全，人人有责');
  await page.getByTestId('template-text').fill(JSON.stringify(own, null, 2));
  await expect(page.getByTestId('template-problem')).toHaveAttribute('data-problem', '');
  await expect(page.getByTestId('receipt-template-preview')).not.toHaveAttribute('src', before ?? '');
  if (process.env.COUNTERTOP_SHOT !== undefined) await page.screenshot({ path: process.env.COUNTERTOP_SHOT });
  await page.keyboard.press('Control+s');
  await expect(page.getByTestId('template-receipt')).toHaveAttribute('data-state', 'own');
  const { svg } = await client.templates.previewReceipt({
    ...{ kind: 'topup', columns: 32 },
    text: (await client.templates.get({ name: 'receipt' })).own ?? '',
  });
  expect(svg).toContain('用');
});

test('a template broken on disk is shown with its error, and what is typed is not dropped unasked', async ({ counter }) => {
  const { page } = counter;
  const client = await signedLine(counter, 'it');
  await client.templates.list({});
  writeFileSync(join(counter.dataDir, 'templates', 'exceptions.json'), '{ "template": ');
  await signIn(page, await staffOf(client, 'it'));
  await page.keyboard.press('F3');
  await expect(page.getByTestId('template-exceptions')).toHaveAttribute('data-state', 'broken');
  await page.getByTestId('template-exceptions').click();
  await expect(page.getByTestId('template-problem')).toHaveAttribute('data-problem', 'no-json');
  await page.getByTestId('template-text').press('End');
  await page.getByTestId('template-text').pressSequentially('x');
  await page.keyboard.press('Alt+ArrowUp');
  await expect(page.getByRole('dialog')).toBeVisible();
  await page.keyboard.press('Escape');
  await expect(page.getByTestId('template-text')).toHaveValue(/x$/);
});

test('only IT may change templates', async ({ counter }) => {
  const clerk = await signedLine(counter, 'clerk');
  await expect(clerk.templates.save({ name: 'exceptions', text: null })).rejects.toMatchObject({ code: 'ROLE_DENIED' });
});
