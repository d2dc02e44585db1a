// Search terms: how what a clerk types and what an account holds are brought to one spelling.
import { pinyin } from 'pinyin-pro';
import type { AccountOpened } from '../../shared/domain/operation.ts';

/** Kinds of search_term rows. A tail is stored reversed, so that it is a prefix too. */
export const TERM = {
  account: 1,
  name: 2,
  pinyin: 3,
  phone: 4,
  phoneTail: 5,
  address: 6,
  meter: 7,
  meterTail: 8,
  card: 9,
  cardTail: 10,
} as const;
export type TermKind = (typeof TERM)[keyof typeof TERM];

export interface Term {
  readonly kind: TermKind;
  readonly term: string;
}

/** Names longer than this are findable from their first so many characters on; only company names are that long. */
const MAX_NAME_SUFFIXES = 12;

/** Returns text with full-width forms made half-width, in lower case, without blanks. */
export function normalise(text: string): string {
  return text.normalize('NFKC').toLowerCase().replace(/\s+/gu, '');
}

/** Returns letters and digits only, normalised: how numbers of accounts, meters, cards and phones are compared. */
export function normaliseNumber(text: string): string {
  return normalise(text).replace(/[^a-z0-9]/gu, '');
}

/** Returns an address part with building, unit and room joined by hyphens: 3栋2单元501室, 3号楼2单元501 and 3-2-501 all give 3-2-501. */
export function normaliseAddress(text: string): string {
  return normalise(text)
    .replace(/[－—–_#＃/]/gu, '-')
    .replace(/(?<=[0-9a-z])(?:号楼|单元|栋|幢|座|楼|门)/gu, '-')
    .replace(/(?<=[0-9a-z])号(?=[0-9a-z])/gu, '-')
    .replace(/(?<=[0-9a-z])(?:室|号)/gu, '')
    .replace(/-{2,}/gu, '-');
}

/** Returns the syllables of a name in plain letters (ü as v); for people the surname is read as a surname: 单 is shan. */
export function syllablesOf(name: string, person: boolean): string[] {
  return pinyin(name, { toneType: 'none', type: 'array', v: true, surname: person ? 'head' : 'off' }).map((syllable) =>
    syllable.toLowerCase().replaceAll('ü', 'v'),
  );
}

/** Returns the text reversed by characters. */
export function reversed(text: string): string {
  return Array.from(text).reverse().join('');
}

/** Returns every ending of `text` of at least one character, longest first, at most `limit`. */
export function suffixes(text: string, limit = Number.POSITIVE_INFINITY): string[] {
  const characters = Array.from(text);
  const result: string[] = [];
  for (let from = 0; from < characters.length && from < limit; from += 1) result.push(characters.slice(from).join(''));
  return result;
}

/** Returns the parts of an address, normalised, largest first; empty parts are left out. */
export function addressParts(address: AccountOpened['address']): { readonly places: readonly string[]; readonly unit: string } {
  const places = [address.district, address.road, address.community].map(normaliseAddress).filter((place) => place !== '');
  return { places, unit: normaliseAddress(address.unit) };
}

/** Returns an account's pinyin terms: whole, initials, surname with initials, and the given name's both; a company's without the last. */
export function pinyinTerms(name: string, person: boolean): string[] {
  const syllables = syllablesOf(name, person);
  const initials = syllables.map((syllable) => syllable.slice(0, 1));
  const terms = [syllables.join(''), initials.join('')];
  if (person && syllables.length > 1) {
    terms.push(syllables.slice(1).join(''), initials.slice(1).join(''), `${syllables[0]}${initials.slice(1).join('')}`);
  }
  return terms;
}

/** Returns the terms under which an account is found by number, name, pinyin, phone and address; each once. */
export function termsOfAccount(account: Pick<AccountOpened, 'accountNo' | 'customerKind' | 'customerName' | 'phone' | 'address'>): Term[] {
  const terms: Term[] = [];
  const seen = new Set<string>();
  const add = (kind: TermKind, term: string): void => {
    const key = `${kind} ${term}`;
    if (term === '' || seen.has(key)) return;
    seen.add(key);
    terms.push({ kind, term });
  };
  add(TERM.account, normaliseNumber(account.accountNo));
  const name = normalise(account.customerName);
  for (const suffix of suffixes(name, MAX_NAME_SUFFIXES)) add(TERM.name, suffix);
  for (const term of pinyinTerms(name, account.customerKind === 'residential')) add(TERM.pinyin, term);
  const phone = normaliseNumber(account.phone);
  add(TERM.phone, phone);
  add(TERM.phoneTail, reversed(phone));
  const { places, unit } = addressParts(account.address);
  const parts = [...places, unit];
  for (let from = 0; from < parts.length; from += 1) add(TERM.address, parts.slice(from).join(''));
  return terms;
}

/** Returns the terms of a meter or card number. */
export function termsOfNumber(kinds: { readonly whole: TermKind; readonly tail: TermKind }, text: string): Term[] {
  const term = normaliseNumber(text);
  return term === ''
    ? []
    : [
        { kind: kinds.whole, term },
        { kind: kinds.tail, term: reversed(term) },
      ];
}
