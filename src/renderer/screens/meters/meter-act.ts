// What is done with an account's meter: the fields as they are typed, which of them an act has, and the inputs of the calls. Pure.
import type { Inputs, Outputs } from '../../../shared/contract/index.ts';
import { parseCubicMetres } from '../../format/format.ts';

export type MeterAct = 'exchange' | 'install' | 'remove';
export type FieldName = 'final' | 'billed' | 'billedOn' | 'newMeter' | 'first' | 'carried' | 'reason';
export type Goes = Inputs['meters']['remove']['goes'];

/** Where a meter that comes off goes, the likeliest first. */
export const GOES = ['scrapped', 'in-store', 'in-repair', 'to-maker'] as const satisfies readonly Goes[];

/** Everything that is typed; plain JSON, kept as a draft. */
export interface MeterFields {
  readonly act: MeterAct | null;
  readonly goes: Goes;
  readonly typed: Partial<Readonly<Record<FieldName, string>>>;
}

export const NO_METER_FIELDS: MeterFields = { act: null, goes: 'scrapped', typed: {} };

/** Returns the fields of an act on the meter that hangs there; `present` is undefined where none does. */
export function fieldsOf(act: MeterAct, present: Outputs['meters']['get'] | undefined): readonly FieldName[] {
  // The use of an ordinary meter is billed up to its final reading; the old book may be the only one to know from where.
  const ordinary = present?.kind === 'ordinary';
  const old: readonly FieldName[] = ordinary && present.billedOn === '' ? ['final', 'billed', 'billedOn'] : ['final'];
  if (act === 'install') return ['newMeter', 'first'];
  if (act === 'remove') return old;
  return [...old, 'newMeter', 'first', ...(ordinary ? [] : (['carried'] as const)), 'reason'];
}

const DATE = /^\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])$/;

/** Litres of a typed reading, 0 allowed; null when it is none. */
export const litresOf = (text: string): number | null => (text.trim() === '0' ? 0 : parseCubicMetres(text));

/** Whether what stands in the field is missing or no figure. */
export function isWrong(field: FieldName, value: string): boolean {
  if (field === 'billedOn') return !DATE.test(value);
  return field === 'newMeter' || field === 'reason' ? value === '' : litresOf(value) === null;
}

/** Returns the stored meter `step` places from the one in the field, among those whose number has what was typed in it; null without any. */
export function stepThrough(store: Outputs['meters']['list'], typed: string, step: 1 | -1): string | null {
  const at = store.findIndex(({ meterNo }) => meterNo === typed);
  const fitting = at >= 0 ? store : matching(store, typed);
  const from = at >= 0 ? at : step > 0 ? -1 : 0;
  return fitting[(from + step + fitting.length) % Math.max(1, fitting.length)]?.meterNo ?? null;
}

export function matching(store: Outputs['meters']['list'], typed: string): Outputs['meters']['list'] {
  const found = store.filter(({ meterNo }) => meterNo.includes(typed));
  if (found.length > 0 && !store.some(({ meterNo }) => meterNo === typed)) return found;
  // The one that is chosen stands first.
  return [...found.filter(({ meterNo }) => meterNo === typed), ...store.filter(({ meterNo }) => meterNo !== typed)];
}
