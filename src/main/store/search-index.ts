// The search index as the projections feed it: term by term at the counter, sorted in one go when accounts come in bulk.
import type { AccountOpened } from '../../shared/domain/operation.ts';
import { attempt, build, built, type Connection, inserts, type Place, prepare } from './hot.ts';
import { addressParts, suffixes, TERM, type Term, termsOfAccount, termsOfNumber } from './search-terms.ts';

const statements = {
  accountKey: built((p: Place<{ account_id: string }>) =>
    build.selectFrom('account').select('account_key').where('account_id', '=', p('account_id')),
  ),
  insertTerm: inserts('search_term', ['kind', 'term', 'account_key']),
  deleteTerm: built((p: Place<{ kind: number; term: string; account_key: number }>) =>
    build.deleteFrom('search_term').where('kind', '=', p('kind')).where('term', '=', p('term')).where('account_key', '=', p('account_key')),
  ),
  insertPlace: built((p: Place<{ term: string; name: string }>) =>
    build
      .insertInto('place_term')
      .values({ term: p('term'), name: p('name') })
      .onConflict((conflict) => conflict.columns(['term', 'name']).doNothing()),
  ),
};

const REMEMBERED_PLACES = 20_000;
/** A held term is one string: the character 64 + kind, then the term. */
const HELD_KIND = 64;

export interface SearchIndex {
  addAccount(account: AccountOpened): void;
  /** What it is found by follows the account. */
  changeAccount(before: AccountOpened, after: AccountOpened): void;
  addMeter(meter: { readonly accountId: string; readonly meterNo: string }): void;
  addCard(card: { readonly accountId: string; readonly cardNo: string }): void;
  removeMeter(meter: { readonly accountId: string; readonly meterNo: string }): void;
  /**
   * From now on terms are held beside the index until `settle`, through restarts too: b-trees of millions of terms are made quickly only in their
   * order.
   */
  hold(): void;
  /** Puts the held terms into the index, sorted, and holds no more. */
  settle(): void;
  /** Forgets what was written but is not there any more. What one fold has written may be taken back while terms are held: they stay held. */
  rolledBack(what: 'transaction' | 'fold'): void;
}

/** Returns the index on a connection that may write. The account must be in its table before it, its meters and cards are added. */
export function searchIndex(connection: Connection): SearchIndex {
  const accountKey = prepare(connection, statements.accountKey);
  const insertTerm = prepare(connection, statements.insertTerm);
  const deleteTerm = prepare(connection, statements.deleteTerm);
  const insertPlace = prepare(connection, statements.insertPlace);
  const places = new Set<string>();
  let last = { accountId: '', key: 0 };
  let held: { run(key: number, terms: string): unknown } | null = null;

  const keyOf = (accountId: string): number => {
    if (last.accountId !== accountId) {
      const row = accountKey.get({ account_id: accountId });
      if (row === undefined) throw new RangeError('search term of an unknown account');
      last = { accountId, key: row.account_key };
    }
    return last.key;
  };
  const add = (accountId: string, terms: readonly Term[]): void => {
    const key = keyOf(accountId);
    if (held !== null) {
      const texts = JSON.stringify(terms.map(({ kind, term }) => String.fromCharCode(HELD_KIND + kind) + term));
      held.run(key, texts);
      return;
    }
    for (const { kind, term } of terms) insertTerm.run({ kind, term, account_key: key });
  };
  const settleHeld = (): void => {
    attempt(() => {
      connection.exec(
        `INSERT INTO search_term
           SELECT unicode(value) - ${HELD_KIND} AS kind, substr(value, 2) AS term, account_key
           FROM held_term, json_each(terms)
           ORDER BY kind, term, account_key`,
      );
      connection.exec('DELETE FROM held_term');
    });
  };
  const remove = (accountId: string, terms: readonly Term[]): void => {
    // What is held cannot be taken out one by one.
    if (held !== null) settleHeld();
    const key = keyOf(accountId);
    for (const { kind, term } of terms) deleteTerm.run({ kind, term, account_key: key });
  };
  const addPlaces = (account: AccountOpened): void => {
    for (const name of addressParts(account.address).places) {
      if (places.has(name)) continue;
      for (const term of suffixes(name)) insertPlace.run({ term, name });
      if (places.size >= REMEMBERED_PLACES) places.clear();
      places.add(name);
    }
  };
  return {
    addAccount(account) {
      add(account.accountId, termsOfAccount(account));
      addPlaces(account);
    },
    changeAccount(before, after) {
      const old = termsOfAccount(before);
      const now = termsOfAccount(after);
      const missing = (terms: readonly Term[], from: readonly Term[]) =>
        terms.filter(({ kind, term }) => !from.some((other) => other.kind === kind && other.term === term));
      remove(before.accountId, missing(old, now));
      add(after.accountId, missing(now, old));
      addPlaces(after);
    },
    removeMeter: (meter) => remove(meter.accountId, termsOfNumber({ whole: TERM.meter, tail: TERM.meterTail }, meter.meterNo)),
    addMeter: (meter) => add(meter.accountId, termsOfNumber({ whole: TERM.meter, tail: TERM.meterTail }, meter.meterNo)),
    addCard: (card) => add(card.accountId, termsOfNumber({ whole: TERM.card, tail: TERM.cardTail }, card.cardNo)),
    hold() {
      attempt(() => {
        held = connection.prepare<[number, string]>('INSERT INTO held_term VALUES (?, ?)');
      });
    },
    settle() {
      held = null;
      settleHeld();
    },
    rolledBack(what) {
      if (what === 'transaction') held = null;
      places.clear();
      last = { accountId: '', key: 0 };
    },
  };
}
