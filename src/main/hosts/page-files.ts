// The page's files, for both hosts: nothing outside the page's folder, and a file that has gone is a 404, never the end of the counter.
import { readFile } from 'node:fs/promises';
import { extname, join, normalize, sep } from 'node:path';

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.ico': 'image/x-icon',
  '.json': 'application/json',
  '.woff2': 'font/woff2',
  '.woff': 'font/woff',
};

export interface PageFile {
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly type: string;
  /** Its name holds a hash of its content. */
  readonly immutable: boolean;
}

/** Returns the file that an address' path names, `index.html` for `/`; null for anything else, whatever the reason. */
export async function readPageFile(rendererDir: string, pathname: string): Promise<PageFile | null> {
  try {
    const path = pathname === '/' ? 'index.html' : decodeURIComponent(pathname).slice(1);
    const file = normalize(join(rendererDir, path));
    const type = TYPES[extname(file)];
    if (type === undefined || !file.startsWith(rendererDir + sep)) return null;
    return { bytes: new Uint8Array(await readFile(file)), type, immutable: path.startsWith('assets/') };
  } catch {
    return null;
  }
}
