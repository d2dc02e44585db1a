// The only place where a maker's library is loaded and called: koffi, on a thread of its own.
import { createRequire } from 'node:module';
import { Fault } from '../../../shared/domain/fault.ts';
import type { Declaration } from './declaration.ts';

type Koffi = typeof import('koffi');

/** A loaded library. */
export interface NativeLibrary {
  /** Calls a function off this thread; resolves with what it returns. Nothing can stop it. */
  call(declaration: Declaration, values: readonly (number | Uint8Array)[]): Promise<number>;
}

/** Vendor libraries are written for the stack of a Windows thread. */
const STACK_BYTES = 1 << 20;

let koffi: Koffi | null = null;
let guardsExit = false;
let running = 0;

function loadKoffi(): Koffi {
  if (koffi !== null) return koffi;
  try {
    koffi = createRequire(import.meta.url)('koffi') as Koffi;
  } catch (cause) {
    throw new Fault('LIBRARY_FAILED', { reason: 'koffi cannot be loaded' }, { cause });
  }
  koffi.config({ async_stack_size: STACK_BYTES, resident_async_pools: 1 });
  return koffi;
}

/** Loads a library and binds the functions. Rejects with LIBRARY_FAILED { reason } when it cannot be loaded or a function is missing. */
export async function loadNativeLibrary(options: {
  readonly file: string;
  readonly declarations: readonly Declaration[];
  readonly stdcall: boolean;
}): Promise<NativeLibrary> {
  const native = loadKoffi();
  const convention = options.stdcall ? '__stdcall' : '__cdecl';
  const failed = (cause: unknown) => new Fault('LIBRARY_FAILED', { reason: cause instanceof Error ? cause.message : 'unknown' }, { cause });
  try {
    const library = native.load(options.file);
    const functions = new Map(
      options.declarations.map(({ name, parameters }) => {
        const types = parameters.map((one) => (one.passed === 'value' ? (one.type === 'short' ? 'int16_t' : 'int32_t') : 'void *'));
        return [name, library.func(convention, name, 'int32_t', types)] as const;
      }),
    );
    guardExit(native);
    return {
      call: ({ name }, values) =>
        new Promise((resolve, reject) => {
          const bound = functions.get(name);
          if (bound === undefined) return reject(new Fault('INTERNAL', { reason: name }));
          running += 1;
          bound.async(...values, (error: unknown, returned: unknown) => {
            running -= 1;
            if (error !== null && error !== undefined) reject(failed(error));
            else if (typeof returned === 'number') resolve(returned);
            else reject(new Fault('LIBRARY_FAILED', { function: name, reason: 'returned no number' }));
          });
        }),
    };
  } catch (error) {
    throw error instanceof Fault ? error : failed(error);
  }
}

/** Node waits for its threads before it exits, so a library that hangs would keep a process whose core is gone, and with it the port. */
function guardExit(native: Koffi): void {
  if (guardsExit) return;
  guardsExit = true;
  process.once('exit', (code) => {
    if (running > 0) endNow(native, code);
  });
}

function endNow(native: Koffi, code: number): void {
  if (process.platform === 'win32') {
    // ExitProcess would call into the library once more.
    const kernel = native.load('kernel32.dll');
    const own: unknown = kernel.func('__stdcall', 'GetCurrentProcess', 'void *', [])();
    kernel.func('__stdcall', 'TerminateProcess', 'int', ['void *', 'uint32_t'])(own, code);
  } else {
    native.load(null).func('void _exit(int)')(code);
  }
}

/** Ends this process at once with `code`, whatever its threads do. */
export function endProcess(code: number): never {
  process.exit(code);
}
