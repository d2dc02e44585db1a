// The trade's card contract: a maker's library in the place of a line.
import { accessSync, constants } from 'node:fs';
import { basename } from 'node:path';
import type { GasCardLibrary } from '../../../../drivers/kit/gas-card-library.ts';
import type { Timers, Transport } from '../../../../drivers/kit/transport.ts';
import { Fault } from '../../../shared/domain/fault.ts';
import { profileOf } from '../gas-library/declaration.ts';
import { createGasLibrary } from '../gas-library/library.ts';
import { libraryBits } from '../gas-library/library-bits.ts';
import { endProcess, loadNativeLibrary } from '../gas-library/native.ts';
import { createLine } from './line.ts';

export interface DllAddress {
  /** Path of the library. */
  readonly file: string;
  /** Handed to the library, which opens the port itself. */
  readonly com: number;
  readonly baud: number;
}

/**
 * Loads the library. `options` are the driver's with the slot's overrides: declarations, charset, limits (gas-library/declaration.ts). Rejects with
 * PORT_MISSING or PORT_DENIED for the file, SIDECAR_MISSING for a 32-bit library in a 64-bit process, LIBRARY_FAILED when it
 * cannot be loaded otherwise, SETTINGS_INVALID for options that are wrong.
 */
export async function openDll(
  address: DllAddress,
  options: Readonly<Record<string, unknown>>,
  timers: Timers,
): Promise<{ readonly transport: Transport; readonly library: GasCardLibrary }> {
  const profile = profileOf(options);
  requireFile(address.file);
  requireBits(address.file);
  const native = await loadNativeLibrary({
    file: address.file,
    declarations: Object.values(profile.declarations),
    stdcall: profile.stdcall,
  });
  const library = createGasLibrary({
    ...address,
    profile,
    native,
    timers,
    endProcess(code, reason) {
      console.error(`the device process ends: ${reason}`);
      endProcess(code);
    },
  });
  const { transport } = createLine(
    {
      write: (_, finished) => finished(new Error('a library has no line')),
      // A library is never unloaded: makers' libraries leave threads behind, and a call may still run.
      close: async () => {},
    },
    timers,
  );
  return { transport, library };
}

function requireFile(file: string): void {
  try {
    accessSync(file, constants.R_OK);
  } catch (cause) {
    const denied = cause instanceof Error && 'code' in cause && (cause.code === 'EACCES' || cause.code === 'EPERM');
    throw new Fault(denied ? 'PORT_DENIED' : 'PORT_MISSING', { path: file, reason: 'the library file' }, { cause });
  }
}

/** A 32-bit library in a 64-bit process fails with a number that means nothing to anybody. */
function requireBits(file: string): void {
  const library = libraryBits(file);
  const own = process.arch === 'ia32' || process.arch === 'arm' ? 32 : 64;
  if (library === null || library === own) return;
  if (library === 32) throw new Fault('SIDECAR_MISSING', { file: basename(file) });
  throw new Fault('LIBRARY_FAILED', { file: basename(file), reason: 'a 64-bit library in a 32-bit process' });
}
