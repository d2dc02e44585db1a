// A maker's library as the kit's GasCardLibrary: one call at a time, in guarded memory, with an end to every wait.
import { basename } from 'node:path';
import iconv from 'iconv-lite';
import { emptyGasCard } from '../../../../drivers/kit/gas-card-image.ts';
import type { GasCardFields, GasCardLibrary } from '../../../../drivers/kit/gas-card-library.ts';
import { createQueue } from '../../../../drivers/kit/queue.ts';
import type { Timers } from '../../../../drivers/kit/transport.ts';
import { Fault } from '../../../shared/domain/fault.ts';
import { createArena } from './arena.ts';
import { INTEGER_BYTES, type LibraryProfile, type Parameter } from './declaration.ts';
import { checkFields } from './fields.ts';
import type { NativeLibrary } from './native.ts';
import { faultOfReturn, type GasCardFunction } from './return-codes.ts';

/** Exit codes of a process that had to end because of a library. */
export const LIBRARY_EXIT = { hung: 71, overran: 72 } as const;
/** So that the answer that names the library still leaves this process. */
const LAST_WORDS_MS = 50;

export interface GasLibraryOptions {
  readonly file: string;
  readonly com: number;
  readonly baud: number;
  readonly profile: LibraryProfile;
  readonly native: NativeLibrary;
  readonly timers: Timers;
  /** Ends this process at once: a call that hangs cannot be stopped, and memory that was written over cannot be trusted. */
  endProcess(code: number, reason: string): void;
}

/**
 * Calls of all libraries of this process, also of one that was opened again while its last call still runs: two at once would meet in
 * the same memory and on the same port.
 */
const turn = createQueue();

/** Returns the library. What it reads is checked; a return code becomes its fault (return-codes.ts). */
export function createGasLibrary(options: GasLibraryOptions): GasCardLibrary {
  const { profile, native, timers } = options;
  const file = basename(options.file);
  let broken: Fault | null = null;
  const limits: Readonly<Record<GasCardFunction, number>> = {
    CheckGasCard: profile.checkLimitMs,
    ReadGasCard: profile.readLimitMs,
    WriteGasCard: profile.writeLimitMs,
    WriteNewCard: profile.writeLimitMs,
    FormatGasCard: profile.writeLimitMs,
  };

  /** Returns what the function left in its pointers. Rejects with the fault of its return code. */
  function call(name: GasCardFunction, input: Partial<GasCardFields>): Promise<Partial<GasCardFields>> {
    return turn(async () => {
      if (broken !== null) throw broken;
      const declaration = profile.declarations[name];
      const values: Readonly<Record<string, string | number>> = { ...emptyGasCard(), ...input, com: options.com, baud: options.baud };
      const buffers = declaration.parameters.filter(({ passed }) => passed !== 'value');
      const arena = createArena(buffers.map(bytesOf));
      const passed = declaration.parameters.map((parameter) => {
        const value = values[parameter.name] ?? 0;
        if (parameter.passed === 'value') return numberOf(parameter, value);
        const buffer = arena.take(parameter.name, bytesOf(parameter));
        if (parameter.passed === 'text') encodeText(buffer, { name: parameter.name, value: String(value) });
        else writeNumber(buffer, numberOf(parameter, value));
        return buffer;
      });
      const returned = await withEnd(name, native.call(declaration, passed));
      const over = arena.overrun();
      if (over !== null) {
        const reason = `${name} of ${file} has written beyond ${over}`;
        broken = new Fault('LIBRARY_FAILED', { function: name, field: over, file, reason: 'wrote beyond a buffer' });
        timers.setTimeout(() => options.endProcess(LIBRARY_EXIT.overran, reason), LAST_WORDS_MS);
        throw broken;
      }
      const fault = faultOfReturn({ code: returned, from: name, file });
      if (fault !== null) throw fault;
      return Object.fromEntries(
        declaration.parameters.flatMap((parameter, index) => {
          const buffer = passed[index];
          return buffer instanceof Uint8Array ? [[parameter.name, outputOf(parameter, buffer as Buffer)]] : [];
        }),
      );
    });
  }

  /** A call that outlives its limit ends the process: the client then counts a read as refused and a write as unknown. */
  async function withEnd(name: GasCardFunction, work: Promise<number>): Promise<number> {
    const limitMs = limits[name];
    const reason = `${name} of ${file} has not come back for ${limitMs} ms`;
    const timer = timers.setTimeout(() => options.endProcess(LIBRARY_EXIT.hung, reason), limitMs);
    try {
      return await work;
    } finally {
      timers.clearTimeout(timer);
    }
  }

  function encodeText(buffer: Buffer, text: { readonly name: string; readonly value: string }): void {
    const bytes = iconv.encode(text.value, profile.charset);
    // Its last byte stays NUL.
    if (bytes.length >= buffer.length) throw new Fault('LIBRARY_FAILED', { field: text.name, file, reason: 'too long for the library' });
    bytes.copy(buffer);
  }

  function outputOf(parameter: Parameter, buffer: Buffer): string | number {
    if (parameter.passed !== 'text') return readNumber(buffer);
    const end = buffer.indexOf(0);
    return iconv.decode(buffer.subarray(0, end < 0 ? buffer.length : end), profile.charset).trim();
  }

  return {
    async check() {
      try {
        await call('CheckGasCard', {});
        return 'own';
      } catch (error) {
        const code = error instanceof Fault ? error.code : null;
        if (code === 'CARD_ABSENT') return 'absent';
        if (code === 'CARD_OTHER_REGION') return 'foreign';
        // There is a card, and what it is reading it will say.
        if (code === 'CARD_BLANK' || code === 'CARD_OTHER_LAYOUT' || code === 'CARD_LOCKED' || code === 'CARD_DAMAGED') return 'own';
        throw error;
      }
    },
    read: async () => checkFields(await call('ReadGasCard', {})),
    async writeNew(fields) {
      await call('WriteNewCard', fields);
    },
    async write(fields) {
      await call('WriteGasCard', fields);
    },
    async format(identity) {
      await call('FormatGasCard', identity);
    },
  };
}

function bytesOf(parameter: Parameter): number {
  return parameter.passed === 'text' ? parameter.bytes : INTEGER_BYTES[parameter.type];
}

/** Returns the value if it fits the parameter's type; throws LIBRARY_FAILED otherwise: C would cut it without a word. */
function numberOf(parameter: Exclude<Parameter, { readonly passed: 'text' }>, value: string | number): number {
  const most = 2 ** (INTEGER_BYTES[parameter.type] * 8 - 1);
  if (typeof value !== 'number' || !Number.isInteger(value) || value < -most || value >= most) {
    throw new Fault('LIBRARY_FAILED', { field: parameter.name, reason: 'does not fit the parameter' });
  }
  return value;
}

function writeNumber(buffer: Buffer, value: number): void {
  buffer.writeIntLE(value, 0, buffer.length);
}

function readNumber(buffer: Buffer): number {
  return buffer.readIntLE(0, buffer.length);
}
