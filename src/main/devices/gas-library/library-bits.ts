// For which kind of process a library was built, from its header, so that it is loaded where it can be.
import { closeSync, openSync, readSync } from 'node:fs';
import type { DeviceBinding } from '../settings.ts';

export type LibraryBits = 32 | 64;

const HEADER_BYTES = 4096;

/** Returns 32 if one of the bindings loads a 32-bit library, so that its process must be one too. */
export function bitsOfBindings(bindings: readonly (DeviceBinding | undefined)[]): 32 | undefined {
  const small = bindings.some((binding) => binding?.transport.kind === 'dll' && libraryBits(binding.transport.file) === 32);
  return small ? 32 : undefined;
}

/**
 * Returns 32 or 64 for a Windows DLL (PE, x86 or x64) or a Linux library (ELF); null for anything else or a file that cannot be read.
 * Source: Microsoft PE format (e_lfanew at 3Ch, machine after "PE\0\0"), System V ABI (EI_CLASS).
 */
export function libraryBits(file: string): LibraryBits | null {
  const header = readHeader(file);
  if (header === null) return null;
  if (header.toString('latin1', 0, 4) === '\x7fELF') return bitsOf(header[4], { small: 1, large: 2 });
  if (header.toString('latin1', 0, 2) !== 'MZ' || header.length < 0x40) return null;
  const at = header.readUInt32LE(0x3c);
  if (at + 6 > header.length || header.toString('latin1', at, at + 4) !== 'PE\0\0') return null;
  return bitsOf(header.readUInt16LE(at + 4), { small: 0x014c, large: 0x8664 });
}

function bitsOf(found: number | undefined, kinds: { readonly small: number; readonly large: number }): LibraryBits | null {
  if (found === kinds.small) return 32;
  return found === kinds.large ? 64 : null;
}

function readHeader(file: string): Buffer | null {
  try {
    const descriptor = openSync(file, 'r');
    try {
      const buffer = Buffer.alloc(HEADER_BYTES);
      return buffer.subarray(0, readSync(descriptor, buffer, 0, HEADER_BYTES, 0));
    } finally {
      closeSync(descriptor);
    }
  } catch {
    return null;
  }
}
