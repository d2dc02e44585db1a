// The search index as the projections feed it.
import type { AccountOpened } from '../../shared/domain/operation.ts';
import { build, built, type Connection, inserts, type Place, prepare } from './hot.ts';
import { addressParts, suffixes, TERM, type Term, termsOfAccount, termsOfNumber } from './search-terms.ts';

const statements = {
  accountKey: built((p: Place<{ account_id: string }>) =>
    build.selectFrom('account').select('account_key').where('account_id', '=', p('account_id')),
  ),
  insertTerm: inserts('search_term', ['kind', 'term', 'account_key']),
  insertPlace: built((p: Place<{ term: string; name: string }>) =>
    build
      .insertInto('place_term')
      .values({ term: p('term'), name: p('name') })
      .onConflict((conflict) => conflict.columns(['term', 'name']).doNothing()),
  ),
};

const REMEMBERED_PLACES = 20_000;

export interface SearchIndex {
  addAccount(account: AccountOpened): void;
  addMeter(meter: { readonly accountId: string; readonly meterNo: string }): void;
  addCard(card: { readonly accountId: string; readonly cardNo: string }): void;
  /** Forgets what was written but is not there any more. */
  rolledBack(): void;
}

/** Returns the index on a connection that may write. The account must be in its table before it, its meters and cards are added. */
export function searchIndex(connection: Connection): SearchIndex {
  const accountKey = prepare(connection, statements.accountKey);
  const insertTerm = prepare(connection, statements.insertTerm);
  const insertPlace = prepare(connection, statements.insertPlace);
  const places = new Set<string>();
  let last = { accountId: '', key: 0 };

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
    for (const { kind, term } of terms) insertTerm.run({ kind, term, account_key: key });
  };
  return {
    addAccount(account) {
      add(account.accountId, termsOfAccount(account));
      for (const name of addressParts(account.address).places) {
        if (places.has(name)) continue;
        for (const term of suffixes(name)) insertPlace.run({ term, name });
        if (places.size >= REMEMBERED_PLACES) places.clear();
        places.add(name);
      }
    },
    addMeter: (meter) => add(meter.accountId, termsOfNumber({ whole: TERM.meter, tail: TERM.meterTail }, meter.meterNo)),
    addCard: (card) => add(card.accountId, termsOfNumber({ whole: TERM.card, tail: TERM.cardTail }, card.cardNo)),
    rolledBack() {
      places.clear();
      last = { accountId: '', key: 0 };
    },
  };
}
