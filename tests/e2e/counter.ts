// The fixture of every end-to-end test: one page of a running counter, on the host under test, and a line of its own for calls.
import { test as base, chromium, _electron as electron, type Page } from '@playwright/test';
import sparticuz from '@sparticuz/chromium';
import { ROOT } from '../../scripts/support/build.ts';
import { connectCounter, readDoor } from '../../scripts/support/client.ts';
import { findElectron } from '../../scripts/support/electron.ts';
import type { CounterClient } from '../../src/shared/contract/index.ts';
import { startCounter, TEST_ACCOUNTS, temporaryDataDir } from '../support/counter.ts';

export const HOST = process.env.COUNTERTOP_HOST === 'electron' ? 'electron' : 'loopback';

export interface CounterUnderTest {
  readonly page: Page;
  /** Opens a line beside the page, as a script would; its session is its own. */
  connect(): Promise<CounterClient>;
  readonly dataDir: string;
  /** Everything the page wrote to its console as an error or warning, and every request it made. */
  readonly heard: { readonly console: string[]; readonly requests: string[] };
}

interface Opened extends CounterUnderTest {
  close(): Promise<void>;
}

export const test = base.extend<{ counter: CounterUnderTest }>({
  counter: async ({ locale: _locale }, use) => {
    const folder = temporaryDataDir();
    const opened = HOST === 'electron' ? await openElectron(folder.dataDir) : await openLoopback(folder.dataDir);
    try {
      await use(opened);
    } finally {
      await opened.close();
      folder.remove();
    }
  },
});
export { expect } from '@playwright/test';

async function openLoopback(dataDir: string): Promise<Opened> {
  const counter = await startCounter({ dataDir, built: true });
  const browser = await chromium.launch({ executablePath: await sparticuz.executablePath(), args: sparticuz.args, headless: true });
  const context = await browser.newContext({ locale: 'zh-CN', viewport: { width: 1366, height: 860 } });
  const page = await context.newPage();
  const heard = listen(page);
  await page.goto(counter.openUrl);
  return {
    page,
    dataDir,
    heard,
    connect: () => counter.connect(),
    async close() {
      await browser.close();
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
  const page = await app.firstWindow();
  const heard = listen(page);
  const lines: { close(): void }[] = [];
  return {
    page,
    dataDir,
    heard,
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

function listen(page: Page): CounterUnderTest['heard'] {
  const heard = { console: [] as string[], requests: [] as string[] };
  page.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warning') heard.console.push(message.text());
  });
  page.on('pageerror', (error) => heard.console.push(String(error)));
  page.on('request', (request) => heard.requests.push(request.url()));
  return heard;
}
