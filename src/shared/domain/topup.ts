// The top-up as a state machine: which step may follow which, and what an open one needs next.
import { Fault } from './fault.ts';
import type { OperationKind } from './operation.ts';

/** `priced` exists on screen only, `replicated` follows from the replication cursor; the rest is in the journal. */
export type TopupState = 'paid' | 'intent' | 'writing' | 'verified' | 'receipted' | 'refunded' | 'reversed';

/** Whether money is taken and the effect on the card is open. */
export function isUndelivered(state: TopupState): boolean {
  return state === 'paid' || state === 'intent' || state === 'writing';
}

type TopupStep = Extract<
  OperationKind,
  'topup.intended' | 'topup.writing' | 'topup.verified' | 'topup.refunded' | 'topup.carried' | 'topup.reversed' | 'receipt.printed'
>;

const STEPS: Record<TopupStep, { readonly from: readonly TopupState[]; readonly to: TopupState }> = {
  'topup.intended': { from: ['paid', 'intent'], to: 'intent' },
  'topup.writing': { from: ['intent', 'writing'], to: 'writing' },
  'topup.verified': { from: ['intent', 'writing'], to: 'verified' },
  'topup.carried': { from: ['paid', 'intent', 'writing'], to: 'verified' },
  'topup.refunded': { from: ['paid', 'intent', 'writing'], to: 'refunded' },
  'topup.reversed': { from: ['verified', 'receipted'], to: 'reversed' },
  'receipt.printed': { from: ['verified', 'receipted'], to: 'receipted' },
};

/** Returns the state after `step`; throws TOPUP_STATE_REFUSES when it may not follow. */
export function nextTopupState(state: TopupState, step: TopupStep): TopupState {
  const rule = STEPS[step];
  if (!rule.from.includes(state)) throw new Fault('TOPUP_STATE_REFUSES', { state, step });
  return rule.to;
}

/** The next step for the clerk, as a key of the language files. */
export type TopupNextStep = 'insert-card' | 'check-paper' | 'print-receipt' | 'none';

/** What an open top-up needs next. */
export function nextStepOf(topup: {
  readonly state: TopupState;
  readonly receipt: 'none' | 'issued' | 'unknown' | 'printed';
}): TopupNextStep {
  if (isUndelivered(topup.state)) return 'insert-card';
  if (topup.state !== 'verified') return 'none';
  return topup.receipt === 'unknown' ? 'check-paper' : 'print-receipt';
}
