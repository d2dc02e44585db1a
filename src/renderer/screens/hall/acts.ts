// What the bench shows and what a hand at it can do.
import type { Inputs, Outputs } from '../../../shared/contract/index.ts';

export type Hall = Outputs['hall']['state'];
/** Does these things one after the other. */
export type Act = (...acts: Inputs['hall']['act'][]) => void;
