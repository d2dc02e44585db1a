// An account of another branch: asked for at headquarters by an exact number, and what may be done with it here.
import type { Inputs, Outputs } from '../../../shared/contract/index.ts';
import { Fault } from '../../../shared/domain/fault.ts';
import { questionsOf } from '../../../shared/domain/visits.ts';
import type { UseCaseContext } from '../actor.ts';
import { addressOf } from '../views.ts';

/** Returns the accounts found. Throws INPUT_INVALID for words that name nobody exactly, ACCOUNT_NOT_FOUND, and what asking throws. */
export async function findVisit({ ports, actor }: UseCaseContext, input: Inputs['visits']['find']): Promise<Outputs['visits']['find']> {
  const questions = questionsOf(input.text);
  if (questions === null) throw new Fault('INPUT_INVALID', { field: 'text', reason: 'malformed' });
  for (const question of questions) {
    const visits = await ports.visits.find(question, actor.staffNo);
    if (visits.length === 0) continue;
    const found = visits.map(({ account, homeBranchNo, homeBranchName }) => {
      const { accountId, accountNo, customerName } = account;
      return { accountId, accountNo, customerName, address: addressOf(account), homeBranchNo, homeBranchName };
    });
    for (const { accountId } of found) ports.events.publish({ type: 'changed', area: 'accounts', accountId });
    return { found };
  }
  throw new Fault('ACCOUNT_NOT_FOUND');
}

/** Returns whose the account is and what is left of the limit without the line. */
export function noteVisit({ ports, actor }: UseCaseContext, { accountId }: Inputs['visits']['note']): Outputs['visits']['note'] {
  const { visits, sync } = ports;
  const { state } = sync.state();
  const visit = visits.note(accountId);
  const hasLine = state === 'up-to-date' || state === 'sending';
  const bounded = visit === null ? visits.boundsOwnCards() : !hasLine;
  return { visit, hasLine, bounded, left: bounded ? visits.left({ clerk: actor.staffNo, accountId }) : null };
}
