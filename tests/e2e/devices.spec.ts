// The device console by keyboard, scanners of both kinds, and what the customer's side of the counter does during a top-up.
import { readFileSync } from 'node:fs';
import type { Page } from '@playwright/test';
import type { CounterClient } from '../../src/shared/contract/index.ts';
import { atWork, type CounterUnderTest, expect, HOST, signedLine, signIn, staffOf, test } from './counter.ts';

/** IT at the device console, at the page and on a line of its own. */
async function atConsole(counter: CounterUnderTest): Promise<CounterClient> {
  const client = await signedLine(counter, 'it');
  await signIn(counter.page, await staffOf(client, 'it'));
  return client;
}

/** Types as a scanner does: 4 ms from key to key by the browser's own clock, however busy the machine. */
async function scanInto(page: Page, text: string): Promise<void> {
  const session = await page.context().newCDPSession(page);
  const start = Date.now() / 1000;
  const keys = [...[...text].map((key) => ({ key, text: key })), { key: 'Enter', text: '\r' }];
  for (const [index, key] of keys.entries()) {
    const code = key.key === 'Enter' ? 13 : key.key.charCodeAt(0);
    const timestamp = start + index * 0.004;
    await session.send('Input.dispatchKeyEvent', { type: 'keyDown', ...key, windowsVirtualKeyCode: code, timestamp });
    await session.send('Input.dispatchKeyEvent', { type: 'keyUp', key: key.key, windowsVirtualKeyCode: code, timestamp });
  }
  await session.detach();
}

async function accounts(client: CounterClient): Promise<readonly string[]> {
  return (await client.hall.state({})).cards.map(({ accountNo }) => accountNo).filter((no) => no !== '');
}

test('IT tests devices, reads their bytes and saves a support file, all by keyboard', async ({ counter }) => {
  const { page } = counter;
  const client = await atConsole(counter);
  await expect
    .poll(async () => (await client.devices.list({})).filter(({ state }) => state !== 'ready').map(({ slot }) => slot))
    .toEqual([]);
  await expect(page.getByTestId('row-reader')).toHaveAttribute('data-state', 'ready');
  const card = (await client.hall.state({})).cards.find(({ flaw, accountNo }) => flaw === '' && accountNo !== '');
  if (card === undefined) throw new Error('no card');
  await client.hall.act({ act: 'insert', slot: 1, cardNo: card.cardNo });
  await page.getByTestId('row-reader').focus();
  await page.keyboard.press('Alt+1');
  await expect(page.getByTestId('test-result')).toContainText('应答');
  await page.keyboard.press('Alt+2');
  await expect(page.getByTestId('test-result')).toContainText('256');
  await page.keyboard.press('ArrowDown');
  await expect(page.getByTestId('device-printer')).toBeVisible();
  await page.keyboard.press('Alt+2');
  await expect(page.getByTestId('test-result')).toContainText('设备已确认');
  expect((await client.hall.state({})).paper[0]?.join('\n')).toContain('打印测试页');
  await page.keyboard.press('F8');
  await expect(page.getByTestId('trace').locator('tbody tr').first()).toBeVisible();
  await expect(page.getByTestId('trace').locator('tbody')).toContainText('打印任务');
  // Names of the protocol and numbers of jobs apart, nothing that the page says of a frame is English.
  const notes = await page.getByTestId('trace').locator('tbody td:last-child').allInnerTexts();
  for (const note of notes) expect(note.replaceAll(/DLE EOT|GS r|"[^"]*"|[0-9a-f-]{36}/g, '')).not.toMatch(/[a-z]{2}/i);
  await page.getByTestId('trace-filter').fill('nothing has this');
  await expect(page.getByTestId('trace').locator('tbody tr')).toHaveCount(0);
  if (HOST === 'loopback') {
    const download = page.waitForEvent('download');
    await page.keyboard.press('Control+s');
    const text = readFileSync(await (await download).path(), 'utf8');
    for (const secret of [card.accountNo, card.cardNo, card.customerName]) expect(text).not.toContain(secret);
    const bundle = JSON.parse(text);
    expect(bundle.traces.reader.some(({ bytes }: { bytes: number }) => bytes === 40)).toBe(true);
    expect(bundle.devices).toHaveLength(9);
    expect(bundle.traces.printer.length).toBeGreaterThan(0);
  }
});

test('IT binds a slot on the screen: saved, opened, and taken out again', async ({ counter }) => {
  const { page } = counter;
  const client = await atConsole(counter);
  const keypad = async () => (await client.devices.list({})).find(({ slot }) => slot === 'keypad');
  await expect.poll(async () => (await keypad())?.state).toBe('ready');
  await page.getByTestId('row-keypad').click();
  await page.keyboard.press('Alt+b');
  await page.getByTestId('bind-place').fill('no-such-port');
  await page.keyboard.press('Enter');
  await expect(page.getByRole('dialog')).toBeHidden();
  await expect.poll(async () => (await keypad())?.lastError?.code).toBe('PORT_MISSING');
  expect((await keypad())?.connection).toContain('no-such-port');
  await client.devices.assign({ slot: 'keypad', binding: null });
  await expect(page.getByTestId('row-keypad')).toHaveAttribute('data-state', 'not-configured');
});

test('a scanner that types opens the account and leaves a half-typed field as it was', async ({ counter }) => {
  const { page } = counter;
  const client = await atWork(counter);
  const [first = '', second = ''] = await accounts(client);
  await scanInto(page, first);
  await expect(page.getByTestId('account-no')).toContainText(first);
  const card = (await client.hall.state({})).cards.find(({ accountNo, flaw }) => accountNo === first && flaw === '');
  await client.hall.act({ act: 'insert', slot: 1, cardNo: card?.cardNo ?? '' });
  await expect(page.getByTestId('action-topup')).toBeEnabled();
  await page.keyboard.press('Enter');
  await page.getByTestId('topup-amount').fill('50');
  // Something is typed, so the scan asks before it leaves.
  await scanInto(page, second);
  await expect(page.getByRole('dialog')).toBeVisible();
  await expect(page.getByTestId('topup-amount')).toHaveValue('50');
  // An open dialog is not disturbed by another scan.
  await page.keyboard.press('Escape');
  await expect(page.getByRole('dialog')).toBeHidden();
  await expect(page.getByTestId('topup-amount')).toHaveValue('50');
  expect((await client.topups.open({})).topups).toEqual([]);
});

test('a serial scanner opens the account; a code of nobody is searched for', async ({ counter }) => {
  const { page } = counter;
  const client = await atWork(counter);
  const [first = ''] = await accounts(client);
  await expect.poll(async () => (await client.devices.list({})).find(({ slot }) => slot === 'scanner')?.state).toBe('ready');
  await client.hall.act({ act: 'scan', text: `CT1|03-000001|${first}|23000|x` });
  await expect(page.getByTestId('account-no')).toContainText(first);
  await client.hall.act({ act: 'scan', text: 'nobody-has-this' });
  await expect(page.getByTestId('nothing-found')).toContainText('nobody-has-this');
});

test('the customer reads what is due, the change and the volume; the drawer opens when the cash is taken', async ({ counter }) => {
  const { page } = counter;
  const client = await atWork(counter);
  const glass = async () => {
    const display = (await client.hall.state({})).devices.find((device) => device.slot === 'display');
    return display === undefined ? '' : `${display.upper}|${display.lower}`;
  };
  const card = (await client.hall.state({})).cards.find(({ flaw }) => flaw === '');
  await client.hall.act({ act: 'insert', slot: 1, cardNo: card?.cardNo ?? '' });
  await expect(page.getByTestId('action-topup')).toBeEnabled();
  await page.keyboard.press('Enter');
  await page.getByTestId('topup-amount').fill('100');
  await expect(page.getByTestId('quote-total')).toContainText('100');
  await page.keyboard.press('Enter');
  await expect.poll(glass).toMatch(/^应付 \d+\.\d{2}元\|气量 /);
  await page.getByTestId('tender-cash').fill('200');
  await page.keyboard.press('Enter');
  await expect.poll(glass).toMatch(/^(收款 200\.00元\|找零 |已写卡 .*立方米\|谢谢)/);
  await expect(page.getByTestId('receipt-preview')).toBeVisible();
  await expect.poll(glass).toMatch(/^已写卡 .*立方米\|谢谢$/);
  expect((await client.hall.state({})).devices).toContainEqual(expect.objectContaining({ slot: 'drawer', open: true, pulses: 1 }));
  await page.keyboard.press('F1');
  await expect.poll(glass).toBe('|');
});
