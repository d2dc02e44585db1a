// The clerk takes money for what is owed: spread over receivables with their late fees, part or whole, for one account or several.
import type { Inputs, Outputs } from '../../../shared/contract/index.ts';
import { allocate, lateFeeOf } from '../../../shared/domain/allocation.ts';
import type { PaidReceivable, ReceivableRow } from '../../../shared/domain/charging.ts';
import { Fault } from '../../../shared/domain/fault.ts';
import type { LateFeePolicy } from '../../../shared/domain/late-fee.ts';
import { branchOf, record, type UseCaseContext } from '../actor.ts';
import { type Approver, isWithinOwnLimit, policyNow, requireApproval } from '../approval.ts';
import { creditOf, type PaymentView, paymentView, refundTenders, requireAccount } from '../charges.ts';
import { tellCustomer } from '../customer-side.ts';
import { openOwnDrawer, putOwnOpening } from '../drawer.ts';
import { standingInvoice } from '../invoices.ts';
import type { ReadStore } from '../ports/store.ts';
import { putPaymentReceipt, putReversalReceipt } from '../slips.ts';
import { settle } from './pay-topup.ts';

type Settlement = Required<Inputs['charging']['quote']>;
type PayInput = Required<Omit<Inputs['charging']['pay'], 'approval'>>;

const NO_LATE_FEE: LateFeePolicy = { perDayPpm: 0, graceDays: 0, chargesGrace: false, countsPaymentDay: false, capPermille: 0 };

interface Spread {
  readonly paid: readonly PaidReceivable[];
  readonly fromCreditFen: number;
  readonly toCreditFen: number;
  /** What the customer pays over the counter. */
  readonly amountFen: number;
  readonly lateFeeFen: number;
  readonly lateFeeWaivedFen: number;
}

function requireOpen(store: ReadStore, receivableId: string): ReceivableRow {
  const row = store.receivable(receivableId);
  if (row === null) throw new Fault('RECEIVABLE_UNKNOWN');
  if (row.openFen <= 0) throw new Fault('RECEIVABLE_SETTLED', { description: row.description });
  return row;
}

/** Spreads what is to be settled over the receivables chosen, in their order. Throws ACCOUNT_UNKNOWN, RECEIVABLE_UNKNOWN, RECEIVABLE_SETTLED. */
function spread(store: ReadStore, wanted: Settlement): Spread {
  requireAccount(store, wanted.accountId);
  const chosen = [...new Set(wanted.receivableIds)].map((receivableId) => requireOpen(store, receivableId));
  const paidOn = branchOf(store).businessDate;
  const policy = policyNow(store).lateFee;
  const charged = wanted.waiveLateFee ? NO_LATE_FEE : policy;
  const dueFen = chosen.reduce((sum, row) => sum + row.openFen + lateFeeOf(row, { principalFen: row.openFen, paidOn }, charged), 0);
  const settleFen = wanted.settleFen ?? dueFen;
  const { allocations, restFen } = allocate(settleFen, chosen, { paidOn, policy: charged, order: 'as-given' });
  const paid = allocations.map((part): PaidReceivable => {
    const row = chosen.find((candidate) => candidate.receivableId === part.receivableId);
    if (row === undefined) throw new Fault('INTERNAL', { reason: 'allocation of nothing' });
    const fullFeeFen = lateFeeOf(row, { principalFen: part.principalFen, paidOn }, policy);
    return { ...part, lateFeeWaivedFen: fullFeeFen - part.lateFeeFen, vatPermille: row.vatPermille };
  });
  const fromCreditFen = wanted.useCredit ? Math.min(creditOf(store, wanted.accountId), settleFen - restFen) : 0;
  return {
    paid,
    fromCreditFen,
    toCreditFen: restFen,
    amountFen: settleFen - fromCreditFen,
    lateFeeFen: paid.reduce((sum, part) => sum + part.lateFeeFen, 0),
    lateFeeWaivedFen: paid.reduce((sum, part) => sum + part.lateFeeWaivedFen, 0),
  };
}

/** Returns how the payment would be spread; changes nothing. Throws as spread. */
export function quotePayment(context: UseCaseContext, input: Inputs['charging']['quote']): Outputs['charging']['quote'] {
  const wanted = { settleFen: null, waiveLateFee: false, useCredit: false, ...input };
  const { paid, ...sums } = spread(context.ports.store, wanted);
  return {
    ...sums,
    paid: paid.map(({ vatPermille: _, ...part }) => part),
    needsApproval: !isWithinOwnLimit(context, { limit: 'waiverFen', amount: sums.lateFeeWaivedFen }),
  };
}

/** Takes the payment once, with its receipt, and returns it. Throws the faults of the contract; none of them leaves money recorded. */
export function takePayment(context: UseCaseContext, input: PayInput, approver: Approver | null): PaymentView {
  const { ports } = context;
  const taken = ports.store.write((tx) => {
    const existing = tx.payment(input.paymentId);
    if (existing !== null) {
      const same = existing.accountId === input.accountId && paymentView(tx, existing).amountFen === input.expectedAmountFen;
      if (!same) throw new Fault('PAYMENT_ID_REUSED', { paymentId: input.paymentId });
      return null;
    }
    const { paid, fromCreditFen, toCreditFen, amountFen, lateFeeWaivedFen } = spread(tx, input);
    if (amountFen !== input.expectedAmountFen)
      throw new Fault('PRICE_CHANGED', { expectedFen: input.expectedAmountFen, nowFen: amountFen });
    if (lateFeeWaivedFen > 0 && input.waiverReason === '') throw new Fault('INPUT_INVALID', { field: 'waiverReason', reason: 'empty' });
    const approvedBy = requireApproval(context, { limit: 'waiverFen', amount: lateFeeWaivedFen }, approver);
    const { tenders, changeFen } = settle(input, amountFen);
    record(context, tx, {
      id: input.paymentId,
      kind: 'payment.taken',
      accountId: input.accountId,
      payload: {
        paymentId: input.paymentId,
        paid,
        fromCredit: fromCreditFen > 0 ? [{ accountId: input.accountId, amountFen: fromCreditFen }] : [],
        toCredit: toCreditFen > 0 ? [{ accountId: input.accountId, amountFen: toCreditFen }] : [],
        tenders,
        cashTenderedFen: input.cashTenderedFen,
        changeFen,
        approvedBy,
        ...(lateFeeWaivedFen > 0 ? { waiverReason: input.waiverReason } : {}),
      },
    });
    const row = tx.payment(input.paymentId);
    if (row === null) throw new Fault('PAYMENT_UNKNOWN');
    putPaymentReceipt(context, tx, row);
    if (input.cashTenderedFen > 0) putOwnOpening(context, tx, { why: 'sale', subjectId: input.paymentId });
    return row.payment;
  });
  if (taken !== null) {
    const { cashTenderedFen, changeFen, tenders } = taken;
    const tenderedFen = tenders.reduce((total, tender) => total + tender.amountFen, 0) + changeFen;
    tellCustomer(ports, { news: 'paid', tenderedFen, changeFen });
    if (cashTenderedFen > 0) openOwnDrawer(ports);
  }
  return announce(context, input.paymentId);
}

/** Takes a payment back whole, with a receipt of that, and returns it. Throws the faults of the contract; none of them leaves anything recorded. */
export function reversePayment(
  context: UseCaseContext,
  input: Required<Omit<Inputs['charging']['reversePayment'], 'approval'>>,
  approver: Approver | null,
): PaymentView {
  const { ports, actor } = context;
  const refunds = ports.store.write((tx) => {
    const row = tx.payment(input.paymentId);
    if (row === null) throw new Fault('PAYMENT_UNKNOWN');
    if (row.state === 'reversed') throw new Fault('PAYMENT_STATE_REFUSES', { state: row.state });
    const invoice = standingInvoice(tx, input.paymentId);
    if (invoice !== null) throw new Fault('INVOICE_STANDS', { number: invoice.number });
    for (const part of row.payment.toCredit) {
      const creditFen = creditOf(tx, part.accountId);
      if (creditFen < part.amountFen) throw new Fault('CREDIT_SHORT', { creditFen, neededFen: part.amountFen });
    }
    const { amountFen } = paymentView(tx, row);
    const approvedBy = requireApproval(context, { limit: 'reversalFen', amount: amountFen }, approver);
    const refunds = refundTenders(tx, { amountFen, others: input.refunds, shiftId: actor.shiftId });
    record(context, tx, {
      kind: 'payment.reversed',
      accountId: row.accountId,
      payload: { paymentId: input.paymentId, payment: row.payment, refunds, reason: input.reason, approvedBy },
    });
    putReversalReceipt(context, tx, { row, refunds, reason: input.reason, approvedBy });
    if (refunds.some((tender) => tender.kind === 'cash')) putOwnOpening(context, tx, { why: 'refund', subjectId: input.paymentId });
    return refunds;
  });
  if (refunds.some((tender) => tender.kind === 'cash')) openOwnDrawer(ports);
  return announce(context, input.paymentId);
}

function announce({ ports }: UseCaseContext, paymentId: string): PaymentView {
  const row = ports.store.payment(paymentId);
  if (row === null) throw new Fault('PAYMENT_UNKNOWN');
  ports.sync.nudge();
  const accounts = new Set([row.accountId, ...row.payment.paid.map((part) => part.accountId)]);
  for (const accountId of accounts) ports.events.publish({ type: 'changed', area: 'charging', accountId });
  return paymentView(ports.store, row);
}
