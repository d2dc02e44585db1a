// Invoices for what was paid: out of the counter's segment, each number once.
import type { Inputs, Outputs } from '../../../shared/contract/index.ts';
import { unitOf } from '../../../shared/domain/commodity.ts';
import { INVOICES, type InvoiceLine } from '../../../shared/domain/documents.ts';
import { Fault } from '../../../shared/domain/fault.ts';
import { identityProblem, normaliseNumber } from '../../../shared/domain/identity.ts';
import { fen, formatCubicMetres, splitVat } from '../../../shared/domain/money.ts';
import { branchOf, record, type UseCaseContext } from '../actor.ts';
import { requireAccount } from '../charges.ts';
import { commodityOfAccount } from '../commodity.ts';
import { type InvoiceView, invoiceView, labelOf, segmentInUse, standingInvoice } from '../invoices.ts';
import type { ReadStore } from '../ports/store.ts';

interface Billed {
  readonly accountId: string;
  readonly lines: readonly InvoiceLine[];
}

/** What of a payment or a delivered top-up goes on an invoice. Throws INVOICE_SUBJECT_REFUSES. */
function billedBy(store: ReadStore, subjectId: string): Billed {
  const payment = store.payment(subjectId);
  const topup = store.topup(subjectId);
  if (payment?.state === 'taken' && payment.payment.paid.length > 0) {
    const lines = payment.payment.paid.map((part) => ({
      name: store.receivable(part.receivableId)?.description ?? '',
      unit: '',
      quantity: '',
      amountFen: part.principalFen + part.lateFeeFen,
      vatPermille: part.vatPermille,
    }));
    return { accountId: payment.accountId, lines };
  }
  if (topup?.state === 'verified' || topup?.state === 'receipted') {
    const { lines, vatPermille } = topup.payment.purchase;
    const commodity = commodityOfAccount(store, store.account(topup.accountId));
    return {
      accountId: topup.accountId,
      lines: lines.map(({ tier, litres, amountFen }) => ({
        name: `${commodity === 'power' ? '电力' : '天然气'} ${tier}阶`,
        unit: unitOf(commodity),
        quantity: formatCubicMetres(litres),
        amountFen,
        vatPermille,
      })),
    };
  }
  throw new Fault('INVOICE_SUBJECT_REFUSES', { state: payment?.state ?? topup?.state ?? '' });
}

/** The tax number as it is stored: '' for a person. Throws INPUT_INVALID { field, reason } on one that cannot be right. */
function taxNumber(store: ReadStore, typed: string): string {
  const number = normaliseNumber(typed);
  const problem = number === '' ? null : identityProblem('company', number, branchOf(store).businessDate);
  if (problem !== null) throw new Fault('INPUT_INVALID', { field: 'buyer.taxNo', reason: problem });
  return number;
}

/** Issues the invoice once and returns it. Throws the faults of the contract; none of them uses a number. */
export function issueInvoice(context: UseCaseContext, input: Inputs['invoices']['issue']): InvoiceView {
  const { ports } = context;
  const { invoiceId, subjectId } = input;
  ports.store.write((tx) => {
    const existing = tx.record(INVOICES, invoiceId);
    if (existing !== null) {
      if (existing.subjectId === subjectId) return;
      throw new Fault('INVOICE_ID_REUSED');
    }
    const taxNo = taxNumber(tx, input.buyer.taxNo);
    const standing = standingInvoice(tx, subjectId);
    if (standing !== null) throw new Fault('INVOICE_STANDS', { number: standing.number });
    const { accountId, lines } = billedBy(tx, subjectId);
    const { segmentId, next } = segmentInUse(tx);
    if (next !== input.expectedNumber) throw new Fault('INVOICE_NUMBER_CHANGED', { now: labelOf(tx, { segmentId, number: next }) });
    record(context, tx, {
      id: invoiceId,
      kind: 'invoice.issued',
      accountId,
      payload: {
        invoiceId,
        segmentId,
        number: next,
        subjectId,
        buyer: { name: input.buyer.name, taxNo },
        lines,
        amountFen: lines.reduce((sum, line) => sum + line.amountFen, 0),
        vatFen: lines.reduce((sum, line) => sum + splitVat(fen(line.amountFen), line.vatPermille).vatFen, 0),
      },
    });
  });
  ports.sync.nudge();
  const row = ports.store.record(INVOICES, invoiceId);
  if (row === null) throw new Fault('INVOICE_ID_REUSED');
  ports.events.publish({ type: 'changed', area: 'charging', accountId: row.accountId });
  return invoiceView(ports.store, row);
}

const MANY = 100;

/** Returns what an account may have invoiced, newest first. Throws ACCOUNT_UNKNOWN. */
export function listSubjects({ ports }: UseCaseContext, input: Inputs['invoices']['subjects']): Outputs['invoices']['subjects'] {
  const { store } = ports;
  requireAccount(store, input.accountId);
  const invoiceOf = (subjectId: string) => {
    const standing = standingInvoice(store, subjectId);
    return standing === null ? null : invoiceView(store, standing.row);
  };
  const payments = store
    .paymentsOf(input.accountId, MANY)
    .filter(({ state, accountId, payment }) => state === 'taken' && accountId === input.accountId && payment.paid.length > 0)
    .map(({ paymentId, takenAtMs, payment }) => ({
      subjectId: paymentId,
      kind: 'payment' as const,
      atMs: takenAtMs,
      amountFen: payment.paid.reduce((sum, part) => sum + part.principalFen + part.lateFeeFen, 0),
      invoice: invoiceOf(paymentId),
    }));
  const topups = store.operationsOf(input.accountId, 5 * MANY).flatMap((operation) => {
    if (operation.kind !== 'topup.paid') return [];
    const topup = store.topup(operation.payload.topupId);
    if (topup?.state !== 'verified' && topup?.state !== 'receipted') return [];
    const { topupId, paidAtMs } = topup;
    const { amountFen } = topup.payment.purchase;
    return [{ subjectId: topupId, kind: 'topup' as const, atMs: paidAtMs, amountFen, invoice: invoiceOf(topupId) }];
  });
  return [...payments, ...topups].sort((left, right) => right.atMs - left.atMs).slice(0, MANY);
}

/** Returns the invoices of an account, newest first. Throws ACCOUNT_UNKNOWN. */
export function listInvoices({ ports }: UseCaseContext, input: Inputs['invoices']['list']): InvoiceView[] {
  requireAccount(ports.store, input.accountId);
  return ports.store.recordsOf(INVOICES, input.accountId).map((row) => invoiceView(ports.store, row));
}
