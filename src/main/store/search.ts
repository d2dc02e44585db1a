// Search over every kind: which ranges of the prefix b-trees a typed word means, and the accounts that all words share.
import { sql } from 'kysely';
import type { SearchKind } from '../core/ports/store.ts';
import { build, built, type Connection, type Place, prepare } from './hot.ts';
import { normalise, normaliseAddress, normaliseNumber, pinyinTerms, reversed, TERM, type TermKind } from './search-terms.ts';

/** Sorts after every character in UTF-8. */
const LAST_CHARACTER = '\u{10FFFF}';
/** A number's tail is searched from so many characters on; below that nearly everything would match. */
const MIN_TAIL = 3;
/** Place names that a part of a name may stand for. */
const MAX_PLACES = 64;
/** Candidates that are checked against the other words before search gives up: bounds a query of two common words to some 50 ms. */
const MAX_CANDIDATES = 5_000;
const PAGE = 200;

const statements = {
  range: built((p: Place<{ kind: number; afterTerm: string; afterKey: number; end: string; limit: number }>) =>
    build
      .selectFrom('search_term')
      .select(['term', 'account_key'])
      .where('kind', '=', p('kind'))
      .where(sql<boolean>`(term, account_key) > (${p('afterTerm')}, ${p('afterKey')})`)
      .where('term', '<', p('end'))
      .orderBy('term')
      .orderBy('account_key')
      .limit(p('limit')),
  ),
  size: built((p: Place<{ kind: number; from: string; end: string; limit: number }>) =>
    build
      .selectFrom((eb) =>
        eb
          .selectFrom('search_term')
          .select('account_key')
          .where('kind', '=', p('kind'))
          .where('term', '>=', p('from'))
          .where('term', '<', p('end'))
          .limit(p('limit'))
          .as('some'),
      )
      .select((eb) => eb.fn.countAll<number>().as('size')),
  ),
  placesFrom: built((p: Place<{ from: string; end: string; limit: number }>) =>
    build.selectFrom('place_term').select('name').distinct().where('term', '>=', p('from')).where('term', '<', p('end')).limit(p('limit')),
  ),
  placesOf: built((p: Place<{ term: string; limit: number }>) =>
    build.selectFrom('place_term').select('name').where('term', '=', p('term')).limit(p('limit')),
  ),
  account: built((p: Place<{ account_key: number }>) =>
    build.selectFrom('account').selectAll().where('account_key', '=', p('account_key')),
  ),
  accountId: built((p: Place<{ account_key: number }>) =>
    build.selectFrom('account').select('account_id').where('account_key', '=', p('account_key')),
  ),
  meters: built((p: Place<{ account_id: string }>) =>
    build.selectFrom('meter').select('meter_no').where('account_id', '=', p('account_id')),
  ),
  cards: built((p: Place<{ account_id: string }>) => build.selectFrom('card').select('card_no').where('account_id', '=', p('account_id'))),
};

interface Range {
  readonly kind: TermKind;
  readonly prefix: string;
}

/** A typed word in every spelling in which it may match; '' where it cannot match that way. */
interface Word {
  readonly number: string;
  readonly phone: string;
  readonly name: string;
  readonly pinyin: string;
  readonly address: string;
}

interface Found {
  readonly accountKey: number;
  readonly matched: SearchKind;
  readonly exact: boolean;
}

const KIND_OF: Record<TermKind, SearchKind> = {
  [TERM.account]: 'account',
  [TERM.name]: 'name',
  [TERM.pinyin]: 'pinyin',
  [TERM.phone]: 'phone',
  [TERM.phoneTail]: 'phone',
  [TERM.address]: 'address',
  [TERM.meter]: 'meter',
  [TERM.meterTail]: 'meter',
  [TERM.card]: 'card',
  [TERM.cardTail]: 'card',
};

function wordOf(text: string): Word {
  const plain = normalise(text);
  const letters = plain.replace(/['’]/gu, '').replaceAll('ü', 'v');
  const chinese = /[^\p{ASCII}]/u.test(plain.replaceAll('ü', 'v'));
  const number = chinese ? '' : normaliseNumber(plain);
  return {
    number,
    phone: /^\+?[0-9-]+$/u.test(plain) ? number : '',
    name: /^[0-9-]+$/u.test(plain) ? '' : plain,
    pinyin: /^[a-z]+$/u.test(letters) ? letters : '',
    address: chinese || /[0-9]/u.test(plain) ? normaliseAddress(plain) : '',
  };
}

/** Returns the search on a connection: account ids by relevance, at most `limit`; words separated by blanks must all match. */
export function accountSearch(connection: Connection): (text: string, limit: number) => { accountId: string; matched: SearchKind }[] {
  const range = prepare(connection, statements.range);
  const size = prepare(connection, statements.size);
  const placesFrom = prepare(connection, statements.placesFrom);
  const placesOf = prepare(connection, statements.placesOf);
  const account = prepare(connection, statements.account);
  const accountId = prepare(connection, statements.accountId);
  const meters = prepare(connection, statements.meters);
  const cards = prepare(connection, statements.cards);

  /** The address ranges for which `text` stands: itself, and the places in whose names it begins somewhere inside. */
  const addressRanges = (text: string): Range[] => {
    const prefixes = new Set([text]);
    const add = (name: string, rest: string): void => {
      if (prefixes.size <= MAX_PLACES && !`${name}${rest}`.startsWith(text)) prefixes.add(`${name}${rest}`);
    };
    if (/[^\p{ASCII}]/u.test(text)) {
      for (const { name } of placesFrom.all({ from: text, end: text + LAST_CHARACTER, limit: MAX_PLACES })) add(name, '');
      const characters = Array.from(text);
      for (let length = 2; length < characters.length; length += 1) {
        const rest = characters.slice(length).join('');
        for (const { name } of placesOf.all({ term: characters.slice(0, length).join(''), limit: MAX_PLACES })) add(name, rest);
      }
    }
    return [...prefixes].map((prefix) => ({ kind: TERM.address, prefix }));
  };

  /** The ranges of a word, grouped by kind of hit, in the order in which a clerk means them. */
  const rangesOf = (word: Word): Range[][] => {
    const groups: Range[][] = [];
    if (word.number !== '') {
      groups.push([{ kind: TERM.account, prefix: word.number }]);
      const tail = word.number.length >= MIN_TAIL ? reversed(word.number) : '';
      const group = (whole: TermKind, tailKind: TermKind): Range[] => [
        { kind: whole, prefix: word.number },
        ...(tail === '' ? [] : [{ kind: tailKind, prefix: tail }]),
      ];
      if (word.phone !== '') groups.push(group(TERM.phone, TERM.phoneTail));
      groups.push(group(TERM.card, TERM.cardTail), group(TERM.meter, TERM.meterTail));
    }
    if (word.pinyin !== '') groups.push([{ kind: TERM.pinyin, prefix: word.pinyin }]);
    if (word.name !== '') groups.push([{ kind: TERM.name, prefix: word.name }]);
    if (word.address !== '') groups.push(addressRanges(word.address));
    return groups;
  };

  /** Hits of the ranges in order, each account once, until `accept` has taken `limit` of them or `budget` rows have been read. */
  const collect = (
    ranges: readonly Range[],
    options: { readonly limit: number; readonly budget: number; readonly accept: (accountKey: number) => boolean },
  ): Found[] => {
    const found: Found[] = [];
    const seen = new Set<number>();
    let budget = options.budget;
    for (const { kind, prefix } of ranges) {
      let after = { term: prefix, key: -1 };
      for (;;) {
        // Most words of one kind are answered by the first rows.
        const limit = Math.min(after.key < 0 ? options.limit : PAGE, budget);
        if (limit <= 0) return found;
        const rows = range.all({ kind, afterTerm: after.term, afterKey: after.key, end: prefix + LAST_CHARACTER, limit });
        budget -= rows.length;
        for (const row of rows) {
          if (seen.has(row.account_key)) continue;
          seen.add(row.account_key);
          if (!options.accept(row.account_key)) continue;
          found.push({ accountKey: row.account_key, matched: KIND_OF[kind], exact: row.term === prefix });
          if (found.length === options.limit) return found;
        }
        const last = rows.at(-1);
        if (last === undefined || rows.length < limit) break;
        after = { term: last.term, key: last.account_key };
      }
    }
    return found;
  };

  /** Whether the account matches every one of the words, by the rules of the ranges. */
  const matches = (accountKey: number, words: readonly Word[]): boolean => {
    const row = account.get({ account_key: accountKey });
    if (row === undefined) return false;
    const name = normalise(row.customer_name);
    const numberMatches = (text: string, number: string): boolean => {
      const whole = normaliseNumber(text);
      return whole.startsWith(number) || (number.length >= MIN_TAIL && whole.endsWith(number));
    };
    return words.every(
      (word) =>
        (word.name !== '' && name.includes(word.name)) ||
        (word.address !== '' && normaliseAddress(`${row.district}${row.road}${row.community}${row.unit}`).includes(word.address)) ||
        (word.number !== '' && normaliseNumber(row.account_no).startsWith(word.number)) ||
        (word.phone !== '' && numberMatches(row.phone, word.phone)) ||
        (word.pinyin !== '' && pinyinTerms(name, row.customer_kind === 'residential').some((term) => term.startsWith(word.pinyin))) ||
        (word.number !== '' &&
          (meters.all({ account_id: row.account_id }).some(({ meter_no }) => numberMatches(meter_no, word.number)) ||
            cards.all({ account_id: row.account_id }).some(({ card_no }) => numberMatches(card_no, word.number)))),
    );
  };

  /** Rows that a word's ranges hold, counted no further than can be checked. */
  const sizeOf = (groups: readonly Range[][]): number => {
    let total = 0;
    for (const { kind, prefix } of groups.flat()) {
      if (total > MAX_CANDIDATES) break;
      total += size.get({ kind, from: prefix, end: prefix + LAST_CHARACTER, limit: MAX_CANDIDATES + 1 })?.size ?? 0;
    }
    return total;
  };

  return (text, limit) => {
    const words = text
      .split(/\s+/u)
      .map(wordOf)
      .filter((word) => word.name !== '' || word.number !== '' || word.address !== '');
    if (words.length === 0 || limit <= 0) return [];
    let groups: readonly Range[][];
    let accept = (_accountKey: number): boolean => true;
    let budget = Math.max(MAX_CANDIDATES, limit);
    const [first] = words;
    if (words.length === 1 && first !== undefined) {
      groups = rangesOf(first);
    } else {
      // A word without a range of its own, such as a room number, may still be part of an address that another word leads to.
      const choices = words
        .map((word) => ({ word, groups: rangesOf(word) }))
        .map((choice) => ({ ...choice, size: sizeOf(choice.groups) }))
        .filter((choice) => choice.size > 0);
      const [leading] = choices;
      if (leading === undefined) return [];
      const rarest = choices.reduce((best, choice) => (choice.size < best.size ? choice : best), leading);
      const others = words.filter((word) => word !== rarest.word);
      groups = rarest.groups;
      if (rarest.size > MAX_CANDIDATES) budget = Math.ceil(MAX_CANDIDATES / groups.length);
      accept = (accountKey) => matches(accountKey, others);
    }
    const lists = groups.map((ranges) => collect(ranges, { limit, budget, accept }));
    return merge(lists, limit).map(({ accountKey, matched }) => ({
      accountId: accountId.get({ account_key: accountKey })?.account_id ?? '',
      matched,
    }));
  };
}

/** Exact hits first, then one of each kind in turn, so that no kind hides another; each account once. */
function merge(lists: readonly Found[][], limit: number): Found[] {
  const result = new Map<number, Found>();
  const take = (found: Found | undefined): void => {
    if (found !== undefined && result.size < limit && !result.has(found.accountKey)) result.set(found.accountKey, found);
  };
  for (const list of lists) for (const found of list) if (found.exact) take(found);
  for (let place = 0; place < limit && result.size < limit; place += 1) for (const list of lists) take(list[place]);
  return [...result.values()];
}
