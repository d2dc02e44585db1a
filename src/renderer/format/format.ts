// Figures, dates and inputs as people read and type them; the arithmetic stays in integer fen and litres.
import { type Fen, fen, formatCubicMetres, formatYuan, type Litres, litres } from '../../shared/domain/money.ts';

/** Returns "¥1,234.50". */
export function yuan(amountFen: number): string {
  const text = formatYuan(fen(Math.abs(amountFen)));
  return amountFen < 0 ? `-¥${text}` : `¥${text}`;
}

/** Returns cubic metres for people: 32500 litres → "32.5". */
export function cubicMetres(value: number): string {
  return formatCubicMetres(value);
}

const DIGITS = /^\d{1,9}$/;

/** Returns the whole number of `1 / 10^places` in a typed decimal, or null; accepts grouping commas and a full-width point. */
function scaled(text: string, places: number): number | null {
  const plain = text.trim().replaceAll(',', '').replaceAll('，', '').replace('。', '.').replace('．', '.');
  const [whole = '', decimals = '', ...rest] = plain.split('.');
  if (rest.length > 0 || decimals.length > places || (plain.includes('.') && decimals === '' && whole === '')) return null;
  if (!DIGITS.test(whole === '' ? '0' : whole) || (decimals !== '' && !DIGITS.test(decimals)) || plain === '') return null;
  return Number(`${whole === '' ? '0' : whole}${decimals.padEnd(places, '0')}`);
}

/** Returns typed yuan as fen, or null when it is no amount with at most two decimals. */
export function parseYuan(text: string): Fen | null {
  const value = scaled(text, 2);
  return value === null ? null : fen(value);
}

/** Returns typed cubic metres as litres, or null when it is no volume with at most three decimals. */
export function parseCubicMetres(text: string): Litres | null {
  const value = scaled(text, 3);
  return value === null ? null : litres(value);
}

/** Returns an amount as it stands in an input: 23000 → "230.00". */
export function yuanInput(amountFen: number): string {
  return formatYuan(fen(amountFen)).replaceAll(',', '');
}

const two = (value: number): string => value.toString().padStart(2, '0');

/** Returns the local time of day, "14:05:09". */
export function clockTime(ms: number): string {
  const date = new Date(ms);
  return `${two(date.getHours())}:${two(date.getMinutes())}:${two(date.getSeconds())}`;
}

/** Returns a typed date with its hyphens as soon as all digits are there: "20261121", "2026.11.21" and "2026/11/21" are "2026-11-21". */
export function typedDate(text: string): string {
  const plain = text
    .trim()
    .replaceAll(/[./年月]/g, '-')
    .replace('日', '');
  return plain.replace(/^(\d{4})(\d{2})(\d{2})$/, '$1-$2-$3');
}

/** Returns local date and time, "2026-11-21 14:05:09". */
export function dateTime(ms: number): string {
  const date = new Date(ms);
  return `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())} ${clockTime(ms)}`;
}
