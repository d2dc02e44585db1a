// What the customer hands over: typed amounts become tenders, change, or what is still short. Pure.
import { parseYuan } from '../../format/format.ts';

export const OTHER_TENDERS = ['bank-card', 'wallet'] as const;
export type OtherTender = (typeof OTHER_TENDERS)[number];

/** The fields as typed. */
export interface TenderFields {
  readonly cash: string;
  readonly other: Readonly<Record<OtherTender, { readonly amount: string; readonly reference: string }>>;
}

export const NO_TENDERS: TenderFields = {
  cash: '',
  other: { 'bank-card': { amount: '', reference: '' }, wallet: { amount: '', reference: '' } },
};

export type TenderTrouble =
  | { readonly kind: 'amount-invalid'; readonly field: 'cash' | OtherTender }
  | { readonly kind: 'reference-needed'; readonly field: OtherTender }
  | { readonly kind: 'too-much' }
  | { readonly kind: 'cash-not-needed' }
  | { readonly kind: 'short' };

export interface Settlement {
  readonly tenders: readonly { readonly kind: OtherTender; readonly amountFen: number; readonly reference: string }[];
  readonly cashTenderedFen: number;
  /** What the other tenders leave to be paid in cash. */
  readonly cashDueFen: number;
  readonly changeFen: number;
  readonly shortFen: number;
  /** The first thing that is wrong; null when the payment can be taken. */
  readonly trouble: TenderTrouble | null;
}

/** Returns how the typed amounts settle `dueFen`. */
export function settle(dueFen: number, fields: TenderFields): Settlement {
  let trouble: TenderTrouble | null = null;
  const wrong = (found: TenderTrouble): void => {
    trouble ??= found;
  };
  const amountOf = (text: string, field: 'cash' | OtherTender): number => {
    if (text.trim() === '') return 0;
    const amountFen = parseYuan(text);
    if (amountFen === null) wrong({ kind: 'amount-invalid', field });
    return amountFen ?? 0;
  };
  const tenders = OTHER_TENDERS.map((kind) => ({
    kind,
    amountFen: amountOf(fields.other[kind].amount, kind),
    reference: fields.other[kind].reference.trim(),
  })).filter((tender) => tender.amountFen > 0);
  const cashTenderedFen = amountOf(fields.cash, 'cash');
  const otherFen = tenders.reduce((sum, tender) => sum + tender.amountFen, 0);
  const cashDueFen = Math.max(0, dueFen - otherFen);
  if (otherFen > dueFen) wrong({ kind: 'too-much' });
  for (const tender of tenders) if (tender.reference === '') wrong({ kind: 'reference-needed', field: tender.kind });
  if (cashDueFen === 0 && cashTenderedFen > 0) wrong({ kind: 'cash-not-needed' });
  if (cashTenderedFen < cashDueFen) wrong({ kind: 'short' });
  return {
    tenders,
    cashTenderedFen,
    cashDueFen,
    changeFen: Math.max(0, cashTenderedFen - cashDueFen),
    shortFen: Math.max(0, cashDueFen - cashTenderedFen),
    trouble,
  };
}

/** Whether anything is typed. */
export function anyTyped(fields: TenderFields): boolean {
  return fields.cash !== '' || OTHER_TENDERS.some((kind) => fields.other[kind].amount !== '' || fields.other[kind].reference !== '');
}

/** Returns the text after a key of the on-screen keypad: a digit, "." , "back" or "clear". */
export function keyed(text: string, key: string): string {
  if (key === 'clear') return '';
  if (key === 'back') return text.slice(0, -1);
  const next = `${text}${key}`;
  return parseYuan(next) !== null || next === '.' ? next : text;
}
