// Money in integer fen and volume in integer litres; the one place where a fraction is rounded.

declare const fenBrand: unique symbol;
declare const litresBrand: unique symbol;

/** Integer hundredths of a yuan. Negative only in postings and adjustments. */
export type Fen = number & { readonly [fenBrand]: 'fen' };
/** Integer litres of gas: 0.001 m³. */
export type Litres = number & { readonly [litresBrand]: 'litres' };

/** Returns `value` as fen; throws RangeError when it is not a safe integer. */
export function fen(value: number): Fen {
  if (!Number.isSafeInteger(value)) throw new RangeError(`not integer fen: ${value}`);
  return value as Fen;
}

/** Returns `value` as litres; throws RangeError when it is not a safe non-negative integer. */
export function litres(value: number): Litres {
  if (!Number.isSafeInteger(value) || value < 0) throw new RangeError(`not integer litres: ${value}`);
  return value as Litres;
}

/** The sum in fen; 0 for nothing. */
export function sumFen(values: Iterable<Fen>): Fen {
  let total = 0;
  for (const value of values) total += value;
  return fen(total);
}

/**
 * Returns numerator / denominator rounded half-up (half away from zero for negatives) to an integer.
 * Works in BigInt, so no product is ever too large. `denominator` must be positive.
 */
export function divideHalfUp(numerator: bigint, denominator: bigint): number {
  if (denominator <= 0n) throw new RangeError('denominator must be positive');
  const negative = numerator < 0n;
  const magnitude = negative ? -numerator : numerator;
  const rounded = (2n * magnitude + denominator) / (2n * denominator);
  return Number(negative ? -rounded : rounded);
}

/** Splits a price that includes VAT: returns net and tax in fen, which add up to `grossFen`. `ratePermille` 90 means 9 %. */
export function splitVat(grossFen: Fen, ratePermille: number): { readonly netFen: Fen; readonly vatFen: Fen } {
  const vatFen = fen(divideHalfUp(BigInt(grossFen) * BigInt(ratePermille), BigInt(1000 + ratePermille)));
  return { netFen: fen(grossFen - vatFen), vatFen };
}

/** Returns yuan with two decimals and grouped thousands, without a currency sign: 1234567 → "12,345.67". */
export function formatYuan(value: Fen): string {
  const magnitude = Math.abs(value);
  const whole = Math.trunc(magnitude / 100)
    .toString()
    .replace(/\B(?=(\d{3})+$)/g, ',');
  return `${value < 0 ? '-' : ''}${whole}.${(magnitude % 100).toString().padStart(2, '0')}`;
}

/** Returns cubic metres with up to three decimals, at least one: 32500 → "32.5". */
export function formatCubicMetres(value: Litres | number): string {
  const sign = value < 0 ? '-' : '';
  const magnitude = Math.abs(value);
  const decimals = (magnitude % 1000)
    .toString()
    .padStart(3, '0')
    .replace(/0{1,2}$/, '');
  return `${sign}${Math.trunc(magnitude / 1000)}.${decimals}`;
}

const DIGITS = ['零', '壹', '贰', '叁', '肆', '伍', '陆', '柒', '捌', '玖'] as const;
const PLACES = ['', '拾', '佰', '仟'] as const;
const GROUPS = ['', '万', '亿', '万亿'] as const;

function fourDigits(group: number): string {
  let text = '';
  let gap = false;
  for (let place = 3; place >= 0; place -= 1) {
    const digit = Math.trunc(group / 10 ** place) % 10;
    if (digit === 0) {
      gap = text !== '';
    } else {
      text += `${gap ? '零' : ''}${DIGITS[digit]}${PLACES[place]}`;
      gap = false;
    }
  }
  return text;
}

/**
 * Returns an amount in Chinese capitals as it stands on bills: 23000 → 贰佰叁拾元整.
 * Rule: 支付结算办法 (People's Bank of China, 1997), annex 1, on writing amounts in capitals.
 */
export function capitalYuan(value: Fen): string {
  const magnitude = Math.abs(value);
  const yuan = Math.trunc(magnitude / 100);
  const jiao = Math.trunc(magnitude / 10) % 10;
  const cent = magnitude % 10;
  let text = '';
  let gap = false;
  for (let index = GROUPS.length - 1; index >= 0; index -= 1) {
    const group = Math.trunc(yuan / 10_000 ** index) % 10_000;
    if (group === 0) {
      gap = text !== '';
      continue;
    }
    if (text !== '' && (gap || group < 1000)) text += '零';
    text += fourDigits(group) + GROUPS[index];
    gap = false;
  }
  if (text !== '') text += '元';
  if (jiao === 0 && cent === 0) text = `${text === '' ? '零元' : text}整`;
  else {
    if (jiao > 0) text += `${DIGITS[jiao]}角`;
    else if (text !== '') text += '零';
    text += cent > 0 ? `${DIGITS[cent]}分` : '整';
  }
  return value < 0 ? `负${text}` : text;
}
