// Visits: accounts of other branches as headquarters describes them to the branch that is to serve them.
import type { ReceivableRow } from './charging.ts';
import type { AccountRow, CardRow, MeterRow } from './fold.ts';
import type { Tariff } from './tariff.ts';

/** A question that names one account exactly; nothing can be browsed. */
export type LookupQuestion =
  | { readonly by: 'account'; readonly accountId: string }
  | { readonly by: 'account-no'; readonly accountNo: string }
  | { readonly by: 'card'; readonly cardNo: string }
  | { readonly by: 'phone-and-name'; readonly phone: string; readonly name: string };

/** What headquarters says about an account of another branch. Names, phone and address are masked. */
export interface Visit {
  readonly format: 1;
  readonly homeBranchNo: string;
  readonly homeBranchName: string;
  /** By headquarters' clock, ms since 1970. */
  readonly asOfMs: number;
  /** How long it may be worked with without asking again, ms. */
  readonly validForMs: number;
  readonly account: AccountRow;
  readonly cards: readonly CardRow[];
  readonly meters: readonly MeterRow[];
  /** Open ones. */
  readonly receivables: readonly ReceivableRow[];
  readonly tierUse: readonly { readonly year: number; readonly holder: number; readonly litres: number }[];
  /** All versions of the account's plan at home. */
  readonly tariffs: readonly Tariff[];
  /** Paid at home and not on a card yet, fen. */
  readonly undeliveredFen: number;
  /** Facts from other branches that are counted in, the last ones. */
  readonly knownIds: readonly string[];
}

/** A visit as canonical JSON with headquarters' Ed25519 signature over `visitText`, base64. */
export interface SignedVisit {
  readonly json: string;
  readonly signature: string;
}

/** Returns the text that a visit's signature covers. */
export function visitText(json: string): string {
  return `countertop visit\n${json}`;
}

/**
 * Returns the question that a clerk's words ask: an account or a card number, or a phone number with the full name, in either order. Null where they
 * name nobody exactly. A number can be either, so there may be two questions, asked in turn.
 */
export function questionsOf(text: string): readonly LookupQuestion[] | null {
  const words = text.trim().split(/\s+/);
  const [first = '', second = ''] = words;
  if (words.length === 1 && /^[0-9A-Za-z-]{6,40}$/.test(first)) {
    return [
      { by: 'account-no', accountNo: first },
      { by: 'card', cardNo: first },
    ];
  }
  const isPhone = (word: string) => /^\+?\d{7,15}$/.test(word);
  if (words.length < 2 || (!isPhone(first) && !isPhone(words.at(-1) ?? ''))) return null;
  const phone = isPhone(first) ? first : (words.at(-1) ?? second);
  const name = (isPhone(first) ? words.slice(1) : words.slice(0, -1)).join(' ');
  return name.length < 2 ? null : [{ by: 'phone-and-name', phone, name }];
}
