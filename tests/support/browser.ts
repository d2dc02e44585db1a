// The browser of the end-to-end tests and of the pictures: the one that npm ci brings, with a process of its own for each page.
import { type Browser, chromium } from '@playwright/test';
import sparticuz from '@sparticuz/chromium';

/**
 * Starts the browser; several pages may live in it, each in a context of its own. The package's own arguments are made for a machine that allows one
 * process: with them a browser keeps one page only, and takes three times as long over it.
 */
export async function launchBrowser(): Promise<Browser> {
  return await chromium.launch({
    executablePath: await sparticuz.executablePath(),
    args: ['--disable-gpu', '--font-render-hinting=none'],
    headless: true,
  });
}
