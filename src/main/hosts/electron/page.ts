// The page of the Electron host: served from the program's own files under countertop://app/, and held to them.
import { app, protocol, type Session, session } from 'electron';
import { readPageFile } from '../page-files.ts';
import { PAGE_HEADERS } from '../page-headers.ts';

export const PAGE_URL = 'countertop://app/';

const CSP =
  "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; connect-src 'self'; font-src 'self'; " +
  "script-src 'self'; object-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/** Must run before the app is ready. */
export function declarePageScheme(): void {
  protocol.registerSchemesAsPrivileged([
    { scheme: 'countertop', privileges: { standard: true, secure: true, supportFetchAPI: true, codeCache: true } },
  ]);
}

/** Serves the page's files, and nothing outside `rendererDir`. */
export function servePage(rendererDir: string): void {
  protocol.handle('countertop', async (request) => {
    const url = new URL(request.url);
    const headers = { ...PAGE_HEADERS, 'content-security-policy': CSP };
    const file = url.host === 'app' && request.method === 'GET' ? await readPageFile(rendererDir, url.pathname) : null;
    if (file === null) return new Response('', { status: 404, headers });
    return new Response(file.bytes, { headers: { ...headers, 'content-type': file.type } });
  });
}

/**
 * Denies every page of the app what a counter's page never needs: other addresses, windows, webviews, permissions, devices, and downloads but
 * of a file that the page itself has made. `notSaved` is told of one that did not reach its place: the disk is full, the folder closed, the file in use.
 */
export function confinePages(notSaved: (fileName: string) => void): void {
  app.on('web-contents-created', (_created, contents) => {
    contents.on('will-navigate', (event) => event.preventDefault());
    contents.on('will-frame-navigate', (event) => event.preventDefault());
    contents.on('will-redirect', (event) => event.preventDefault());
    contents.on('will-attach-webview', (event) => event.preventDefault());
    contents.setWindowOpenHandler(() => ({ action: 'deny' }));
  });
  const confine = (target: Session) => confineSession(target, notSaved);
  confine(session.defaultSession);
  app.on('session-created', confine);
}

function confineSession(target: Session, notSaved: (fileName: string) => void): void {
  target.setPermissionRequestHandler((_contents, _permission, answer) => answer(false));
  target.setPermissionCheckHandler(() => false);
  target.setDevicePermissionHandler(() => false);
  target.on('will-download', (event, item) => {
    if (!item.getURL().startsWith('blob:')) return event.preventDefault();
    // A person who closes the dialog has cancelled it, which is no failure.
    item.once('done', (_done, state) => {
      if (state === 'interrupted') notSaved(item.getFilename());
    });
  });
}
