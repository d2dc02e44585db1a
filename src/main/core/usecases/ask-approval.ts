// Asking for somebody else's approval from another screen, and deciding it. What is approved is read out of the act itself, never told by who asks.
import type { Inputs, Outputs } from '../../../shared/contract/index.ts';
import type { Commodity } from '../../../shared/domain/commodity.ts';
import { Fault } from '../../../shared/domain/fault.ts';
import { fen, formatCubicMetres, formatYuan } from '../../../shared/domain/money.ts';
import { record, type UseCaseContext } from '../actor.ts';
import { type AskedApproval, type AskedApprovals, bindAct } from '../asked-approvals.ts';
import { commodityOfAccount } from '../commodity.ts';
import type { ReadStore } from '../ports/store.ts';

type View = Outputs['approvals']['get'];

export function approvalView(store: ReadStore, approval: AskedApproval): View {
  const { binding: _binding, decidedBy, ...shown } = approval;
  const account = shown.accountId === '' ? null : store.account(shown.accountId);
  const commodity = commodityOfAccount(store, account);
  return {
    ...shown,
    commodity,
    accountNo: account?.accountNo ?? '',
    customerName: account?.customerName ?? '',
    decidedBy: decidedBy?.staffNo ?? '',
  };
}

interface Subject {
  readonly accountId: string;
  readonly amountFen: number | null;
  readonly litres: number | null;
}

/** What the act is about: its own figures, or those of the payment, bill or top-up that it names. */
function subjectOf(store: ReadStore, input: Readonly<Record<string, unknown>>): Subject {
  const text = (name: string): string => (typeof input[name] === 'string' ? input[name] : '');
  const figure = (...names: readonly string[]): number | null => {
    for (const name of names) if (typeof input[name] === 'number') return input[name];
    return null;
  };
  const payment = store.payment(text('paymentId'));
  const topup = store.topup(text('topupId'));
  const receivable = store.receivable(text('receivableId'));
  const paidFen = payment?.payment.tenders.reduce((sum, tender) => sum + tender.amountFen, 0) ?? null;
  return {
    accountId: text('accountId') || (payment?.accountId ?? topup?.accountId ?? receivable?.accountId ?? ''),
    amountFen: figure('amountFen', 'expectedAmountFen', 'settleFen') ?? paidFen ?? topup?.payment.purchase.amountFen ?? null,
    litres: figure('litres', 'correctionLitres') ?? topup?.payment.purchase.litres ?? null,
  };
}

function announce({ ports }: UseCaseContext, approval: AskedApproval): View {
  ports.events.publish({ type: 'changed', area: 'approvals', accountId: approval.accountId });
  return approvalView(ports.store, approval);
}

/** Asks for the approval of one act, once per id. Throws CALL_UNKNOWN, INPUT_INVALID { field }, APPROVAL_UNKNOWN for an id that stands for something else. */
export function askApproval(context: UseCaseContext, approvals: AskedApprovals, wanted: Required<Inputs['approvals']['ask']>): View {
  const { actor, ports } = context;
  const { input, binding } = bindAct({ path: wanted.act.split('.'), input: wanted.input });
  const subject = subjectOf(ports.store, input);
  const approval = approvals.ask({
    approvalId: wanted.approvalId,
    act: wanted.act,
    binding,
    ...subject,
    accountId: subject.accountId || wanted.accountId,
    reason: wanted.reason,
    askedBy: { staffNo: actor.staffNo, name: actor.name, role: actor.role },
  });
  return announce(context, approval);
}

/** Returns the actor's own request. Throws APPROVAL_UNKNOWN. */
export function ownApproval({ actor }: UseCaseContext, approvals: AskedApprovals, approvalId: string): AskedApproval {
  const approval = approvals.require(approvalId);
  if (approval.askedBy.staffNo !== actor.staffNo) throw new Fault('APPROVAL_UNKNOWN');
  return approval;
}

/** Takes the actor's own request back. Throws APPROVAL_UNKNOWN, APPROVAL_REFUSED { state }. */
export function cancelApproval(context: UseCaseContext, approvals: AskedApprovals, approvalId: string): View {
  const approval = ownApproval(context, approvals, approvalId);
  approvals.cancel(approval);
  return announce(context, approval);
}

/** Returns what waits, oldest first. */
export function listApprovals({ ports }: UseCaseContext, approvals: AskedApprovals): readonly View[] {
  return approvals.waiting().map((approval) => approvalView(ports.store, approval));
}

/**
 * Decides a request once. What is approved is journaled with the act; what is denied is noted on the account here. Throws APPROVAL_UNKNOWN,
 * APPROVAL_REFUSED { state }, SUPERVISOR_REQUIRED for the own request.
 */
export function decideApproval(context: UseCaseContext, approvals: AskedApprovals, input: Required<Inputs['approvals']['decide']>): View {
  const { actor, ports } = context;
  const approval = approvals.require(input.approvalId);
  approvals.decide(approval, { staffNo: actor.staffNo, role: actor.role }, input);
  if (input.decision === 'denied' && ports.store.account(approval.accountId) !== null) {
    ports.store.write((tx) =>
      record(context, tx, {
        kind: 'note.added',
        accountId: approval.accountId,
        payload: {
          noteId: ports.ids.uuid(),
          text: denialOf(approval, commodityOfAccount(ports.store, ports.store.account(approval.accountId))),
        },
      }),
    );
    ports.sync.nudge();
    ports.events.publish({ type: 'changed', area: 'accounts', accountId: approval.accountId });
  }
  return announce(context, approval);
}

/** The journal's own words, as receipts have them. */
function denialOf({ act, amountFen, litres, reason, note, askedBy }: AskedApproval, commodity: Commodity): string {
  const figures = [
    amountFen === null ? '' : `${formatYuan(fen(amountFen))}元`,
    litres === null ? '' : `${formatCubicMetres(litres)}${commodity === 'power' ? '千瓦时' : '立方米'}`,
  ];
  return ['审批未准', act, ...figures, `申请人${askedBy.staffNo}`, `事由：${reason}`, note === '' ? '' : `批注：${note}`]
    .filter((part) => part !== '')
    .join('，');
}
