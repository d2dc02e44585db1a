// People behind accounts: their records, their documents, and who may be the same person.
import type { Inputs, Outputs } from '../../shared/contract/index.ts';
import type { FieldReason } from '../../shared/contract/people.ts';
import { CUSTOMERS, type CustomerFacts, type CustomerRow, type IdentityRef } from '../../shared/domain/customers.ts';
import { Fault } from '../../shared/domain/fault.ts';
import type { AccountRow } from '../../shared/domain/fold.ts';
import { identityProblem, normaliseNumber } from '../../shared/domain/identity.ts';
import { branchOf } from './actor.ts';
import type { Ports } from './ports/index.ts';
import type { ReadStore } from './ports/store.ts';
import { addressOf, maskPhone } from './views.ts';

export type CustomerView = Outputs['customers']['get'];
export type Duplicate = Outputs['customers']['duplicates'][number];
type NewCustomer = Extract<Inputs['accounts']['open']['customer'], { is: 'new' }>;

const MANY_HITS = 50;
/** Records are merged into one another a few times at most; a circle must not hang the counter. */
const MAX_MERGES = 20;

/** The fault of one field, with the sentence that stands beside it. */
export function wrongField(field: string, reason: FieldReason): Fault {
  return new Fault('INPUT_INVALID', { field, reason });
}

/** Returns the record; throws CUSTOMER_UNKNOWN. */
export function requireCustomer(store: ReadStore, customerId: string): CustomerRow {
  const row = store.record(CUSTOMERS, customerId);
  if (row === null) throw new Fault('CUSTOMER_UNKNOWN');
  return row;
}

/** Returns a record that stands for itself; throws CUSTOMER_UNKNOWN, CUSTOMER_MERGED. */
export function requireStandingCustomer(store: ReadStore, customerId: string): CustomerRow {
  const row = requireCustomer(store, customerId);
  if (row.mergedInto !== '') throw new Fault('CUSTOMER_MERGED', { customerId: row.mergedInto });
  return row;
}

export function customerView(store: ReadStore, row: CustomerRow): CustomerView {
  const { customerId, version, changeId = '', customerKind, name, phone, identity, smsConsent, mergedInto } = row;
  return {
    customerId,
    version,
    changeId,
    customerKind,
    name,
    phoneMasked: maskPhone(phone),
    identity: identity === null ? null : { kind: identity.kind, masked: identity.masked },
    smsConsent,
    mergedInto,
    accounts: accountsOf(store, customerId).map((account) => ({ ...placeOf(account), status: account.status })),
  };
}

function accountsOf(store: ReadStore, customerId: string): AccountRow[] {
  return store.accountsOfCustomer(customerId).flatMap((accountId) => store.account(accountId) ?? []);
}

function placeOf(account: AccountRow): Duplicate['accounts'][number] {
  return { accountId: account.accountId, accountNo: account.accountNo, address: addressOf(account) };
}

/** Returns the number as it is stored. Throws INPUT_INVALID for `field` when it cannot be right. */
export function checkedIdentity(
  ports: Ports,
  identity: { readonly kind: IdentityRef['kind']; readonly number: string },
  field: string,
): { readonly kind: IdentityRef['kind']; readonly number: string } {
  const number = normaliseNumber(identity.number);
  const problem = identityProblem(identity.kind, number, branchOf(ports.store).businessDate);
  if (problem !== null) throw wrongField(field, problem);
  return { kind: identity.kind, number };
}

/** Returns what the journal holds of a customer; the number of the document is kept apart. To be called inside the write. */
export function customerFacts(ports: Ports, customer: Omit<NewCustomer, 'is' | 'customerId'>, field: string): CustomerFacts {
  const { customerKind, name, phone, smsConsent } = customer;
  const identity = customer.identity === null ? null : checkedIdentity(ports, customer.identity, field);
  return {
    customerKind,
    name,
    phone,
    smsConsent,
    identity: identity === null ? null : { kind: identity.kind, ...ports.numbers.keep(identity.number) },
  };
}

/** Returns the digest of a document number as typed; null for none. */
export function identityDigest({ numbers }: Pick<Ports, 'numbers'>, identity: { readonly number: string } | null): string | null {
  return identity === null ? null : numbers.digestOf(normaliseNumber(identity.number));
}

/** What two records of one person have in common. */
export interface Likeness {
  readonly phone: string | null;
  readonly identityDigest: string | null;
  readonly address: AccountRow['address'] | null;
  /** A record that is not to be found; '' for none. */
  readonly except: string;
}

/** Returns the records, and the accounts without a record, that may be the same person; those with most in common first. */
export function duplicatesOf(store: ReadStore, like: Likeness): Duplicate[] {
  const found = new Map<string, { customer: CustomerRow | null; accounts: Map<string, AccountRow>; by: Set<Duplicate['by'][number]> }>();
  const put = (customer: CustomerRow | null, account: AccountRow | null, by: Duplicate['by'][number]): void => {
    const key = customer?.customerId ?? account?.accountId ?? '';
    if (customer !== null && customer.customerId === like.except) return;
    const entry = found.get(key) ?? { customer, accounts: new Map(), by: new Set() };
    entry.by.add(by);
    if (account !== null) entry.accounts.set(account.accountId, account);
    found.set(key, entry);
  };
  const putAccounts = (text: string, by: 'phone' | 'address', isLike: (account: AccountRow) => boolean): void => {
    for (const { accountId } of store.search(text, MANY_HITS)) {
      const account = store.account(accountId);
      if (account === null || !isLike(account)) continue;
      put(standing(store, account.detail.customerId), account, by);
    }
  };
  const putRecords = (kind: 'phone' | 'identity', value: string): void => {
    for (const row of store.recordsByKey(CUSTOMERS, { kind, value })) put(standing(store, row.customerId), null, kind);
  };
  const { phone, identityDigest, address } = like;
  if (phone !== null) {
    putRecords('phone', phone);
    putAccounts(phone, 'phone', (account) => account.phone === phone);
  }
  if (identityDigest !== null) putRecords('identity', identityDigest);
  if (address !== null) {
    const parts = ['district', 'road', 'community', 'unit'] as const;
    // A closed account's place may well have a new customer.
    putAccounts(
      `${address.community}${address.unit}`,
      'address',
      (account) => account.status !== 'closed' && parts.every((part) => account.address[part] === address[part]),
    );
  }
  return [...found.values()]
    .map(({ customer, accounts, by }): Duplicate => {
      const held = customer === null ? [...accounts.values()] : accountsOf(store, customer.customerId);
      const [first] = held;
      return {
        customerId: customer?.customerId ?? '',
        name: customer?.name ?? first?.customerName ?? '',
        phoneMasked: maskPhone(customer?.phone ?? first?.phone ?? ''),
        identityMasked: customer?.identity?.masked ?? '',
        by: [...by],
        accounts: held.map(placeOf),
      };
    })
    .sort((left, right) => right.by.length - left.by.length);
}

/** The record that this one goes on as; null where there is none. */
function standing(store: ReadStore, customerId: string): CustomerRow | null {
  let row = customerId === '' ? null : store.record(CUSTOMERS, customerId);
  for (let step = 0; row !== null && row.mergedInto !== '' && step < MAX_MERGES; step += 1) row = store.record(CUSTOMERS, row.mergedInto);
  return row;
}
