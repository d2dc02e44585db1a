// Blacklisting a card: from this moment no counter serves it.
import { Fault } from '../../../shared/domain/fault.ts';
import type { CardRow } from '../../../shared/domain/fold.ts';
import { record, type UseCaseContext } from '../actor.ts';
import { openTaskOf } from '../card-assessment.ts';

/** Returns the card as it then stands; once is enough. Throws CARD_NOT_IN_LEDGER, CARD_RETURNED, CARD_TASK_OPEN. A purchase not yet delivered to it goes on the next card, or back. */
export function blacklistCard(
  context: UseCaseContext,
  input: { readonly cardNo: string; readonly reason: string },
): Pick<CardRow, 'cardNo' | 'status'> {
  const { ports } = context;
  const { cardNo, reason } = input;
  const accountId = ports.store.write((tx) => {
    const card = tx.card(cardNo);
    if (card === null) throw new Fault('CARD_NOT_IN_LEDGER');
    if (card.status === 'returned') throw new Fault('CARD_RETURNED');
    if (card.status === 'blacklisted') return card.accountId;
    if (openTaskOf(tx, cardNo) !== null) throw new Fault('CARD_TASK_OPEN');
    record(context, tx, { kind: 'card.blacklisted', accountId: card.accountId, payload: { cardNo, reason } });
    return card.accountId;
  });
  ports.sync.nudge();
  ports.events.publish({ type: 'changed', area: 'cards', accountId });
  return { cardNo, status: ports.store.card(cardNo)?.status ?? 'blacklisted' };
}
