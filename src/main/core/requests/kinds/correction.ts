// 更名/改地址: what was written down wrong, or has changed without a change of the holder. A new name takes a supervisor.
import { CUSTOMERS, type CustomerRow, seenOf } from '../../../../shared/domain/customers.ts';
import type { AccountRow } from '../../../../shared/domain/fold.ts';
import { counterPath, type EffectFact, type EffectWord, PLAIN, type RequestDefinition, type Scene, textOf } from '../definition.ts';

function corrected({ account, form }: Scene) {
  const or = (name: string, now: string): string => textOf(form, name) || now;
  const { address } = account;
  return {
    customerName: or('newName', account.customerName),
    phone: or('newPhone', account.phone),
    address: {
      district: or('district', address.district),
      road: or('road', address.road),
      community: or('community', address.community),
      unit: or('unit', address.unit),
    },
  };
}

/**
 * What bears the customer's name beside the account: it is one person, so the record and every account of it that still stands get the new one. Nothing
 * where the name stays.
 */
function alsoNamed(scene: Scene): { readonly record: CustomerRow | null; readonly accounts: readonly AccountRow[] } {
  const { store, account } = scene;
  const { customerName } = corrected(scene);
  const { customerId, accountId } = { ...account.detail, ...account };
  if (customerName === account.customerName || customerId === '') return { record: null, accounts: [] };
  const record = store.record(CUSTOMERS, customerId);
  return {
    record: record === null || record.name === customerName ? null : record,
    accounts: store
      .accountsOfCustomer(customerId)
      .flatMap((id) => (id === accountId ? [] : (store.account(id) ?? [])))
      .filter((other) => other.status !== 'closed' && other.customerName !== customerName),
  };
}

/** Who let the request out of `approval`; '' where nobody had to. */
function approverOf({ request }: Scene): string {
  return request?.steps.findLast(({ approvedBy }) => approvedBy !== '')?.approvedBy ?? '';
}

export const correction: RequestDefinition = {
  ...PLAIN,
  kind: 'correction',
  statuses: ['active', 'suspended'],
  fields: [
    { name: 'newName', type: 'text', required: true, step: 'open', initial: ({ customerName }) => customerName },
    { name: 'newPhone', type: 'phone', required: false, step: 'open' },
    { name: 'district', type: 'text', required: true, step: 'open', initial: ({ address }) => address.district },
    { name: 'road', type: 'text', required: true, step: 'open', initial: ({ address }) => address.road },
    { name: 'community', type: 'text', required: true, step: 'open', initial: ({ address }) => address.community },
    { name: 'unit', type: 'text', required: true, step: 'open', initial: ({ address }) => address.unit },
    { name: 'reason', type: 'text', required: true, step: 'open' },
  ],
  checks: ['no-other-request', 'changes-something'],
  fees: [],
  path: (scene) => counterPath(corrected(scene).customerName !== scene.account.customerName),
  words(scene) {
    const { customerName, address } = corrected(scene);
    const { district, road, community, unit } = address;
    const also = alsoNamed(scene);
    const accounts = also.accounts.map(({ accountNo }) => accountNo).join(', ');
    const words: EffectWord[] = [{ code: 'corrected', values: { name: customerName, address: `${district}${road}${community}${unit}` } }];
    if (also.record !== null) words.push({ code: 'correctedRecord', values: { from: also.record.name, name: customerName } });
    if (accounts !== '') words.push({ code: 'correctedAccounts', values: { name: customerName, accounts } });
    return words;
  },
  effects(scene) {
    const reason = textOf(scene.form, 'reason');
    const now = corrected(scene);
    const { record, accounts } = alsoNamed(scene);
    const correctedTo = (account: AccountRow, to: ReturnType<typeof corrected>) => ({
      kind: 'account.corrected' as const,
      payload: { ...to, ...seenOf(account), reason, requestId: scene.request.requestId },
    });
    const facts: EffectFact[] = [correctedTo(scene.account, now)];
    if (record !== null) {
      const { version: _version, changeId: _changeId, mergedInto: _mergedInto, ...before } = record;
      const payload = { ...before, ...seenOf(record), name: now.customerName, reason, approvedBy: approverOf(scene) };
      facts.push({ kind: 'customer.changed', payload });
    }
    for (const other of accounts) {
      const { phone, address, accountId } = other;
      facts.push({ ...correctedTo(other, { customerName: now.customerName, phone, address }), accountId });
    }
    return facts;
  },
};
