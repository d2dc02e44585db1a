// Electron's main process: window, page and child processes. It holds no counter logic; the core runs in a utility process.
import { basename, join } from 'node:path';
import { app, BrowserWindow, dialog, Menu, MessageChannelMain, type UtilityProcess, utilityProcess, type WebFrameMain } from 'electron';
import { readFlags, writeFlags } from '../flags.ts';
import { programFiles } from '../program-files.ts';
import type { FromCore, ToCore } from './messages.ts';
import { confinePages, declarePageScheme, PAGE_URL, servePage } from './page.ts';
import { type Failure, failureSentence } from './sentences.ts';
import { answerVaultKey } from './vault-key.ts';

const here = import.meta.dirname;
const files = programFiles();
const flags = readFlags(process.argv.slice(1).filter((arg, index, all) => isOurs(arg, all[index - 1])));
const CLOSE_LIMIT_MS = 8_000;
const RESTART_AFTER_MS = 500;
const RESTARTS = 5;
/** Chromium's ERR_ABORTED: another load has taken this one's place. */
const ABORTED = -3;

let core: UtilityProcess | null = null;
let window: BrowserWindow | null = null;
/** The core serves pages. */
let serving = false;
/** A page that asked for a line while the core was being started again. */
let waiting: WebFrameMain | null = null;
let closing = false;
let restarts = 0;

declarePageScheme();
// Root (a test machine) has no Chromium sandbox at all; forcing it there would keep every process from starting.
if (!app.commandLine.hasSwitch('no-sandbox')) app.enableSandbox();
// One user-data folder per data folder, so that the single-instance lock means "one window per counter".
app.setPath('userData', join(flags.dataDir, 'window'));

if (!app.requestSingleInstanceLock()) {
  console.error(`This counter is already open (${flags.dataDir}).`);
  app.exit(1);
} else {
  app.on('second-instance', () => {
    if (window?.isMinimized()) window.restore();
    window?.focus();
  });
  app.on('window-all-closed', () => app.quit());
  app.on('before-quit', (event) => {
    if (closing || core === null) return;
    event.preventDefault();
    void closeCore().then(() => app.quit());
  });
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => app.quit());
  void app.whenReady().then(start);
}

/** Electron and Chromium switches share our command line; only flags of ours are read. */
function isOurs(arg: string, before: string | undefined): boolean {
  const withValue = ['--data', '--port', '--demo-accounts'];
  return arg === '--no-open' || withValue.some((flag) => arg === flag || before === flag || arg.startsWith(`${flag}=`));
}

function start(): void {
  confinePages(tellNotSaved);
  servePage(files.rendererDir);
  Menu.setApplicationMenu(applicationMenu());
  startCore();
}

/** Says that a file did not reach its place; the page has it still. */
function tellNotSaved(fileName: string): void {
  const options = { type: 'warning', message: fileName, detail: failureSentence('not-saved', app.getLocale()) } as const;
  void (window === null ? dialog.showMessageBox(options) : dialog.showMessageBox(window, options));
}

function startCore(): void {
  const child = utilityProcess.fork(join(here, 'core-process.js'), writeFlags(flags), { serviceName: 'Countertop core' });
  const children = new Map<number, UtilityProcess>();
  const tell = (message: ToCore) => child.postMessage(message);
  core = child;
  child.on('message', (message: FromCore) => {
    if (message.type === 'launch') launch({ core: child, children, asked: message, tell });
    else if (message.type === 'kill') children.get(message.childId)?.kill();
    else if (message.type === 'vault-key') tell({ type: 'vault-key', ...answerVaultKey(message.act, flags.dataDir) });
    else if (message.type === 'ready') ready(message.notices);
    else if (message.type === 'failed') fail(message.failure, message.detail);
  });
  child.on('exit', (code) => {
    for (const orphan of children.values()) orphan.kill();
    core = null;
    serving = false;
    if (closing) return;
    // The journal is durable at every instant, so a core that died is simply started again; the page reconnects.
    restarts += 1;
    console.error(`The core ended (${code}).`);
    if (restarts > RESTARTS) fail('keeps-ending', '');
    else setTimeout(startCore, RESTART_AFTER_MS);
  });
}

function launch(request: {
  readonly core: UtilityProcess;
  readonly children: Map<number, UtilityProcess>;
  readonly asked: Extract<FromCore, { type: 'launch' }>;
  readonly tell: (message: ToCore) => void;
}): void {
  const { children, tell } = request;
  const { childId, entry, args } = request.asked;
  const allowed = [files.deviceProcess, files.hallProcess, files.headquarters];
  if (!allowed.includes(entry)) {
    tell({ type: 'exited', childId });
    return;
  }
  const child = utilityProcess.fork(join(here, 'child-process.js'), [...args], {
    serviceName: `Countertop ${basename(entry, '.js')}`,
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  child.stderr?.on('data', (bytes: Buffer) => {
    process.stderr.write(bytes);
    tell({ type: 'wrote', childId, text: bytes.toString('utf8') });
  });
  const { port1, port2 } = new MessageChannelMain();
  children.set(childId, child);
  child.on('exit', () => {
    children.delete(childId);
    tell({ type: 'exited', childId });
  });
  child.postMessage({ entry }, [port1]);
  request.core.postMessage({ type: 'launched', childId } satisfies ToCore, [port2]);
}

function ready(notices: readonly string[]): void {
  for (const notice of notices) console.log(notice);
  serving = true;
  // A page that outlived the core keeps what is typed in it, and only needs a new line.
  if (waiting !== null) giveLine(waiting);
  waiting = null;
  if (window !== null) return;
  const created = new BrowserWindow({
    width: 1366,
    height: 860,
    minWidth: 1024,
    minHeight: 700,
    show: false,
    backgroundColor: '#f5f6f8',
    webPreferences: {
      preload: join(here, '../preload/index.cjs'),
      sandbox: true,
      contextIsolation: true,
      nodeIntegration: false,
      webviewTag: false,
      spellcheck: false,
    },
  });
  window = created;
  // The menu is there for its keys (zoom, copy, full screen) only: the page has its own, and the bar would be in English.
  created.setMenuBarVisibility(false);
  created.once('ready-to-show', () => created.show());
  created.on('closed', () => {
    window = null;
  });
  created.webContents.ipc.on('countertop:hello', (event) => {
    const frame = event.senderFrame;
    // Only the counter's own page, in the window's main frame, is given a line.
    if (frame === null || frame !== created.webContents.mainFrame || !frame.url.startsWith(PAGE_URL)) return;
    if (serving) giveLine(frame);
    else waiting = frame;
  });
  created.webContents.ipc.handle('countertop:print', (event, options) => {
    const frame = event.senderFrame;
    if (frame === null || frame !== created.webContents.mainFrame || !frame.url.startsWith(PAGE_URL))
      throw new Error('not the counter’s page');
    return printPage(created, options);
  });
  keepPage(created);
  void created.loadURL(PAGE_URL).catch((error: unknown) => console.error('The page did not load.', error));
}

/** Prints what the page shows on paper, by the system's dialog; resolves to what the system said: taken over, cancelled, failed. */
function printPage(created: BrowserWindow, options: unknown): Promise<{ readonly success: boolean; readonly reason: string }> {
  const { landscape = false, copies = 1 } = (options ?? {}) as { readonly landscape?: unknown; readonly copies?: unknown };
  return new Promise((resolve) => {
    created.webContents.print(
      {
        silent: false,
        printBackground: true,
        pageSize: 'A4',
        margins: { marginType: 'none' },
        landscape: landscape === true,
        copies: typeof copies === 'number' && Number.isInteger(copies) ? Math.min(Math.max(copies, 1), 20) : 1,
      },
      (success, reason) => resolve({ success, reason: success ? '' : reason }),
    );
  });
}

/** Loads the page again when it could not be loaded or its process ended: the core and what it has journalled stand beside it untouched. */
function keepPage(created: BrowserWindow): void {
  const again = (reason: string) => {
    console.error(`The page is loaded again (${reason}).`);
    setTimeout(() => {
      if (!closing && !created.isDestroyed()) void created.loadURL(PAGE_URL).catch(() => {});
    }, RESTART_AFTER_MS);
  };
  created.webContents.on('did-fail-load', (_event, code, reason, _url, isMainFrame) => {
    if (isMainFrame && code !== ABORTED) again(reason);
  });
  created.webContents.on('render-process-gone', (_event, { reason }) => {
    if (reason !== 'clean-exit') again(reason);
  });
  created.webContents.on('preload-error', (_event, _path, error) => console.error('preload', error));
}

function giveLine(frame: WebFrameMain): void {
  const { port1, port2 } = new MessageChannelMain();
  core?.postMessage({ type: 'connect' } satisfies ToCore, [port1]);
  frame.postMessage('countertop:port', null, [port2]);
}

function fail(failure: Failure, detail: string): void {
  const sentence = failureSentence(failure, app.getLocale());
  console.error(sentence, detail);
  closing = true;
  dialog.showErrorBox('柜面通 · Countertop', detail === '' ? sentence : `${sentence}\n\n${detail}`);
  core?.kill();
  app.exit(1);
}

function closeCore(): Promise<void> {
  closing = true;
  return new Promise((resolve) => {
    if (core === null) return resolve();
    const limit = setTimeout(() => core?.kill(), CLOSE_LIMIT_MS);
    core.once('exit', () => {
      clearTimeout(limit);
      resolve();
    });
    core.postMessage({ type: 'close' } satisfies ToCore);
  });
}

function applicationMenu(): Menu {
  return Menu.buildFromTemplate([
    ...(process.platform === 'darwin' ? [{ role: 'appMenu' } as const] : []),
    { role: 'editMenu' },
    { label: 'View', submenu: [{ role: 'resetZoom' }, { role: 'zoomIn' }, { role: 'zoomOut' }, { role: 'togglefullscreen' }] },
  ]);
}
