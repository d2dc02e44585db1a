// A count as it is typed: quantities by denomination and slips by tender. Pure.
import type { Inputs } from '../../../shared/contract/index.ts';
import { DENOMINATIONS_FEN, SLIP_TENDERS, type SlipTender, sumOfLines } from '../../../shared/domain/shifts.ts';
import { parseYuan } from '../../format/format.ts';

type CountInput = Inputs['shift']['count'];
export type CountLines = CountInput['lines'];
export type CountSlips = NonNullable<CountInput['slips']>;

export interface SlipFields {
  readonly count: string;
  readonly taken: string;
  readonly returned: string;
}

export interface CountFields {
  /** By denomination, as typed. */
  readonly quantities: Readonly<Record<number, string>>;
  readonly slips: Readonly<Record<SlipTender, SlipFields>>;
}

const NO_SLIPS: SlipFields = { count: '', taken: '', returned: '' };
export const EMPTY_COUNT: CountFields = { quantities: {}, slips: { 'bank-card': NO_SLIPS, wallet: NO_SLIPS } };

/** Returns a typed quantity; nothing typed is none, null is no quantity of notes. */
export function quantityOf(text: string): number | null {
  const plain = text.trim();
  if (plain === '') return 0;
  return /^\d{1,4}$/.test(plain) ? Number(plain) : null;
}

function amountOf(text: string): number | null {
  return text.trim() === '' ? 0 : parseYuan(text);
}

export interface ReadCount {
  readonly lines: CountLines;
  readonly slips: CountSlips;
  readonly cashFen: number;
  /** Ids of the fields that cannot be read, in the order of the screen. */
  readonly wrong: readonly string[];
}

/** Returns what the fields say. */
export function readCount({ quantities, slips }: CountFields): ReadCount {
  const wrong: string[] = [];
  const taken = <T>(id: string, value: T | null, otherwise: T): T => {
    if (value === null) wrong.push(id);
    return value ?? otherwise;
  };
  const lines = DENOMINATIONS_FEN.map((denominationFen) => ({
    denominationFen,
    count: taken(quantityId(denominationFen), quantityOf(quantities[denominationFen] ?? ''), 0),
  }));
  const read = SLIP_TENDERS.map((kind) => ({
    kind,
    count: taken(slipId(kind, 'count'), quantityOf(slips[kind].count), 0),
    takenFen: taken<number>(slipId(kind, 'taken'), amountOf(slips[kind].taken), 0),
    returnedFen: taken<number>(slipId(kind, 'returned'), amountOf(slips[kind].returned), 0),
  }));
  return { lines, slips: read, cashFen: sumOfLines(lines), wrong };
}

/** Whether anything is typed. */
export function isTouched({ quantities, slips }: CountFields): boolean {
  return [...Object.values(quantities), ...Object.values(slips).flatMap((fields) => Object.values(fields))].some((text) => text !== '');
}

export const quantityId = (denominationFen: number): string => `count-${denominationFen}`;
export const slipId = (kind: SlipTender, field: keyof SlipFields): string => `slip-${kind}-${field}`;
