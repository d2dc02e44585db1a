// Changes of an account: each says which version it has seen, so that of two clerks at once the second is told and nothing is lost.
import type { Inputs, Outputs } from '../../../shared/contract/index.ts';
import { type CustomerKind, type CustomerPayloads, isSeen, type SeenVersion, seenOf } from '../../../shared/domain/customers.ts';
import { Fault } from '../../../shared/domain/fault.ts';
import type { AccountRow } from '../../../shared/domain/fold.ts';
import { tariffOn } from '../../../shared/domain/gas-bill.ts';
import { bankNumberProblem, normaliseNumber } from '../../../shared/domain/identity.ts';
import type { OperationPayloads } from '../../../shared/domain/operation.ts';
import { branchOf, record, type UseCaseContext } from '../actor.ts';
import { type Approver, requireApproval } from '../approval.ts';
import { requireAccount } from '../charges.ts';
import { commodityOfAccount, commodityOfPlan } from '../commodity.ts';
import { requireStandingCustomer, wrongField } from '../people.ts';
import type { ReadStore, WriteTx } from '../ports/store.ts';

type Changed = Outputs['accounts']['changePhone'];
type ChangeKind = Extract<CustomerKind, `account.${string}`>;
type Facts<K extends ChangeKind> = Omit<CustomerPayloads[K], keyof SeenVersion>;

const LOOK_BACK = 100;

/** Another telephone number; name and address stay. Throws ACCOUNT_UNKNOWN, ACCOUNT_NOT_ACTIVE, ACCOUNT_CHANGED, INPUT_INVALID. */
export function changePhone(context: UseCaseContext, input: Inputs['accounts']['changePhone']): Changed {
  return change(context, 'account.corrected', input, (_tx, { customerName, phone, address }) => {
    if (input.phone === phone) throw wrongField('phone', 'same');
    return { customerName, phone: input.phone, address, reason: input.reason, requestId: '' };
  });
}

/** Returns what the journal keeps of a change of who the contract is with. Throws INPUT_INVALID { field: 'reason' } and the faults of an approval. */
export function whyOtherParty(
  context: UseCaseContext,
  reason: string,
  approver: Approver | null,
): { readonly reason: string; readonly approvedBy: string } {
  if (reason === '') throw wrongField('reason', 'empty');
  return { reason, approvedBy: requireApproval(context, { limit: 'refundFen', amount: 0, role: 'supervisor' }, approver) };
}

/** Says which customer holds the account. Throws as `changePhone`, and CUSTOMER_UNKNOWN, CUSTOMER_MERGED and the faults of an approval. */
export function assignAccount(
  context: UseCaseContext,
  input: Omit<Inputs['accounts']['assign'], 'approval'>,
  approver: Approver | null,
): Changed {
  return change(context, 'account.assigned', input, (tx, account) => {
    const { customerId } = requireStandingCustomer(tx, input.customerId);
    if (account.detail.customerId === customerId) throw wrongField('customerId', 'same');
    return { customerId, ...whyOtherParty(context, input.reason, approver) };
  });
}

/** Another price plan from today on. Throws as `changePhone`, and TARIFF_MISSING. */
export function changePlan(context: UseCaseContext, input: Inputs['accounts']['changePlan']): Changed {
  return change(context, 'account.plan-changed', input, (tx, account) => {
    const today = branchOf(tx).businessDate;
    if (account.tariffId === input.tariffId) throw wrongField('tariffId', 'same');
    tariffOn(tx.tariffVersions(input.tariffId), today);
    // A supply point of gas never becomes one of power: that is another account.
    if (commodityOfPlan(tx, input.tariffId) !== commodityOfAccount(tx, account)) throw wrongField('tariffId', 'other-supply');
    return { tariffId: input.tariffId, from: today };
  });
}

/**
 * Where refunds go. The number is kept apart. What is there already becomes another before a supervisor only: it is the customer's money. Throws as
 * `changePhone`, and the faults of an approval.
 */
export function changeBank(
  context: UseCaseContext,
  input: Omit<Inputs['accounts']['changeBank'], 'approval'>,
  approver: Approver | null,
): Changed {
  return change(context, 'account.bank-changed', input, (_tx, { detail }) => {
    const approved = () =>
      detail.bank === null ? {} : { approvedBy: requireApproval(context, { limit: 'refundFen', amount: 0, role: 'supervisor' }, approver) };
    if (input.bank === null) return { bank: null, ...approved() };
    const { bankName, holder } = input.bank;
    const number = normaliseNumber(input.bank.number);
    const problem = bankNumberProblem(number);
    if (problem !== null) throw wrongField('bank.number', problem);
    const why = approved();
    return { bank: { bankName, holder, ...context.ports.numbers.keep(number) }, ...why };
  });
}

interface ChangeOf extends SeenVersion {
  readonly changeId: string;
  readonly accountId: string;
}

/** Appends one change of an account that is not closed; what `make` throws leaves nothing behind. */
function change<K extends ChangeKind>(
  context: UseCaseContext,
  kind: K,
  input: ChangeOf,
  make: (tx: WriteTx, account: AccountRow) => Facts<K>,
): Changed {
  const { ports } = context;
  const { accountId, changeId } = input;
  const version = ports.store.write((tx) => {
    const account = requireAccount(tx, accountId);
    if (wasRecorded(tx, accountId, changeId)) return account.version;
    if (account.status === 'closed') throw new Fault('ACCOUNT_NOT_ACTIVE', { status: account.status });
    requireSeen(tx, account, input);
    const payload = { ...seenOf(account), ...make(tx, account) } as OperationPayloads[K];
    record(context, tx, { id: changeId, kind, accountId, payload });
    return account.version + 1;
  });
  announceAccount(context, accountId);
  return { accountId, version };
}

/** Whether an operation of the account with this id is there already: the call is a repetition. */
export function wasRecorded(store: ReadStore, accountId: string, id: string): boolean {
  return store.operationsOf(accountId, LOOK_BACK).some((operation) => operation.id === id);
}

/** Throws ACCOUNT_CHANGED { seen, now, kind, clerk } with what was changed last and by whom, when the account has moved on. */
export function requireSeen(store: ReadStore, account: AccountRow, seen: SeenVersion): void {
  if (isSeen(account, seen)) return;
  const last = store.operationsOf(account.accountId, LOOK_BACK).find(({ kind }) => kind.startsWith('account.'));
  throw new Fault('ACCOUNT_CHANGED', { seen: seen.seenVersion, now: account.version, kind: last?.kind ?? '', clerk: last?.clerk ?? '' });
}

export function announceAccount({ ports }: UseCaseContext, accountId: string): void {
  ports.sync.nudge();
  ports.events.publish({ type: 'changed', area: 'accounts', accountId });
}
