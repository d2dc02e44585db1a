// Calls of the area accounts: customer accounts.
import type { Guard } from '../guard.ts';
import { searchAccounts } from '../usecases/search-accounts.ts';
import { viewAccount } from '../usecases/view-account.ts';

export const accountsArea = ({ guarded, who }: Guard) => ({
  search: guarded.accounts.search.handler(({ input, context }) => searchAccounts(who(context), input)),
  get: guarded.accounts.get.handler(({ input, context }) => viewAccount(who(context), input)),
});
