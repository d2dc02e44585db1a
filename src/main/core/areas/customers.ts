// Calls of the area customers: the people behind the accounts.
import type { Guard } from '../guard.ts';
import { changeCustomer, findDuplicates, mergeCustomers, registerCustomer, viewCustomer } from '../usecases/keep-customers.ts';

export const customersArea = ({ guarded, who, approverOf }: Guard) => ({
  get: guarded.customers.get.handler(({ input, context }) => viewCustomer(who(context), input)),
  duplicates: guarded.customers.duplicates.handler(({ input, context }) => findDuplicates(who(context), input)),
  register: guarded.customers.register.handler(async ({ input, context }) =>
    registerCustomer(who(context), input, await approverOf(input.approval)),
  ),
  change: guarded.customers.change.handler(async ({ input, context }) =>
    changeCustomer(who(context), input, await approverOf(input.approval)),
  ),
  merge: guarded.customers.merge.handler(({ input, context }) => mergeCustomers(who(context), input)),
});
