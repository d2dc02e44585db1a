// The font of headquarters' pages: the cut of Noto Sans that the counter's page has, so that Chinese is readable on a server's own browser too.
import { createReadStream, existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import type { FastifyInstance } from 'fastify';

export const FONT_FAMILY = 'Noto Sans SC Variable';
export const FONT_STYLE = '/fonts/wght.css';
const TYPES = { css: 'text/css; charset=utf-8', woff2: 'font/woff2' } as const;
/** The files never change under one version of the program. */
const CACHE = 'public, max-age=604800';

// Not named `require`: the bundle has one of that name.
const packages = createRequire(import.meta.url);

/** Adds the font's files; where they are missing the page takes what the browser has. They are no secret. */
export function addFonts(app: FastifyInstance): void {
  const folder = fontFolder();
  const send = (path: string, type: keyof typeof TYPES) => {
    const file = join(folder ?? '', path);
    return folder !== null && existsSync(file) ? { type: TYPES[type], stream: createReadStream(file) } : null;
  };
  app.get<{ Params: { readonly name: string } }>('/fonts/files/:name', (request, reply) => {
    const found = /^[\w-]+\.woff2$/.test(request.params.name) ? send(join('files', request.params.name), 'woff2') : null;
    return found === null ? reply.callNotFound() : reply.type(found.type).header('cache-control', CACHE).send(found.stream);
  });
  app.get(FONT_STYLE, (_request, reply) => {
    const found = send('wght.css', 'css');
    return found === null ? reply.callNotFound() : reply.type(found.type).header('cache-control', CACHE).send(found.stream);
  });
}

/** Where the build puts the font's files beside the bundle (`electron.vite.config.ts`), for a program that is installed without the package. */
const BUNDLED = ['fonts', '../fonts'];

/** Returns the folder with the font's files; null where there is none. */
function fontFolder(): string | null {
  const bundled = BUNDLED.map((path) => join(import.meta.dirname, path)).find((path) => existsSync(join(path, 'wght.css')));
  if (bundled !== undefined) return bundled;
  try {
    return dirname(packages.resolve('@fontsource-variable/noto-sans-sc/wght.css'));
  } catch {
    return null;
  }
}
