// The way on for a counter whose journal headquarters knows otherwise: another number, two people, and a reason that stays in the journal.
import type { Inputs, Outputs } from '../../../shared/contract/index.ts';
import { branchOf, type UseCaseContext } from '../actor.ts';
import { type Approver, requireSecondPerson } from '../approval.ts';

/** Goes on under another number. Throws SUPERVISOR_REQUIRED, and as `Sync.renew`; the counter is then as it was. */
export async function renewCounter(
  context: UseCaseContext,
  { code, reason }: Pick<Inputs['sync']['renew'], 'code' | 'reason'>,
  approver: Approver | null,
): Promise<Outputs['sync']['renew']> {
  const { ports, actor } = context;
  const approvedBy = requireSecondPerson(context, approver);
  const { formerId, carried } = await ports.sync.renew(code.trim(), (facts) => ({
    id: ports.ids.uuid(),
    kind: 'counter.renewed',
    businessDate: branchOf(ports.store).businessDate,
    shiftId: actor.shiftId,
    clerk: actor.staffNo,
    accountId: '',
    recordedAtMs: ports.clock.nowMs(),
    payload: { ...facts, reason, approvedBy },
  }));
  return { counterId: ports.store.counterId(), formerId, carried, state: ports.sync.state() };
}
