// npm run screenshots [-- OUT]: plays one customer in Chinese and in English and takes a picture of every screen, for the README and to look at.
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { chromium, type Page } from '@playwright/test';
import sparticuz from '@sparticuz/chromium';
import { buildIfStale, ROOT } from '../../scripts/support/build.ts';
import type { CounterClient } from '../../src/shared/contract/index.ts';
import { startCounter, temporaryDataDir } from '../support/counter.ts';

const out = process.argv[2] ?? join(ROOT, 'resources/screenshots');
const MONEY_FEN = 25_000;
const LANGUAGES = [
  { code: 'zh-CN', short: 'zh' },
  { code: 'en', short: 'en' },
] as const;

async function play({ code, short }: (typeof LANGUAGES)[number]): Promise<void> {
  const folder = temporaryDataDir();
  const counter = await startCounter({ dataDir: folder.dataDir, built: true });
  const browser = await chromium.launch({ executablePath: await sparticuz.executablePath(), args: sparticuz.args, headless: true });
  try {
    const page = await (await browser.newContext({ locale: code, viewport: { width: 1366, height: 768 } })).newPage();
    const client = await counter.connect();
    const clerk = (await client.system.info({})).demoStaff.find((staff) => staff.role === 'clerk');
    if (clerk === undefined) throw new Error('no clerk');
    await client.session.signIn({ staffNo: clerk.staffNo, password: clerk.password });
    await page.goto(counter.openUrl);
    await page.evaluate((language) => localStorage.setItem('countertop.language', language), code);
    await page.reload();
    const shoot = async (name: string) => {
      await settle(page);
      await page.screenshot({ path: join(out, `${name}-${short}.png`) });
    };

    await page.getByTestId('sign-in').waitFor();
    await shoot('sign-in');
    await page.keyboard.press('Alt+1');
    await page.getByTestId('shift-float').fill('500');
    await shoot('shift');
    await page.keyboard.press('Enter');
    await page.getByTestId('open-shift').waitFor({ state: 'hidden' });

    const card = await crossingCard(client);
    await page.getByTestId('omnibox').fill('wang');
    await page.getByTestId('search-hit').first().waitFor();
    await shoot('search');
    await page.keyboard.press('Escape');

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
    for (const [key, name] of [
      ['F3', 'cards'],
      ['F4', 'devices'],
      ['F6', 'sync'],
    ] as const) {
      await page.keyboard.press(key);
      await shoot(name);
    }
    await page.keyboard.press('F1');
    await page.getByTestId('theme-switch').click();
    await shoot('dark');
  } finally {
    await browser.close();
    await counter.stop();
    folder.remove();
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
for (const language of LANGUAGES) await play(language);
console.log(`pictures in ${out}`);
