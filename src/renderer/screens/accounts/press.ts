// What becomes of the clerk's press on Enter on the account page. Pure.

/**
 * Returns what to do with the press: `delivery` or `topup` now, `wait` while what decides it is being looked up, `drop` where something stands in its way
 * for good. What stands in the way may be of before: the card was made, the shift opened, the supply begun again a moment ago.
 */
export function enterFate(state: {
  /** Null until the account is known. */
  readonly blocked: string | null;
  readonly known: boolean;
  /** Whether account or shift are being looked up again. */
  readonly renewing: boolean;
  /** An undelivered purchase goes first; `unknown` while it is being looked for. */
  readonly undelivered: 'unknown' | 'none' | 'some';
}): 'delivery' | 'topup' | 'wait' | 'drop' {
  if (!state.known || state.undelivered === 'unknown') return 'wait';
  if (state.undelivered === 'some') return 'delivery';
  if (state.blocked === null) return 'topup';
  return state.renewing ? 'wait' : 'drop';
}
