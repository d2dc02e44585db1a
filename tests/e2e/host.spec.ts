// The host around the page: it opens, talks to the core, and can do nothing that a counter's page never needs.
import { spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { ROOT } from '../../scripts/support/build.ts';
import { readDoor } from '../../scripts/support/client.ts';
import { findElectron } from '../../scripts/support/electron.ts';
import { temporaryDataDir } from '../support/counter.ts';
import { expect, HOST, signIn, staffOf, test } from './counter.ts';

test('the page opens, shows something and stays with this counter', async ({ counter }) => {
  await expect(counter.page.locator('#root')).not.toBeEmpty();
  const origin = HOST === 'electron' ? 'countertop://app' : new URL(counter.page.url()).origin;
  const elsewhere = counter.heard.requests.filter((url) => !url.startsWith(origin) && !url.startsWith('data:'));
  expect(elsewhere).toEqual([]);
  expect(counter.heard.console).toEqual([]);
});

test('the core answers and names its host', async ({ counter }) => {
  const client = await counter.connect();
  expect(await client.system.info({})).toMatchObject({ product: 'countertop', host: HOST });
});

test('the page has no Node, no foreign address, no new window, no permission', async ({ counter }) => {
  const { page } = counter;
  const address = page.url();
  const seen = await page.evaluate(async () => {
    const attempt = async (act: () => unknown) => {
      try {
        return String(await act());
      } catch {
        return 'refused';
      }
    };
    const globals = window as unknown as Record<string, unknown>;
    return {
      node: [typeof globals.require, typeof globals.process, typeof globals.Buffer],
      exposed: JSON.stringify(globals.countertop ?? null),
      script: await attempt(() => {
        const script = document.createElement('script');
        script.textContent = 'window.injected = true';
        document.head.append(script);
        return globals.injected === true ? 'ran' : 'refused';
      }),
      fetched: await attempt(() => fetch('http://127.0.0.1:9/')),
      notify: await attempt(() => Notification.requestPermission()),
      place: await attempt(() => new Promise((resolve, reject) => navigator.geolocation.getCurrentPosition(resolve, reject))),
      opened: window.open('about:blank') === null,
    };
  });
  expect(seen.node).toEqual(['undefined', 'undefined', 'undefined']);
  expect(seen.exposed).toBe(HOST === 'electron' ? '{"host":"electron"}' : 'null');
  expect(seen.script).toBe('refused');
  expect(seen.fetched).toBe('refused');
  expect(seen.notify).not.toBe('granted');
  expect(seen.place).toBe('refused');
  if (HOST === 'electron') {
    expect(seen.opened).toBe(true);
    // A navigation that is let through destroys the page's script, and with it this call.
    const stayed = await page.evaluate(async () => {
      location.href = 'https://countertop.invalid/';
      await new Promise((resolve) => setTimeout(resolve, 500));
      return location.href;
    });
    expect(stayed).toBe(address);
  }
});

// On the loopback host the core is the whole program; there is nothing left that could start it again.
if (HOST === 'electron') {
  test('a core that is killed is started again, and the page that was open finds it', async ({ counter }) => {
    const { page } = counter;
    await expect(page.getByTestId('staff-no')).toBeVisible();
    await page.evaluate(() => {
      (window as unknown as Record<string, unknown>).untouched = true;
    });
    const before = readDoor(counter.dataDir);
    process.kill(before.pid, 'SIGKILL');
    await expect.poll(() => readDoor(counter.dataDir).pid, { timeout: 30_000 }).not.toBe(before.pid);
    const client = await counter.connect();
    const clerk = (await client.system.info({})).demoStaff.find(({ role }) => role === 'clerk');
    await client.session.signIn({ staffNo: clerk?.staffNo ?? '', password: clerk?.password ?? '' });
    // Every place of the demo hall, each with a device process that was started again too.
    await expect
      .poll(async () => new Set((await client.devices.list({})).map(({ state }) => state)), { timeout: 60_000 })
      .toEqual(new Set(['ready']));
    // The open page has got a new line without being loaded again: a sign-in on it works.
    await page.getByTestId('staff-no').fill(clerk?.staffNo ?? '');
    await page.keyboard.press('Tab');
    await page.keyboard.type(clerk?.password ?? '');
    await page.keyboard.press('Enter');
    await expect(page.getByTestId('signed-in')).toBeVisible({ timeout: 30_000 });
    expect(await page.evaluate(() => (window as unknown as Record<string, unknown>).untouched)).toBe(true);
  });

  test('a core that is killed while the page opens is started again, and the page finds it', async ({ counter }) => {
    const before = readDoor(counter.dataDir);
    process.kill(before.pid, 'SIGKILL');
    await expect.poll(() => readDoor(counter.dataDir).pid, { timeout: 30_000 }).not.toBe(before.pid);
    const client = await counter.connect();
    await signIn(counter.page, await staffOf(client, 'clerk'));
  });

  test('a page whose process ends is loaded again', async () => {
    // Not through Playwright: a page that its debugger is attached to stays as it died.
    const { executable } = findElectron();
    const folder = temporaryDataDir();
    const app = join(folder.dataDir, 'app');
    mkdirSync(app, { recursive: true });
    writeFileSync(join(app, 'package.json'), '{ "main": "main.js", "type": "module" }');
    writeFileSync(join(app, 'main.js'), crashingPage(pathToFileURL(join(ROOT, 'out/main/shell.js')).href));
    const asRoot = process.getuid?.() === 0 ? ['--no-sandbox'] : [];
    const args = [...asRoot, app, '--data', join(folder.dataDir, 'data'), '--demo-accounts', '20'];
    try {
      const ended = spawnSync(executable ?? '', args, { encoding: 'utf8', timeout: 60_000 });
      expect(ended.stdout + ended.stderr).toContain('The page is loaded again (crashed).');
      expect(ended.stdout).toContain('sign-in shown: once and again');
    } finally {
      folder.remove();
    }
  });
}

/** Returns a program that starts the counter, waits for its sign-in, ends the page's process, waits for the sign-in once more and quits. */
function crashingPage(shell: string): string {
  return `
    import { app, BrowserWindow } from 'electron';
    import ${JSON.stringify(shell)};
    const shown = async () => {
      for (;;) {
        const page = BrowserWindow.getAllWindows()[0]?.webContents;
        const look = 'document.querySelector("[data-testid=staff-no]") !== null';
        if (page !== undefined && !page.isCrashed() && (await page.executeJavaScript(look).catch(() => false))) return page;
        await new Promise((resolve) => setTimeout(resolve, 200));
      }
    };
    // Not awaited at the top: the app is ready only when its main module has run.
    void (async () => {
      const page = await shown();
      const gone = new Promise((resolve) => page.once('render-process-gone', resolve));
      page.forcefullyCrashRenderer();
      await gone;
      await shown();
      console.log('sign-in shown: once and again');
      app.quit();
    })();
  `;
}
