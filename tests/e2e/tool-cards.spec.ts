// A maker's tool card by keyboard alone: made with the supervisor at the counter, listed while it is out, torn and written again, and taken back.
import { atWork, expect, HOST, signedLine, signIn, staffOf, test, typeText } from './counter.ts';

const BLANK = '9900000000';

test('a tool card is made before two people, and taken back', async ({ counter }) => {
  test.setTimeout(120_000);
  const { page } = counter;
  const client = await atWork(counter);
  const supervisor = await staffOf(client, 'supervisor');
  const signsHere = async (): Promise<void> => {
    await expect(page.getByTestId('approval-staff')).toBeFocused();
    await typeText(page, supervisor.staffNo);
    await page.keyboard.press('Tab');
    await typeText(page, supervisor.password);
    await page.keyboard.press('Enter');
  };
  await page.keyboard.press('F8');
  await expect(page.getByTestId('task-menu')).toBeVisible();
  await page.keyboard.press('5');
  await expect(page.getByTestId('make-tool-card')).toBeVisible();
  await client.hall.act({ act: 'insert', slot: 1, cardNo: BLANK });
  await page.keyboard.press('Alt+n');
  await expect(page.getByTestId('field-layoutId')).toBeFocused();
  await expect(page.getByTestId('field-tool')).toHaveValue('clear');
  await page.keyboard.press('Tab');
  await page.keyboard.press('Tab');
  await typeText(page, 'M-77');
  await page.keyboard.press('Enter');
  // The reason is missing: the cursor is where it goes.
  await expect(page.getByTestId('field-reason')).toBeFocused();
  await typeText(page, 'clear the rest');
  // Pulled out in the middle: the card stands in the register, unfinished, and the same one is written again.
  await client.hall.act({ act: 'remove-during-write', slot: 1, afterBytes: 12 });
  await page.keyboard.press('Enter');
  await signsHere();
  await expect.poll(async () => (await client.toolCards.list({}))[0]?.state).toBe('unfinished');
  await expect(page.getByRole('dialog').getByRole('alert')).toBeVisible();
  await client.hall.act({ act: 'insert', slot: 1, cardNo: BLANK });
  await page.keyboard.press('Enter');
  await signsHere();
  const row = page.getByTestId('tool-card-row');
  await expect.poll(async () => (await client.toolCards.list({}))[0]?.state).toBe('out');
  await expect(row).toHaveCount(1);
  await expect(row).toContainText('M-77');
  const [card] = await client.toolCards.list({});
  expect(card).toMatchObject({ approvedBy: supervisor.staffNo, attempts: 2, daysOut: 0 });
  expect((await client.cards.read({ slot: 1 })).tool).toEqual({ tool: 'clear', toolNo: card?.toolNo });

  await expect(page.getByRole('dialog')).toHaveCount(0);
  await page.keyboard.press('Enter');
  await expect(page.getByTestId('reason')).toBeFocused();
  await typeText(page, 'back');
  await page.keyboard.press('Enter');
  await expect(row).toHaveCount(0);
  await page.keyboard.press('Alt+2');
  await expect(row).toContainText(card?.toolNo ?? '');
  expect(await client.toolCards.list({ ended: true })).toMatchObject([{ state: 'returned', note: 'back' }]);
});

// A core that can be killed: the loopback host only.
if (HOST === 'loopback') {
  test('a price-set card is there again after a crash, half typed, and a meter takes its prices', async ({ counter }) => {
    test.setTimeout(180_000);
    const before = await atWork(counter);
    await counter.page.keyboard.press('F8');
    await expect(counter.page.getByTestId('task-menu')).toBeVisible();
    await counter.page.keyboard.press('5');
    await expect(counter.page.getByTestId('make-tool-card')).toBeVisible();
    await counter.page.keyboard.press('Alt+n');
    await expect(counter.page.getByTestId('field-layoutId')).toBeFocused();
    // The last of the four kinds, once they are there.
    await expect(counter.page.getByTestId('field-tool').locator('option')).toHaveCount(4);
    await expect(counter.page.getByTestId('field-tool')).toBeEnabled();
    await counter.page.keyboard.press('Tab');
    await expect(counter.page.getByTestId('field-tool')).toBeFocused();
    await counter.page.keyboard.press('End');
    await expect(counter.page.getByTestId('field-tool')).toHaveValue('price');
    await expect(counter.page.getByTestId('tool-prices')).toBeVisible();
    await counter.page.keyboard.press('Tab');
    await counter.page.keyboard.press('Tab');
    await typeText(counter.page, 'block 3');
    await expect.poll(async () => (await before.drafts.list({})).map(({ taskId }) => taskId)).toContain('tool-cards');
    await counter.crash();

    const client = await signedLine(counter);
    const { page } = counter;
    await signIn(page, await staffOf(client, 'clerk'));
    await page.getByTestId('draft-continue').click();
    await expect(page.getByTestId('field-forWhat')).toHaveValue('block 3');
    await expect(page.getByTestId('field-tool')).toHaveValue('price');
    const versionId = await page.getByTestId('field-versionId').inputValue();
    await client.hall.act({ act: 'insert', slot: 1, cardNo: BLANK });
    await page.getByTestId('field-reason').focus();
    await typeText(page, 'new prices');
    await page.keyboard.press('Enter');
    const supervisor = await staffOf(client, 'supervisor');
    await expect(page.getByTestId('approval-staff')).toBeFocused();
    await typeText(page, supervisor.staffNo);
    await page.keyboard.press('Tab');
    await typeText(page, supervisor.password);
    await page.keyboard.press('Enter');
    await expect(page.getByTestId('tool-card-row')).toHaveCount(1);
    const [card] = await client.toolCards.list({});
    expect(card).toMatchObject({ tool: 'price', versionId, forWhat: 'block 3', state: 'out' });
    await expect.poll(() => client.drafts.list({})).toEqual([]);

    await client.hall.act({ act: 'remove', slot: 1 });
    const tables = await client.toolCards.prices({});
    const commodity = tables.find((table) => table.versionId === versionId)?.commodity;
    const meter = (await client.hall.state({})).meters.find((one) => one.accountNo !== '' && one.commodity === commodity);
    if (meter === undefined) throw new Error('no meter');
    expect(meter.pricesFrom).toBe('');
    // A technician's hand at the bench gives it to the meter.
    await page.keyboard.press('Control+b');
    await page.getByTestId(`tool-meter-${BLANK}`).locator('input').fill(meter.meterNo);
    await page.keyboard.press('Enter');
    await page.getByTestId(`meter-${BLANK}`).click();
    await expect(page.getByTestId(`tool-result-${BLANK}`)).toContainText('工具卡已执行');
    const after = (await client.hall.state({})).meters.find(({ meterNo }) => meterNo === meter.meterNo);
    expect(after).toEqual({ ...meter, pricesFrom: card?.pricesFrom, lastResult: 'tool-done' });
  });
}
