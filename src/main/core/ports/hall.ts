// Port to the demo hall's bench; absent on a real counter.
import type { z } from 'zod';
import type { hallActSchema, hallStateSchema } from '../../../shared/contract/hall.ts';

export type HallState = z.infer<typeof hallStateSchema>;
export type HallAct = z.infer<typeof hallActSchema>;

export interface Hall {
  state(): Promise<HallState>;
  /** Does what a hand would do; rejects with HALL_REFUSED when that is not possible. */
  act(act: HallAct): Promise<HallState>;
}
