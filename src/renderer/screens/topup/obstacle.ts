// Why money cannot be taken now: the first thing in the way, most basic first. Pure.
import type { CardView } from '../../bridge/card.ts';
import type { Problem } from '../../text/index.ts';

/** Returns what keeps this account's purchase from being paid now, or null; `card` is null while it is being read. */
export function obstacleOf(state: {
  readonly accountId: string;
  readonly accountStatus: 'active' | 'suspended' | 'closed';
  readonly expectedCardNo: string;
  readonly shiftOpen: boolean;
  readonly card: CardView | null;
  readonly cardProblem: Problem | null;
}): Problem | null {
  const { card } = state;
  const of = (code: string, context: Problem['context'] = {}): Problem => ({ code, context });
  if (state.accountStatus !== 'active') return of('ACCOUNT_NOT_ACTIVE');
  const mine = card !== null && card.accountId === state.accountId ? card.obstacle : null;
  // Why its card is out of use is said before that none is in use.
  if (state.expectedCardNo === '') return of(mine ?? 'ACCOUNT_HAS_NO_CARD');
  if (!state.shiftOpen) return of('SHIFT_REQUIRED');
  if (state.cardProblem !== null) return state.cardProblem;
  if (card === null) return null;
  if (card.presence === 'absent') return of('CARD_ABSENT');
  if (card.accountId !== null && card.accountId !== state.accountId) return of('CARD_MISMATCH', { expected: state.expectedCardNo });
  if (card.obstacle !== null) return of(card.obstacle, card.attemptsLeft === null ? {} : { attemptsLeft: card.attemptsLeft });
  return null;
}

/**
 * What becomes of the clerk's press on "to payment": `go` now, `wait` while what it depends on is still being looked up, `drop` where something stands
 * in its way for good. A card that is not there yet is waited for: the press is often quicker than the reader's look at its slot.
 */
export function pressFate(state: {
  /** The price of what is typed: there, on its way, or refused; `none` while nothing is typed that has one. */
  readonly price: 'fresh' | 'coming' | 'refused' | 'none';
  readonly obstacle: Problem | null;
  readonly card: CardView | null;
  /** Whether card or account are being looked up again, so that what is known of them may be of before. */
  readonly reading: boolean;
}): 'go' | 'wait' | 'drop' {
  const { price, obstacle } = state;
  if (price === 'none' || price === 'refused') return 'drop';
  if (obstacle !== null) return state.reading || obstacle.code === 'CARD_ABSENT' ? 'wait' : 'drop';
  return price === 'fresh' && state.card !== null ? 'go' : 'wait';
}
