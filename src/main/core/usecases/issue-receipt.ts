// The receipt of a verified top-up: its number and its text, made once.
import { Fault } from '../../../shared/domain/fault.ts';
import type { TopupRow } from '../../../shared/domain/fold.ts';
import type { UseCaseContext } from '../actor.ts';
import { commodityOfAccount } from '../commodity.ts';
import { putReceipt } from '../slips.ts';
import { addressOf } from '../views.ts';

/** Numbers and stores the receipt of a verified top-up, once. */
export function issueReceipt(context: UseCaseContext, topup: TopupRow): void {
  const { ports } = context;
  const { topupId, accountId, intent } = topup;
  ports.store.write((tx) => {
    const account = tx.account(accountId);
    // What was carried to another card was planned with that card.
    const sequence = intent?.sequence ?? tx.card(topup.cardNo)?.sequence ?? null;
    if (account === null || sequence === null) throw new Fault('JOURNAL_BROKEN', { reason: 'receipt without facts' });
    const { purchase, tenders, cashTenderedFen, changeFen } = topup.payment;
    putReceipt(context, tx, {
      subjectId: topupId,
      accountId,
      amountFen: purchase.amountFen,
      text: (head) =>
        ports.receipts.markup(
          {
            ...head,
            accountNo: account.accountNo,
            customerName: account.customerName,
            address: addressOf(account),
            cardNo: topup.cardNo,
            meterNo: tx.metersOf(accountId)[0]?.meterNo ?? '',
            sequence,
            commodity: commodityOfAccount(tx, account),
            litres: purchase.litres,
            amountFen: purchase.amountFen,
            vatPermille: purchase.vatPermille,
            lines: purchase.lines,
            tenders,
            cashTenderedFen,
            changeFen,
            paidAtMs: topup.paidAtMs,
            verification: `CT1|${head.receiptNo}|${account.accountNo}|${purchase.amountFen}|${topupId}`,
          },
          ports.devices.printerColumns(),
        ),
    });
  });
  ports.sync.nudge();
}
