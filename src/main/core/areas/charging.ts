// Calls of the area charging: what is owed and paid.
import type { Guard } from '../guard.ts';
import {
  listFees,
  listHandovers,
  listPayments,
  raiseFee,
  refundCredit,
  returnDeposit,
  takeDeposit,
  viewCharges,
  viewPayment,
  waiveReceivable,
} from '../usecases/charge-account.ts';
import { quotePayment, reversePayment, takePayment } from '../usecases/take-payment.ts';

export const chargingArea = ({ guarded, who, approverOf, ports }: Guard) => ({
  open: guarded.charging.open.handler(({ input, context }) => viewCharges(who(context), input)),
  quote: guarded.charging.quote.handler(({ input, context }) => quotePayment(who(context), input)),
  pay: guarded.charging.pay.handler(async ({ input, context }) => {
    await ports.visits.prepare(input.accountId, who(context).actor.staffNo);
    return takePayment(who(context), input, await approverOf(input.approval));
  }),
  reversePayment: guarded.charging.reversePayment.handler(async ({ input, context }) =>
    reversePayment(who(context), input, await approverOf(input.approval)),
  ),
  payments: guarded.charging.payments.handler(({ input, context }) => listPayments(who(context), input)),
  payment: guarded.charging.payment.handler(({ input, context }) => viewPayment(who(context), input)),
  handovers: guarded.charging.handovers.handler(({ input, context }) => listHandovers(who(context), input)),
  fees: guarded.charging.fees.handler(({ context }) => listFees(who(context))),
  raiseFee: guarded.charging.raiseFee.handler(({ input, context }) => raiseFee(who(context), input)),
  waive: guarded.charging.waive.handler(async ({ input, context }) =>
    waiveReceivable(who(context), input, await approverOf(input.approval)),
  ),
  takeDeposit: guarded.charging.takeDeposit.handler(({ input, context }) => takeDeposit(who(context), input)),
  returnDeposit: guarded.charging.returnDeposit.handler(async ({ input, context }) =>
    returnDeposit(who(context), input, await approverOf(input.approval)),
  ),
  refundCredit: guarded.charging.refundCredit.handler(async ({ input, context }) =>
    refundCredit(who(context), input, await approverOf(input.approval)),
  ),
});
