// The manager's screen by keyboard: a day's figures, the operations behind one, back to where one was, and the tables that are taken away.
import { readFileSync } from 'node:fs';
import { v7 as newId } from 'uuid';
import type { CounterClient } from '../../src/shared/contract/index.ts';
import { meaningOfCell, parseRows } from '../../src/shared/domain/delimited-text.ts';
import { readXlsx } from '../support/xlsx.ts';
import { expect, HOST, signedLine, signIn, staffOf, test } from './counter.ts';

/** Takes deposits of these sums, each half by bank card, as a clerk at another window would. */
async function takeDeposits(clerk: CounterClient, sumsFen: readonly number[]): Promise<void> {
  const [hit] = (await clerk.accounts.search({ text: '好味来餐饮有限公司' })).hits;
  for (const amountFen of sumsFen) {
    const cardFen = Math.floor(amountFen / 2);
    await clerk.charging.takeDeposit({
      ...{ handoverId: newId(), accountId: hit?.accountId ?? '', amountFen, reason: '用气保证金' },
      ...{ tenders: [{ kind: 'bank-card', amountFen: cardFen, reference: 'S1' }], cashTenderedFen: amountFen - cardFen },
    });
  }
}

const SUMS = [10_000, 20_050, 33_301];
const TOTAL = '¥633.51';

test('a manager sees the day, drills down, comes back, and takes away what adds up', async ({ counter }) => {
  const { page } = counter;
  const clerk = await signedLine(counter);
  await clerk.shift.open({ shiftId: newId(), floatFen: 50_000 });
  await takeDeposits(clerk, SUMS.slice(0, 2));
  const client = await counter.connect();
  await signIn(page, await staffOf(client, 'manager'));
  await page.keyboard.press('Control+F7');
  await expect(page.getByTestId('taken')).toHaveText('¥300.50');
  await expect(page.getByTestId('hour-chart').locator('svg')).toBeVisible();
  await expect(page.getByTestId('hour-chart')).toHaveAttribute('aria-label', /每小时收款柱形图.*¥300\.50/);
  // What others take comes by itself.
  await takeDeposits(clerk, SUMS.slice(2));
  await expect(page.getByTestId('taken')).toHaveText(TOTAL);

  // A figure is walked to and opened; behind it stand its operations and no others.
  const grid = page.getByTestId('grid-kinds');
  await grid.locator('[tabindex="0"]').focus();
  await page.keyboard.press('ArrowRight');
  const cell = await page.evaluate(() => (document.activeElement as HTMLElement).dataset.cell);
  expect(cell).toContain('deposit.taken');
  await page.keyboard.press('Enter');
  await expect(page.getByTestId('operation-row')).toHaveCount(SUMS.length);
  await expect(page.getByTestId('list-sums')).toContainText(TOTAL);
  await expect(page.getByTestId('operation-row').first()).toBeFocused();
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('Enter');
  await expect(page.getByTestId('account-no')).toBeVisible();
  await page.keyboard.press('Escape');
  await expect(page.getByTestId('operation-row').nth(1)).toBeFocused();
  await page.keyboard.press('Escape');
  await expect(page.locator(`[data-cell="${cell}"]`)).toBeFocused();

  // The file says what the screen says.
  const sumFen = SUMS.reduce((sum, fen) => sum + fen, 0);
  const save = async (...keys: readonly string[]) => {
    const saved = page.waitForEvent('download');
    await page.keyboard.press('Alt+e');
    await expect(page.getByRole('dialog')).toBeVisible();
    for (const key of keys) await page.keyboard.press(key);
    await page.keyboard.press('Enter');
    const download = await saved;
    await expect(page.getByTestId('export-done')).toBeVisible();
    await page.keyboard.press('Escape');
    await expect(page.getByRole('dialog')).toBeHidden();
    return { name: download.suggestedFilename(), bytes: readFileSync(await download.path()) };
  };
  const xlsx = await save();
  expect(xlsx.name).toMatch(/^经营概况 \d{4}-\d\d-\d\d\.xlsx$/);
  const sheets = readXlsx(xlsx.bytes);
  expect(sheets.map(({ name, frozenRows }) => [name, frozenRows])).toEqual(
    ['收款明细汇总', '按小时', '按业务', '按收款员'].map((name) => [name, 1]),
  );
  for (const { name, rows } of sheets) {
    const at = rows[0]?.findIndex((title) => title === '金额（元）' || title === '合计（元）') ?? -1;
    const fen = rows.slice(1).reduce((sum, row) => sum + Math.round(Number(row[at] ?? 0) * 100), 0);
    expect([name, fen]).toEqual([name, sumFen]);
  }
  const csv = await save('Alt+2');
  expect(csv.name).toMatch(/^经营概况 收款明细汇总 .+\.csv$/);
  const [head, ...lines] = parseRows(csv.bytes.toString('utf8').replace('\uFEFF', ''), ',');
  const amountAt = head?.cells.indexOf('金额（元）') ?? -1;
  expect(lines.reduce((sum, { cells }) => sum + Math.round(Number(cells[amountAt]) * 100), 0)).toBe(sumFen);
  expect(lines.map(({ cells }) => meaningOfCell(cells[2] ?? ''))).toContain('收押金');
  expect(counter.heard.console).toEqual([]);
});

if (HOST === 'loopback') {
  test('a clerk has no such screen and no such call', async ({ counter }) => {
    const { page } = counter;
    const client = await signedLine(counter, 'clerk');
    await expect(client.overview.day({ of: 'branch' })).rejects.toMatchObject({ code: 'ROLE_DENIED' });
    await signIn(page, await staffOf(client, 'clerk', 'other'));
    await expect(page.getByTestId('omnibox').or(page.getByTestId('shift-float')).first()).toBeVisible();
    await page.keyboard.press('Control+F7');
    await expect(page.getByTestId('overview')).toHaveCount(0);
  });
}
