// What the bench shows and what a hand at it can do.
import type { Inputs, Outputs } from '../../../shared/contract/index.ts';
import { useWords } from '../../components/commodity.tsx';

export type Hall = Outputs['hall']['state'];
/** Does these things one after the other. */
export type Act = (...acts: Inputs['hall']['act'][]) => void;

/** What a meter can have done with a card, and what its customer did last; the names are the meter simulators' own. */
const RESULTS = [
  'loaded',
  'nothing-new',
  'sequence-gap',
  'wrong-account',
  'wrong-commodity',
  'tool-done',
  'unreadable',
  'used',
  'valve-closed',
] as const;

/** Returns what the meter did last, in words; '' for none, and for one that has done nothing yet. */
export function useMeterResult(meter: Hall['meters'][number] | undefined): string {
  const { t } = useWords(meter?.commodity);
  if (meter === undefined) return '';
  const { lastResult, pricesFrom } = meter;
  const known = RESULTS.find((one) => one === lastResult);
  const done = known === undefined ? lastResult : t(`hall.meterResult.${known}`);
  return pricesFrom === '' ? done : `${done} · ${t('hall.meterPrices', { date: pricesFrom })}`;
}
