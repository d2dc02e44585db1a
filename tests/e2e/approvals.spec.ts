// A second person for an act: asked on their own screen (two pages on one core), refusing, and signing in at the clerk's counter.
import type { Page } from '@playwright/test';
import { v7 as newId } from 'uuid';
import type { CounterClient } from '../../src/shared/contract/index.ts';
import { atWork, type CounterUnderTest, countedKeys, expect, HOST, type Keys, openAccount, signIn, staffOf, test } from './counter.ts';

/** The restaurant of the demo hall, whose fee is to be let off; a clerk may let off nothing. */
const CUSTOMER = '好味来餐饮有限公司';
const REASON = '老年人优待';

interface Waiver {
  readonly page: Page;
  readonly keys: Keys;
  readonly client: CounterClient;
  /** How many receivables the account has open. */
  owed(): Promise<number>;
  readonly before: number;
}

/** A clerk who has asked for a fee to be let off and reads that a supervisor has to allow it. */
async function atWaiver(counter: CounterUnderTest): Promise<Waiver> {
  const { page } = counter;
  const client = await atWork(counter);
  const [hit] = (await client.accounts.search({ text: CUSTOMER })).hits;
  if (hit === undefined) throw new Error('no restaurant');
  await client.charging.raiseFee({ receivableId: newId(), accountId: hit.accountId, code: 'card-reissue' });
  const owed = async () => (await client.charging.open({ accountIds: [hit.accountId] })).accounts[0]?.receivables.length ?? 0;
  const before = await owed();
  await openAccount(page, hit.accountNo);
  const keys = countedKeys(page);
  await keys.press('Alt+b');
  await expect(page.getByTestId('bill')).toHaveCount(before);
  // The fee is the last that fell due.
  for (let row = 1; row < before; row += 1) await keys.press('ArrowDown');
  await keys.press('Alt+x');
  await expect(page.getByTestId('reason')).toBeFocused();
  await expect(page.getByRole('dialog')).toContainText('补卡工本费');
  await keys.type(REASON, 'Enter');
  await expect(page.getByTestId('approval-staff')).toBeFocused();
  // Of the two dialogs only the upper one is there.
  await expect(page.getByRole('dialog')).toHaveCount(1);
  return { page, keys, client, owed, before };
}

/** The clerk asks on the supervisor's own screen and waits. */
async function ask({ page, keys }: Waiver): Promise<void> {
  await keys.press('F9');
  await expect(page.getByTestId('approval-reason')).toBeFocused();
  await keys.type(REASON, 'Enter');
  await expect(page.getByTestId('approval-waiting')).toBeVisible();
}

/** The supervisor's own screen, with what waits there. */
async function atDesk(counter: CounterUnderTest, client: CounterClient): Promise<Page> {
  const desk = await counter.openPage();
  await signIn(desk, await staffOf(client, 'supervisor'));
  await expect(desk.getByTestId('approvals-count')).toBeVisible();
  await desk.keyboard.press('F11');
  await expect(desk.getByTestId('approval-row')).toContainText('20.00');
  await expect(desk.getByTestId('approval-row')).toContainText(REASON);
  return desk;
}

test('a supervisor signs in at the counter for a waiver, after a clerk was refused, in at most 45 keystrokes', async ({ counter }) => {
  const waiver = await atWaiver(counter);
  const { page, keys, client } = waiver;
  const other = await staffOf(client, 'clerk', 'other');
  const refused = countedKeys(page);
  await refused.type(other.staffNo, 'Tab');
  await refused.type(other.password, 'Enter');
  await expect(page.getByRole('dialog').getByTestId('problem')).toHaveAttribute('data-code', 'ROLE_DENIED');
  expect(await waiver.owed()).toBe(waiver.before);
  const supervisor = await staffOf(client, 'supervisor');
  await refused.press('Shift+Tab', 'ControlOrMeta+a');
  await keys.type(supervisor.staffNo, 'Tab');
  await refused.press('ControlOrMeta+a');
  await keys.type(supervisor.password, 'Enter');
  await expect(page.getByRole('dialog')).toBeHidden();
  await expect(page.getByTestId('bill')).toHaveCount(waiver.before - 1);
  expect(await waiver.owed()).toBe(waiver.before - 1);
  expect(keys.count()).toBeLessThanOrEqual(45);
  expect(counter.heard.mouse).toBe(0);
});

// Two pages on one core: the loopback host only.
if (HOST === 'loopback') {
  test('a supervisor allows a waiver on the own screen, and the clerk’s act goes through by itself', async ({ counter }) => {
    const waiver = await atWaiver(counter);
    const { page } = waiver;
    await ask(waiver);
    const desk = await atDesk(counter, waiver.client);
    await desk.keyboard.press('Alt+1');
    await expect(desk.getByTestId('no-approvals')).toBeVisible();
    await expect(page.getByRole('dialog')).toBeHidden();
    await expect(page.getByTestId('bill')).toHaveCount(waiver.before - 1);
    expect(await waiver.owed()).toBe(waiver.before - 1);
    // Nothing blocks the keys any more: the next act starts.
    await page.keyboard.press('Enter');
    await expect(page.getByTestId('tender-cash')).toBeFocused();
    expect(waiver.keys.count()).toBeLessThanOrEqual(25);
    expect(counter.heard.mouse).toBe(0);
  });

  test('a supervisor refuses on the own screen: the clerk reads why, nothing has changed, and what was typed is still there', async ({
    counter,
  }) => {
    const waiver = await atWaiver(counter);
    const { page, keys } = waiver;
    await ask(waiver);
    const desk = await atDesk(counter, waiver.client);
    const desking = countedKeys(desk);
    await desking.tabTo('approval-note');
    await desking.type('证件不齐');
    await desking.press('Alt+2');
    await expect(desk.getByTestId('no-approvals')).toBeVisible();
    await expect(page.getByTestId('approval-denied')).toContainText('证件不齐');
    expect(await waiver.owed()).toBe(waiver.before);
    // Asked once more, with a better reason.
    await expect(page.getByTestId('approval-reason')).toHaveValue(REASON);
    await expect(page.getByTestId('approval-reason')).toBeFocused();
    await keys.type('，已补', 'Enter');
    await expect(page.getByTestId('approval-waiting')).toBeVisible();
    await expect(desk.getByTestId('approval-row')).toContainText('已补');
    // The clerk takes it back: the supervisor's screen is empty again, and the waiver stands as it was typed.
    await keys.press('Escape');
    await expect(desk.getByTestId('no-approvals')).toBeVisible();
    await expect(page.getByTestId('approval-reason')).toBeHidden();
    await expect(page.getByTestId('reason')).toHaveValue(REASON);
    expect(await waiver.owed()).toBe(waiver.before);
    expect(counter.heard.mouse).toBe(0);
  });
}
