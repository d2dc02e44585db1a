// Calls of the area approvals: one act let through from another screen.
import type { Guard } from '../guard.ts';
import { approvalView, askApproval, cancelApproval, decideApproval, listApprovals, ownApproval } from '../usecases/ask-approval.ts';

export const approvalsArea = ({ guarded, who, approvals, ports }: Guard) => ({
  ask: guarded.approvals.ask.handler(({ input, context }) => askApproval(who(context), approvals, input)),
  get: guarded.approvals.get.handler(({ input, context }) =>
    approvalView(ports.store, ownApproval(who(context), approvals, input.approvalId)),
  ),
  cancel: guarded.approvals.cancel.handler(({ input, context }) => cancelApproval(who(context), approvals, input.approvalId)),
  pending: guarded.approvals.pending.handler(({ context }) => [...listApprovals(who(context), approvals)]),
  decide: guarded.approvals.decide.handler(({ input, context }) => decideApproval(who(context), approvals, input)),
});
