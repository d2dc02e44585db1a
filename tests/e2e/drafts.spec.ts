// What is typed survives a crash of the core, in every area: the top-up in shell.spec.ts, here the others.
import type { Page } from '@playwright/test';
import { v7 as newId } from 'uuid';
import { TEXTS } from '../../src/renderer/text/index.ts';
import { atWork, countedKeys, expect, HOST, openAccount, signedLine, signIn, staffOf, test } from './counter.ts';

/** The restaurant of the demo hall owes two bills. */
const CUSTOMER = '好味来餐饮有限公司';

const NAMES: Readonly<Record<string, string>> = TEXTS['zh-CN'].task;

interface Draft {
  readonly taskId: string;
  /** Starts the task from the account page. */
  readonly key: string;
  /** Where the cursor is when the screen has opened. */
  readonly field: string;
  /** Types something; returns what proves it, test id and value. */
  readonly type: (page: Page) => Promise<void>;
  readonly kept: readonly (readonly [testId: string, value: string])[];
}

const typed = (text: string) => (page: Page) => countedKeys(page).type(text);

const DRAFTS: readonly Draft[] = [
  { taskId: 'deposit', key: 'Alt+d', field: 'handover-amount', type: typed('77.31'), kept: [['handover-amount', '77.31']] },
  { taskId: 'notes', key: 'Alt+k', field: 'note-text', type: typed('请下午来'), kept: [['note-text', '请下午来']] },
  {
    taskId: 'correct-account',
    key: 'Alt+u',
    field: 'field-phone',
    // The number itself is private and typed again; what was written beside it is kept.
    type: async (page) => {
      await countedKeys(page).tabTo('field-reason');
      await countedKeys(page).type('换了号码');
    },
    kept: [['field-reason', '换了号码']],
  },
  {
    taskId: 'fee',
    key: 'Alt+f',
    field: '',
    type: async (page) => {
      await expect(page.getByTestId('fee').first()).toBeVisible();
      await countedKeys(page).press('ArrowDown', '+', '+');
    },
    kept: [['fee-quantity', '3']],
  },
  {
    taskId: 'suspension',
    key: 'Alt+s',
    field: 'field-form-from',
    type: async (page) => {
      await countedKeys(page).press('ControlOrMeta+a');
      await countedKeys(page).type('20270301');
    },
    kept: [['field-form-from', '2027-03-01']],
  },
  {
    taskId: 'invoice',
    key: 'Alt+i',
    field: 'buyer-name',
    type: async (page) => {
      await countedKeys(page).press('Tab');
      await countedKeys(page).type('91330100MA2B1C3D4E');
    },
    kept: [['buyer-tax', '91330100MA2B1C3D4E']],
  },
];

// A core that can be killed: the loopback host only.
if (HOST === 'loopback') {
  test('a deposit, a note, a correction, a fee, a request and an invoice are there again after a crash', async ({ counter }) => {
    test.setTimeout(240_000);
    let client = await atWork(counter);
    const [hit] = (await client.accounts.search({ text: CUSTOMER })).hits;
    if (hit === undefined) throw new Error('no restaurant');
    const { accountId, accountNo } = hit;
    // Something an invoice can be issued for.
    const { receivables } = (await client.charging.open({ accountIds: [accountId] })).accounts[0] ?? { receivables: [] };
    const [bill] = receivables;
    if (bill === undefined) throw new Error('nothing is owed');
    const amountFen = bill.openFen + bill.lateFeeFen;
    await client.charging.pay({
      paymentId: newId(),
      accountId,
      receivableIds: [bill.receivableId],
      expectedAmountFen: amountFen,
      tenders: [],
      cashTenderedFen: amountFen,
    });

    for (const draft of DRAFTS) {
      const { page } = counter;
      await openAccount(page, accountNo);
      await expect(page.getByTestId(`task-${draft.taskId}`)).toBeEnabled();
      await page.keyboard.press(draft.key);
      if (draft.field !== '') await expect(page.getByTestId(draft.field)).toBeFocused();
      await draft.type(page);
      for (const [testId, value] of draft.kept) await expect(page.getByTestId(testId), draft.taskId).toHaveValue(value);
      await expect.poll(async () => (await client.drafts.list({})).map(({ taskId }) => taskId), draft.taskId).toContain(draft.taskId);
      // Parked, the customer waits with it, and the next draft begins at home.
      await page.keyboard.press('F12');
    }
    await counter.crash();

    client = await signedLine(counter);
    const { page } = counter;
    await signIn(page, await staffOf(client, 'clerk'));
    await expect(page.getByTestId('draft-row')).toHaveCount(DRAFTS.length);
    for (const draft of DRAFTS) {
      const row = page.getByTestId('draft-row').filter({ hasText: NAMES[draft.taskId] ?? '' });
      await expect(row).toContainText(accountNo);
      await row.getByTestId('draft-continue').click();
      for (const [testId, value] of draft.kept) await expect(page.getByTestId(testId), draft.taskId).toHaveValue(value);
      await page.keyboard.press('F1');
      await page.keyboard.press('Enter');
      await expect(page.getByTestId('omnibox')).toBeFocused();
    }
    await expect(page.getByTestId('draft-row')).toBeHidden();
    await expect.poll(() => client.drafts.list({})).toEqual([]);
  });
}
