// What an account owes and has, as the charging calls show it.
import type { Outputs } from '../../shared/contract/index.ts';
import { lateFeeOf } from '../../shared/domain/allocation.ts';
import type { BilledUse, PaymentRow, ReceivableRow } from '../../shared/domain/charging.ts';
import { Fault } from '../../shared/domain/fault.ts';
import type { AccountRow } from '../../shared/domain/fold.ts';
import { type LateFeePolicy, lateDays } from '../../shared/domain/late-fee.ts';
import type { Tender } from '../../shared/domain/tender.ts';
import type { ReadStore } from './ports/store.ts';
import { reversalOf } from './slips.ts';
import { receiptBrief } from './views.ts';

export type ReceivableView = Outputs['charging']['raiseFee'];
export type PaymentView = Outputs['charging']['pay'];
export type HandedOverView = Outputs['charging']['takeDeposit'];
export type HandoverView = HandedOverView['handover'];
export type BalancesView = Omit<HandedOverView, 'handover'>;

/** Returns the account; throws ACCOUNT_UNKNOWN. */
export function requireAccount(store: ReadStore, accountId: string): AccountRow {
  const account = store.account(accountId);
  if (account === null) throw new Fault('ACCOUNT_UNKNOWN');
  return account;
}

/** Returns the account; throws ACCOUNT_UNKNOWN, ACCOUNT_NOT_ACTIVE for one that is suspended or closed. */
export function requireActiveAccount(store: ReadStore, accountId: string): AccountRow {
  const account = requireAccount(store, accountId);
  if (account.status !== 'active') throw new Fault('ACCOUNT_NOT_ACTIVE', { status: account.status });
  return account;
}

/** Money on the account's credit balance, fen. */
export function creditOf(store: ReadStore, accountId: string): number {
  return Math.max(0, -store.balance('customer-credit', accountId));
}

export function balancesView(store: ReadStore, accountId: string): BalancesView {
  return { accountId, creditFen: creditOf(store, accountId), depositFen: Math.max(0, -store.balance('customer-deposit', accountId)) };
}

export function receivableView(row: ReceivableRow, today: { readonly date: string; readonly policy: LateFeePolicy }): ReceivableView {
  const { receivableId, accountId, kind, itemCode, description, amountFen, openFen, dueDate, bearsLateFee, bill } = row;
  const owes = openFen > 0;
  return {
    receivableId,
    accountId,
    kind,
    itemCode,
    description,
    amountFen,
    openFen,
    dueDate,
    lateDays: owes && bearsLateFee ? lateDays(today.policy, { dueDate, paidOn: today.date }) : 0,
    lateFeeFen: owes ? lateFeeOf(row, { principalFen: openFen, paidOn: today.date }, today.policy) : 0,
    bill: bill === undefined ? null : billView(bill),
  };
}

type BillView = NonNullable<ReceivableView['bill']>;

/** Returns a bill's lines as a screen is shown them. */
export function billView(bill: BilledUse): BillView {
  const parts = bill.parts.map((part) => ({ ...part, limitsLitres: [...part.limitsLitres], lines: [...part.lines] }));
  return { ...bill, parts, charges: [...bill.charges] };
}

export function paymentView(store: ReadStore, row: PaymentRow): PaymentView {
  const { paymentId, accountId, state, takenAtMs, businessDate, clerk, payment } = row;
  const account = store.account(accountId);
  const sum = (parts: readonly { readonly amountFen: number }[]) => parts.reduce((total, part) => total + part.amountFen, 0);
  return {
    paymentId,
    accountId,
    accountNo: account?.accountNo ?? '',
    customerName: account?.customerName ?? '',
    state,
    paid: payment.paid.map(({ vatPermille: _, ...part }) => ({
      ...part,
      accountNo: store.account(part.accountId)?.accountNo ?? '',
      description: store.receivable(part.receivableId)?.description ?? '',
    })),
    fromCreditFen: sum(payment.fromCredit),
    toCreditFen: sum(payment.toCredit),
    tenders: [...payment.tenders],
    cashTenderedFen: payment.cashTenderedFen,
    changeFen: payment.changeFen,
    amountFen: sum(payment.tenders),
    takenAtMs,
    businessDate,
    clerk,
    approvedBy: payment.approvedBy,
    receipt: receiptBrief(store.receiptOfTopup(paymentId)),
    reversalReceipt: receiptBrief(store.receiptOfTopup(reversalOf(paymentId))),
  };
}

/** How far back deposits and refunds are looked for among an account's operations. */
const LOOK_BACK = 500;

/** Returns the deposits and refunds of an account, newest first. */
export function handoversOf(store: ReadStore, accountId: string): HandoverView[] {
  return store.operationsOf(accountId, LOOK_BACK).flatMap((operation): HandoverView[] => {
    const { kind } = operation;
    if (kind !== 'deposit.taken' && kind !== 'deposit.returned' && kind !== 'credit.refunded') return [];
    const { handoverId, amountFen, changeFen, reason } = operation.payload;
    const receipt = receiptBrief(store.receiptOfTopup(handoverId));
    return [{ handoverId, kind, amountFen, changeFen, reason, atMs: operation.recordedAtMs, receipt }];
  });
}

/**
 * Returns how money goes back: what the terminal gives, and the rest in cash out of the drawer of the shift. Throws TENDER_MISMATCH { overFen } when the
 * terminal gives more than there is to give, DRAWER_SHORT { neededFen } when the drawer does not hold the rest.
 */
export function refundTenders(
  store: ReadStore,
  give: { readonly amountFen: number; readonly others: readonly Tender[]; readonly shiftId: string },
): readonly Tender[] {
  const otherFen = give.others.reduce((sum, tender) => sum + tender.amountFen, 0);
  if (otherFen > give.amountFen) throw new Fault('TENDER_MISMATCH', { overFen: otherFen - give.amountFen });
  const cashFen = give.amountFen - otherFen;
  const drawerFen = store.balance('cash-drawer', give.shiftId);
  if (cashFen > drawerFen) throw new Fault('DRAWER_SHORT', { neededFen: cashFen });
  return [...(cashFen > 0 ? [{ kind: 'cash' as const, amountFen: cashFen, reference: '' }] : []), ...give.others];
}
