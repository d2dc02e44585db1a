// The receipt of a verified top-up: its number and its text, made once.
import { Fault } from '../../../shared/domain/fault.ts';
import type { TopupRow } from '../../../shared/domain/fold.ts';
import { record, type UseCaseContext } from '../actor.ts';
import { addressOf } from '../views.ts';

/** Numbers and stores the receipt of a verified top-up, once. */
export function issueReceipt(context: UseCaseContext, topup: TopupRow): void {
  const { ports, actor } = context;
  ports.store.write((tx) => {
    if (tx.receiptOfTopup(topup.topupId) !== null) return;
    const branch = tx.branch();
    const account = tx.account(topup.accountId);
    if (branch === null || account === null || topup.intent === null)
      throw new Fault('JOURNAL_BROKEN', { reason: 'receipt without facts' });
    const counterId = tx.counterId();
    const receiptNo = `${branch.branchNo}-${counterId}-${tx.nextNumber('receipt').toString().padStart(8, '0')}`;
    const { purchase, tenders, cashTenderedFen, changeFen } = topup.payment;
    const markup = ports.receipts.markup(
      {
        branch,
        receiptNo,
        counterId,
        clerkName: actor.name,
        clerkNo: actor.staffNo,
        accountNo: account.accountNo,
        customerName: account.customerName,
        address: addressOf(account),
        cardNo: topup.cardNo,
        meterNo: tx.metersOf(topup.accountId)[0]?.meterNo ?? '',
        sequence: topup.intent.sequence,
        litres: purchase.litres,
        amountFen: purchase.amountFen,
        vatPermille: purchase.vatPermille,
        lines: purchase.lines,
        tenders,
        cashTenderedFen,
        changeFen,
        paidAtMs: topup.paidAtMs,
        verification: `CT1|${receiptNo}|${account.accountNo}|${purchase.amountFen}|${topup.topupId}`,
      },
      ports.devices.printerColumns(),
    );
    record(context, tx, {
      kind: 'receipt.issued',
      accountId: topup.accountId,
      payload: { receiptId: ports.ids.uuid(), receiptNo, topupId: topup.topupId, markup },
    });
  });
  ports.sync.nudge();
}
