// Numbers that people and companies are known by: whether one can be right, and how it is shown to people who need not see it.
import { dayNumber } from './calendar.ts';

export const IDENTITY_KINDS = ['resident-id', 'hk-macao-permit', 'taiwan-permit', 'passport', 'company'] as const;
export type IdentityKind = (typeof IDENTITY_KINDS)[number];

/** What is wrong with a number: `form` (length or characters), `checksum` (a digit is wrong), `date` (no such day, or in the future). */
export type NumberProblem = 'form' | 'checksum' | 'date';

const RESIDENT_WEIGHTS = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2] as const;
const RESIDENT_CHECKS = '10X98765432';
const COMPANY_LETTERS = '0123456789ABCDEFGHJKLMNPQRTUWXY';

/** Returns the number as it is stored: no spaces or hyphens, capitals. */
export function normaliseNumber(text: string): string {
  return text.replace(/[\s-]/g, '').toUpperCase();
}

/** Returns what is wrong with an identity number, or null. `today` decides whether a date of birth can be. */
export function identityProblem(kind: IdentityKind, number: string, today: string): NumberProblem | null {
  switch (kind) {
    case 'resident-id':
      return residentIdProblem(number, today);
    case 'company':
      return companyProblem(number);
    case 'hk-macao-permit':
      return /^[HM]\d{8}(\d{2})?$/.test(number) ? null : 'form';
    case 'taiwan-permit':
      return /^\d{8}$/.test(number) ? null : 'form';
    case 'passport':
      return /^[A-Z0-9]{6,12}$/.test(number) ? null : 'form';
  }
}

/** Citizen identification number of 18 characters. Rule: GB 11643-1999, check character by ISO 7064 MOD 11-2. */
function residentIdProblem(number: string, today: string): NumberProblem | null {
  if (!/^\d{17}[\dX]$/.test(number)) return 'form';
  const birth = `${number.slice(6, 10)}-${number.slice(10, 12)}-${number.slice(12, 14)}`;
  try {
    if (dayNumber(birth) > dayNumber(today)) return 'date';
  } catch {
    return 'date';
  }
  const sum = RESIDENT_WEIGHTS.reduce((total, weight, index) => total + weight * Number(number[index]), 0);
  return RESIDENT_CHECKS[sum % 11] === number[17] ? null : 'checksum';
}

/** Unified social credit identifier. Rule: GB 32100-2015, check character by MOD 31 with weights 3^i. */
function companyProblem(number: string): NumberProblem | null {
  if (!/^[0-9A-HJ-NPQRTUWXY]{2}\d{6}[0-9A-HJ-NPQRTUWXY]{10}$/.test(number)) return 'form';
  let sum = 0;
  let weight = 1;
  for (const letter of number.slice(0, 17)) {
    sum += COMPANY_LETTERS.indexOf(letter) * weight;
    weight = (weight * 3) % 31;
  }
  return COMPANY_LETTERS[(31 - (sum % 31)) % 31] === number[17] ? null : 'checksum';
}

/** Returns whether a mobile number of the mainland or a landline with its area code is written right. */
export function isPhone(text: string): boolean {
  return /^1[3-9]\d{9}$/.test(text) || /^0\d{2,3}-?\d{7,8}$/.test(text);
}

/** Returns whether a bank account number has the form of one; a card number must have the right check digit too (ISO/IEC 7812-1, Luhn). */
export function bankNumberProblem(number: string): NumberProblem | null {
  if (!/^\d{8,30}$/.test(number)) return 'form';
  // UnionPay and the international schemes; accounts of companies follow no common rule.
  if (!/^[3-6]\d{14,18}$/.test(number)) return null;
  let sum = 0;
  [...number].reverse().forEach((digit, index) => {
    const value = Number(digit) * (index % 2 === 1 ? 2 : 1);
    sum += value > 9 ? value - 9 : value;
  });
  return sum % 10 === 0 ? null : 'checksum';
}

/** Returns a number with its middle hidden: enough to compare with a document, too little to copy. */
export function maskNumber(number: string): string {
  const shown = number.length > 14 ? { head: 3, tail: 4 } : { head: 1, tail: 3 };
  const hidden = Math.max(0, number.length - shown.head - shown.tail);
  return `${number.slice(0, shown.head)}${'*'.repeat(hidden)}${number.slice(shown.head + hidden)}`;
}

/** Returns a name with everything but its first character hidden. */
export function maskName(name: string): string {
  const [first = '', ...rest] = [...name];
  return `${first}${'*'.repeat(rest.length)}`;
}
