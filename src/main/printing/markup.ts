// Pieces of receiptline markup that every paper shares.
import { capitalYuan, fen, formatYuan } from '../../shared/domain/money.ts';
import type { Tender } from '../../shared/domain/tender.ts';
import type { ReceiptWords } from '../../shared/words/receipts.ts';

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

/** An amount as it stands on paper. */
export function yuan(amountFen: number): string {
  return `¥${formatYuan(fen(amountFen))}`;
}

/** The lines that say how money was paid, and the change. */
export function moneyHanded(
  money: { readonly tenders: readonly Tender[]; readonly cashTenderedFen: number; readonly changeFen: number },
  words: ReceiptWords,
): string[] {
  return [
    ...money.tenders.map(({ kind, reference, amountFen }) =>
      pair(words[kind], `${reference === '' ? '' : `${reference} `}${yuan(amountFen)}`),
    ),
    ...(money.cashTenderedFen > 0 ? [pair(words.tendered, yuan(money.cashTenderedFen)), pair(words.change, yuan(money.changeFen))] : []),
  ];
}

/** The amount in capitals, as paper that is money bears it; none where the language has none. */
export function capitals(amountFen: number, words: ReceiptWords): readonly string[] {
  return words.capital === ''
    ? []
    : [pair(words.capital, words.capital === '大寫' ? traditional(capitalYuan(fen(amountFen))) : capitalYuan(fen(amountFen)))];
}

/** The characters of amounts that Taiwan writes otherwise. */
const TRADITIONAL: Readonly<Record<string, string>> = { 贰: '貳', 叁: '參', 陆: '陸', 万: '萬', 亿: '億', 负: '負' };
const traditional = (capital: string): string => [...capital].map((sign) => TRADITIONAL[sign] ?? sign).join('');
