// npm run screenshots [-- OUT]: plays one customer in Chinese and in English and takes the pictures of the README. With --all OUT: every screen and every
// task in all languages and two sizes, to look at.
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import type { Browser, Page } from '@playwright/test';
import { v7 as newId } from 'uuid';
import { buildIfStale, ROOT } from '../../scripts/support/build.ts';
import type { CounterClient } from '../../src/shared/contract/index.ts';
import { launchBrowser } from '../support/browser.ts';
import { type RunningCounter, startCounter, temporaryDataDir } from '../support/counter.ts';

const { values: flags, positionals } = parseArgs({ options: { all: { type: 'string' } }, allowPositionals: true });
const out = flags.all ?? positionals[0] ?? join(ROOT, 'resources/screenshots');
const MONEY_FEN = 25_000;
const RESTAURANT = '好味来餐饮有限公司';

/** One run over a fresh counter. */
interface Look {
  readonly code: 'zh-CN' | 'zh-TW' | 'en';
  /** Ends the names of the pictures. */
  readonly suffix: string;
  readonly width: number;
  readonly height: number;
}

const FOR_README: readonly Look[] = [
  { code: 'zh-CN', suffix: 'zh', width: 1366, height: 768 },
  { code: 'en', suffix: 'en', width: 1366, height: 768 },
];
const ALL: readonly Look[] = (['zh-CN', 'zh-TW', 'en'] as const).flatMap((code) => [
  { code, suffix: `${code}-1280`, width: 1280, height: 800 },
  { code, suffix: `${code}-1024`, width: 1024, height: 768 },
]);

type Shoot = (name: string) => Promise<void>;

async function play(browser: Browser, look: Look): Promise<void> {
  const { code, width, height } = look;
  const folder = temporaryDataDir();
  const counter = await startCounter({ dataDir: folder.dataDir, built: true });
  const context = await browser.newContext({ locale: code, viewport: { width, height } });
  try {
    const page = await context.newPage();
    const client = await counter.connect();
    const clerk = (await client.system.info({})).demoStaff.find((staff) => staff.role === 'clerk');
    if (clerk === undefined) throw new Error('no clerk');
    await client.session.signIn({ staffNo: clerk.staffNo, password: clerk.password });
    await page.goto(counter.openUrl);
    await page.evaluate((language) => localStorage.setItem('countertop.language', language), code);
    await page.reload();
    const shoot: Shoot = async (name) => {
      await settle(page);
      await page.screenshot({ path: join(out, `${name}-${look.suffix}.png`) });
    };
    await page.getByTestId('demo-staff-clerk').first().waitFor();
    await shoot('sign-in');
    await page.keyboard.press('Alt+1');
    await page.getByTestId('shift-float').fill('500');
    await shoot('shift');
    await page.keyboard.press('Enter');
    await page.getByTestId('open-shift').waitFor({ state: 'hidden' });
    await page.getByTestId('omnibox').fill('wang');
    await page.getByTestId('search-hit').first().waitFor();
    await shoot('search');
    await page.keyboard.press('Escape');
    await topUp(page, client, shoot);
    for (const [key, name] of [
      ['F3', 'cards'],
      ['F4', 'devices'],
      ['F6', 'sync'],
    ] as const) {
      await page.keyboard.press(key);
      await shoot(name);
    }
    if (flags.all !== undefined) await everyTask(page, client, shoot);
    await page.keyboard.press('F1');
    await page.getByTestId('theme-switch').click();
    await shoot('dark');
    await page.getByTestId('theme-switch').click();
    await context.close();
    await overseen(browser, look, counter);
  } finally {
    await context.close();
    await counter.stop();
    folder.remove();
  }
}

/** What the manager has: a day with some trade in it, its close, what is printed. */
async function overseen(browser: Browser, look: Look, counter: RunningCounter): Promise<void> {
  const { code, width, height } = look;
  const client = await counter.connect();
  const clerk = (await client.system.info({})).demoStaff.find(({ role }) => role === 'clerk');
  await client.session.signIn({ staffNo: clerk?.staffNo ?? '', password: clerk?.password ?? '' });
  const { hits } = await client.accounts.search({ text: RESTAURANT });
  for (const amountFen of [60_000, 45_050, 120_000]) {
    const cardFen = Math.floor(amountFen / 3);
    await client.charging.takeDeposit({
      ...{ handoverId: newId(), accountId: hits[0]?.accountId ?? '', amountFen, reason: '用气保证金' },
      ...{ tenders: [{ kind: 'bank-card', amountFen: cardFen, reference: 'S1' }], cashTenderedFen: amountFen - cardFen },
    });
  }
  for (const dark of flags.all === undefined ? [false] : [false, true]) {
    const context = await browser.newContext({ locale: code, viewport: { width, height } });
    const page = await context.newPage();
    const shoot: Shoot = async (name) => {
      await settle(page);
      await page.screenshot({ path: join(out, `${name}${dark ? '-dark' : ''}-${look.suffix}.png`) });
    };
    await page.goto(counter.openUrl);
    await page.evaluate((language) => localStorage.setItem('countertop.language', language), code);
    await page.reload();
    await page.getByTestId('demo-staff-manager').first().click();
    await page.getByTestId('omnibox').waitFor();
    if (dark) await page.getByTestId('theme-switch').click();
    await page.keyboard.press('Control+F7');
    await page.getByTestId('hour-chart').locator('svg').waitFor();
    await shoot('overview');
    if (flags.all !== undefined) {
      for (const [key, name] of [
        ['Control+F1', 'manager-shift'],
        ['Control+F2', 'manager-day'],
        ['Control+F3', 'manager-prints'],
        ['F11', 'manager-approvals'],
      ] as const) {
        await page.keyboard.press(key);
        await shoot(name);
      }
    }
    await context.close();
  }
}

/** A purchase over two tiers whose card is torn out in the middle of the write, put right, and its receipt. */
async function topUp(page: Page, client: CounterClient, shoot: Shoot): Promise<void> {
  const card = await crossingCard(client);
  await client.hall.act({ act: 'insert', slot: 1, cardNo: card.cardNo });
  await page.getByTestId('account-no').waitFor();
  await page.getByTestId('card-difference').first().waitFor();
  await shoot('account');
  await page.keyboard.press('Enter');
  await page.getByTestId('topup-amount').fill(String(MONEY_FEN / 100));
  await page.getByTestId('quote-total').waitFor();
  await page.waitForTimeout(600);
  await shoot('topup');
  await page.keyboard.press('Enter');
  await page.getByTestId('tender-cash').fill('1000');
  await shoot('payment');
  await client.hall.act({ act: 'remove-during-write', slot: 1, afterBytes: 9 });
  await page.keyboard.press('Enter');
  await page.getByTestId('undelivered-next').waitFor();
  await shoot('undelivered');
  await page.keyboard.press('F1');
  await page.getByTestId('undelivered-row').waitFor();
  await shoot('home');
  await client.hall.act({ act: 'insert', slot: 1, cardNo: card.cardNo });
  await page.getByTestId('account-no').waitFor();
  await page.keyboard.press('Enter');
  await page.getByTestId('continue-write').click();
  await page.getByTestId('receipt-preview').waitFor();
  await shoot('receipt');
  await page.keyboard.press('Control+b');
  await page.getByTestId('bench').waitFor();
  await shoot('bench');
  await page.keyboard.press('Control+b');
}

/** The task menu, each task of a residential customer with a card, what a company owes, and the forms with everything wrong. */
async function everyTask(page: Page, client: CounterClient, shoot: Shoot): Promise<void> {
  await page.keyboard.press('F2');
  await shoot('accounts');
  await page.keyboard.press('F5');
  await shoot('requests');
  await client.hall.act({ act: 'remove', slot: 1 });
  const card = (await client.hall.state({})).cards.filter(({ flaw }) => flaw === '')[1];
  const [company] = (await client.accounts.search({ text: RESTAURANT })).hits;
  for (const [who, accountNo] of [
    ['person', card?.accountNo ?? ''],
    ['company', company?.accountNo ?? ''],
  ] as const) {
    const openAgain = async () => {
      await page.keyboard.press('F1');
      // Where something is typed the screen asks first.
      if ((await page.getByRole('dialog').count()) > 0) await page.keyboard.press('Enter');
      await page.getByTestId('omnibox').fill(accountNo);
      await page.getByTestId('search-hit').first().waitFor();
      await page.keyboard.press('Enter');
      await page.getByTestId('account-no').waitFor();
    };
    await openAgain();
    await shoot(`${who}-account`);
    await page.keyboard.press('F8');
    await shoot(`${who}-task-menu`);
    const letters = await page
      .getByTestId('task-menu')
      .locator('button:enabled')
      .evaluateAll((buttons) =>
        buttons.map((button) => [
          (button as HTMLElement).dataset.testid?.slice('task-'.length) ?? '',
          button.querySelector('.kbd')?.textContent?.toLowerCase() ?? '',
        ]),
      );
    for (const [taskId = '', letter = ''] of letters) {
      if ((await page.getByTestId('task-menu').count()) === 0) {
        await openAgain();
        await page.keyboard.press('F8');
      }
      await page.getByTestId('task-menu').waitFor();
      await page.keyboard.press(letter);
      await page.getByTestId('task-menu').waitFor({ state: 'hidden' });
      await settle(page);
      await shoot(`${who}-${taskId}`);
      // Enter on the form as it opens: what is missing stands beside its field. A fee or a payment would go through.
      if (['correct-account', 'household', 'notes', 'open-account', 'transfer', 'suspension', 'closure', 'deposit'].includes(taskId)) {
        await page.keyboard.press('Enter');
        await shoot(`${who}-${taskId}-wrong`);
      }
      if (taskId === 'correct-account') {
        for (const section of ['2', '3', '4', '5']) {
          await page.keyboard.press(`Alt+${section}`);
          await shoot(`${who}-${taskId}-${section}`);
        }
      }
    }
    await page.keyboard.press('F1');
    if ((await page.getByRole('dialog').count()) > 0) await page.keyboard.press('Enter');
    await page.getByTestId('omnibox').waitFor();
  }
}

/** Returns a card at the bench whose purchase crosses from one tier into the next, so that the price explains itself. */
async function crossingCard(client: CounterClient): Promise<{ readonly cardNo: string }> {
  for (const card of (await client.hall.state({})).cards.filter(({ flaw }) => flaw === '')) {
    const account = (await client.accounts.search({ text: card.accountNo })).hits[0];
    if (account === undefined) continue;
    const quote = await client.topups.quote({ accountId: account.accountId, purchase: { by: 'money', amountFen: MONEY_FEN } });
    if (quote.lines.length > 1) return card;
  }
  throw new Error('no card crosses a tier');
}

/** Waits until nothing loads and no font is missing. */
async function settle(page: Page): Promise<void> {
  await page.evaluate(() => document.fonts.ready.then(() => undefined));
  await page.waitForTimeout(700);
}

await buildIfStale();
mkdirSync(out, { recursive: true });
const browser = await launchBrowser();
for (const look of flags.all === undefined ? FOR_README : ALL) await play(browser, look);
await browser.close();
console.log(`pictures in ${out}`);
