// Calls of the area topups: top-ups.
import { Fault } from '../../../shared/domain/fault.ts';
import { tellCustomer } from '../customer-side.ts';
import type { Guard } from '../guard.ts';
import { deliverTopup } from '../usecases/deliver-topup.ts';
import { listOpenTopups } from '../usecases/list-open-topups.ts';
import { payTopup } from '../usecases/pay-topup.ts';
import { quoteTopup } from '../usecases/quote-topup.ts';
import { refundTopup } from '../usecases/refund-topup.ts';
import { topupView } from '../views.ts';

export const topupsArea = ({ guarded, who, approverOf, ports }: Guard) => ({
  show: guarded.topups.show.handler(({ input }) => {
    tellCustomer(ports, input.due === null ? { news: 'nothing' } : { news: 'due', ...input.due });
    return {};
  }),
  quote: guarded.topups.quote.handler(({ input, context }) => quoteTopup(who(context), input)),
  pay: guarded.topups.pay.handler(async ({ input, context }) => {
    await ports.visits.prepare(input.accountId, who(context).actor.staffNo);
    return payTopup(who(context), input);
  }),
  deliver: guarded.topups.deliver.handler(async ({ input, context }) =>
    deliverTopup(who(context), {
      topupId: input.topupId,
      slot: input.slot,
      lastAttemptApprovedBy: (await approverOf(input.approval))?.staffNo ?? null,
    }),
  ),
  refund: guarded.topups.refund.handler(({ input, context }) => refundTopup(who(context), input)),
  get: guarded.topups.get.handler(({ input }) => {
    const topup = ports.store.topup(input.topupId);
    if (topup === null) throw new Fault('TOPUP_UNKNOWN', { topupId: input.topupId });
    return topupView(ports.store, topup);
  }),
  open: guarded.topups.open.handler(({ context }) => listOpenTopups(who(context))),
});
