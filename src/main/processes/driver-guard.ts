// Runs the modules of signed drivers from outside: from the bytes that were checked, and with nothing but the kit to import.
import nodeModule from 'node:module';
import { basename } from 'node:path';
import { pathToFileURL } from 'node:url';
import { Fault } from '../../shared/domain/fault.ts';
import { closeDoors } from './driver-doors.ts';
import type { SignedFolder } from './driver-trust.ts';

/** How an outside driver names the kit; the second is how it did while it lay among the program's own. */
const KIT_NAMES: ReadonlySet<string> = new Set(['countertop/kit', '../kit/index.ts', '../kit/index.js']);

/** Parts of Node that compute and touch nothing outside the process. */
const ALLOWED_BUILTINS: ReadonlySet<string> = new Set(
  ['buffer', 'crypto', 'events', 'string_decoder', 'util', 'zlib'].map((name) => `node:${name}`),
);

/** A folder whose modules run here. Its URLs end with its version, so that a newer one never mixes with it. */
interface Guarded {
  readonly signed: SignedFolder;
  /** URL of the folder, with a slash at its end. */
  readonly base: string;
  readonly query: string;
  readonly kitUrl: string;
}

const guarded: Guarded[] = [];
let installed = false;

/**
 * Imports a module of the folder by name without ending; null when it has none. Rejects with DRIVER_UNTRUSTED when the module imports anything but
 * the kit, its own files and a few parts of Node, or when this runtime cannot hold it to that. From the first one on the process has closed what Node
 * gives without an import. This keeps a driver to the kit; it is no prison: what a signed driver does, its signer answers for.
 */
export async function importGuarded(
  signed: SignedFolder,
  { name, kitUrl }: { readonly name: string; readonly kitUrl: string },
): Promise<Readonly<Record<string, unknown>> | null> {
  const path = [`${name}.js`, `${name}.ts`].find((candidate) => signed.files.has(candidate));
  if (path === undefined) return null;
  install(basename(signed.folder));
  const base = `${pathToFileURL(signed.folder).href}/`;
  const query = `?signed=${signed.version}`;
  if (!guarded.some((known) => known.base === base && known.query === query)) guarded.push({ signed, base, query, kitUrl });
  return (await import(/* @vite-ignore */ `${base}${path}${query}`)) as Readonly<Record<string, unknown>>;
}

function install(driver: string): void {
  if (installed) return;
  // Node 22.15 brought it; Electron's older runtimes have none.
  const { registerHooks } = nodeModule as Partial<typeof nodeModule>;
  if (registerHooks === undefined) throw new Fault('DRIVER_UNTRUSTED', { driver, reason: 'this runtime cannot keep a driver to the kit' });
  registerHooks({
    resolve(specifier, context, next) {
      const own = guardOf(specifier);
      if (own !== null) return { url: specifier, shortCircuit: true };
      const parent = context.parentURL === undefined ? null : guardOf(context.parentURL);
      if (parent === null || context.parentURL === undefined) return next(specifier, context);
      if (KIT_NAMES.has(specifier)) return { url: parent.kitUrl, shortCircuit: true };
      if (ALLOWED_BUILTINS.has(specifier)) return next(specifier, context);
      if (/^\.\.?\//.test(specifier)) {
        const url = new URL(specifier, context.parentURL);
        const file = url.href.slice(0, url.href.length - url.search.length);
        if (bytesOf(parent, file) !== null) return { url: `${file}${parent.query}`, shortCircuit: true };
      }
      throw new Fault('DRIVER_UNTRUSTED', { driver: basename(parent.signed.folder), reason: `imports ${specifier}` });
    },
    load(url, context, next) {
      const own = guardOf(url);
      if (own === null) return next(url, context);
      const file = url.slice(0, -own.query.length);
      const source = bytesOf(own, file);
      if (source === null) throw new Fault('DRIVER_UNTRUSTED', { driver: basename(own.signed.folder), reason: 'no such file was signed' });
      return { format: file.endsWith('.ts') ? 'module-typescript' : 'module', source: Buffer.from(source), shortCircuit: true };
    },
  });
  closeDoors();
  installed = true;
}

function guardOf(url: string): Guarded | null {
  return guarded.find(({ base, query }) => url.startsWith(base) && url.endsWith(query)) ?? null;
}

/** The checked bytes behind a URL without its query; null for what was not signed. */
function bytesOf({ signed, base }: Guarded, file: string): Uint8Array | null {
  return file.startsWith(base) ? (signed.files.get(decodeURIComponent(file.slice(base.length))) ?? null) : null;
}
