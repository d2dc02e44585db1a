// Which postings each operation makes. The same rules run at the branch and at headquarters.
import { deliveryPostings, reversalPostings } from './card-tasks.ts';
import { chargingPostings, isCharging } from './charging.ts';
import { dayPostings, isDays } from './day-close.ts';
import { balanced, type Posting, posting } from './ledger.ts';
import type { NewOperation, OperationPayloads } from './operation.ts';
import { moneyPostings, purposePostings } from './served-away.ts';
import { isShifts, shiftPostings } from './shifts.ts';

/**
 * Returns the operation's postings, balanced, debit positive; none for facts that move no money.
 * `paid` is the top-up's payment, needed for the steps that follow it; throws POSTINGS_UNBALANCED on a payload that does not add up.
 */
export function postingsOf(operation: NewOperation, paid: (topupId: string) => OperationPayloads['topup.paid']): readonly Posting[] {
  if (isCharging(operation)) return chargingPostings(operation);
  if (isDays(operation)) return dayPostings(operation);
  if (isShifts(operation)) return shiftPostings(operation);
  switch (operation.kind) {
    case 'topup.paid': {
      const { accountId, shiftId, payload } = operation;
      const { amountFen } = payload.purchase;
      return balanced([
        ...moneyPostings(payload, { tenders: payload.tenders, shiftId, sign: 1 }),
        ...purposePostings(payload, amountFen, () => [posting('undelivered-purchase', accountId, -amountFen)]),
      ]);
    }
    case 'topup.verified': {
      const payment = paid(operation.payload.topupId);
      // Of another branch's account: that branch has the liability, and the revenue.
      return payment.homeBranchNo === undefined ? deliveryPostings(payment, operation.accountId) : [];
    }
    case 'topup.carried':
      return deliveryPostings(operation.payload, operation.accountId);
    case 'topup.refunded': {
      const payment = paid(operation.payload.topupId);
      const { amountFen } = payment.purchase;
      return balanced([
        ...purposePostings(payment, -amountFen, () => [posting('undelivered-purchase', operation.accountId, amountFen)]),
        ...moneyPostings(payment, { tenders: payment.tenders, shiftId: operation.shiftId, sign: -1 }),
      ]);
    }
    case 'topup.reversed':
      return reversalPostings(operation.payload, operation);
    default:
      return [];
  }
}
