// An account's supply as the tiers see it: since when, and with how many people in the household.
import { addDays } from './calendar.ts';
import type { AccountDetail } from './customers.ts';
import type { HouseholdFrom, Supply } from './gas-bill.ts';

/** Before any year that is ever priced: an account from before this system has its whole limits in every year. */
const BEFORE_ALL = '1970-01-01';

/**
 * Returns the account's supply. The size at opening holds until a proof begins; a proof that is recorded later stands in for an earlier one from its
 * first day on, and after its last day the size at opening holds again.
 */
export function supplyOf(account: { readonly householdSize: number; readonly detail: AccountDetail }): Supply {
  const { suppliedSince, households } = account.detail;
  const since = suppliedSince === '' ? BEFORE_ALL : suppliedSince;
  let sizes: HouseholdFrom[] = [{ from: since, size: account.householdSize }];
  for (const proof of households) {
    sizes = [...sizes.filter(({ from }) => from < proof.from), { from: proof.from, size: proof.size }];
    if (proof.until !== null) sizes.push({ from: addDays(proof.until, 1), size: account.householdSize });
  }
  const [first = { from: since, size: account.householdSize }, ...rest] = sizes;
  return { since, households: [first, ...rest] };
}
