// Pieces of receiptline markup that every paper shares.
import { fen, formatYuan } from '../../shared/domain/money.ts';
import type { Tender } from '../../shared/domain/tender.ts';

// receiptline columns: a fixed one in half-width characters, the other takes what is left of 32 or 48.
export const WHOLE_LINE = '{border:space; width:auto}';
export const NAME_AND_VALUE = '{border:space; width:10,*}';

/** Escapes what receiptline reads as markup: | { } ~ _ ` ^ " \ . */
export function text(value: string): string {
  return value.replace(/[\\|{}~_`^"]/g, (mark) => `\\${mark}`).replace(/[\r\n\t]+/g, ' ');
}

/** Wall clock in the counter's own time zone as 2026-11-21 14:05. */
export function localTime(atMs: number): string {
  const date = new Date(atMs);
  const two = (value: number) => value.toString().padStart(2, '0');
  return `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())} ${two(date.getHours())}:${two(date.getMinutes())}`;
}

/** A line with a name on the left and a value on the right. */
export function pair(name: string, value: string): string {
  return `${text(name)} | ${text(value)}`;
}

const TENDER_NAMES = { cash: '现金', 'bank-card': '银行卡', wallet: '电子钱包' } as const;

/** An amount as it stands on paper. */
export function yuan(amountFen: number): string {
  return `¥${formatYuan(fen(amountFen))}`;
}

/** The lines that say how money was paid, and the change. */
export function moneyHanded(money: {
  readonly tenders: readonly Tender[];
  readonly cashTenderedFen: number;
  readonly changeFen: number;
}): string[] {
  return [
    ...money.tenders.map(({ kind, reference, amountFen }) =>
      pair(TENDER_NAMES[kind], `${reference === '' ? '' : `${reference} `}${yuan(amountFen)}`),
    ),
    ...(money.cashTenderedFen > 0 ? [pair('收现', yuan(money.cashTenderedFen)), pair('找零', yuan(money.changeFen))] : []),
  ];
}
