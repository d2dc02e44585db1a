// The fixture of every end-to-end test: one page of a running counter, on the host under test, and a line of its own for calls; and the steps that
// begin every working day.
import { join } from 'node:path';
import { type Browser, test as base, _electron as electron, expect, type Page } from '@playwright/test';
import Database from 'better-sqlite3';
import { ROOT } from '../../scripts/support/build.ts';
import { connectCounter, readDoor } from '../../scripts/support/client.ts';
import { findElectron } from '../../scripts/support/electron.ts';
import type { CounterClient } from '../../src/shared/contract/index.ts';
import { launchBrowser } from '../support/browser.ts';
import { startCounter, TEST_ACCOUNTS, temporaryDataDir } from '../support/counter.ts';

export { expect };
export const HOST = process.env.COUNTERTOP_HOST === 'electron' ? 'electron' : 'loopback';

export interface CounterUnderTest {
  readonly page: Page;
  /** Opens a line beside the page, as a script would; its session is its own. */
  connect(): Promise<CounterClient>;
  /** Opens one more page on the same counter, as a second screen would; on the loopback host only. */
  openPage(): Promise<Page>;
  /** Kills the core as a power cut would and starts it again; `page` is then another one. On the loopback host only. */
  crash(): Promise<void>;
  /** Puts a printer that takes everything in place of the system's dialog, which a test cannot answer. In a browser the body then says how many pages came. */
  stubPrinter(): Promise<void>;
  readonly dataDir: string;
  /**
   * Everything the page wrote to its console as an error or warning, every request it made, and how often a mouse was pressed in it (on the loopback
   * host).
   */
  readonly heard: { readonly console: string[]; readonly requests: string[]; mouse: number };
}

interface Opened extends CounterUnderTest {
  /** What the program wrote, where the host keeps it. */
  readonly written?: readonly string[];
  close(): Promise<void>;
}

export const test = base.extend<{ counter: CounterUnderTest }, { lazyBrowser: () => Promise<Browser> }>({
  lazyBrowser: [
    // biome-ignore lint/correctness/noEmptyPattern: Playwright reads the pattern
    async ({}, use) => {
      const launched: Promise<Browser>[] = [];
      await use(() => {
        const [first = launchBrowser()] = launched;
        launched[0] = first;
        return first;
      });
      for (const browser of launched) await (await browser).close();
    },
    { scope: 'worker' },
  ],
  counter: async ({ lazyBrowser }, use, info) => {
    const folder = temporaryDataDir();
    const opened = HOST === 'electron' ? await openElectron(folder.dataDir) : await openLoopback(folder.dataDir, await lazyBrowser());
    try {
      await use(opened);
    } finally {
      // What a failure on another machine leaves to read: where the page stood, and what page and program said.
      if (info.status !== info.expectedStatus) {
        const body = [
          opened.page.url(),
          // The words only: antd's styles alone would fill the log.
          await opened.page.locator('body').innerText({ timeout: 5_000 }).catch(String),
          ...opened.heard.console,
          ...(opened.written ?? []),
        ].join('\n');
        console.log(body.slice(0, 8000));
      }
      await opened.close();
      folder.remove();
    }
  },
});

const MOUSE = 'countertop test: mouse pressed';

async function openLoopback(dataDir: string, browser: Browser): Promise<Opened> {
  let counter = await startCounter({ dataDir, built: true });
  const heard: CounterUnderTest['heard'] = { console: [], requests: [], mouse: 0 };
  const pages: Page[] = [];
  const openPage = async () => {
    const context = await browser.newContext({ locale: 'zh-CN', viewport: { width: 1366, height: 860 } });
    const page = await context.newPage();
    pages.push(page);
    listen(page, heard);
    await page.addInitScript((words) => {
      addEventListener('pointerdown', () => console.debug(words), true);
    }, MOUSE);
    await page.goto(counter.openUrl);
    return page;
  };
  const closePages = () => Promise.all(pages.splice(0).map((page) => page.context().close()));
  let page = await openPage();
  return {
    get page() {
      return page;
    },
    dataDir,
    heard,
    openPage,
    stubPrinter: () =>
      page.evaluate(() => {
        window.print = () => {
          document.body.dataset.printed = String(document.querySelectorAll('.paper-print > svg').length);
        };
      }),
    connect: () => counter.connect(),
    async crash() {
      await counter.kill();
      await closePages();
      counter = await startCounter({ dataDir, built: true });
      page = await openPage();
    },
    async close() {
      await closePages();
      await counter.stop();
    },
  };
}

async function openElectron(dataDir: string): Promise<Opened> {
  const { executable, reason } = findElectron();
  if (executable === null) throw new Error(`the Electron tests need a runtime: ${reason}`);
  const asRoot = process.getuid?.() === 0 ? ['--no-sandbox'] : [];
  const app = await electron.launch({
    executablePath: executable,
    args: [...asRoot, ROOT, '--data', dataDir, '--port', '0', '--demo-accounts', String(TEST_ACCOUNTS)],
    timeout: 60_000,
    env: { ...process.env, LANG: 'zh_CN.UTF-8' },
  });
  const written: string[] = [];
  for (const stream of [app.process().stdout, app.process().stderr])
    stream?.on('data', (bytes: Buffer) => written.push(bytes.toString('utf8')));
  const page = await app.firstWindow();
  const heard: CounterUnderTest['heard'] = { console: [], requests: [], mouse: 0 };
  listen(page, heard);
  const lines: { close(): void }[] = [];
  const notHere = () => Promise.reject(new Error('on the loopback host only'));
  return {
    page,
    dataDir,
    heard,
    written,
    openPage: notHere,
    stubPrinter: () =>
      app.evaluate(({ BrowserWindow }) => {
        for (const { webContents } of BrowserWindow.getAllWindows()) webContents.print = (_options, taken) => taken?.(true, '');
      }),
    crash: notHere,
    async connect() {
      const line = await connectCounter(readDoor(dataDir));
      lines.push(line);
      return line.client;
    },
    async close() {
      for (const line of lines) line.close();
      await app.close();
    },
  };
}

function listen(page: Page, heard: CounterUnderTest['heard']): void {
  page.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warning') heard.console.push(message.text());
    if (message.text() === MOUSE) heard.mouse += 1;
  });
  page.on('pageerror', (error) => heard.console.push(String(error)));
  page.on('request', (request) => heard.requests.push(request.url()));
}

/** Returns what the ledger holds in all drawers, fen. No call tells it before a count, so the database is asked. */
export function drawerFenOf({ dataDir }: Pick<CounterUnderTest, 'dataDir'>): number {
  const db = new Database(join(dataDir, 'branch.sqlite'), { readonly: true });
  const sum = db.prepare<[], number>("SELECT coalesce(sum(amount_fen), 0) FROM ledger_balance WHERE ledger_account = 'cash-drawer'");
  const heldFen = sum.pluck().get() ?? 0;
  db.close();
  return heldFen;
}

type Role = 'clerk' | 'supervisor' | 'manager' | 'it';

export interface Staff {
  readonly staffNo: string;
  readonly password: string;
}

/** Returns the first person of the demo hall with that role; `other` the second. */
export async function staffOf(client: CounterClient, role: Role, other: 'first' | 'other' = 'first'): Promise<Staff> {
  const all = (await client.system.info({})).demoStaff.filter((staff) => staff.role === role);
  const found = all[other === 'other' ? 1 : 0];
  if (found === undefined) throw new Error(`no ${role}`);
  return { staffNo: found.staffNo, password: found.password };
}

/** Signs in on a line of its own, as a script; returns the line. */
export async function signedLine(
  counter: Pick<CounterUnderTest, 'connect'>,
  role: Role = 'clerk',
  other: 'first' | 'other' = 'first',
): Promise<CounterClient> {
  const client = await counter.connect();
  await client.session.signIn(await staffOf(client, role, other));
  return client;
}

/** Signs in at the page by keyboard. */
export async function signIn(page: Page, staff: Staff): Promise<void> {
  // A program that has just been started on a busy machine may need more than one attempt at its line.
  await expect(page.getByTestId('staff-no')).toBeFocused({ timeout: 45_000 });
  await page.keyboard.type(staff.staffNo);
  await page.keyboard.press('Tab');
  await typeText(page, staff.password);
  await page.keyboard.press('Enter');
  await expect(page.getByTestId('signed-in')).toBeVisible();
}

/** Opens the shift by keyboard, from home. */
export async function openShift(page: Page, floatYuan = '500'): Promise<void> {
  await expect(page.getByTestId('shift-float')).toBeFocused();
  await page.keyboard.type(floatYuan);
  await page.keyboard.press('Enter');
  await expect(page.getByTestId('open-shift')).toBeHidden();
}

/** A clerk at work: signed in at the page and on a line of their own, with an open shift and a reader that is there. Returns the line. */
export async function atWork(counter: CounterUnderTest, options: { readonly floatYuan?: string } = {}): Promise<CounterClient> {
  const client = await signedLine(counter);
  await signIn(counter.page, await staffOf(client, 'clerk'));
  await openShift(counter.page, options.floatYuan);
  // A card that a reader finds when it wakes up opens nothing: it may have lain there overnight.
  await expect.poll(async () => (await client.devices.list({})).find(({ slot }) => slot === 'reader')?.state).toBe('ready');
  return client;
}

/** Types as fast as a person: from six characters on, quicker than this is a scanner (src/renderer/keys/wedge.ts). */
export async function typeText(page: Page, text: string): Promise<void> {
  await page.keyboard.type(text, { delay: [...text].length < 6 ? 0 : 40 });
}

/** Types an account number at home, or wherever the search field is, and opens its page. */
export async function openAccount(page: Page, accountNo: string): Promise<void> {
  await expect(page.getByTestId('omnibox')).toBeFocused();
  await typeText(page, accountNo);
  await expect(page.getByTestId('search-hit').first()).toContainText(accountNo);
  await page.keyboard.press('Enter');
  await expect(page.getByTestId('account-no')).toContainText(accountNo);
}

/** What a hand does, counted: each key pressed is one, letters typed too. */
export interface Keys {
  count(): number;
  press(...keys: readonly string[]): Promise<void>;
  /** Types the text and then presses the keys. */
  type(text: string, ...then: readonly string[]): Promise<void>;
  /** Presses Tab until the field has the focus. */
  tabTo(testId: string): Promise<void>;
}

export function countedKeys(page: Page): Keys {
  let count = 0;
  const press = async (...keys: readonly string[]): Promise<void> => {
    for (const key of keys) {
      count += 1;
      await page.keyboard.press(key);
    }
  };
  return {
    count: () => count,
    press,
    async type(text, ...then) {
      count += [...text].length;
      await typeText(page, text);
      await press(...then);
    },
    async tabTo(testId) {
      const wanted = page.getByTestId(testId);
      await expect(wanted).toBeVisible();
      for (let tabs = 0; tabs < 30; tabs += 1) {
        if (await wanted.evaluate((element) => element === document.activeElement)) return;
        await press('Tab');
      }
      throw new Error(`${testId} is not reached by Tab`);
    },
  };
}
