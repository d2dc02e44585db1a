// Fees charged and let off, deposits and credit: what goes onto an account and off it beside payments.
import type { Inputs, Outputs } from '../../../shared/contract/index.ts';
import { dueFen } from '../../../shared/domain/allocation.ts';
import type { MoneyHandedOver } from '../../../shared/domain/charging.ts';
import { Fault } from '../../../shared/domain/fault.ts';
import { branchOf, record, type UseCaseContext } from '../actor.ts';
import { type Approver, policyNow, requireApproval } from '../approval.ts';
import {
  balancesView,
  creditOf,
  type HandedOverView,
  handoversOf,
  paymentView,
  type ReceivableView,
  receivableView,
  refundTenders,
  requireAccount,
  requireActiveAccount,
} from '../charges.ts';
import { commodityOfAccount } from '../commodity.ts';
import { openOwnDrawer, putOwnOpening } from '../drawer.ts';
import type { ReadStore } from '../ports/store.ts';
import { putSlip } from '../slips.ts';
import { settle } from './pay-topup.ts';

/** What today's late fees depend on. */
function today({ ports }: UseCaseContext) {
  return { date: branchOf(ports.store).businessDate, policy: policyNow(ports.store).lateFee };
}

/** Returns what the accounts owe and have. Throws ACCOUNT_UNKNOWN. */
export function viewCharges(context: UseCaseContext, input: Inputs['charging']['open']): Outputs['charging']['open'] {
  const { store } = context.ports;
  const now = today(context);
  const accounts = [...new Set(input.accountIds)].map((accountId) => {
    const account = requireAccount(store, accountId);
    const { accountNo, customerName } = account;
    const receivables = store.receivablesOf(accountId, 'open').map((row) => receivableView(row, now));
    return { ...balancesView(store, accountId), accountNo, customerName, commodity: commodityOfAccount(store, account), receivables };
  });
  const owed = accounts.flatMap(({ accountId }) => store.receivablesOf(accountId, 'open')).filter((row) => row.openFen > 0);
  const { perDayPpm, capPermille } = now.policy;
  return { accounts, dueFen: dueFen(owed, now.date, now.policy), lateFeePerDayPpm: perDayPpm, lateFeeCapPermille: capPermille };
}

/** Returns the payments that touch the account, newest first. Throws ACCOUNT_UNKNOWN. */
export function listPayments({ ports }: UseCaseContext, input: Required<Inputs['charging']['payments']>): Outputs['charging']['payments'] {
  requireAccount(ports.store, input.accountId);
  return ports.store.paymentsOf(input.accountId, input.limit).map((row) => paymentView(ports.store, row));
}

/** Returns one payment. Throws PAYMENT_UNKNOWN. */
export function viewPayment({ ports }: UseCaseContext, input: Inputs['charging']['payment']): Outputs['charging']['payment'] {
  const row = ports.store.payment(input.paymentId);
  if (row === null) throw new Fault('PAYMENT_UNKNOWN');
  return paymentView(ports.store, row);
}

/** Returns the deposits and refunds of the account, newest first. Throws ACCOUNT_UNKNOWN. */
export function listHandovers({ ports }: UseCaseContext, input: Inputs['charging']['handovers']): Outputs['charging']['handovers'] {
  requireAccount(ports.store, input.accountId);
  return handoversOf(ports.store, input.accountId);
}

/** Returns the fee catalogue. */
export function listFees({ ports }: UseCaseContext): Outputs['charging']['fees'] {
  return policyNow(ports.store).fees.map(({ code, name, amountFen, waiver }) => ({ code, name, amountFen, waiver }));
}

/** Charges a fee of the catalogue, once per id, due today. Throws ACCOUNT_UNKNOWN, ACCOUNT_NOT_ACTIVE, FEE_UNKNOWN, RECEIVABLE_ID_REUSED. */
export function raiseFee(context: UseCaseContext, input: Required<Inputs['charging']['raiseFee']>): ReceivableView {
  const { ports } = context;
  const now = today(context);
  ports.store.write((tx) => {
    const existing = tx.receivable(input.receivableId);
    if (existing !== null) {
      if (existing.accountId === input.accountId && existing.itemCode === input.code) return;
      throw new Fault('RECEIVABLE_ID_REUSED');
    }
    requireActiveAccount(tx, input.accountId);
    const item = policyNow(tx).fees.find((candidate) => candidate.code === input.code);
    if (item === undefined) throw new Fault('FEE_UNKNOWN', { code: input.code });
    record(context, tx, {
      id: input.receivableId,
      kind: 'receivable.raised',
      accountId: input.accountId,
      payload: {
        receivableId: input.receivableId,
        kind: 'fee',
        itemCode: item.code,
        description: input.quantity === 1 ? item.name : `${item.name} × ${input.quantity}`,
        amountFen: item.amountFen * input.quantity,
        vatPermille: item.vatPermille,
        dueDate: now.date,
        bearsLateFee: false,
      },
    });
  });
  return announce(context, input.receivableId);
}

/**
 * Lets a part of what is owed off, once per id, within the limits of the roles; a fee also takes the role that the catalogue names for it. Throws
 * RECEIVABLE_UNKNOWN, RECEIVABLE_SETTLED, AMOUNT_OUT_OF_RANGE { maxFen }, FEE_NOT_WAIVABLE, and the faults of an approval.
 */
export function waiveReceivable(
  context: UseCaseContext,
  input: Omit<Inputs['charging']['waive'], 'approval'>,
  approver: Approver | null,
): ReceivableView {
  const { ports } = context;
  ports.store.write((tx) => {
    const row = tx.receivable(input.receivableId);
    if (row === null) throw new Fault('RECEIVABLE_UNKNOWN');
    if (tx.operationsOf(row.accountId, 200).some(({ id }) => id === input.waiverId)) return;
    if (row.openFen <= 0) throw new Fault('RECEIVABLE_SETTLED', { description: row.description });
    if (input.amountFen > row.openFen) throw new Fault('AMOUNT_OUT_OF_RANGE', { maxFen: row.openFen });
    const item = policyNow(tx).fees.find((candidate) => candidate.code === row.itemCode);
    if (row.kind === 'fee' && item?.waiver === null) throw new Fault('FEE_NOT_WAIVABLE', { description: row.description });
    const role = row.kind === 'fee' ? item?.waiver : null;
    const wanted = { limit: 'waiverFen', amount: input.amountFen, ...(role == null ? {} : { role }) } as const;
    const approvedBy = requireApproval(context, wanted, approver);
    const { receivableId, kind, vatPermille, accountId } = row;
    record(context, tx, {
      id: input.waiverId,
      kind: 'receivable.waived',
      accountId,
      payload: { receivableId, kind, vatPermille, amountFen: input.amountFen, reason: input.reason, approvedBy },
    });
  });
  return announce(context, input.receivableId);
}

function announce(context: UseCaseContext, receivableId: string): ReceivableView {
  const { ports } = context;
  const row = ports.store.receivable(receivableId);
  if (row === null) throw new Fault('RECEIVABLE_UNKNOWN');
  ports.sync.nudge();
  ports.events.publish({ type: 'changed', area: 'charging', accountId: row.accountId });
  return receivableView(row, today(context));
}

type Handover = Omit<Inputs['charging']['takeDeposit'], 'approval'>;

/** Takes a deposit, once per id. Throws ACCOUNT_UNKNOWN, ACCOUNT_NOT_ACTIVE, TENDER_…. */
export function takeDeposit(context: UseCaseContext, input: Handover): HandedOverView {
  return handOver(context, input, (tx) => {
    requireActiveAccount(tx, input.accountId);
    const { tenders, changeFen } = settle(input, input.amountFen);
    return { kind: 'deposit.taken', payload: { tenders, changeFen, cashTenderedFen: input.cashTenderedFen, approvedBy: '' } };
  });
}

/** Gives a deposit or a part of it back, once per id. Throws ACCOUNT_UNKNOWN, DEPOSIT_SHORT, DRAWER_SHORT, TENDER_MISMATCH, and the faults of an approval. */
export function returnDeposit(context: UseCaseContext, input: Handover, approver: Approver | null): HandedOverView {
  return handOver(context, input, (tx) => {
    const { depositFen } = balancesView(tx, input.accountId);
    if (input.amountFen > depositFen) throw new Fault('DEPOSIT_SHORT', { depositFen });
    return { kind: 'deposit.returned', payload: moneyOut(context, input, approver, tx) };
  });
}

/** Pays a credit balance or a part of it out, once per id. Throws ACCOUNT_UNKNOWN, CREDIT_SHORT, DRAWER_SHORT, TENDER_MISMATCH, and the faults of an approval. */
export function refundCredit(context: UseCaseContext, input: Handover, approver: Approver | null): HandedOverView {
  return handOver(context, input, (tx) => {
    const creditFen = creditOf(tx, input.accountId);
    if (input.amountFen > creditFen) throw new Fault('CREDIT_SHORT', { creditFen, neededFen: input.amountFen });
    return { kind: 'credit.refunded', payload: moneyOut(context, input, approver, tx) };
  });
}

type Tx = Parameters<Parameters<UseCaseContext['ports']['store']['write']>[0]>[0];
type HandoverTerms = Pick<MoneyHandedOver, 'tenders' | 'changeFen' | 'cashTenderedFen' | 'approvedBy'>;

function moneyOut(context: UseCaseContext, input: Handover, approver: Approver | null, tx: Tx): HandoverTerms {
  const approvedBy = requireApproval(context, { limit: 'refundFen', amount: input.amountFen }, approver);
  const tenders = refundTenders(tx, { amountFen: input.amountFen, others: input.tenders, shiftId: context.actor.shiftId });
  return { tenders, changeFen: 0, cashTenderedFen: 0, approvedBy };
}

const SLIPS = { 'deposit.taken': 'deposit', 'deposit.returned': 'deposit-return', 'credit.refunded': 'credit-refund' } as const;

function handOver(
  context: UseCaseContext,
  input: Handover,
  terms: (tx: Tx) => { readonly kind: keyof typeof SLIPS; readonly payload: HandoverTerms },
): HandedOverView {
  const { ports } = context;
  const { handoverId, accountId, amountFen, reason } = input;
  const known = (store: ReadStore) => handoversOf(store, accountId).find((handover) => handover.handoverId === handoverId);
  const done = ports.store.write((tx) => {
    requireAccount(tx, accountId);
    const existing = known(tx);
    if (existing !== undefined) {
      if (existing.amountFen !== amountFen) throw new Fault('PAYMENT_ID_REUSED', { paymentId: handoverId });
      return null;
    }
    const { kind, payload } = terms(tx);
    const isNew = record(context, tx, { id: handoverId, kind, accountId, payload: { handoverId, amountFen, reason, ...payload } });
    if (!isNew) throw new Fault('PAYMENT_ID_REUSED', { paymentId: handoverId });
    const { tenders, cashTenderedFen, changeFen, approvedBy } = payload;
    if (tenders.some((tender) => tender.kind === 'cash'))
      putOwnOpening(context, tx, { why: kind === 'deposit.taken' ? 'sale' : 'refund', subjectId: handoverId });
    const words = ports.receipts.words();
    putSlip(context, tx, {
      kind: SLIPS[kind],
      subjectId: handoverId,
      accountIds: [accountId],
      lines: [{ name: words[kind], amountFen }],
      amountFen,
      tenders,
      cashTenderedFen,
      changeFen,
      remarks: [{ name: words.reason, value: reason }, ...(approvedBy === '' ? [] : [{ name: words.approvedBy, value: approvedBy }])],
    });
    return payload;
  });
  if (done?.tenders.some((tender) => tender.kind === 'cash') === true) openOwnDrawer(ports);
  ports.sync.nudge();
  ports.events.publish({ type: 'changed', area: 'charging', accountId });
  const handover = known(ports.store);
  if (handover === undefined) throw new Fault('INTERNAL', { reason: 'handover not recorded' });
  return { ...balancesView(ports.store, accountId), handover };
}
