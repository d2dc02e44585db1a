// The omnibox: accounts by anything a customer can say or show.
import type { Outputs } from '../../../shared/contract/index.ts';
import type { UseCaseContext } from '../actor.ts';
import { addressOf, maskPhone } from '../views.ts';

const FIRST_HITS = 20;

/** Returns at most 20 hits, best first, and whether there are more. */
export function searchAccounts({ ports }: UseCaseContext, input: { readonly text: string }): Outputs['accounts']['search'] {
  const found = ports.store.search(input.text, FIRST_HITS + 1);
  const hits = found.slice(0, FIRST_HITS).flatMap(({ accountId, matched }) => {
    const account = ports.store.account(accountId);
    if (account === null) return [];
    const { accountNo, customerName, phone, status } = account;
    return [{ accountId, accountNo, customerName, phoneMasked: maskPhone(phone), address: addressOf(account), status, matched }];
  });
  return { hits, more: found.length > FIRST_HITS };
}
