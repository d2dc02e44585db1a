// Receipts inside the transaction of what they are for: number and text are made once, with the fact itself.
import type { PaymentRow } from '../../shared/domain/charging.ts';
import type { Tender } from '../../shared/domain/tender.ts';
import { branchOf, record, type UseCaseContext } from './actor.ts';
import { commodityOfAccount } from './commodity.ts';
import type { SlipContent, SlipWords } from './ports/printing.ts';
import type { Branch, ReadStore, WriteTx } from './ports/store.ts';
import { addressOf } from './views.ts';

/** What every receipt bears. */
export interface ReceiptHead {
  readonly branch: Branch;
  readonly receiptNo: string;
  readonly counterId: string;
  readonly clerkName: string;
  readonly clerkNo: string;
}

/** Returns the id that the receipt of a reversal is found by. */
export function reversalOf(subjectId: string): string {
  return `reversal:${subjectId}`;
}

/** Gives the next receipt number and keeps the text, once per subject; `text` is called with what every receipt bears. */
export function putReceipt(
  context: UseCaseContext,
  tx: WriteTx,
  receipt: { readonly subjectId: string; readonly accountId: string; readonly amountFen: number; text(head: ReceiptHead): string },
): void {
  const { ports, actor } = context;
  const { subjectId, accountId, amountFen } = receipt;
  if (tx.receiptOfTopup(subjectId) !== null) return;
  const branch = branchOf(tx);
  const counterId = tx.counterId();
  const receiptNo = `${branch.branchNo}-${counterId}-${tx.nextNumber('receipt').toString().padStart(8, '0')}`;
  const markup = receipt.text({ branch, receiptNo, counterId, clerkName: actor.name, clerkNo: actor.staffNo });
  record(context, tx, {
    kind: 'receipt.issued',
    accountId,
    payload: { receiptId: ports.ids.uuid(), receiptNo, topupId: subjectId, markup, amountFen },
  });
}

/** What a slip says beside what every receipt bears. */
export type SlipFacts = Pick<SlipContent, 'kind' | 'lines' | 'amountFen' | 'tenders' | 'cashTenderedFen' | 'changeFen' | 'remarks'> & {
  readonly subjectId: string;
  /** The account in front of the clerk first. */
  readonly accountIds: readonly string[];
};

/** Issues the receipt of anything that is no purchase of gas, once per subject. */
export function putSlip(context: UseCaseContext, tx: WriteTx, facts: SlipFacts): void {
  const { ports } = context;
  const { subjectId, accountIds, ...content } = facts;
  const accounts = [...new Set(accountIds)].flatMap((accountId) => {
    const account = tx.account(accountId);
    if (account === null) return [];
    return [{ accountNo: account.accountNo, customerName: account.customerName, address: addressOf(account) }];
  });
  putReceipt(context, tx, {
    subjectId,
    accountId: accountIds[0] ?? '',
    amountFen: facts.amountFen,
    text: (head) =>
      ports.receipts.slip(
        {
          ...content,
          ...head,
          accounts,
          commodity: commodityOfAccount(tx, tx.account(accountIds[0] ?? '')),
          atMs: ports.clock.nowMs(),
          verification: `CT1|${head.receiptNo}|${accounts[0]?.accountNo ?? ''}|${facts.amountFen}|${subjectId}`,
        },
        ports.devices.printerColumns(),
      ),
  });
}

/** What a payment paid, line by line; the lines add up to what went over the counter. */
function paymentLines(store: ReadStore, { accountId, payment }: PaymentRow, words: SlipWords): SlipContent['lines'] {
  const several = payment.paid.some((part) => part.accountId !== accountId);
  const lines = payment.paid.flatMap((part) => {
    const owner = several ? `${store.account(part.accountId)?.accountNo ?? ''} ` : '';
    const name = store.receivable(part.receivableId)?.description ?? part.receivableId;
    return [
      { name: `${owner}${name}`, amountFen: part.principalFen },
      ...(part.lateFeeFen > 0 ? [{ name: words.lateFee, amountFen: part.lateFeeFen }] : []),
    ];
  });
  return [
    ...lines,
    ...payment.fromCredit.map((part) => ({ name: words.fromCredit, amountFen: -part.amountFen })),
    ...payment.toCredit.map((part) => ({ name: words.toCredit, amountFen: part.amountFen })),
  ];
}

function sum(parts: readonly { readonly amountFen: number }[]): number {
  return parts.reduce((total, part) => total + part.amountFen, 0);
}

/** Issues the receipt of a payment. */
export function putPaymentReceipt(context: UseCaseContext, tx: WriteTx, row: PaymentRow): void {
  const { payment } = row;
  const words = context.ports.receipts.words();
  const waivedFen = payment.paid.reduce((total, part) => total + part.lateFeeWaivedFen, 0);
  putSlip(context, tx, {
    kind: 'payment',
    subjectId: row.paymentId,
    accountIds: [row.accountId, ...payment.paid.map((part) => part.accountId)],
    lines: paymentLines(tx, row, words),
    amountFen: sum(payment.tenders),
    tenders: payment.tenders,
    cashTenderedFen: payment.cashTenderedFen,
    changeFen: payment.changeFen,
    remarks: waivedFen > 0 ? [{ name: words.lateFeeWaived, value: `${(waivedFen / 100).toFixed(2)} ${payment.approvedBy}`.trim() }] : [],
  });
}

/** Issues the receipt of a payment's reversal, which names the one it takes back. */
export function putReversalReceipt(
  context: UseCaseContext,
  tx: WriteTx,
  reversal: { readonly row: PaymentRow; readonly refunds: readonly Tender[]; readonly reason: string; readonly approvedBy: string },
): void {
  const { row } = reversal;
  const words = context.ports.receipts.words();
  putSlip(context, tx, {
    kind: 'payment-reversal',
    subjectId: reversalOf(row.paymentId),
    accountIds: [row.accountId, ...row.payment.paid.map((part) => part.accountId)],
    lines: paymentLines(tx, row, words),
    amountFen: sum(reversal.refunds),
    tenders: reversal.refunds,
    cashTenderedFen: 0,
    changeFen: 0,
    remarks: [
      { name: words.originalNo, value: tx.receiptOfTopup(row.paymentId)?.receiptNo ?? '' },
      { name: words.cause, value: reversal.reason },
      ...(reversal.approvedBy === '' ? [] : [{ name: words.approvedBy, value: reversal.approvedBy }]),
    ],
  });
}
