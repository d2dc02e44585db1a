// Closes what Node offers every module of a process without an import: a driver from outside has the kit, and its line through the kit.
import crypto from 'node:crypto';
import nodeModule from 'node:module';
import { toNamespacedPath } from 'node:path';

/** Ways of `process` to files, to other processes, to code that was not signed, and to the handles of other lines. */
const PROCESS_DOORS = [
  'getBuiltinModule',
  'binding',
  '_linkedBinding',
  'dlopen',
  'execve',
  'loadEnvFile',
  'report',
  'kill',
  '_kill',
  '_debugProcess',
  '_debugEnd',
  '_getActiveHandles',
  '_getActiveRequests',
  'mainModule',
  'stdin',
  'openStdin',
] as const;

/** Ways of the global object to the network. */
const GLOBAL_DOORS = ['fetch', 'WebSocket', 'EventSource', 'XMLHttpRequest'] as const;

/** All of the environment that the program's own libraries need: where programs and temporary files lie. */
const KEPT_VARIABLES = /^(path|systemroot|windir|temp|tmp|tmpdir|lang|tz)$/i;

let closed = false;

/**
 * Closes them for the rest of this process' life, for the program's own modules too: what those need they import, or have taken before. Native
 * libraries still load where a module requires them.
 */
export function closeDoors(): void {
  if (closed) return;
  closed = true;
  keepNativeLibraries();
  for (const name of PROCESS_DOORS) close(process, name);
  for (const name of GLOBAL_DOORS) close(globalThis, name);
  const kept = Object.entries(process.env).filter(([name]) => KEPT_VARIABLES.test(name));
  Object.defineProperty(process, 'env', { value: Object.fromEntries(kept), writable: true });
  // It loads a library by its path.
  close(crypto, 'setEngine');
  nodeModule.syncBuiltinESMExports();
}

/** Writable: parts of Node that are loaded late set some of these anew. */
function close(owner: object, name: string): void {
  if (name in owner) Object.defineProperty(owner, name, { value: undefined, writable: true });
}

/** Gives `require` a `dlopen` of its own: it takes that of `process` by its name. */
function keepNativeLibraries(): void {
  const { dlopen } = process;
  const { _extensions: loaders } = nodeModule as unknown as {
    readonly _extensions: Record<string, (module: object, file: string) => void>;
  };
  loaders['.node'] = (module, file) => Reflect.apply(dlopen, process, [module, toNamespacedPath(file)]);
}
