// Reads a driver's options with their types checked.
import { Fault } from '../../src/shared/domain/fault.ts';
import type { DriverContext } from './driver.ts';

type Options = DriverContext['options'];

function invalid(name: string, value: unknown): Fault {
  return new Fault('SETTINGS_INVALID', { field: `options.${name}`, reason: value === undefined ? 'missing' : String(value) });
}

/** Returns an option that must be an integer of at least `min`; throws SETTINGS_INVALID naming the field. */
export function integerOption(options: Options, name: string, { min }: { readonly min: number }): number {
  const value = options[name];
  if (typeof value !== 'number' || !Number.isSafeInteger(value) || value < min) throw invalid(name, value);
  return value;
}

/** Returns an option that must be true or false; throws SETTINGS_INVALID naming the field. */
export function booleanOption(options: Options, name: string): boolean {
  const value = options[name];
  if (typeof value !== 'boolean') throw invalid(name, value);
  return value;
}

/** Returns an option that must be text of the given form; throws SETTINGS_INVALID naming the field. */
export function textOption(options: Options, name: string, { form }: { readonly form: RegExp }): string {
  const value = options[name];
  if (typeof value !== 'string' || !form.test(value)) throw invalid(name, value);
  return value;
}
