// Which postings each operation makes. The same rules run at the branch and at headquarters.
import { deliveryPostings, reversalPostings } from './card-tasks.ts';
import { chargingPostings, isCharging } from './charging.ts';
import { dayPostings, isDays } from './day-close.ts';
import { balanced, type Posting, posting } from './ledger.ts';
import type { NewOperation, OperationPayloads } from './operation.ts';
import { isShifts, shiftPostings } from './shifts.ts';
import { tenderPostings } from './tender.ts';

/**
 * Returns the operation's postings, balanced, debit positive; none for facts that move no money.
 * `paid` is the top-up's payment, needed for the steps that follow it; throws POSTINGS_UNBALANCED on a payload that does not add up.
 */
export function postingsOf(operation: NewOperation, paid: (topupId: string) => OperationPayloads['topup.paid']): readonly Posting[] {
  if (isCharging(operation)) return chargingPostings(operation);
  if (isDays(operation)) return dayPostings(operation);
  if (isShifts(operation)) return shiftPostings(operation);
  switch (operation.kind) {
    case 'topup.paid':
      return balanced([
        ...tenderPostings(operation.payload.tenders, operation.shiftId, 1),
        posting('undelivered-purchase', operation.accountId, -operation.payload.purchase.amountFen),
      ]);
    case 'topup.verified':
      return deliveryPostings(paid(operation.payload.topupId), operation.accountId);
    case 'topup.carried':
      return deliveryPostings(operation.payload, operation.accountId);
    case 'topup.refunded': {
      const payment = paid(operation.payload.topupId);
      return balanced([
        posting('undelivered-purchase', operation.accountId, payment.purchase.amountFen),
        ...tenderPostings(payment.tenders, operation.shiftId, -1),
      ]);
    }
    case 'topup.reversed':
      return reversalPostings(operation.payload, operation);
    default:
      return [];
  }
}
