// What needs attention: money taken with the effect open, and receipts whose fate is open.
import type { Outputs } from '../../../shared/contract/index.ts';
import type { UseCaseContext } from '../actor.ts';
import { topupView } from '../views.ts';

const MOST = 200;

/** Returns open top-ups, oldest first, at most 200, and how many there are. */
export function listOpenTopups({ ports }: UseCaseContext): Outputs['topups']['open'] {
  const { rows, total } = ports.store.openTopups(MOST);
  return { topups: rows.map((row) => topupView(ports.store, row)), total };
}
