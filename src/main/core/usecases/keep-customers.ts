// Records of customers: written down once, changed with what was seen, and two of one person made one, with a trace.
import type { Inputs } from '../../../shared/contract/index.ts';
import { CUSTOMERS, type CustomerFacts, requireRowSeen, seenOf } from '../../../shared/domain/customers.ts';
import { Fault } from '../../../shared/domain/fault.ts';
import { record, type UseCaseContext } from '../actor.ts';
import type { Approver } from '../approval.ts';
import { requireAccount } from '../charges.ts';
import {
  type CustomerView,
  checkedIdentity,
  customerFacts,
  customerView,
  type Duplicate,
  duplicatesOf,
  identityDigest,
  requireCustomer,
  requireStandingCustomer,
  wrongField,
} from '../people.ts';
import { announceAccount, requireSeen, wasRecorded, whyOtherParty } from './change-account.ts';

/** Returns the record with its accounts. Throws CUSTOMER_UNKNOWN. */
export function viewCustomer({ ports }: UseCaseContext, input: Inputs['customers']['get']): CustomerView {
  return customerView(ports.store, requireCustomer(ports.store, input.customerId));
}

/**
 * Returns who may be the same person; where a record is left out, its own phone and document count unless others are given. Throws INPUT_INVALID for a document
 * number that cannot be right.
 */
export function findDuplicates({ ports }: UseCaseContext, input: Required<Inputs['customers']['duplicates']>): Duplicate[] {
  if (input.identity !== null) checkedIdentity(ports, input.identity, 'identity.number');
  const own = input.except === '' ? null : ports.store.record(CUSTOMERS, input.except);
  return duplicatesOf(ports.store, {
    phone: input.phone ?? own?.phone ?? null,
    identityDigest: identityDigest(ports, input.identity) ?? own?.identity?.digest ?? null,
    address: input.address,
    except: input.except,
  });
}

/**
 * Writes the customer of an account down and binds the account to the record; the same id again returns it as it stands. An account that has a record
 * goes to another one with a reason and a supervisor only. Throws ACCOUNT_UNKNOWN, ACCOUNT_NOT_ACTIVE, ACCOUNT_CHANGED, DUPLICATES_FOUND, INPUT_INVALID
 * and the faults of an approval.
 */
export function registerCustomer(
  context: UseCaseContext,
  input: Omit<Inputs['customers']['register'], 'approval'>,
  approver: Approver | null = null,
): CustomerView {
  const { ports } = context;
  const { customerId, accountId, seenVersion, seenChangeId = '', acceptDuplicates = false, reason = '', ...typed } = input;
  ports.store.write((tx) => {
    const account = requireAccount(tx, accountId);
    if (tx.record(CUSTOMERS, customerId) !== null) return;
    if (account.status === 'closed') throw new Fault('ACCOUNT_NOT_ACTIVE', { status: account.status });
    requireSeen(tx, account, { seenVersion, seenChangeId });
    if (typed.identity !== null) checkedIdentity(ports, typed.identity, 'identity.number');
    // The account itself bears the phone of its own customer; only records of others count.
    const others = duplicatesOf(tx, {
      phone: typed.phone,
      identityDigest: identityDigest(ports, typed.identity),
      address: null,
      except: customerId,
    }).filter((found) => found.customerId !== '');
    if (others.length > 0 && !acceptDuplicates) throw new Fault('DUPLICATES_FOUND', { count: others.length });
    const why = account.detail.customerId === '' ? {} : whyOtherParty(context, reason, approver);
    record(context, tx, {
      id: customerId,
      kind: 'customer.registered',
      accountId,
      payload: { customerId, ...customerFacts(ports, typed, 'identity.number') },
    });
    record(context, tx, { kind: 'account.assigned', accountId, payload: { ...seenOf(account), customerId, ...why } });
  });
  announceAccount(context, accountId);
  return viewCustomer(context, { customerId });
}

/** Whether a change makes the record somebody else's: another name, or another document than the one that was looked at. */
function isOtherPerson(before: CustomerFacts, after: CustomerFacts): boolean {
  const { identity } = before;
  return (
    after.name !== before.name ||
    (identity !== null && (after.identity?.kind !== identity.kind || after.identity.digest !== identity.digest))
  );
}

/**
 * Changes a record; whose it is changes with a reason and a supervisor only. Throws CUSTOMER_UNKNOWN, CUSTOMER_MERGED, ACCOUNT_CHANGED { seen, now },
 * INPUT_INVALID and the faults of an approval.
 */
export function changeCustomer(
  context: UseCaseContext,
  input: Omit<Inputs['customers']['change'], 'approval'>,
  approver: Approver | null,
): CustomerView {
  const { ports } = context;
  const { customerId, accountId, changeId } = input;
  ports.store.write((tx) => {
    if (wasRecorded(tx, accountId, changeId)) return;
    const before = requireStandingCustomer(tx, customerId);
    requireRowSeen(before, input);
    const { customerKind, phone, identity } = before;
    const typed = input.identity ?? null;
    const facts: CustomerFacts = {
      customerKind,
      name: input.name,
      phone: input.phone ?? phone,
      smsConsent: input.smsConsent,
      identity:
        input.identity === undefined
          ? identity
          : typed === null
            ? null
            : customerFacts(ports, { ...input, customerKind, phone, identity: typed }, 'identity.number').identity,
    };
    const why = isOtherPerson(before, facts) ? whyOtherParty(context, input.reason ?? '', approver) : {};
    record(context, tx, {
      id: changeId,
      kind: 'customer.changed',
      accountId,
      payload: { customerId, ...seenOf(before), ...facts, ...why },
    });
  });
  announceAccount(context, accountId);
  return viewCustomer(context, { customerId });
}

/**
 * Makes two records one: the accounts of `mergedId` are those of `keptId` from now on, and the record that goes says where it went.
 * Throws ACCOUNT_UNKNOWN, CUSTOMER_UNKNOWN, CUSTOMER_MERGED, INPUT_INVALID when both are the same.
 */
export function mergeCustomers(context: UseCaseContext, input: Inputs['customers']['merge']): CustomerView {
  const { ports } = context;
  const { keptId, mergedId, reason, changeId, accountId: foundAt = '' } = input;
  const touched = ports.store.write((tx) => {
    if (keptId === mergedId) throw wrongField('mergedId', 'same');
    requireStandingCustomer(tx, keptId);
    // The same call again: it has already gone there.
    if (requireCustomer(tx, mergedId).mergedInto === keptId) return [];
    requireStandingCustomer(tx, mergedId);
    if (foundAt !== '') requireAccount(tx, foundAt);
    const accounts = tx.accountsOfCustomer(mergedId);
    record(context, tx, { id: changeId, kind: 'customer.merged', accountId: foundAt, payload: { keptId, mergedId, reason } });
    for (const accountId of accounts) {
      const account = requireAccount(tx, accountId);
      record(context, tx, { kind: 'account.assigned', accountId, payload: { ...seenOf(account), customerId: keptId, reason } });
    }
    return foundAt === '' ? accounts : [foundAt, ...accounts];
  });
  for (const accountId of touched) announceAccount(context, accountId);
  return viewCustomer(context, { customerId: keptId });
}
